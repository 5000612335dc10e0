"""`gearshift eval` with models whose answers are written down, judged by what they do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from gearshift.cli import run
from gearshift.cli.evaluation.samples import HOLE_CHECKS, SAMPLES
from gearshift.completion.probe.holes import HOLES

if TYPE_CHECKING:
    from pathlib import Path

MEAN = {"task": "inline", "text": "sum(values) / len(values)"}
WRONG = {"task": "inline", "text": "import sys"}
EVEN = (
    "```python\ndef is_even(number):\n"
    '    """Return whether number is even."""\n    return number % 2 == 0\n```'
)


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a settings folder, in force, whose models are still to be written."""
    config = tmp_path / "config"
    config.mkdir()
    monkeypatch.setenv("GEARSHIFT_CONFIG", str(config))
    monkeypatch.setenv("GEARSHIFT_STATE", str(tmp_path / "state"))
    return config


def _models(config: Path, more: str = "", **answers: list[dict[str, Any]]) -> None:
    parts = [more]
    for name, lines in answers.items():
        script = config / f"{name}.jsonl"
        script.write_text("".join(json.dumps(line) + "\n" for line in lines))
        parts.append(f"[models.{name}]\nprovider = 'scripted'\npath = '{script}'\n")
    (config / "config.toml").write_text("\n".join(parts))


def test_a_filled_hole_is_right_if_its_file_does_what_it_should(
    configured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _models(configured, mini=[MEAN, WRONG])
    assert run(["eval", "--task", "inline", "--limit", "2", "--json"]) == 0

    said = capsys.readouterr()
    [row] = json.loads(said.out)["rows"]
    assert (row["task"], row["name"], row["asked"], row["right"]) == ("inline", "mini", 2, 1)
    assert [item["right"] for item in row["items"]] == [True, False]
    assert row["items"][1]["reason"]
    assert set(row["usage"]) == {"input", "cached", "output"}  # as everywhere else
    assert row["usd"] is None  # nobody knows the price of a scripted model
    assert "at most about" in said.err


def test_a_rewritten_sample_goes_through_all_checks(
    configured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    patient = "[verify]\ntimeoutSeconds = 600\n"
    _models(configured, patient, full=[{"task": "refactor", "text": EVEN}])
    arguments = ["eval", "--task", "refactor", "--model", "full", "--limit", "1"]
    assert run(arguments) == 0

    said = capsys.readouterr()
    head, row = said.out.splitlines()
    assert head.split() == ["task", "model", "offered", "right", "tokens", "time", "cost"]
    assert row.startswith("refactor  full")
    assert "1 of 1   1 of 1" in row


def test_a_reached_budget_ends_it_with_code_3(
    configured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    limit = "[[quota.budgets]]\nwindow = 'day'\ntokens = 1\n"
    _models(configured, limit, mini=[MEAN], full=[])
    assert run(["eval", "--task", "refactor", "--limit", "1"]) == 3
    assert "budget" in capsys.readouterr().err


def test_a_model_that_is_not_there_is_a_usage_error(
    configured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _models(configured, mini=[MEAN])
    assert run(["eval", "--model", "maxi"]) == 2
    assert "there is `mini`" in capsys.readouterr().err


def test_an_estimate_asks_nothing(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _models(configured, mini=[], full=[])
    assert run(["eval", "--estimate"]) == 0

    said = capsys.readouterr()
    assert said.out == ""
    assert "mini price unknown, full price unknown" in said.err


def test_every_hole_in_python_has_a_check_that_its_own_answer_passes() -> None:
    known = {hole.name: hole for hole in HOLES if hole.language == "python"}
    assert set(HOLE_CHECKS) == set(known)
    for name, check in HOLE_CHECKS.items():
        whole = f"{''.join(known[name].parts)}\n{check}\n"
        exec(compile(whole, name, "exec"), {})


def test_every_sample_does_what_its_check_wants_of_its_result() -> None:
    for sample in SAMPLES:
        if sample.check and sample.action != "addTypes":
            whole = f"{sample.text}\n{sample.check}\n"
            exec(compile(whole, sample.file, "exec"), {})
