"""Runs the Markdown cases in `completion/`; `UPDATE_CASES=1` rewrites what they expect.

A case is a section: options as a list, then three blocks fenced with `~~~~`: the source with `<|>`
at the cursor, the model's reply, and the text after accepting the suggestion. A last paragraph says
why nothing is offered, or how much of the reply was read.
"""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from tests.support.scripted_model import ScriptedModel

from gearshift.completion.engine import Engine
from gearshift.completion.trigger import reason_to_skip
from gearshift.core.document import Snapshot
from gearshift.core.results import Skip
from gearshift.core.text import Edit, apply_edits, position_at

if TYPE_CHECKING:
    from gearshift.core.model import PromptForm

FOLDER = Path(__file__).with_name("completion")
CURSOR = "<|>"
BLOCK = re.compile(r"^~~~~ ?(\w*)\n(.*?)^~~~~$", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r"^- (\w+): (.+)$", re.MULTILINE)
EARLY, WHOLE = "The reply was cut off early.", "The reply was read to its end."


@dataclass(frozen=True)
class Case:
    file: Path
    title: str
    options: dict[str, str]
    language: str
    source: str
    reply: str
    rest: str
    """Everything after the reply: what is expected."""

    @property
    def form(self) -> PromptForm:
        return cast("PromptForm", self.options.get("form", "fill"))

    @property
    def text(self) -> str:
        text = self.source
        if self.options.get("end") == "none":
            text = text.removesuffix("\n")
        return text.replace("\n", "\r\n") if self.options.get("endings") == "crlf" else text

    def given(self) -> str:
        """The part of the section that stays when expectations are rewritten."""
        options = "".join(f"- {key}: {value}\n" for key, value in self.options.items())
        source = f"~~~~ {self.language}\n{self.source}~~~~\n"
        return "\n".join(
            [f"## {self.title}\n", *([options] if options else []), source, block(self.reply)]
        )


def block(text: str, language: str = "") -> str:
    mark = f"~~~~ {language}".rstrip()
    return f"{mark}\n{text}" + ("" if text.endswith("\n") else "\n") + "~~~~\n"


def cases_of(file: Path) -> tuple[str, list[Case]]:
    head, *sections = re.split(r"^## ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return head, [case_of(file, section) for section in sections]


def case_of(file: Path, section: str) -> Case:
    title = section.partition("\n")[0]
    source, reply = list(BLOCK.finditer(section))[:2]
    options = dict(OPTION.findall(section[: source.start()]))
    rest = section[reply.end() :].strip()
    return Case(file, title, options, source[1], source[2], reply[2], rest)


async def outcome(case: Case) -> str:
    offset = case.text.index(CURSOR)
    snapshot = Snapshot.from_text(case.text.replace(CURSOR, ""), language=case.language)
    position = position_at(snapshot.lines, offset)
    skip = reason_to_skip(snapshot, position, is_explicit=case.options.get("explicit") == "yes")
    if skip is not None:
        return f"Not asked: {skip.reason}"
    reply = case.reply.removesuffix("\n") if case.options.get("reply") == "unended" else case.reply
    model = ScriptedModel(reply, form=case.form)
    result = await Engine().complete(snapshot, position, model)
    read = EARLY if model.is_closed_early else WHOLE
    if isinstance(result, Skip):
        return f"Not offered: {result.reason}\n{read}"
    after = apply_edits(snapshot.text, [Edit(result.range, result.text)])
    if case.options.get("endings") == "crlf":
        assert "\n" not in after.replace("\r\n", "")
    return f"{block(after.replace(chr(13), ''), case.language)}\n{read}"


async def written(file: Path) -> str:
    """Return the file as the runner writes it."""
    head, cases = cases_of(file)
    sections = [f"{case.given()}\n{(await outcome(case)).strip()}" for case in cases]
    return head + "\n\n".join(sections) + "\n"


async def rewrite() -> None:
    for file in FILES:
        file.write_text(await written(file), encoding="utf-8", newline="\n")


FILES = sorted(FOLDER.glob("*.md"))
if "UPDATE_CASES" in os.environ:
    asyncio.run(rewrite())
CASES = [case for file in FILES for case in cases_of(file)[1]]


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{case.file.stem}: {case.title}") for case in CASES]
)
async def test_a_reply_becomes_what_the_case_says(case: Case) -> None:
    assert (await outcome(case)).strip() == case.rest
