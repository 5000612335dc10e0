"""What models answered, whole and piece by piece, so that each variant reads the same reply."""

from __future__ import annotations

import gzip
import hashlib
import json
from contextlib import aclosing
from typing import TYPE_CHECKING

from gearshift.core.model import request_text

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.core.model import Model, Request


class Replies:
    """A file of replies by model and request; asks only what it does not hold."""

    def __init__(self, path: Path, *, asks: bool = True) -> None:
        """`asks`: False makes it know only what is kept."""
        self._path = path
        self._asks = asks
        self._pieces: dict[str, list[str]] = {}
        if path.exists():
            self._pieces = json.loads(gzip.decompress(path.read_bytes()))

    async def of(self, model: Model, request: Request) -> list[str] | None:
        """Return the pieces of the whole reply, up to the request's own length; None: not kept."""
        key = f"{model.name} {_digest(request)}"
        if key not in self._pieces:
            if not self._asks:
                return None
            async with aclosing(model.stream(request)) as chunks:
                self._pieces[key] = [chunk.text async for chunk in chunks if chunk.text]
            self._save()
        return self._pieces[key]

    def _save(self) -> None:
        content = json.dumps(self._pieces, sort_keys=True, ensure_ascii=False).encode()
        # No time in the header: the same replies make the same file.
        self._path.write_bytes(gzip.compress(content, mtime=0))


def _digest(request: Request) -> str:
    asked = f"{type(request).__name__} {request.max_tokens} {request_text(request)}"
    return hashlib.sha256(asked.encode()).hexdigest()[:16]
