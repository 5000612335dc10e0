"""What server and reading process say to each other: one JSON object a line."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gearshift.completion.context.piece import Piece, Site
from gearshift.core.diagnostic import Diagnostic
from gearshift.core.document import Snapshot
from gearshift.core.text import Position, Range, split_lines
from gearshift.workspace.edits import Hunk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gearshift.core.model import ContextSource

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """What there is to show for one place."""

    pieces: tuple[Piece, ...]
    is_cut: bool
    """Whether there was no time to look at everything."""
    scope: range
    """Lines for which it holds: the definition around the cursor."""
    withheld: frozenset[str] = field(default_factory=frozenset[str])
    """Of the files asked about, those that the rules keep in by now."""


def encode(message: Mapping[str, Any]) -> bytes:
    """Return a message as a line."""
    return json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def decode(line: bytes) -> Message:
    """Return the message of a line. Raises ValueError."""
    return json.loads(line.decode("utf-8", "surrogatepass"))


def workspace(roots: Sequence[Path], exclude: Sequence[str], *, is_watched: bool) -> Message:
    """Return the message that (re)starts reading: folders, `privacy.exclude`, and whether the
    editor tells of changed files."""
    return {
        "say": "workspace",
        "roots": [str(root) for root in roots],
        "exclude": list(exclude),
        "isWatched": is_watched,
    }


def changed(paths: Sequence[Path]) -> Message:
    """Return the message that files were changed, made or removed."""
    return {"say": "changed", "paths": [str(path) for path in paths]}


def closed(path: Path) -> Message:
    """Return the message that a document was closed."""
    return {"say": "closed", "path": str(path)}


def opened(path: Path, text: str) -> Message:
    """Return the message that an open document reads so by now."""
    return {"say": "opened", "path": str(path), "text": text}


def gather(
    number: int,
    site: Site,
    characters: int,
    names: Sequence[ContextSource],
    held: Sequence[str] = (),
) -> Message:
    """Return the question what to show at a site; its text was sent before."""
    snapshot, position = site.snapshot, site.position
    return {
        "say": "gather",
        "id": number,
        "uri": snapshot.uri,
        "path": str(snapshot.path),
        "language": snapshot.language,
        "version": snapshot.version,
        "position": [position.line, position.column],
        "shown": [site.shown.start, site.shown.stop],
        "hunks": [[str(h.file), h.line, h.removed, h.added] for h in site.hunks],
        "diagnostics": [[d.range.start.line, d.message] for d in site.diagnostics],
        "characters": characters,
        "names": list(names),
        "held": list(held),
    }


def read_site(message: Message, text: str) -> Site:
    """Return the site of a `gather`."""
    path, lines = Path(message["path"]), tuple(split_lines(text))
    return Site(
        Snapshot(message["uri"], path, message["language"], message["version"], lines),
        Position(*message["position"]),
        range(*message["shown"]),
        tuple(
            Hunk(Path(file), line, tuple(removed), tuple(added))
            for file, line, removed, added in message["hunks"]
        ),
        tuple(
            Diagnostic(Range.at(Position(line, 0)), text) for line, text in message["diagnostics"]
        ),
    )


def reply(number: int, found: Reply) -> Message:
    """Return the answer to a `gather`."""
    return {
        "id": number,
        "pieces": [{**asdict(piece), "file": str(piece.file)} for piece in found.pieces],
        "isCut": found.is_cut,
        "scope": [found.scope.start, found.scope.stop],
        "withheld": sorted(found.withheld),
    }


def read_reply(message: Message) -> Reply:
    """Return what a `reply` says."""
    return Reply(
        tuple(_piece(piece) for piece in message["pieces"]),
        message["isCut"],
        range(*message["scope"]),
        frozenset(message["withheld"]),
    )


def _piece(fields: Message) -> Piece:
    values: Message = {**fields, "file": Path(fields["file"])}
    return Piece(**values)
