"""What real runners wrote, read: recorded from Node 20, Vitest 3, Go 1.19, cargo."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from gearshift.verify.environment import environment_of
from gearshift.verify.isolation import Limits
from gearshift.verify.runners import cargo, go, node
from gearshift.verify.runners.runner import Outcome, Place
from gearshift.verify.sandbox import Execution, Sandbox
from gearshift.verify.workbench import Workbench

if TYPE_CHECKING:
    from pathlib import Path

TAP = """\
TAP version 13
# Subtest: more
    # Subtest: small
    ok 1 - small
      ---
      duration_ms: 0.5
      ...
    1..1
ok 1 - more
  ---
  duration_ms: 1.5
  type: 'suite'
  ...
# Subtest: wrong
not ok 2 - wrong
  ---
  duration_ms: 0.9
  failureType: 'testCodeFailure'
  error: |-
    Expected values to be strictly equal:

    2 !== 3

  code: 'ERR_ASSERTION'
  ...
# Subtest: later
ok 3 - later # SKIP
  ---
  duration_ms: 0.1
  ...
1..3
"""
BROKEN = """\
TAP version 13
# Subtest: /project/a.test.js
not ok 1 - /project/a.test.js
  ---
  failureType: 'testCodeFailure'
  error: 'test failed'
  ...
"""
GO = """\
{"Time":"2026-11-22T05:40:00Z","Action":"run","Package":"shop","Test":"TestSmall"}
{"Action":"pass","Package":"shop","Test":"TestSmall","Elapsed":0}
{"Action":"run","Package":"shop","Test":"TestWrong"}
{"Action":"output","Package":"shop","Test":"TestWrong","Output":"3 expected, not 2\\n"}
{"Action":"pass","Package":"shop","Test":"TestWrong/inner","Elapsed":0}
{"Action":"fail","Package":"shop","Test":"TestWrong","Elapsed":0}
{"Action":"fail","Package":"shop","Elapsed":0.003}
"""
CARGO = """\

running 3 tests
test small ... ok
test wrong ... FAILED
test later ... ignored

failures:

---- wrong stdout ----

thread 'wrong' panicked at tests/lib.rs:10:5:
assertion `left == right` failed

failures:
    wrong

test result: FAILED. 1 passed; 1 failed; 1 ignored
"""


def _place(folder: Path, name: str) -> Place:
    bench = Workbench(folder, environment_of(folder, variables={}), Sandbox(), Limits())
    return Place(bench, folder / name, folder, folder / "report")


def _ended(output: str) -> Execution:
    return Execution(1, output, "none", 0.1)


def test_tap_without_the_groups(tmp_path: Path) -> None:
    place = _place(tmp_path, "a.test.js")
    assert node.tap_outcomes(place, _ended(TAP)) == [
        Outcome("a.test.js::small", "passed"),
        Outcome(
            "a.test.js::wrong",
            "failed",
            "Expected values to be strictly equal: 2 !== 3 code: 'ERR_ASSERTION'",
        ),
        Outcome("a.test.js::later", "skipped"),
    ]
    [broken] = node.tap_outcomes(place, _ended(BROKEN))
    assert (broken.test, broken.outcome) == ("a.test.js", "failed")


def test_the_report_of_jest_and_vitest(tmp_path: Path) -> None:
    place = _place(tmp_path, "a.test.js")
    assert node.jest_outcomes(place, _ended("")) == []
    place.report.write_text('{"testResults": [', encoding="utf-8")
    assert node.jest_outcomes(place, _ended("")) == []
    results = [
        {"title": "small", "status": "passed", "failureMessages": []},
        {"title": "wrong", "status": "failed", "failureMessages": ["2 is not 3"]},
        {"title": "later", "status": "pending"},
    ]
    place.report.write_text(json.dumps({"testResults": [{"assertionResults": results}]}))
    assert node.jest_outcomes(place, _ended("")) == [
        Outcome("a.test.js::small", "passed"),
        Outcome("a.test.js::wrong", "failed", "2 is not 3"),
        Outcome("a.test.js::later", "skipped"),
    ]


@pytest.mark.parametrize(
    "report", ["[]", "3", '{"testResults": 1}', '{"testResults": [{"assertionResults": [1]}]}']
)
def test_a_report_that_a_test_wrote_over_says_nothing(tmp_path: Path, report: str) -> None:
    place = _place(tmp_path, "a.test.js")
    place.report.write_text(report)
    assert node.jest_outcomes(place, _ended("")) == []


@pytest.mark.parametrize("said", ["[]", '{"dependencies": ["jest"]}', '{"dependencies": "jest"}'])
def test_a_package_file_of_another_form_asks_for_nothing(tmp_path: Path, said: str) -> None:
    (tmp_path / "package.json").write_text(said)
    assert not node.depends_on(tmp_path, "jest")


def test_the_events_of_go_test(tmp_path: Path) -> None:
    assert go.outcomes(_place(tmp_path, "a_test.go"), _ended(GO)) == [
        Outcome("a_test.go::TestSmall", "passed"),
        Outcome("a_test.go::TestWrong", "failed", "3 expected, not 2\n"),
    ]


def test_the_words_of_cargo_test(tmp_path: Path) -> None:
    found = cargo.outcomes(_place(tmp_path, "lib.rs"), _ended(CARGO))
    assert [(o.test, o.outcome) for o in found] == [
        ("lib.rs::small", "passed"),
        ("lib.rs::wrong", "failed"),
        ("lib.rs::later", "skipped"),
    ]
    assert "assertion `left == right` failed" in found[1].message
