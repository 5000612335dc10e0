"""pytest: a plugin that writes down each test's outcome as it comes."""

from __future__ import annotations

OPTIONS = "-p gearshift_outcomes -p no:cacheprovider --tb=short -q --color=no"

SCRIPT = """\
import json, os

def _write(test, outcome):
    with open(os.environ["GEARSHIFT_REPORT"], "a", encoding="utf-8") as report:
        report.write(json.dumps({"test": test, "outcome": outcome}) + "\\n")

def pytest_runtest_logreport(report):
    if report.failed:
        _write(report.nodeid, "failed")
    elif report.when == "call" or report.skipped:
        _write(report.nodeid, "passed" if report.passed else "skipped")

def pytest_collectreport(report):
    if report.failed:
        _write(report.nodeid, "failed")
"""


def arguments(file: str) -> list[str]:
    """Return what follows the interpreter to run `file`."""
    return ["-m", "pytest", *OPTIONS.split(), "--no-header", file]
