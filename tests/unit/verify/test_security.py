"""What new code may not bring in."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gearshift.privacy.redact import secrets_in
from gearshift.verify.change import Change
from gearshift.verify.programs import find_program
from gearshift.verify.security import security_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = Path("/project/shop.py")
KEY = "sk-" + "proj-" + "Qw3rT7yU1oP9aS5dF2gH8jK4lZ6xC0vB"


async def _rules(before: str, after: str, language: str = "python", file: Path = FILE):
    found = await security_findings(Change(language, before, after), file, secrets_in)
    return [(f.rule, f.severity) for f in found]


@pytest.mark.parametrize(
    ("after", "rule", "severity"),
    [
        pytest.param("x = eval(a)\n", "calls:eval", "high", id="eval"),
        pytest.param("x = eval(a)\n", "bandit:B307", "high", id="eval by bandit"),
        pytest.param("import os\nos.system(a)\n", "bandit:B605", "high", id="system"),
        pytest.param("import pickle\npickle.loads(a)\n", "bandit:B301", "medium", id="pickle"),
        pytest.param("import random\nrandom.random()\n", "bandit:B311", "low", id="random"),
        pytest.param(f"KEY = {KEY!r}\n", "secret:openai-key", "high", id="a key"),
        pytest.param("# Copyright (c) 2019 Somebody\n", "licence", "medium", id="a licence"),
        pytest.param("f(a)  # nosec\nexec(a)  # nosec\n", "bandit:B102", "high", id="hushed up"),
    ],
)
async def test_what_is_new_and_dangerous_is_found(after: str, rule: str, severity: str) -> None:
    assert (rule, severity) in await _rules("x = 1\n", after)


async def test_what_was_there_before_is_not_new() -> None:
    before = f"import os\nKEY = {KEY!r}\ndef f(a):\n    os.system(a)\n"
    after = before.replace("f(a)", "run(a)") + "\n\nrun('ls')\n"
    assert await _rules(before, after) == []


async def test_what_only_moves_is_not_new() -> None:
    before = "import os\ndef f(a):\n    return os.popen(a)\n"
    after = "import os\ndef g(a):\n    if a:\n        return os.popen(a)\n"
    assert await _rules(before, after) == []


async def test_assertions_and_chance_are_no_matter_in_tests() -> None:
    after = "import random\n\ndef test_f():\n    assert random.random() < 2\n"
    assert await _rules("", after, file=Path("/project/tests/test_shop.py")) == []


async def test_a_finding_names_its_line_and_never_the_secret() -> None:
    change = Change("python", "x = 1\n", f"x = 1\n\n\nKEY = {KEY!r}\n")
    [finding, *_] = await security_findings(change, FILE, secrets_in)
    assert (finding.line, finding.path) == (3, FILE)
    assert KEY not in finding.message


@pytest.mark.parametrize(
    ("language", "code", "rule"),
    [
        ("javascript", "const x = eval(input)", "calls:eval"),
        ("typescript", "el.innerHTML = text", "calls:innerHTML"),
        ("go", 'cmd := exec.Command("sh", "-c", text)', "calls:shell"),
        ("go", "tls.Config{InsecureSkipVerify: true}", "calls:InsecureSkipVerify"),
        ("rust", "unsafe { *p }", "calls:unsafe"),
        ("c", "gets(line);", "calls:gets"),
        ("php", "eval($text);", "calls:eval"),
        ("ruby", "Marshal.load(text)", "calls:Marshal"),
        ("java", "Runtime.getRuntime().exec(text);", "calls:exec"),
        ("csharp", "new BinaryFormatter();", "calls:BinaryFormatter"),
    ],
)
async def test_dangerous_calls_are_found_in_other_languages(
    language: str, code: str, rule: str
) -> None:
    rules = await _rules("", code + "\n", language, Path("/project/x"))
    assert rule in [found for found, _ in rules]
    assert await _rules(code + "\n", "  " + code + "\n", language, Path("/project/x")) == []


SEMGREP = """\
#!{python}
import json, pathlib, sys
folder = pathlib.Path(sys.argv[-1])
results = []
for file in sorted(folder.glob("*.js")):
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if "execSync" in line:
            results.append({{
                "check_id": "tmp.rules.javascript-command-of-parts", "path": str(file),
                "start": {{"line": number}},
                "extra": {{"severity": "ERROR", "message": "It runs\\n a command."}},
            }})
pathlib.Path({log!r}).write_text("\\n".join(sys.argv[1:]))
print(json.dumps({{"results": results, "errors": []}}))
"""


@pytest.fixture
def semgrep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A program of that name, which answers in semgrep 1.182's form; it has a log."""
    log, program = tmp_path / "log", tmp_path / "bin" / "semgrep"
    program.parent.mkdir()
    program.write_text(SEMGREP.format(python=sys.executable, log=str(log)))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    find_program.cache_clear()
    yield log
    find_program.cache_clear()


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a script with a first line")
async def test_semgrep_is_asked_where_it_is_installed(semgrep: Path) -> None:
    before = "function f(a) {\n  execSync(a);\n}\n"
    change = Change("javascript", before, before + "function g(a) {\n  execSync('x' + a);\n}\n")
    found = await security_findings(change, Path("/project/a.js"), secrets_in)
    [own] = [f for f in found if f.rule.startswith("semgrep:")]
    assert (own.rule, own.severity, own.line, own.message) == (
        *("semgrep:javascript-command-of-parts", "high", 4, "It runs a command."),
    )
    assert {"--metrics=off", "--disable-nosem"} <= _asked(semgrep)


def _asked(log: Path) -> set[str]:
    return set(log.read_text().splitlines())
