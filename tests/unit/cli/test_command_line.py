"""The table of commands, their help, exit codes and places."""

from __future__ import annotations

import importlib
from argparse import ArgumentParser
from pathlib import Path

import pytest

from gearshift.cli import COMMANDS, run
from gearshift.cli.exits import code_of, code_of_end
from gearshift.cli.places import lines, point, range_of
from gearshift.core import errors
from gearshift.core.document import Snapshot
from gearshift.core.results import Finding, Outcome, TaskFinished
from gearshift.core.text import Position, Range

BUG = Finding("bug", "medium", "test:test_a", "It is off by one.")


def test_help_lists_every_command_and_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0

    said = capsys.readouterr().out
    assert all(f"  {name} " in said for name in COMMANDS)
    assert "3 budget or quota" in said


def test_no_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    assert "commands:" in capsys.readouterr().out


def test_a_misspelt_command_gets_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["statsu"]) == 2
    assert "did you mean `status`?" in capsys.readouterr().err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_help_of_its_own(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run([name, "--help"])

    assert ended.value.code == 0
    assert f"usage: gearshift {name}" in capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_declaring_arguments_asks_for_nothing_heavy(name: str) -> None:
    command = importlib.import_module(f"gearshift.cli.{name}")

    command.add_arguments(ArgumentParser())

    assert callable(command.run)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param(["act", "dance", "a.py"], "invalid choice", id="an unknown action"),
        pytest.param(["act", "tests", "a.py", "--diff", "--apply"], "not allowed", id="both ways"),
        pytest.param(["models"], "required", id="no verb"),
        pytest.param(["setup", "--preset", "x"], "invalid choice", id="an unknown preset"),
    ],
)
def test_wrong_arguments_end_with_code_2(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(arguments)

    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(errors.BudgetReached("b"), 3, id="a budget"),
        pytest.param(errors.QuotaExhausted("q"), 3, id="the vendor's quota"),
        pytest.param(errors.Unavailable("u"), 4, id="no connection"),
        pytest.param(errors.Unauthorized("k"), 4, id="a refused key"),
        pytest.param(errors.ContextTooLong("c"), 1, id="a prompt too long"),
        pytest.param(errors.SettingsError("s"), 2, id="settings"),
        pytest.param(errors.SetupNeeded("n"), 2, id="no model"),
        pytest.param(errors.Refused("r"), 1, id="a rule"),
        pytest.param(errors.UserError("e"), 1, id="another mistake"),
        pytest.param(ValueError("bug"), None, id="a bug is no outcome"),
    ],
)
def test_each_error_has_its_exit_code(error: Exception, code: int | None) -> None:
    assert code_of(error) == code


@pytest.mark.parametrize(
    ("outcome", "cause", "findings", "code"),
    [
        pytest.param("applied", None, (), 0, id="done"),
        pytest.param("applied", None, (BUG,), 1, id="done and a bug found"),
        pytest.param("applied", errors.BudgetReached("b"), (), 3, id="a part, then the budget"),
        pytest.param("refused", None, (), 1, id="no draft was good enough"),
        pytest.param("refused", errors.BudgetReached("b"), (BUG,), 3, id="the budget"),
        pytest.param("refused", errors.Unavailable("u"), (), 4, id="the better model is down"),
        pytest.param("refused", errors.Refused("r"), (), 1, id="a rule"),
        pytest.param("cancelled", None, (), 1, id="stopped"),
    ],
)
def test_each_end_of_an_action_has_its_exit_code(
    outcome: Outcome, cause: errors.GearshiftError | None, findings: tuple[Finding, ...], code: int
) -> None:
    end = TaskFinished("1", "tests", outcome, "none", (), None, (), cause, findings=findings)
    assert code_of_end(end) == code


def test_a_point_is_counted_from_1() -> None:
    assert point("src/a.py:3:5") == (Path("src/a.py"), Position(2, 4))


def test_a_drive_letter_is_no_line() -> None:
    assert point(r"C:\src\a.py:3:5") == (Path(r"C:\src\a.py"), Position(2, 4))
    assert lines(r"C:\src\a.py:7") == (Path(r"C:\src\a.py"), (7, 7))


@pytest.mark.parametrize("text", ["a.py", "a.py:3", "a.py:0:1", "a.py:1:0", "a.py:x:1"])
def test_what_is_no_point_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(errors.SettingsError, match="FILE:LINE:COL"):
        point(text)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("a.py", None, id="the whole file"),
        pytest.param("a.py:4", (4, 4), id="one line"),
        pytest.param("a.py:4-9", (4, 9), id="several"),
    ],
)
def test_lines_may_be_named(text: str, named: tuple[int, int] | None) -> None:
    assert lines(text) == (Path("a.py"), named)


@pytest.mark.parametrize("text", ["a.py:0", "a.py:9-4"])
def test_lines_that_can_not_be_are_refused(text: str) -> None:
    with pytest.raises(errors.SettingsError, match="no such lines"):
        lines(text)


def test_one_line_means_its_first_character_after_the_margin() -> None:
    snapshot = Snapshot.from_text("class A:\n    def f(self): ...\n", language="python")

    assert range_of(snapshot, (2, 2)) == Range.at(Position(1, 4))
    assert range_of(snapshot, (1, 2)) == Range(Position(0, 0), Position(1, 20))
    assert range_of(snapshot, None) == snapshot.whole


def test_a_line_beyond_the_end_is_refused() -> None:
    with pytest.raises(errors.SettingsError, match="has 2 lines"):
        range_of(Snapshot.from_text("a\n", language="python"), (3, 3))
