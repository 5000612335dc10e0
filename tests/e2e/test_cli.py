"""The command line as users and CI run it: the installed program, scripted answers, a real disk."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.support.stdio_client import GEARSHIFT

SOURCE = '''\
"""Cups."""


def cups(litres: float, size: float) -> int:
    """Return how many whole cups some tea fills."""
    if size <= 0:
        raise ValueError("a cup holds something")
    return int(litres / size)
'''
TESTS = """\
```python
from cups import cups


def test_cups_whole():
    assert cups(1.0, 0.25) == 4


def test_cups_rounds_down():
    assert cups(1.0, 0.3) == 3
```
"""
WRONG = TESTS.replace("== 4", "== 5").replace("== 3", "== 2")


@dataclass
class Shell:
    """Runs the program in a project of its own, with user folders of its own."""

    project: Path
    config: Path

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Return how a command ended."""
        return subprocess.run(
            [*GEARSHIFT, *arguments],
            cwd=self.project,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    def json(self, *arguments: str) -> Any:
        """Return what a command printed as JSON."""
        return json.loads(self.run(*arguments, "--json").stdout)

    def configure(self, text: str) -> None:
        """Write the user's settings."""
        self.config.write_text(text, encoding="utf-8")

    def script(self, *answers: dict[str, Any], more: str = "") -> None:
        """Let both models answer from a script."""
        path = self.config.with_name("answers.jsonl")
        path.write_text("\n".join(map(json.dumps, answers)), encoding="utf-8")
        row = f'provider = "scripted"\nmodel = "gpt-6-luna"\npath = {json.dumps(str(path))}\n'
        self.configure(f"[models.mini]\n{row}\n[models.full]\n{row}\n{more}")


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").touch()
    (project / "cups.py").write_text(SOURCE, encoding="utf-8")
    config = tmp_path / "config.toml"
    monkeypatch.setenv("GEARSHIFT_CONFIG", str(config))
    monkeypatch.setenv("GEARSHIFT_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("GEARSHIFT_MODELS", str(tmp_path / "models"))
    return Shell(project, config)


# --- complete --------------------------------------------------------------------------------


def test_a_completion_goes_to_stdout(shell: Shell) -> None:
    shell.script({"task": "inline", "text": "return int(litres / size)"})
    (shell.project / "cups.py").write_text(SOURCE.rpartition("    return")[0] + "    ", "utf-8")

    done = shell.run("complete", "cups.py:8:5")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "return int(litres / size)\n"


def test_a_completion_as_json_says_which_model_and_why(shell: Shell) -> None:
    shell.script({"task": "inline", "text": "int(litres / size)"})
    (shell.project / "cups.py").write_text(SOURCE.rpartition("int(")[0], "utf-8")

    found = shell.json("complete", "cups.py:8:12")

    assert found["completion"] == "int(litres / size)"
    assert found["model"] == "mini"
    assert found["gear"] == "full"
    assert found["range"]["start"]["line"] == 8
    assert "routing.inline" in found["reason"]


def test_a_completion_sees_what_other_files_define(shell: Shell) -> None:
    shell.script(
        {"task": "inline", "text": "fill(litres)", "match": "def fill(litres: float) -> int: ..."},
        {"task": "inline", "text": "0"},
    )
    (shell.project / "pots.py").write_text(
        "def fill(litres: float) -> int:\n    return 1\n", "utf-8"
    )
    source = "from pots import fill\n\n\ndef brew(litres):\n    return "
    (shell.project / "cups.py").write_text(source, "utf-8")

    found = shell.json("complete", "cups.py:5:12")

    assert found["completion"] == "fill(litres)"
    assert "Shown besides the file: definitions 1." in found["reason"]


def test_no_completion_says_why_and_ends_with_1(shell: Shell) -> None:
    shell.script({"task": "inline", "text": ""}, more="[inline]\nenable = false\n")

    done = shell.run("complete", "cups.py:8:5")

    assert done.returncode == 1
    assert done.stdout == ""
    assert "inline.enable" in done.stderr


@pytest.mark.parametrize(
    ("place", "complaint"),
    [
        pytest.param("cups.py", "FILE:LINE:COL", id="no line"),
        pytest.param("absent.py:1:1", "can't be read", id="no file"),
    ],
)
def test_a_place_that_is_none_ends_with_2(shell: Shell, place: str, complaint: str) -> None:
    shell.script()

    done = shell.run("complete", place)

    assert done.returncode == 2
    assert complaint in done.stderr


# --- act -------------------------------------------------------------------------------------


def test_verified_tests_are_written_with_apply(shell: Shell) -> None:
    shell.script({"task": "tests", "text": TESTS})

    done = shell.run("act", "tests", "cups.py:4", "--apply", "--run", "always")

    assert done.returncode == 0, done.stderr
    (written,) = shell.project.rglob("test_*.py")
    assert "def test_cups_rounds_down" in written.read_text(encoding="utf-8")
    assert "verified (tests, coverage, mutants, sandbox:" in done.stderr
    assert "gpt-6-luna (full)" in done.stderr


def test_without_apply_the_edit_is_a_diff_and_nothing_is_written(shell: Shell) -> None:
    shell.script({"task": "tests", "text": TESTS})

    done = shell.run("act", "tests", "cups.py:4", "--run", "always")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("--- /dev/null\n+++ b/")
    assert "+def test_cups_whole():" in done.stdout
    assert not list(shell.project.rglob("test_*.py"))
    (row,) = shell.json("log")
    assert (row["label"], row["kept"]) == ("verified", None), "shown is not kept"


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        pytest.param("cups.py:999:1", "so there is no line 999", id="line"),
        pytest.param("cups.py:1:999", "so there is no column 999", id="column"),
    ],
)
def test_a_place_beyond_the_file_is_refused(shell: Shell, place: str, reason: str) -> None:
    shell.script({"text": "x"})

    done = shell.run("complete", place)

    assert done.returncode == 2
    assert reason in done.stderr


