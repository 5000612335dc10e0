"""`gearshift tests` as CI runs it: many symbols, a revision, a budget, reports."""

from __future__ import annotations

import json
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.support.stdio_client import GEARSHIFT

SOURCE = '''\
def double(n):
    return n * 2


class Cup:
    def fill(self, litres):
        """Return the litres.

        >>> Cup().fill(2)
        2
        """
        return litres + 1

    def _hidden(self):
        return 0
'''
DOUBLE = """\
```python
from cups import double


def test_double():
    assert double(3) == 6
```
"""
FILL = """\
```python
from cups import Cup


def test_fill():
    assert Cup().fill(2) == 2


def test_fill_nothing():
    assert Cup().fill(0) == 1
```
"""


@dataclass
class Shell:
    project: Path
    config: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*GEARSHIFT, "tests", *arguments]
        return subprocess.run(
            command, cwd=self.project, capture_output=True, text=True, timeout=300, check=False
        )

    def script(self, *answers: dict[str, Any]) -> None:
        path = self.config.with_name("answers.jsonl")
        path.write_text("\n".join(map(json.dumps, answers)), encoding="utf-8")
        row = f'provider = "scripted"\nmodel = "gpt-6-luna"\npath = {json.dumps(str(path))}\n'
        self.config.write_text(f"[models.mini]\n{row}\n[models.full]\n{row}\n", encoding="utf-8")

    def git(self, *arguments: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        command = ["git", *identity, *arguments]
        subprocess.run(command, cwd=self.project, check=True, capture_output=True)


USAGE = {"input": 1000, "output": 1000}


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").touch()
    (project / "cups.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.setenv("GEARSHIFT_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("GEARSHIFT_STATE", str(tmp_path / "state"))
    shell = Shell(project, tmp_path / "config.toml")
    shell.script(
        {"task": "tests", "match": "double", "text": DOUBLE, "usage": USAGE},
        {"task": "tests", "match": "fill", "text": FILL, "usage": USAGE},
    )
    return shell


def test_a_files_symbols_share_a_test_file_and_a_bug_is_reported(shell: Shell) -> None:
    done = shell.run("cups.py", "--run", "always", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 1, done.stderr
    assert [(t["symbol"], t["outcome"], t["label"]) for t in found["tasks"]] == [
        ("double", "applied", "verified"),
        ("Cup.fill", "applied", "verified"),
    ]
    [bug] = found["tasks"][1]["findings"]
    assert (bug["kind"], bug["rule"]) == ("bug", "test:test_fill")
    assert "`Cup().fill(2)` gives `2`" in bug["message"]
    assert found["usd"] > 0
    assert "+def test_double():" in found["diff"]
    assert "+def test_fill_nothing():" in found["diff"]
    assert "+def test_fill():" not in found["diff"]
    assert found["written"] == []
    assert not (shell.project / "tests").exists()


def test_applied_tests_are_on_the_disk_and_pass(shell: Shell) -> None:
    done = shell.run("cups.py:1", "--run", "always", "--apply")
    assert done.returncode == 0, done.stderr
    assert "1 of 1 symbols got tests" in done.stderr
    text = (shell.project / "tests" / "test_cups.py").read_text(encoding="utf-8")
    assert text == "from cups import double\n\n\ndef test_double():\n    assert double(3) == 6\n"


def test_only_changed_symbols_are_tested(shell: Shell) -> None:
    shell.git("init", "-q")
    shell.git("add", ".")
    shell.git("commit", "-q", "-m", "cups")
    unchanged = shell.run("--changed", "--json")
    assert json.loads(unchanged.stdout)["tasks"] == []
    assert unchanged.returncode == 0

    changed = SOURCE.replace("return n * 2", "return 2 * n")
    (shell.project / "cups.py").write_text(changed, encoding="utf-8")
    done = shell.run("--since", "HEAD", "--json")
    assert [task["symbol"] for task in json.loads(done.stdout)["tasks"]] == ["double"]


def test_a_revision_that_is_none_ends_with_2(shell: Shell) -> None:
    shell.git("init", "-q")
    done = shell.run("--since", "nowhere")
    assert done.returncode == 2
    assert "there is no revision `nowhere`" in done.stderr


def test_a_budget_that_is_reached_ends_with_3_and_says_what_was_left_out(shell: Shell) -> None:
    report = shell.project / "report.xml"
    done = shell.run("cups.py", "--budget", "0.0001", "--junit", "report.xml")
    assert done.returncode == 3
    assert "The budget of $0.0001 is reached" in done.stderr
    [suite] = ET.parse(report).getroot()
    assert suite.attrib == {
        "name": "gearshift tests",
        "tests": "2",
        "failures": "0",
        "errors": "0",
        "skipped": "1",
    }
    assert [case.attrib["name"] for case in suite] == ["double", "Cup.fill"]


def test_sarif_has_bugs_and_what_got_no_tests(shell: Shell) -> None:
    shell.script(
        {"task": "tests", "match": "fill", "text": FILL},
        *[{"task": "tests", "match": "double", "text": "I don't know."} for _ in range(3)],
    )
    done = shell.run("cups.py", "--run", "always", "--sarif", "-")
    [run] = json.loads(done.stdout)["runs"]
    assert done.returncode == 1
    assert [(r["ruleId"], r["level"]) for r in run["results"]] == [
        ("untested", "note"),
        ("bug", "error"),
    ]
    place = run["results"][1]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "cups.py"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param([], "Name what to test", id="nothing named"),
        pytest.param(["gone.py"], "gone.py is not there", id="no such file"),
        pytest.param(["cups.py", "--budget", "-1"], "less than nothing", id="a negative budget"),
    ],
)
def test_what_can_not_be_meant_ends_with_2(shell: Shell, arguments: list[str], said: str) -> None:
    done = shell.run(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
