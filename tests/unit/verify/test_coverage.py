"""What a tracer saw, as statements and branches of a symbol."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from gearshift.verify.coverage import Coverage, ranges, shape_of
from gearshift.verify.environment import environment_of
from gearshift.verify.isolation import Limits
from gearshift.verify.runners import RUNNERS, Conditions, run_file
from gearshift.verify.runners.runner import Traced
from gearshift.verify.sandbox import Sandbox
from gearshift.verify.workbench import Workbench

if TYPE_CHECKING:
    from pathlib import Path

TEXT = '''\
def grade(points, bonus=(
    0
)):
    """Return a grade."""
    total = (
        points
        + sum(bonus or ())
    )
    if total > 90:
        return "A"
    for step in range(total):
        if step > 50:
            break
    try:
        return {1: "B"}[total]
    except KeyError:
        return "C"
'''


def test_a_shape_has_the_statements_that_a_call_runs() -> None:
    shape = shape_of(TEXT, 1, 17)
    assert shape.statements == {5, 9, 10, 11, 12, 13, 14, 15, 16, 17}
    assert shape.branching == {9, 11, 12}
    assert shape.owner[7] == 5
    assert shape.n_branches == 6
    assert shape_of(TEXT, 3, 9).statements == frozenset()


def test_hits_come_to_lines_and_branches() -> None:
    shape = shape_of(TEXT, 1, 17)
    coverage = shape.coverage([(0, 6), (6, 7), (7, 5), (5, 9), (9, 10), (10, 0)])
    assert coverage == Coverage(frozenset({5, 9, 10}), frozenset({(9, 10)}))
    assert shape.words(coverage) == "3 of 10 lines and 1 of 6 branches"
    assert coverage.adds_to(Coverage())
    assert not coverage.adds_to(coverage)
    assert not shape.is_complete(coverage)


def test_all_ways_make_it_complete() -> None:
    shape = shape_of("def f(a):\n    if a:\n        a = 1\n", 1, 3)
    ways = [(0, 2), (2, 3), (3, 0), (2, 0)]
    assert shape.is_complete(shape.coverage(ways))
    assert not shape.is_complete(shape.coverage(ways[:3]))


def test_lines_are_said_in_ranges() -> None:
    assert ranges([9, 4, 5, 7]) == "4-5, 7, 9"


async def test_each_runner_traces_each_test_by_itself(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "marks.py").write_text(TEXT)
    file = project / "test_marks.py"
    file.write_text(
        "import unittest\nfrom marks import grade\n\n\n"
        "def test_best():\n    assert grade(95) == 'A'\n\n\n"
        "class TestRest(unittest.TestCase):\n"
        "    def test_c(self):\n        self.assertEqual(grade(2, None), 'C')\n"
    )
    shape = shape_of(TEXT, 1, 17)
    bench = Workbench(project, environment_of(project, variables={}), Sandbox(), Limits())
    async with bench:
        for runner in RUNNERS[:2]:
            traced = Conditions(traced=Traced(project / "marks.py", 1, 17))
            run = await run_file(bench, runner, file, project, traced)
            assert not run.failed, run.output
            hits = {test.rpartition("::")[2]: seen for test, seen in run.hits.items()}
            assert shape.coverage(hits["test_best"]).lines == {5, 9, 10}, (runner.name, sys.version)
            assert shape.coverage(hits["test_c"]).lines == {5, 9, 11, 12, 14, 15, 16, 17}
            alone = await run_file(bench, runner, file, project, Conditions(only=("test_best",)))
            assert [test.rpartition("::")[2] for test in alone.passed] == ["test_best"]
