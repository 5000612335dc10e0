"""A pytest plug-in: which test runs which lines of a package, and how long each test takes.

It is loaded by the packages' own Python, so it imports nothing of this project. The folder of
modules comes in CUT_MODULES, the JSON file to write in CUT_RECORD.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import coverage
import pytest

MODULES = Path(os.environ["CUT_MODULES"])
_coverage = coverage.Coverage(data_file=None, include=[f"{MODULES}/*", str(MODULES)])
_seconds: dict[str, float] = {}
_failed: set[str] = set()


def pytest_load_initial_conftests() -> None:
    _coverage.start()
    _coverage.switch_context("import")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item):
    _coverage.switch_context(item.nodeid)
    started = time.perf_counter()
    yield
    _seconds[item.nodeid] = time.perf_counter() - started
    _coverage.switch_context("import")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed or report.skipped:
        _failed.add(report.nodeid)


def pytest_sessionfinish() -> None:
    _coverage.stop()
    data = _coverage.get_data()
    passed = [test for test in _seconds if test not in _failed]
    numbers = {test: number for number, test in enumerate(passed)}
    lines = {
        file: {
            line: [numbers[c] for c in contexts if c in numbers]
            for line, contexts in data.contexts_by_lineno(file).items()
        }
        for file in data.measured_files()
    }
    record = {"tests": {test: _seconds[test] for test in passed}, "lines": lines}
    # A test's name may hold a whole document, so lines name tests by number.
    Path(os.environ["CUT_RECORD"]).write_text(json.dumps(record), encoding="utf-8")
