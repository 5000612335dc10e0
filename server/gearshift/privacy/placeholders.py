"""What stands for secrets in a request, and how an answer gets them back.

A model that rewrites code with a placeholder in it repeats the placeholder. Without giving the
secret back, the edit would put `«redacted:password»` into the user's file. This happens on the
user's machine only: the secret has never left it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MARK = "«redacted:"
"""How every placeholder begins."""
_PLACEHOLDER = re.compile(r"«redacted:[a-z0-9-]{1,40}»")
_LONGEST = 52


class Placeholders:
    """Names the secrets of one request: equal secrets alike, different ones of a kind by number."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], str] = {}
        self._kinds: dict[str, int] = {}

    def name(self, kind: str, secret: str) -> str:
        """Return what stands for a secret: `«redacted:password»`, `«redacted:password-2»`."""
        known = self._names.get((kind, secret))
        if known is None:
            self._kinds[kind] = self._kinds.get(kind, 0) + 1
            number = f"-{self._kinds[kind]}" if self._kinds[kind] > 1 else ""
            known = self._names[kind, secret] = f"{MARK}{kind}{number}»"
        return known

    @property
    def secrets(self) -> Mapping[str, str]:
        """The secrets by their placeholders."""
        return {name: secret for (_, secret), name in self._names.items()}


class Restorer:
    """Gives the secrets back to an answer that comes in pieces."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        """`secrets`: by placeholder, as the gate gives them with the request."""
        self._secrets = secrets
        self._held = ""

    def feed(self, piece: str) -> str:
        """Return what can be passed on; the beginning of a placeholder waits for its end."""
        if not self._secrets:
            return piece
        text = self._held + piece
        start = text.rfind("«")
        is_open = start >= 0 and "»" not in text[start:] and len(text) - start < _LONGEST
        self._held = text[start:] if is_open else ""
        return self._restored(text[:start] if is_open else text)

    def end(self) -> str:
        """Return what was still held back when the answer ended."""
        held, self._held = self._held, ""
        return held

    def _restored(self, text: str) -> str:
        if MARK not in text:
            return text
        return _PLACEHOLDER.sub(lambda found: self._secrets.get(found[0], found[0]), text)
