"""Failing tests that show a fault of the code, and those that show nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from gearshift.core.verification import Failure
from gearshift.verify.bugs import bug_shown
from gearshift.verify.screening import UnderTest

FILE = Path("/project/calc.py")
DOC = "Return the double.\n\n>>> double(2)\n4\n\nRaises ValueError for text."
AT = UnderTest(FILE, "def double(n):\n    return n + 1\n", 1, 2, "`double`", DOC)
ASSERTION = Failure("assert 3 == 4\n +  where 3 = double(2)", Path("/project/test_calc.py"), 5)


@pytest.mark.parametrize(
    ("test", "failure", "said"),
    [
        pytest.param(
            "def test_a():\n    assert double(2) == 4\n",
            ASSERTION,
            "The docstring of `double` says that `double(2)` gives `4`; it does not "
            "(assert 3 == 4).",
            id="an example of the docstring",
        ),
        pytest.param(
            "def test_a():\n    with pytest.raises(ValueError):\n        double('a')\n",
            Failure("Failed: DID NOT RAISE <class 'ValueError'>"),
            "The docstring of `double` speaks of ValueError, but a test gets none.",
            id="a promised exception",
        ),
        pytest.param(
            "def test_a():\n    assert double(3) == 6\n",
            Failure("NameError: name 'm' is not defined", FILE, 2),
            "`double` fails with NameError: name 'm' is not defined (line 2).",
            id="a name that is not there",
        ),
        pytest.param(
            "def test_a():\n    # BUG: the double of 5 is 10\n    assert double(5) == 10\n",
            Failure("assert 6 == 10"),
            "`double` may be wrong: the double of 5 is 10 (assert 6 == 10).",
            id="marked by the model",
        ),
    ],
)
def test_a_test_that_the_docs_agree_with_is_a_finding(
    test: str, failure: Failure, said: str
) -> None:
    found = bug_shown(AT, test, "test_a", failure)
    assert found is not None
    assert found.message == said
    assert (found.kind, found.rule, found.path) == ("bug", "test:test_a", FILE)
    assert found.line in (0, 1)


@pytest.mark.parametrize(
    ("test", "failure"),
    [
        pytest.param("def test_a():\n    assert double(2) == 5\n", ASSERTION, id="another value"),
        pytest.param(
            "def test_a():\n    assert double(3) == 6\n", ASSERTION, id="not in the docstring"
        ),
        pytest.param(
            "def test_a():\n    with pytest.raises(TypeError):\n        double('a')\n",
            Failure("Failed: DID NOT RAISE <class 'TypeError'>"),
            id="an exception nobody promised",
        ),
        pytest.param(
            "def test_a():\n    assert dubble(3) == 6\n",
            Failure("NameError: name 'dubble' is not defined", Path("/project/test_calc.py"), 2),
            id="the test's own fault",
        ),
        pytest.param(
            "def test_a():\n    assert double(2) == 4\n    assert double(3) == 4\n",
            Failure("assert 6 == 4", Path("/project/test_calc.py"), 3),
            id="another assertion than the docstring's failed",
        ),
        pytest.param(
            "def test_a():\n    # BUG: it has no such thing\n    assert double({}) == 0\n",
            Failure("AttributeError: 'dict' object has no attribute 'n'", FILE, 2),
            id="marked, but given what it is not for",
        ),
        pytest.param("x = 1\n", ASSERTION, id="no such test"),
    ],
)
def test_a_test_that_is_as_likely_wrong_is_none(test: str, failure: Failure) -> None:
    assert bug_shown(AT, test, "test_a", failure) is None
