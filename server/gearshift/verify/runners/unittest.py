"""unittest, for environments without pytest; plain `test_…` functions count as tests too."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gearshift.verify.runners import python
from gearshift.verify.runners.runner import Runner

if TYPE_CHECKING:
    from gearshift.verify.workbench import Workbench

SCRIPT = """\
import importlib.util, inspect, os, sys, traceback, unittest
from gearshift_tracing import arranged, start, stop, write as note

file = sys.argv[1]
name = os.path.basename(file)

def write(test, outcome, error=None):
    extra = {}
    if error:
        extra["message"] = "".join(traceback.format_exception_only(*error[:2])).strip()[:800]
        frames = traceback.extract_tb(error[2])
        ours = [f for f in frames if os.path.basename(f.filename) != "case.py"]
        if ours:
            extra.update(path=ours[-1].filename, line=ours[-1].lineno)
    note(test=test, outcome=outcome, **extra)

def label(test):
    if isinstance(test, unittest.FunctionTestCase):
        return name + "::" + test.id()
    return name + "::" + type(test).__name__ + "::" + str(getattr(test, "_testMethodName", test))

class Result(unittest.TextTestResult):
    def startTest(self, test):
        super().startTest(test)
        self.before = start()
    def stopTest(self, test):
        stop(label(test), self.before)
        super().stopTest(test)
    def addSuccess(self, test):
        super().addSuccess(test)
        write(label(test), "passed")
    def addError(self, test, error):
        super().addError(test, error)
        write(label(test), "failed", error)
    def addFailure(self, test, error):
        super().addFailure(test, error)
        write(label(test), "failed", error)
    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error:
            write(label(test), "failed", error)
    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        write(label(test), "skipped")
    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        write(label(test), "failed")

sys.path.insert(0, os.path.dirname(file))
spec = importlib.util.spec_from_file_location(name[:-3], file)
module = importlib.util.module_from_spec(spec)
sys.modules[name[:-3]] = module
try:
    spec.loader.exec_module(module)
except BaseException:
    write(name, "failed", sys.exc_info())
    traceback.print_exc()
    sys.exit(1)
def each(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from each(test)
        else:
            yield test

tests = list(each(unittest.defaultTestLoader.loadTestsFromModule(module)))
for key, value in list(vars(module).items()):
    is_test = key.startswith("test") and inspect.isfunction(value)
    if is_test and not inspect.signature(value).parameters:
        tests.append(unittest.FunctionTestCase(value))
suite = unittest.TestSuite(arranged(tests, label))
result = unittest.TextTestRunner(resultclass=Result, stream=sys.stdout).run(suite)
sys.exit(not result.wasSuccessful())
"""


async def _is_found(bench: Workbench) -> bool:
    return not bench.environment.is_custom


UNITTEST = Runner(
    name="unittest",
    languages=frozenset({"python"}),
    framework="unittest",
    is_found=_is_found,
    launch=partial(python.launch, script=SCRIPT, arguments=("-m", python.SCRIPT, "{file}")),
    outcomes=python.outcomes,
    is_batched=True,
)
