"""unittest, for environments without pytest; plain `test_…` functions count as tests too."""

from __future__ import annotations

SCRIPT = """\
import importlib.util, inspect, json, os, sys, traceback, unittest

file = sys.argv[1]
name = os.path.basename(file)

def write(test, outcome):
    with open(os.environ["GEARSHIFT_REPORT"], "a", encoding="utf-8") as report:
        report.write(json.dumps({"test": test, "outcome": outcome}) + "\\n")

def label(test):
    if isinstance(test, unittest.FunctionTestCase):
        return name + "::" + test.id()
    return name + "::" + type(test).__name__ + "::" + str(getattr(test, "_testMethodName", test))

class Result(unittest.TextTestResult):
    def addSuccess(self, test):
        super().addSuccess(test)
        write(label(test), "passed")
    def addError(self, test, error):
        super().addError(test, error)
        write(label(test), "failed")
    def addFailure(self, test, error):
        super().addFailure(test, error)
        write(label(test), "failed")
    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error:
            write(label(test), "failed")
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
    write(name, "failed")
    traceback.print_exc()
    sys.exit(1)
suite = unittest.defaultTestLoader.loadTestsFromModule(module)
for key, value in list(vars(module).items()):
    is_test = key.startswith("test") and inspect.isfunction(value)
    if is_test and not inspect.signature(value).parameters:
        suite.addTest(unittest.FunctionTestCase(value))
result = unittest.TextTestRunner(resultclass=Result, stream=sys.stdout).run(suite)
sys.exit(not result.wasSuccessful())
"""


def arguments(file: str) -> list[str]:
    """Return what follows the interpreter to run `file`."""
    return ["-m", "gearshift_outcomes", file]
