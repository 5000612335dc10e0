"""Texts around a document that a prompt may show: open documents, then files of its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.core.model import ContextFile
from gearshift.languages import language_of
from gearshift.workspace.project import display_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gearshift.core.document import Snapshot
    from gearshift.workspace.documents import Documents

FILE_BYTES = 200_000
"""A larger file is skipped: it is seldom written by hand."""
FOLDER_FILES = 200
"""Names looked at in the document's folder."""


async def neighbours(
    documents: Documents,
    snapshot: Snapshot,
    *,
    root: Path | None = None,
    count: int = 4,
    characters: int = 4_000,
) -> tuple[ContextFile, ...]:
    """Return at most `count` texts in the document's language, each cut to `characters`.

    Open documents come first, the one touched last leading; files are read in a thread. What
    can't be read is left out.
    """
    import asyncio

    found = [
        ContextFile(_name(other, root), _head(other.text, characters))
        for other in _open_neighbours(documents, snapshot)
    ][:count]
    if len(found) == count or snapshot.path is None:
        return tuple(found)
    opened = {documents.snapshot(uri).path for uri in documents}
    found += await asyncio.to_thread(
        _read_siblings, snapshot.path, opened, root, count - len(found), characters
    )
    return tuple(found)


def _open_neighbours(documents: Documents, snapshot: Snapshot) -> Iterator[Snapshot]:
    language = language_of(snapshot.language)
    for uri in documents:
        other = documents.snapshot(uri)
        if uri != snapshot.uri and language_of(other.language) is language and other.text.strip():
            yield other


def _read_siblings(
    path: Path, opened: set[Path | None], root: Path | None, count: int, characters: int
) -> Sequence[ContextFile]:
    found: list[ContextFile] = []
    for sibling in _siblings(path):
        if len(found) == count:
            break
        if sibling in opened or sibling == path:
            continue
        try:
            if sibling.stat().st_size > FILE_BYTES:
                continue
            text = sibling.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if text.strip():
            found.append(ContextFile(display_path(sibling, root), _head(text, characters)))
    return found


def _siblings(path: Path) -> Sequence[Path]:
    """Return the folder's files of the same language, those with a common beginning first."""
    language = language_of(path)
    try:
        names = sorted(entry for entry in path.parent.iterdir() if entry.suffix == path.suffix)
    except OSError:
        return ()
    files = [p for p in names[:FOLDER_FILES] if language_of(p) is language and p.is_file()]
    return sorted(files, key=lambda p: -_common(p.stem, path.stem))


def _common(one: str, other: str) -> int:
    count = 0
    for mine, yours in zip(one, other, strict=False):
        if mine != yours:
            break
        count += 1
    return count


def _name(snapshot: Snapshot, root: Path | None) -> str:
    return display_path(snapshot.path, root) if snapshot.path else snapshot.name


def _head(text: str, characters: int) -> str:
    """Return whole lines from the beginning, at most `characters`."""
    return text if len(text) <= characters else text[: text.rfind("\n", 0, characters) + 1]
