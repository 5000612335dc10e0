"""Reported problems are looked for again, with the tool that reported them where it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gearshift.core.diagnostic import Diagnostic
from gearshift.core.text import Position, Range
from gearshift.settings.schema import VerifySettings
from gearshift.verify.change import Change
from gearshift.verify.linters import LINTERS, Problem, linter_of, type_checker
from gearshift.verify.sandbox import Sandbox
from gearshift.verify.verifier import Verifier

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.core.verification import Verdict

HERE = Range.at(Position(0, 0))
UNUSED = "import os\nimport re\n\nprint(re)\n"
RUFF = Diagnostic(HERE, "`os` imported but unused", "Ruff", "F401")


async def _recheck(
    folder: Path, before: str, after: str, *diagnostics: Diagnostic, run: str = "always"
) -> Verdict:
    async def no() -> bool:
        return False

    file = folder / "m.py"
    file.write_text(before)
    verifier = Verifier(folder, VerifySettings(run=run), Sandbox(), no)  # type: ignore[arg-type]
    try:
        return await verifier.rechecked(Change("python", before, after), file, diagnostics)
    finally:
        await verifier.close()


async def test_ruff_is_asked_again(tmp_path: Path) -> None:
    verdict = await _recheck(tmp_path, UNUSED, UNUSED.replace("import os\n", ""), RUFF)
    assert (verdict.passed, verdict.detail) == (True, "ruff no longer reports it.")
    assert "recheck:ruff" in verdict.evidence


async def test_what_ruff_reports_newly_is_told(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text('[lint]\nselect = ["F", "E711"]\n')
    after = "import re\n\nprint(re == None)\n"
    verdict = await _recheck(tmp_path, UNUSED, after, RUFF)
    assert not verdict.passed
    assert verdict.detail.startswith("ruff reports something new: Comparison to `None`")


async def test_a_problem_that_is_still_there_is_told_without_any_tool(tmp_path: Path) -> None:
    after = UNUSED.replace("print(re)", "print(re, 1)")
    verdict = await _recheck(tmp_path, UNUSED, after, RUFF, run="never")
    assert verdict.detail == "`os` is still imported and not used."


@pytest.mark.parametrize(
    ("before", "after", "message", "detail"),
    [
        ("x = (1\n", "x = (2\n", "'(' was never closed", "The file still does not parse."),
        ("print(q)\n", "print(q + 1)\n", "Undefined name `q`", "`q` is still not defined."),
        ("print(q)\n", "print(q + 1)\n", '"q" is not defined', "`q` is still not defined."),
    ],
)
async def test_the_parser_looks_for_what_it_can_find(
    tmp_path: Path, before: str, after: str, message: str, detail: str
) -> None:
    problem = Diagnostic(HERE, message, "any")
    verdict = await _recheck(tmp_path, before, after, problem, run="never")
    assert (verdict.passed, verdict.detail) == (False, detail)


async def test_what_the_parser_finds_gone_is_evidence(tmp_path: Path) -> None:
    problem = Diagnostic(HERE, "Undefined name `q`", "any")
    verdict = await _recheck(tmp_path, "print(q)\n", "q = 1\nprint(q)\n", problem, run="never")
    assert (verdict.passed, verdict.evidence) == (True, ("recheck:parser",))


async def test_a_tool_that_is_not_installed_is_no_evidence(tmp_path: Path) -> None:
    problem = Diagnostic(HERE, "E225 missing whitespace", "flake8", "E225")
    verdict = await _recheck(tmp_path, "x=1\n", "x = 1\n", problem)
    assert (verdict.passed, verdict.evidence) == (True, ())


def test_outputs_of_the_tools_are_read() -> None:
    said = {
        "mypy": '/p/m.py:3: error: Name "q" is not defined  [name-defined]\nFound 1 error',
        "pyright": '{"generalDiagnostics": [{"severity": "error", "message": "No", "rule": "r"}]}',
        "flake8": "/p/m.py:1:2: E225 missing whitespace",
        "pyflakes": "/p/m.py:1:1: 'os' imported but unused",
        "ruff": '[{"code": "F401", "message": "`os` imported but unused"}]',
    }
    read = {row.name: row.read(said[row.name]) for row in LINTERS}
    assert read == {
        "mypy": [Problem("name-defined", 'Name "q" is not defined')],
        "pyright": [Problem("r", "No")],
        "flake8": [Problem("E225", "missing whitespace")],
        "pyflakes": [Problem("", "'os' imported but unused")],
        "ruff": [Problem("F401", "`os` imported but unused")],
    }
    assert LINTERS[0].read("error: no such option") is None


def test_tools_are_known_by_what_editors_call_them(tmp_path: Path) -> None:
    assert linter_of("Pylance") is linter_of("pyright") is not None
    assert linter_of("eslint") is None
    assert type_checker(tmp_path) is None
    (tmp_path / "mypy.ini").touch()
    found = type_checker(tmp_path)
    assert found is not None
    assert found.name == "mypy"