def test_the_doctor_does_not_praise_settings_that_it_finds_fault_with(shell: Shell) -> None:
    shell.configure("oops")

    found = shell.json("doctor")

    states = [each["state"] for each in found if each["check"] == "settings"]
    assert states == ["fail"]
    assert "Until then nothing in it counts." in str(found)


def test_tests_that_fail_are_refused_with_a_reason(shell: Shell) -> None:
    shell.script(*({"task": "tests", "text": WRONG} for _ in range(4)))

    done = shell.run("act", "tests", "cups.py:4", "--apply", "--run", "always")

    assert done.returncode == 1
    assert "failed" in done.stderr
    assert not list(shell.project.rglob("test_*.py"))


def test_where_nobody_can_be_asked_tests_are_only_checked(shell: Shell) -> None:
    shell.script({"task": "tests", "text": TESTS})

    finished = shell.json("act", "tests", "cups.py:4")

    assert finished["label"] == "checked"


def test_json_is_the_payload_that_editors_get(shell: Shell) -> None:
    usage = {"input": 100, "cached": 20, "output": 50}
    shell.script({"task": "tests", "text": TESTS, "usage": usage})

    finished = shell.json("act", "tests", "cups.py:4", "--run", "always")

    assert finished["action"] == "tests"
    assert finished["outcome"] == "applied"
    assert finished["label"] == "verified"
    assert "tests" in finished["evidence"]
    assert finished["attempts"][0]["usage"] == usage
    assert finished["attempts"][0]["usd"] > 0
    assert finished["written"] == []
    assert "+def test_cups_whole():" in finished["diff"]


def test_an_explanation_goes_to_stdout(shell: Shell) -> None:
    shell.script({"task": "explain", "text": "It counts cups."})

    done = shell.run("act", "explain", "cups.py:4")

    assert done.returncode == 0, done.stderr
    assert "It counts cups." in done.stdout


def test_an_unknown_refactoring_names_those_there_are(shell: Shell) -> None:
    shell.script()

    done = shell.run("act", "refactor", "cups.py:4", "--refactoring", "dance")

    assert done.returncode == 1
    assert "simplify" in done.stderr


# --- exit codes ------------------------------------------------------------------------------


def test_settings_that_were_not_taken_whole_end_with_2(shell: Shell) -> None:
    shell.script({"text": "x"}, more='[quota]\nwarnPercent = "soon"\n')

    done = shell.run("complete", "cups.py:8:5")

    assert done.returncode == 2
    assert "quota.warnPercent" in done.stderr


def test_no_model_ends_with_2_and_names_setup(shell: Shell) -> None:
    done = shell.run("act", "tests", "cups.py:4")

    assert done.returncode == 2
    assert "gearshift setup" in done.stderr


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("complete", "cups.py:8:5"), id="inline"),
        pytest.param(("act", "tests", "cups.py:4"), id="an action"),
    ],
)
def test_a_budget_that_is_reached_ends_with_3(shell: Shell, command: tuple[str, ...]) -> None:
    (shell.project / "cups.py").write_text(SOURCE.rpartition("int(")[0] + "\n", "utf-8")
    budget = '[[quota.budgets]]\nwindow = "day"\nrequests = 0\n'
    shell.script({"text": "int(1)"}, {"text": "int(1)"}, more=budget)

    done = shell.run(*command)

    assert done.returncode == 3, done.stderr
    assert "budget" in done.stderr


