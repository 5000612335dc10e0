"""A changed file whose behaviour should be as before, and putting it on the bench."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from gearshift.verify.change import Change

if TYPE_CHECKING:
    from gearshift.verify.workbench import Workbench


GONE = ""


def _none() -> Mapping[Path, Change]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared, and with what."""

    change: Change
    file: Path
    """The file, in the project."""
    import_root: Path
    module: str
    """Dotted name under which it is imported from `import_root`."""
    tests: tuple[Path, ...] = ()
    """Files whose tests may reach it."""
    others: Mapping[Path, Change] = field(default_factory=_none)
    """The other files of the same edit."""
    errors_may_differ: bool = False
    """Whether calls that failed may end otherwise, and calls may fail that did not."""
    is_meant_to_differ: bool = False
    """Whether other results are wanted: only the tests are compared then."""
    symbol_after: str | None = None
    """Qualified name that the change's symbol has afterwards; None: the same; `GONE`: it is not
    in the file any more."""

    @property
    def is_python(self) -> bool:
        """Whether it can be run here."""
        return self.change.trees is not None


async def put_before(bench: Workbench, comparison: Comparison) -> None:
    """Make the bench's copy what it was."""
    await _put(bench, comparison, {p: c.before for p, c in comparison.others.items()}, after=False)


async def put_after(bench: Workbench, comparison: Comparison) -> None:
    """Make the bench's copy what it would be."""
    await _put(bench, comparison, {p: c.after for p, c in comparison.others.items()}, after=True)


async def _put(
    bench: Workbench, comparison: Comparison, others: Mapping[Path, str], *, after: bool
) -> None:
    change = comparison.change
    await put(bench, comparison.file, change.after if after else change.before)
    for path, text in others.items():
        await put(bench, path, text)


async def put(bench: Workbench, file: Path, text: str) -> None:
    """Make one file of the copy what `text` says."""
    await asyncio.to_thread(bench.write, file, text)
