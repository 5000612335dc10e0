"""What an arm sees of a hole: the leak guard lies here, for an arm is given nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from benchmarks.cut.packages import packages

if TYPE_CHECKING:
    from benchmarks.cut.hole import Cut

MOST_OPENED = 10


@dataclass(frozen=True, slots=True)
class View:
    """A package with the hole applied; an arm knows neither the answer nor the hole's kind."""

    package: str
    path: str
    before: str
    after: str
    others: Mapping[str, str]
    """The package's other modules by path."""
    opened: tuple[str, ...]
    """Those that the user has open, the latest first: what the file imports, then its
    neighbours."""

    @property
    def head(self) -> str:
        """The cursor's line up to the cursor."""
        return self.before.rpartition("\n")[2]

    @property
    def tail(self) -> str:
        """The cursor's line from the cursor on."""
        return self.after.partition("\n")[0]

    @property
    def lines_above(self) -> list[str]:
        """The whole lines above the cursor's, with their ends."""
        return self.before[: len(self.before) - len(self.head)].splitlines(keepends=True)

    @property
    def below(self) -> str:
        """The text from the next line on."""
        return self.after.partition("\n")[2]

    @property
    def next_line(self) -> str:
        """The next line that holds something, without its end."""
        return next((line for line in self.below.split("\n") if line.strip()), "")


def view(hole: Cut, *, with_tests: bool = False) -> View:
    """Return what arms see of `hole`; the tests only for the run that is reported apart."""
    others = {path: text for path, text in _sources(hole, with_tests).items() if path != hole.path}
    opened = tuple(_opened(hole.path, hole.before, others))
    return View(hole.package, hole.path, hole.before, hole.after, others, opened)


def _sources(hole: Cut, with_tests: bool) -> Mapping[str, str]:
    return _read(hole.package, with_tests)


@cache
def _read(package: str, with_tests: bool) -> Mapping[str, str]:
    return packages()[package].sources(with_tests=with_tests)


def leaks(prompt: str, hole: Cut) -> bool:
    """Whether `prompt` shows the answer where it stood: joined to what is before and after it.

    The answer alone may stand elsewhere in a package, and so may the place where one piece of code
    was copied from another: an editor sees that too.
    """
    line = hole.before.rpartition("\n")[2]
    above = hole.before[: len(hole.before) - len(line)].rstrip().rpartition("\n")[2]
    tail = hole.after.split("\n")[:2]
    place = "\n".join([above, line + hole.answer + tail[0], *tail[1:]])
    if _bare(place) not in _bare(prompt):
        return False
    seen = view(hole, with_tests=True)
    return not any(
        _bare(place) in _bare(t) for t in (seen.before, seen.after, *seen.others.values())
    )


def _bare(text: str) -> str:
    """Return `text` without white space and the marks that make comments of context."""
    return "".join("".join(line.lstrip("# ").split()) for line in text.split("\n"))


def _opened(path: str, before: str, others: Mapping[str, str]) -> Iterator[str]:
    folder = PurePosixPath(path).parent
    imported = [p for p in _imported(before, folder) if p in others]
    beside = [p for p in others if PurePosixPath(p).parent == folder]
    yield from [*dict.fromkeys([*imported, *beside])][:MOST_OPENED]


def _imported(before: str, folder: PurePosixPath) -> Iterator[str]:
    """Yield paths that the file's imports above the hole may mean, in their order."""
    for line in before.splitlines():
        words = line.strip().replace(",", " ").split()
        if len(words) < 2 or words[0] not in {"from", "import"}:
            continue
        for word in [words[1], *words[3:]] if words[0] == "from" else words[1:]:
            name = word.strip("().").rpartition(".")[2]
            if name.isidentifier():
                yield (folder / f"{name}.py").as_posix()
                yield (folder / name / "__init__.py").as_posix()


@cache
def definitions(text: str) -> Mapping[str, str]:
    """Return the top-level functions and classes of a file by name, each as its whole text: what
    "go to definition" answers in an editor."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return {}
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    found = [node for node in tree.body if isinstance(node, kinds)]
    return {node.name: ast.get_source_segment(text, node) or "" for node in found}
