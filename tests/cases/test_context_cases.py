"""Runs the Markdown cases in `context/`; `UPDATE_CASES=1` rewrites what they expect.

A case is a section: options as a list, then the files of a workspace, each fenced with `~~~~` and
its path, one of them with `<|>` at the cursor, then what the model is shown, by file. A last
paragraph says why there is nothing.

Options: `characters` for all sources together, `sources` by name, `shown` the lines of the file
that the prompt holds anyway (`3-7`, none: all), `withheld` a path that the rules keep in.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from gearshift.completion.context.block import context_files
from gearshift.completion.context.piece import Site
from gearshift.completion.context.reader import Reader
from gearshift.core.document import Snapshot
from gearshift.core.text import position_at

if TYPE_CHECKING:
    from gearshift.core.model import ContextSource

FOLDER = Path(__file__).with_name("context")
CURSOR = "<|>"
BLOCK = re.compile(r"^~~~~ (\S+) (\S+)\n(.*?)^~~~~$", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r"^- (\w+): (.+)$", re.MULTILINE)
SHOWN = "The model is shown:"
NOTHING = "The model is shown nothing else."


@dataclass(frozen=True)
class Case:
    file: Path
    title: str
    options: dict[str, str]
    given: str
    """Everything before the expectation."""
    files: dict[str, str]
    expected: str

    @property
    def edited(self) -> str:
        return next(path for path, text in self.files.items() if CURSOR in text)


def cases_of(file: Path) -> tuple[str, list[Case]]:
    head, *sections = re.split(r"^## ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return head, [case_of(file, section) for section in sections]


def case_of(file: Path, section: str) -> Case:
    mark = SHOWN if SHOWN in section else NOTHING
    given, _, rest = section.partition(mark)
    files = {path: text for _, path, text in BLOCK.findall(given)}
    options = dict(OPTION.findall(given[: given.index("~~~~")]))
    return Case(file, section.partition("\n")[0], options, given, files, (mark + rest).strip())


def told(case: Case, folder: Path) -> str:
    """What the case's expectation is, from what the sources find."""
    (folder / ".git").mkdir()
    for path, text in case.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text.replace(CURSOR, ""), encoding="utf-8")
    path = folder / case.edited
    source = case.files[case.edited]
    snapshot = Snapshot.from_text(source.replace(CURSOR, ""), language="", path=path)
    snapshot = Snapshot(snapshot.uri, path, path.name, 0, snapshot.lines)
    position = position_at(snapshot.lines, source.index(CURSOR))
    first, _, last = case.options.get("shown", f"1-{len(snapshot.lines)}").partition("-")
    withheld = folder / case.options.get("withheld", "nothing")
    reader = Reader([folder], lambda p: "It is withheld." if p == withheld else None, variables={})
    reader.index.look()
    while reader.index.is_busy:
        reader.index.step()
    names = cast("list[ContextSource]", case.options["sources"].split(", "))
    site = Site(snapshot, position, range(int(first) - 1, int(last)))
    found = reader.gather(site, int(case.options.get("characters", "4000")), names)
    shown = context_files(found.pieces)
    blocks = [f"~~~~ {Path(c.path).suffix[1:]} {c.path}\n{c.text}\n~~~~" for c in shown]
    return "\n\n".join([SHOWN, *blocks]) if blocks else NOTHING


ALL = [case for file in sorted(FOLDER.glob("*.md")) for case in cases_of(file)[1]]


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.file.stem}: {case.title}")
def test_what_the_model_is_shown(case: Case, tmp_path: Path) -> None:
    said = told(case, tmp_path)

    if os.environ.get("UPDATE_CASES") == "1":
        head, cases = cases_of(case.file)
        texts = [
            f"{each.given}{said if each.title == case.title else each.expected}\n" for each in cases
        ]
        case.file.write_text("\n## ".join([head.rstrip() + "\n", *texts]), encoding="utf-8")
        return
    assert said == case.expected
