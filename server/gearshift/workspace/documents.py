"""Open documents, as the editor keeps them up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gearshift.core.document import Snapshot
from gearshift.core.errors import UserError
from gearshift.core.text import Range, clamp, split_lines
from gearshift.languages import language_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


class TextChange(NamedTuple):
    """One edit as an editor tells it."""

    range: Range | None
    """What `text` replaces, in the text that the edit before it left; None: everything."""
    text: str


class Documents:
    """All open documents; an edit costs what its own lines cost, whatever the document's length."""

    def __init__(self) -> None:
        self._documents: dict[str, _Document] = {}

    def __contains__(self, uri: object) -> bool:
        return uri in self._documents

    def __iter__(self) -> Iterator[str]:
        """Yield the URIs of open documents, the one opened or changed last first."""
        return iter(reversed(tuple(self._documents)))

    def __len__(self) -> int:
        return len(self._documents)

    @property
    def languages(self) -> frozenset[str]:
        """The language ids of the open documents."""
        return frozenset(document.language for document in self._documents.values())

    def open(self, uri: str, *, path: Path | None, language: str, version: int, text: str) -> None:
        """Take over a document; one that is open already is replaced.

        An empty `language` is read off the file's name.
        """
        known = language or (language_of(path).ids[0] if path else "plaintext")
        self._documents.pop(uri, None)
        self._documents[uri] = _Document(uri, path, known, version, text)

    def change(self, uri: str, version: int | None, changes: Sequence[TextChange]) -> None:
        """Make `changes` in order; places past an end mean that end, a version is never refused.

        Raises UserError if the document is not open.
        """
        document = self._document(uri)
        for change in changes:
            document.change(change)
        document.move_to(version)
        self._documents[uri] = self._documents.pop(uri)

    def close(self, uri: str) -> None:
        """Forget a document; one that is not open is no error."""
        self._documents.pop(uri, None)

    def lines(self, uri: str) -> Sequence[str]:
        """Return the lines as they are now, to read at once: the next edit changes them.

        Raises UserError if the document is not open.
        """
        return self._document(uri).lines()

    def text(self, uri: str) -> str:
        """Return the text as it is now. Raises UserError if the document is not open."""
        return self._document(uri).text()

    def path(self, uri: str) -> Path | None:
        """Return the file behind a document. Raises UserError if it is not open."""
        return self._document(uri).path

    def version(self, uri: str) -> int:
        """Return the version as the editor counts it. Raises UserError if it is not open."""
        return self._document(uri).version

    def uri_of(self, path: Path) -> str | None:
        """Return the URI under which the editor opened a file; None: it is not open.

        Editors escape paths differently, so a URI made anew may not be the editor's.
        """
        return next((d.uri for d in self._documents.values() if d.path == path), None)

    def snapshot(self, uri: str) -> Snapshot:
        """Return the present version, the same object until the next edit.

        Raises UserError if the document is not open.
        """
        return self._document(uri).snapshot()

    def is_current(self, snapshot: Snapshot) -> bool:
        """Whether `snapshot` is still what its document holds."""
        document = self._documents.get(snapshot.uri)
        return document is not None and document.snapshot() is snapshot

    def _document(self, uri: str) -> _Document:
        try:
            return self._documents[uri]
        except KeyError:
            raise UserError(f"{uri} is not open in the editor; open it and try again.") from None


class _Document:
    """One text: a single string until someone needs its lines, which take three times the room."""

    def __init__(self, uri: str, path: Path | None, language: str, version: int, text: str) -> None:
        self.uri = uri
        self.path = path
        self.language = language
        self.version = version
        self._text: str | None = text
        self._lines: list[str] = []
        self._snapshot: Snapshot | None = None
        self._typed_on = -1
        self._rest = object()
        """Stays the same object while nothing but that line changes."""

    def lines(self) -> list[str]:
        if self._text is not None:
            self._lines = split_lines(self._text)
            self._text = None
        return self._lines

    def text(self) -> str:
        return "".join(self._lines) if self._text is None else self._text

    def snapshot(self) -> Snapshot:
        if self._snapshot is None:
            lines = tuple(self.lines())
            made = Snapshot(self.uri, self.path, self.language, self.version, lines)
            self._snapshot = made.with_rest(self._typed_on, self._rest)
        return self._snapshot

    def move_to(self, version: int | None) -> None:
        self.version = self.version if version is None else version
        self._snapshot = None

    def change(self, change: TextChange) -> None:
        if change.range is None:
            self._text = change.text
            self._lines = []
            self._note(-1)
            return
        lines = self.lines()
        start, end = clamp(lines, change.range.start), clamp(lines, change.range.end)
        if end < start:
            start, end = end, start
        first, is_at_end = start.line, end.line == len(lines) - 1
        head = lines[first][: start.column]
        text = head + change.text + lines[end.line][end.column :]
        if first and text.startswith("\n") and lines[first - 1].endswith("\r"):
            first -= 1  # the two make one line ending now
            text = lines[first] + text
        new = split_lines(text)
        if not is_at_end:
            new.pop()  # the empty line after the last ending is the document's own next line
        lines[first : end.line + 1] = new
        self._note(first if first == end.line and len(new) == 1 else -1)

    def _note(self, line: int) -> None:
        """Note that one line was changed in itself, or -1 for more."""
        if line < 0 or line != self._typed_on:
            self._typed_on, self._rest = line, object()
