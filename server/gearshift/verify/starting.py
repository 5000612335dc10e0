"""Why tests failed, told apart: a runner that does not start, and tests that say what is wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gearshift.core.errors import SettingsError
from gearshift.verify.runners import Conditions, run_file
from gearshift.verify.screening import names_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.core.verification import TestRun
    from gearshift.verify.runners import Runner
    from gearshift.verify.screening import Trial
    from gearshift.verify.workbench import Workbench

PLAIN = """\
import unittest


class Plain(unittest.TestCase):
    def test_plain(self):
        pass
"""
"""A test that passes wherever pytest or unittest starts."""
_FAULT = re.compile(r"^(?:\w+>|E)?\s*([\w.]*(?:Error|Exception|Warning|ERROR|error)\b: .+)$", re.M)
MOST_CHARACTERS = 240


async def check_start(bench: Workbench, runner: Runner, trial: Trial) -> None:
    """Raise SettingsError if not even a plain test passes in the place of the trial's file.

    A missing plug-in, a `conftest.py` that can't be imported, an option that this pytest does not
    know: no draft could pass, and a model that is told so would only be asked for nothing.
    """
    texts = {trial.file: PLAIN}
    run = await run_file(bench, runner, trial.file, trial.import_root, Conditions(texts=texts))
    if run.passed:
        return
    raise SettingsError(
        f"No test can be tried: {runner.name} does not start in this project"
        f" ({_fault(run.output)}). It was run with {bench.environment.origin}: give the project a"
        " `.venv` with what its tests need, or set `verify.testCommand`."
    )


def first_message(run: TestRun, trial: Trial, lost: Sequence[str]) -> str:
    """Return what the first of the `lost` tests says, as a sentence after others; or nothing.

    Only of failures in the test file or in the code under test: others may be of withheld files.
    """
    known = {trial.file.name, *([trial.under_test.file.name] if trial.under_test else [])}
    for test, failure in run.failures.items():
        is_known = failure.path is None or failure.path.name in known
        if is_known and names_of([test]) & set(lost):
            first = failure.message.strip().split("\n", 1)[0]
            return f" The first of them: {_short(first).rstrip('.')}."
    return ""


def _fault(output: str) -> str:
    """Return the last line of a runner's words that names an error, else the last line."""
    named = [found[1] for found in _FAULT.finditer(output)]
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return _short((named or lines or ["it said nothing"])[-1].rstrip("."))


def _short(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"
