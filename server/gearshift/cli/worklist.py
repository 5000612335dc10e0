"""Which symbols `gearshift tests` is to write tests for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.core.document import Snapshot
from gearshift.core.errors import SettingsError
from gearshift.languages import language_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gearshift.cli.changes import Changed
    from gearshift.cli.places import Lines
    from gearshift.languages.syntax import Symbol

PASSED_OVER = frozenset({"node_modules", "__pycache__", "venv", "target", "dist", "build"})
MOST_FILES = 5000


@dataclass(frozen=True, slots=True)
class Job:
    """One symbol to be tested."""

    file: Path
    name: str
    """Its qualified name."""
    line: int
    """Line of its name, from 0."""
    column: int


def jobs(places: Sequence[str], changed: Changed | None) -> list[Job]:
    """Return a job for each symbol that the places mean, in order, each once.

    A place is a folder, a file, or lines of one; none is the current folder. With `changed` only
    symbols with changed lines count. Raises SettingsError for a place that is not there.
    """
    from gearshift.cli.places import lines

    found: dict[tuple[Path, str], Job] = {}
    touched = None if changed is None else {p.resolve(): spans for p, spans in changed.items()}
    for place in places or ["."]:
        path, named = (Path(place), None) if Path(place).is_dir() else lines(place)
        if not path.exists():
            raise SettingsError(f"{place} is not there.")
        for file in _files(path):
            spans = None if touched is None else touched.get(file.resolve(), [])
            if spans == []:
                continue
            for job in _jobs(file, [named] if named else spans, is_named=named is not None):
                found[file, job.name] = job
    return list(found.values())


def _files(path: Path) -> Iterator[Path]:
    """Yield the source files of a place that can have tests; a named file always."""
    if path.is_file():
        yield path
        return
    count = 0
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(f for f in folders if f not in PASSED_OVER and not f.startswith("."))
        for name in sorted(names):
            language = language_of(Path(name))
            if language.tests is None or language.is_test_file(name) or name == "conftest.py":
                continue
            count += 1
            if count > MOST_FILES:
                raise SettingsError(f"{path} holds more than {MOST_FILES} files; name fewer.")
            yield Path(folder) / name


def _jobs(file: Path, spans: Iterable[Lines] | None, *, is_named: bool) -> Iterator[Job]:
    from gearshift.cli.writing import read_text
    from gearshift.languages.syntax import symbols

    try:
        text = read_text(file)
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file} is not UTF-8 text.") from error
    except OSError as error:
        raise SettingsError(f"{file} can't be read: {error.strerror}.") from error
    snapshot = Snapshot.from_text(text, language=language_of(file).ids[0], path=file.absolute())
    known = symbols(snapshot)
    wanted = [s for s in known if s.kind in ("function", "method") and not _is_inner(s, known)]
    chosen = list(spans) if spans is not None else None
    for symbol in wanted:
        if chosen is None and not _is_public(symbol):
            continue
        if chosen is not None and not any(_touches(symbol, span) for span in chosen):
            continue
        if not is_named and _is_special(symbol):
            continue
        start = symbol.name_range.start
        yield Job(file, symbol.qualified_name, start.line, start.column)


def _is_inner(symbol: Symbol, known: Sequence[Symbol]) -> bool:
    """Whether it is defined inside a function, where no test reaches it."""
    owner = symbol.qualified_name.rpartition(".")[0]
    return any(s.qualified_name == owner and s.kind in ("function", "method") for s in known)


def _is_public(symbol: Symbol) -> bool:
    return not any(part.startswith("_") for part in symbol.qualified_name.split("."))


def _is_special(symbol: Symbol) -> bool:
    """Whether it is no one's to call: `__repr__` is tested by name only."""
    return symbol.name.startswith("__") and symbol.name.endswith("__")


def _touches(symbol: Symbol, span: Lines) -> bool:
    first, last = symbol.range.start.line + 1, symbol.range.end.line + 1
    return span[0] <= last and span[1] >= first
