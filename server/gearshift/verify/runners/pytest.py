"""pytest: a plugin that writes down each test's outcome as it comes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gearshift.verify.runners import python
from gearshift.verify.runners.runner import Runner

if TYPE_CHECKING:
    from gearshift.verify.workbench import Workbench

SCRIPT = """\
import pytest
from gearshift_tracing import arranged, start, stop, write

def _message(report):
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is None:
        return {"message": str(report.longrepr)[-800:]}
    return {"message": crash.message[:800], "path": str(crash.path), "line": crash.lineno}

def pytest_runtest_logreport(report):
    if report.failed:
        write(test=report.nodeid, outcome="failed", **_message(report))
    elif report.when == "call" or report.skipped:
        write(test=report.nodeid, outcome="passed" if report.passed else "skipped")

def pytest_collectreport(report):
    if report.failed:
        write(test=report.nodeid, outcome="failed", **_message(report))

@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    items[:] = arranged(items, lambda item: item.nodeid)

@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    before = start()
    yield
    stop(item.nodeid, before)
"""
ARGUMENTS = ("-m", "pytest", *python.OPTIONS.split(), "--no-header", "{file}")


async def _is_found(bench: Workbench) -> bool:
    return await python.has_module(bench, "pytest")


PYTEST = Runner(
    name="pytest",
    languages=frozenset({"python"}),
    framework="pytest",
    is_found=_is_found,
    launch=partial(python.launch, script=SCRIPT, arguments=ARGUMENTS),
    outcomes=python.outcomes,
    is_batched=True,
)
