"""Reports of generated tests say what other programs can read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from gearshift.cli.tests import Batch, Result
from gearshift.cli.tests_report import as_junit, as_sarif
from gearshift.cli.worklist import Job
from gearshift.core.results import Finding, TaskFinished

if TYPE_CHECKING:
    import pytest


def _session(file: Path, message: str = "Bad.") -> Batch:
    finding = Finding("security", "medium", "bandit:B602", message, file, 2)
    job = Job(file, "f", 0, 0)
    end = TaskFinished("1", "tests", "applied", "checked", (), None, (), findings=(finding,))
    return Batch([Result(job, end)])


def test_every_rule_of_a_sarif_result_is_declared(tmp_path: Path) -> None:
    [run] = json.loads(as_sarif(_session(tmp_path / "a.py")))["runs"]
    declared = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} <= declared


def test_sarif_gives_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    [run] = json.loads(as_sarif(_session(Path("my cups#1.py"))))["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "my%20cups%231.py"


def test_junit_holds_only_what_xml_can(tmp_path: Path) -> None:
    text = as_junit(_session(tmp_path / "a.py", "a\x00\ud800\ufffeb"))
    fault = ElementTree.fromstring(text.encode())
    assert [each.get("message") for each in fault.iter("failure")] == ["ab"]
