"""Runs the Markdown cases in `actions/`; `UPDATE_CASES=1` rewrites what they expect.

A case is a section: options as a list, then blocks fenced with `~~~~`: the source, with `<|` and
`|>` around a selection or `<|>` at a cursor; maybe the existing `tests` and a module `other`; each
`answer` of the model in turn. What follows is expected: the edits as a diff, and what the user is
told.
"""

from __future__ import annotations

import asyncio
import difflib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.model import AnswersInTurn, KeptProgress

from gearshift.actions import action_named
from gearshift.actions.context import prepare
from gearshift.actions.draft import Contender, run
from gearshift.core.diagnostic import Diagnostic
from gearshift.core.document import Snapshot
from gearshift.core.errors import UserError
from gearshift.core.results import FileEdit, Proposal, Refusal
from gearshift.core.text import Range, apply_edits, position_at, split_lines
from gearshift.languages import language_of
from gearshift.settings.schema import VerifySettings
from gearshift.verify.sandbox import Sandbox
from gearshift.verify.verifier import Verifier

FOLDER = Path(__file__).with_name("actions")
BLOCK = re.compile(r"^~~~~ ?(\w*)\n(.*?)^~~~~$", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r"^- (\w+): (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    file: Path
    title: str
    options: dict[str, str]
    language: str
    source: str
    tests: str | None
    other: str | None
    answers: list[str]
    given: str
    """The part of the section that stays when expectations are rewritten."""
    expected: str

    def place(self) -> tuple[str, Range]:
        """Return the text without its marks, and the selection."""
        source = self.source.replace("<|>", "<||>")
        before, _, rest = source.partition("<|")
        inside, _, after = rest.partition("|>")
        text = before + inside + after
        lines = split_lines(text)
        start = position_at(lines, len(before))
        return text, Range(start, position_at(lines, len(before + inside)))


def cases_of(file: Path) -> tuple[str, list[Case]]:
    head, *sections = re.split(r"^## ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return head, [case_of(file, section) for section in sections]


def case_of(file: Path, section: str) -> Case:
    blocks = list(BLOCK.finditer(section))
    source, others = blocks[0], blocks[1:]
    answers = [b for b in others if b[1] == "answer"]
    tests = [b[2] for b in others if b[1] == "tests"]
    other = [b[2] for b in others if b[1] == "other"]
    end = [source, *answers][-1].end()
    options = dict(OPTION.findall(section[: source.start()]))
    return Case(
        file,
        section.partition("\n")[0],
        options,
        source[1],
        source[2],
        tests[0] if tests else None,
        other[0] if other else None,
        [answer[2] for answer in answers],
        section[:end],
        section[end:].strip(),
    )


async def outcome(case: Case) -> str:
    with tempfile.TemporaryDirectory() as folder:
        return await _outcome(case, Path(folder))


async def _outcome(case: Case, project: Path) -> str:
    text, span = case.place()
    if case.options.get("endings") == "crlf":
        text = text.replace("\n", "\r\n")
    extension = language_of(case.language).extensions[0]
    path = project / f"shop{extension}"
    path.write_text(text, encoding="utf-8", newline="")
    if case.tests is not None:
        (project / "tests").mkdir()
        (project / "tests" / "test_shop.py").write_text(case.tests, encoding="utf-8")
    if case.other is not None:
        (project / "other.py").write_text(case.other, encoding="utf-8")
    snapshot = Snapshot.from_text(text, language=case.language, path=path, version=7)
    problem = case.options.get("problem")
    diagnostics = [Diagnostic(span, problem)] if problem else []
    action = action_named(case.options["action"])
    assert action is not None
    finish = "length" if case.options.get("answer") == "cut off" else "stop"
    model = AnswersInTurn(list(case.answers), finish=finish)

    async def yes() -> bool:
        return True

    mode = case.options.get("run", "never")
    verifier = Verifier(project, VerifySettings(run=mode), Sandbox(), yes)  # type: ignore[arg-type]
    try:
        request = await prepare(
            snapshot,
            span,
            instruction=case.options.get("instruction", ""),
            diagnostics=diagnostics,
            project=project,
            is_whole_file=case.options.get("target") == "file",
            needs=action.needs,
        )
        result = await run(action, request, [Contender(model, "full")], verifier, KeptProgress())
    except UserError as error:
        return f"Error: {error}"
    assert not model.answers, "an answer of the case was not asked for"
    return _shown(result, project)


def _shown(result: Proposal | Refusal, project: Path) -> str:
    findings = [f"Finding ({f.severity}): {f.message}" for f in result.findings]
    rejected = [f"Rejected: {a.outcome}" for a in result.attempts if a.outcome != "accepted"]
    if isinstance(result, Refusal):
        return "\n".join([*rejected, *findings, f"Refused: {result.reason}"])
    evidence = ", ".join("sandbox" if e.startswith("sandbox:") else e for e in result.evidence)
    parts = [_diff(edit, project) for edit in result.edits]
    if result.page:
        parts.append(f"~~~~ markdown\n{result.page}~~~~\n")
    told = [*rejected, *findings, f"{result.label} ({evidence}): {result.summary}"]
    return "\n".join([*parts, *told])


def _diff(edit: FileEdit, project: Path) -> str:
    name = edit.path.relative_to(project).as_posix()
    before = "" if edit.is_new else edit.path.read_bytes().decode()
    after = apply_edits(before, edit.edits)
    if "\r\n" in before:
        assert "\n" not in after.replace("\r\n", "")
    assert edit.version == (7 if edit.path.stem == "shop" and not edit.is_new else None)
    lines = difflib.unified_diff(
        before.replace("\r", "").splitlines(),
        after.replace("\r", "").splitlines(),
        "nothing" if edit.is_new else name,
        name,
        n=1,
        lineterm="",
    )
    return "~~~~ diff\n" + "\n".join(lines) + "\n~~~~\n"


async def written(file: Path) -> str:
    """Return the file as the runner writes it."""
    head, cases = cases_of(file)
    sections = [f"## {case.given}\n\n{(await outcome(case)).strip()}" for case in cases]
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
async def test_answers_become_what_the_case_says(case: Case) -> None:
    assert (await outcome(case)).strip() == case.expected
