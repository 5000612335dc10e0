"""A hole: a place in a package's file, what stood there, and the tests that judge."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, get_args

from benchmarks.cut.packages import packages
from benchmarks.cut.places import HOLES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Kind = Literal["rest", "inside", "statement", "block", "arguments", "body", "import"]
"""`rest`: of a line, from the end of a word on; `inside`: the same, from within a word."""
KINDS: tuple[Kind, ...] = get_args(Kind)
LINE_KINDS: frozenset[Kind] = frozenset({"rest", "inside", "statement", "arguments", "import"})


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a file: characters from `start` up to `end`, taken out as a hole of `kind`."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cut:
    """One hole of the committed list."""

    package: str
    path: str
    """Of the file, below the package's tree."""
    kind: Kind
    start: int
    end: int
    needs: tuple[str, ...]
    """Names in it that are defined in another file of the package."""
    tests: tuple[str, ...]
    """Those that run it, at most `validity.MOST_TESTS`."""

    @property
    def id(self) -> str:
        """What it is called in the results."""
        return f"{self.package}/{self.path.rpartition('/')[2]}:{self.start}"

    @property
    def original(self) -> str:
        """The whole file as it was."""
        return _text(self.package, self.path)

    @property
    def before(self) -> str:
        """The file up to the hole."""
        return self.original[: self.start]

    @property
    def answer(self) -> str:
        """What stood in the hole."""
        return self.original[self.start : self.end]

    @property
    def after(self) -> str:
        """The file from the hole's end on."""
        return self.original[self.end :]

    def filled(self, text: str) -> str:
        """Return the file with `text` in the hole."""
        return self.before + text + self.after


@cache
def _text(package: str, path: str) -> str:
    return (packages()[package].tree / path).read_text(encoding="utf-8")


def load(file: Path = HOLES) -> list[Cut]:
    """Return the committed holes, in the order in which they are completed."""
    if not file.exists():
        return []
    rows: list[dict[str, Any]] = [*map(json.loads, file.read_text(encoding="utf-8").splitlines())]
    return [_cut(row) for row in rows]


def _cut(row: dict[str, Any]) -> Cut:
    needs, tests = tuple(row.pop("needs")), tuple(row.pop("tests"))
    return Cut(**row, needs=needs, tests=tests)


def save(holes: Iterable[Cut], file: Path = HOLES) -> None:
    """Write the list of holes, one a line."""
    lines = [json.dumps(asdict(hole), ensure_ascii=False) for hole in holes]
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
