"""Code like that around the cursor, from files that someone who writes here would look at."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from gearshift.completion.context.piece import Piece
from gearshift.core.installed import is_installed
from gearshift.core.text import line_body
from gearshift.languages import language_of
from gearshift.workspace.library import shown_path
from gearshift.workspace.likeness import Bag, Likeness, bag_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gearshift.completion.context.desk import Desk
    from gearshift.completion.context.piece import Site
    from gearshift.languages.chunks import Chunk
    from gearshift.workspace.library import Source

LINES_ABOVE = 10
LINES_BELOW = 3
LEAST = 0.12
"""Likeness below which a chunk is noise."""
LEAST_OF_BEST = 0.35
SAME = 0.9
"""Likeness to another chunk above which it says nothing new."""
MOST = 3
MOST_FILES = 20
MOST_CHARACTERS = 200_000
"""Of all files looked at."""
MOST_IN_FILE = 40_000
"""Longer files are left out, but for the one that is edited."""
MOST_ENTRIES = 400
"""Names read of a folder."""


class Candidate(NamedTuple):
    """One chunk of one file."""

    source: Source
    chunk: Chunk
    bag: Bag

    @property
    def text(self) -> str:
        """The lines of the chunk."""
        lines = self.source.lines[self.chunk.first : self.chunk.end]
        return "".join(lines).rstrip()


def similar(site: Site, desk: Desk) -> Iterator[Piece]:
    """Yield chunks, the most alike first, one of a file; none is better than noise."""
    lines, line = site.snapshot.lines, site.position.line
    head = line_body(lines[line])
    around = [*lines[max(0, line - LINES_ABOVE) : line], head]
    query = bag_of("".join([*around, "\n", *lines[line + 1 : line + 1 + LINES_BELOW]]))
    candidates = list(_candidates(site, desk))
    likeness = Likeness(candidate.bag for candidate in candidates)
    ranked = likeness.ranked(query, [candidate.bag for candidate in candidates])
    best = max((score for _, score in ranked), default=0.0)
    chosen: list[Candidate] = []
    for number, score in ranked:
        candidate = candidates[number]
        if len(chosen) == MOST or score < max(LEAST, LEAST_OF_BEST * best):
            continue
        if any(_repeats(candidate, other, likeness) for other in chosen):
            continue
        chosen.append(candidate)
        yield _piece(candidate)


def _repeats(one: Candidate, other: Candidate, likeness: Likeness) -> bool:
    is_same_file = one.source.path == other.source.path
    return is_same_file or likeness.jaccard(one.bag, other.bag) > SAME


def _candidates(site: Site, desk: Desk) -> Iterator[Candidate]:
    left = MOST_CHARACTERS
    for path in islice(_paths(site, desk), MOST_FILES):
        if desk.is_late() or left <= 0:
            return
        source = desk.library.source(path)
        is_own = path == site.snapshot.path
        if source is None or (len(source.text) > MOST_IN_FILE and not is_own):
            continue
        left -= len(source.text)
        for chunk, bag in zip(source.chunks, source.bags, strict=True):
            if not is_own or (chunk.end <= site.shown.start or chunk.first >= site.shown.stop):
                yield Candidate(source, chunk, bag)


def _paths(site: Site, desk: Desk) -> Iterator[Path]:
    """Yield the file itself, open files, imported ones, and those beside it, each once."""
    own = site.snapshot.path
    assert own is not None
    language = language_of(site.snapshot.language)
    seen: set[Path] = set()
    source = desk.library.source(own)
    imported = desk.lookup.imported(source) if source is not None else []
    for path in (own, *desk.library.open_paths, *imported, *_beside(own)):
        is_alike = language_of(path) is language and not is_installed(path)
        if path not in seen and is_alike:
            seen.add(path)
            yield path


def _beside(path: Path) -> list[Path]:
    """Return the other files of the folder, those with a like name first."""
    try:
        entries = list(islice(path.parent.iterdir(), MOST_ENTRIES))
    except OSError:
        return []
    alike = [entry for entry in entries if entry.suffix == path.suffix and entry != path]
    return sorted(alike, key=lambda entry: (-_shared(entry.stem, path.stem), entry.name))


def _shared(one: str, other: str) -> int:
    return len(set(one.split("_")) & set(other.split("_")))


def _piece(candidate: Candidate) -> Piece:
    path, first = candidate.source.path, candidate.chunk.first
    name = shown_path(path)
    return Piece("similar", path, name, candidate.text, f"{name}:{first + 1}", first)
