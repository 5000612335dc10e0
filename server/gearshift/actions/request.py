"""What an action is asked to do, with all that its prompt may draw on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gearshift.actions.package import Package
from gearshift.actions.target import Target
from gearshift.core.diagnostic import Diagnostic
from gearshift.core.document import Snapshot
from gearshift.core.text import Range
from gearshift.languages import Language, language_of


@dataclass(frozen=True, slots=True)
class ExistingTests:
    """The test file of the module, as it is."""

    path: Path
    text: str
    """Empty if there is no such file yet."""
    exists: bool
    version: int | None = None
    """Version of the open document that `text` is from; None: read from disk."""
    framework: str = ""
    """The framework that the project's own files name, for a prompt; empty: the language's."""
    fixtures: tuple[str, ...] = ()
    """pytest's fixtures that the project has for it: `name: what it is`."""
    problem: str | None = None
    """Why no test can join the file, as a sentence; `text` is empty then. None: tests can."""


@dataclass(frozen=True, slots=True)
class Module:
    """A Python file of the project that code can move to."""

    path: Path
    name: str
    """Where it is in the project, with `/`."""
    about: str
    """First line of its docstring; empty: it has none."""


@dataclass(frozen=True)
class ActionRequest:
    """One request, made complete by `actions.context.prepare`."""

    snapshot: Snapshot
    span: Range
    """What the user selected; empty: a cursor."""
    target: Target
    instruction: str = ""
    """The user's own words, for the action `instruction`."""
    diagnostics: tuple[Diagnostic, ...] = ()
    project: Path | None = None
    """The folder of the project; None: a document in no folder."""
    tests: ExistingTests | None = None
    """For tests alone; None: the document has no file, or its language no known place for them."""
    opened: tuple[Snapshot, ...] = ()
    """The other documents of the project that are open: their texts count, not the disk's."""

    calls: tuple[str, ...] = ()
    """For tests alone: lines of the project's other code that call the target."""
    quoted: tuple[Path, ...] = ()
    """The files that `calls` and the fixtures are from."""

    modules: tuple[Module, ...] = ()
    """For moving alone: where the target can go, the likeliest first."""
    package: Package | None = None
    """For pages on a package alone: what it says of itself."""

    @property
    def language(self) -> Language:
        """The facts of the document's language."""
        return language_of(self.snapshot.language)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files whose text a prompt may show, the document first."""
        shown = self.tests.path if self.tests and self.tests.exists and self.tests.text else None
        told = [module.path for module in self.modules]
        told += [module.path for module in self.package.modules] if self.package else []
        return tuple(path for path in (self.snapshot.path, shown, *self.quoted, *told) if path)

    @property
    def name(self) -> str:
        """How prompts and messages name what is worked on."""
        symbol = self.target.symbol
        return f"`{symbol.qualified_name}`" if symbol else self.target.label