def test_a_budget_that_is_reached_after_a_draft_ends_with_3_too(shell: Shell) -> None:
    shell.script({"text": "No code.", "usage": {"input": 1000, "output": 1000}})

    done = shell.run("act", "tests", "cups.py:4", "--budget", "0.0001", "--json")
    found = json.loads(done.stdout)

    assert done.returncode == 3, done.stderr
    assert found["outcome"] == "refused"
    assert found["reason"].startswith("No draft was good enough: There was no code block.")
    assert "The budget of $0.0001 is reached" in found["reason"]


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("complete", "cups.py:8:5"), id="inline"),
        pytest.param(("act", "explain", "cups.py:4"), id="an action"),
    ],
)
def test_a_server_that_is_not_there_ends_with_4(shell: Shell, command: tuple[str, ...]) -> None:
    (shell.project / "cups.py").write_text(SOURCE.rpartition("int(")[0] + "\n", "utf-8")
    row = f'provider = "llamacpp"\nmodel = "m"\nbaseUrl = "http://127.0.0.1:{free_port()}"\n'
    shell.configure(f"[models.mini]\n{row}")

    done = shell.run(*command)

    assert done.returncode == 4, done.stderr
    assert "127.0.0.1" in done.stderr


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_ctrl_c_ends_a_command_at_once_and_settles_its_request(shell: Shell) -> None:
    shell.script({"task": "explain", "text": "Late.", "delayMs": 60_000})
    process = subprocess.Popen(
        [*GEARSHIFT, "act", "explain", "cups.py:4"],
        cwd=shell.project,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    for _ in range(200):
        if shell.json("log"):
            break
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=45)

    assert process.returncode == 130
    assert said.strip().endswith("stopped")
    (entry,) = shell.json("log")
    assert (entry["state"], entry["outcome"]) == ("settled", "cut")


# --- looking back ----------------------------------------------------------------------------


def test_status_log_and_why_tell_of_what_was_done(shell: Shell) -> None:
    usage = {"input": 1000, "output": 200}
    budget = '[[quota.budgets]]\nwindow = "5h"\nusd = 1.0\n'
    shell.script({"task": "explain", "text": "It counts.", "usage": usage}, more=budget)
    shell.run("act", "explain", "cups.py:4")

    status = shell.json("status")
    (entry,) = shell.json("log")
    why = shell.run("why").stdout

    assert status["state"] == "ready"
    assert status["today"]["requests"] == 1
    assert status["today"]["tokens"] == 1200
    assert status["quota"]["windows"][0]["limit"] == {"usd": 1.0}
    assert entry["task"] == "explain"
    assert entry["model"] == "gpt-6-luna"
    assert entry["usage"] == {"input": 1000, "cached": 0, "output": 200}
    assert entry["usd"] == pytest.approx(1000 * 0.1e-6 + 200 * 0.5e-6)
    assert "explain: applied by mini in gear full." in why
    assert "[cups.py:4]" in why


def test_status_in_words_has_a_bar_for_each_window(shell: Shell) -> None:
    shell.script(more='[[quota.budgets]]\nwindow = "week"\nrequests = 5\n')

    said = shell.run("status").stdout

    assert said.startswith("Gearshift: full")
    assert "week" in said
    assert "0.0 %" in said
    assert "0 of 5 req" in said


def test_the_report_tells_cost_and_time_in_three_forms(shell: Shell, tmp_path: Path) -> None:
    usage = {"input": 1000, "output": 200}
    shell.script({"task": "explain", "text": "It counts.", "usage": usage})
    shell.run("act", "explain", "cups.py:4")

    text = shell.run("report").stdout
    data = shell.json("report")
    page = tmp_path / "report.html"
    written = shell.run("report", "--html", str(page))
    unwritable = shell.run("report", "--html", str(tmp_path / "none" / "report.html"))

    assert "explain  scripted gpt-6-luna" in text
    (row,) = data["performance"]
    assert (row["task"], row["requests"], row["errorRate"]) == ("explain", 1, 0.0)
    assert row["usdPerRequest"] == pytest.approx(1000 * 0.1e-6 + 200 * 0.5e-6)
    assert written.returncode == 0
    assert "explain" in page.read_text("utf-8")
    assert unwritable.returncode == 2
    assert "can't be written" in unwritable.stderr


