"""What a test runner is: how it is found, started, and read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gearshift.verify.isolation import Limits, Mount
from gearshift.verify.sandbox import Execution
from gearshift.verify.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Traced:
    """Lines of a file whose running is to be noted."""

    file: Path
    first: int
    """From 1."""
    last: int


@dataclass(frozen=True, slots=True)
class Conditions:
    """What is special about one run; a runner that can't do it does as usual."""

    seed: int = 0
    """Python's hash seed."""
    order: int = 0
    """0: as written, 1: from the last to the first, else a shuffle of its own."""
    only: tuple[str, ...] = ()
    """Names of the tests to run; empty: all."""
    traced: Traced | None = None
    texts: Mapping[Path, str] = field(default_factory=dict[Path, str])
    """Texts of project files that hold in this run alone."""
    wall_seconds: float | None = None
    is_private: bool = False
    """Whether the tests may write into their project: into a copy that is thrown away."""


USUAL = Conditions()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a test file is run."""

    bench: Workbench
    file: Path
    """The test file, in the project."""
    import_root: Path
    """Folder from which the module under test is imported."""
    report: Path
    """A file of this run's own, to leave results in."""


@dataclass(frozen=True, slots=True)
class Launch:
    """One command line."""

    command: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    mounts: tuple[Mount, ...] = ()
    """What it sees besides the project and its environment."""
    limits: Limits | None = None
    """None: the bench's own."""
    may_write: bool = False
    """Whether it must write beside the project's files, which are read-only else."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a runner told of one test; one test may be told of more than once."""

    test: str
    """`file::name`, with `::` between a class and a method too."""
    outcome: str | None = None
    """`passed`, `failed` or `skipped`."""
    message: str = ""
    path: Path | None = None
    line: int | None = None
    hits: frozenset[tuple[int, int]] | None = None


@dataclass(frozen=True, slots=True)
class Runner:
    """One test framework: a row of the table of runners."""

    name: str
    languages: frozenset[str]
    """Language ids whose tests it runs."""
    framework: str
    """What a prompt calls it."""
    is_found: Callable[[Workbench], Awaitable[bool]]
    """Whether the project uses it and the machine has it."""
    launch: Callable[[Place, Conditions], Awaitable[Launch]]
    outcomes: Callable[[Place, Execution], list[Outcome]]
    """Reads what a run left and said."""
    read_coverage: Callable[[Place, Traced], Awaitable[None]] | None = None
    """Makes readable what a traced run left, where that takes programs of its own."""
    without_coverage: str = ""
    """What to do where a traced run tells nothing, as a sentence; empty: that does not happen."""
    is_batched: bool = False
    """Whether it is a Python module that one interpreter can run many times."""