def test_a_new_user_is_told_so(shell: Shell) -> None:
    assert "No request was made yet" in shell.run("log").stdout
    assert "Nothing was asked for yet" in shell.run("why").stdout
    assert shell.json("status")["state"] == "setup"


# --- doctor, models, setup -------------------------------------------------------------------


def test_doctor_finds_nothing_wrong_with_a_good_set_up(shell: Shell) -> None:
    shell.script({"task": "explain", "text": "ready"}, {"task": "explain", "text": "ready"})

    done = shell.run("doctor", "--online")

    assert done.returncode == 0, done.stdout
    assert "✔ answer mini" in done.stdout
    assert "✔ ledger" in done.stdout
    assert "pygls" in done.stdout


def test_doctor_says_what_is_wrong_and_what_to_do(shell: Shell) -> None:
    shell.configure(
        '[models.mini]\nprovider = "local"\nmodel = "qwen2.5-coder-0.5b"\n'
        '[models.full]\nprovider = "openai"\nmodel = "gpt-6.1-sol"\n'
        '[routing]\ntests = "judge"\n'
        "[quota]\nwarnPercnt = 3\n"
    )

    done = shell.run("doctor", "--json")

    failed = {each["check"]: each for each in json.loads(done.stdout) if each["state"] == "fail"}
    assert done.returncode == 1
    assert "gearshift models pull qwen2.5-coder-0.5b" in failed["model mini"]["advice"]
    assert "OPENAI_API_KEY" in failed["key full"]["text"]
    assert "judge" in failed["routing"]["text"]
    assert "warnPercent" in failed["settings"]["text"]


def test_a_model_that_was_shut_down_is_told_once_a_day(shell: Shell) -> None:
    shell.script(*[{"task": "inline", "text": "int(litres / size)"}] * 2)
    rows = shell.config.read_text("utf-8").replace("gpt-6-luna", "gpt-5-codex")
    shell.configure(rows)
    (shell.project / "cups.py").write_text(SOURCE.rpartition("int(")[0], "utf-8")

    first, second = (shell.run("complete", "cups.py:8:12") for _ in range(2))

    assert "`gpt-5-codex` was shut down by its vendor on 2026-07-23" in first.stderr
    assert second.stderr == ""
    assert "! model mini" in shell.run("doctor").stdout


def test_models_are_listed_with_size_and_place(shell: Shell) -> None:
    rows = shell.json("models", "list")

    assert [row["name"] for row in rows] == ["qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b"]
    assert not any(row["pulled"] for row in rows)
    assert all(row["licence"] == "Apache-2.0" and row["bytes"] > 4e8 for row in rows)


def test_pulling_an_unknown_model_ends_with_2(shell: Shell) -> None:
    done = shell.run("models", "pull", "qwen2.5-coder-0.5")

    assert done.returncode == 2
    assert "did you mean qwen2.5-coder-0.5b?" in done.stderr


def test_setup_without_a_terminal_writes_settings_and_keeps_comments(shell: Shell) -> None:
    shell.configure("# mine\n[quota]\nwarnPercent = 70  # early\n")

    done = shell.run(
        *("setup", "--preset", "openai", "--api-key-env", "MY_KEY", "--yes", "--no-test")
    )

    text = shell.config.read_text(encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert "# mine" in text
    assert "warnPercent = 70  # early" in text
    assert 'apiKeyEnv = "MY_KEY"' in text
    assert "MY_KEY" in done.stdout
    assert shell.json("status")["models"] == {"mini": "gpt-6-luna", "full": "gpt-6.1-sol"}


def test_setup_tests_what_it_wrote(shell: Shell) -> None:
    done = shell.run("setup", "--preset", "openai", "--yes", OPENAI_API_KEY="")

    assert done.returncode == 2
    assert "needs a key" in done.stderr


def test_setup_needs_a_preset_without_a_terminal(shell: Shell) -> None:
    done = shell.run("setup")

    assert done.returncode == 2
    assert "--preset" in done.stderr


def test_a_reader_that_goes_away_is_no_error(shell: Shell) -> None:
    program = [*GEARSHIFT, "--help"]
    with subprocess.Popen(
        program, cwd=shell.project, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()

    assert process.returncode == 0
    assert said == b""


def test_a_terminal_of_few_letters_is_no_error(shell: Shell) -> None:
    done = shell.run("doctor", PYTHONIOENCODING="ascii")

    assert "Traceback" not in done.stderr
    assert "? version" in done.stdout
