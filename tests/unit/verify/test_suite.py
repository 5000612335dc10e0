"""Tests within a test file."""

from __future__ import annotations

import ast

import pytest

from gearshift.verify.suite import merged, read_tests, without_tests

FILE = """\
import pytest


def test_one():
    assert f(1) == 2


@pytest.mark.parametrize("x", [1])
def test_two(x):
    f(x)


class TestThree:
    def test_a(self):
        with pytest.raises(ValueError):
            f(0)

    def test_b(self):
        assert True
"""


def test_tests_are_found_with_what_they_assert_and_use() -> None:
    found = {t.name: t for t in read_tests(FILE)}
    assert list(found) == ["test_one", "test_two", "TestThree::test_a", "TestThree::test_b"]
    assert [t.asserts for t in found.values()] == [True, False, True, False]
    assert "f" in found["test_one"].used


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("self.assertEqual(f(), 1)", id="unittest"),
        pytest.param("mock.assert_called_once()", id="mock"),
        pytest.param("pytest.fail('x')", id="fail"),
    ],
)
def test_calls_that_assert_count(body: str) -> None:
    assert read_tests(f"def test_x():\n    {body}\n")[0].asserts


@pytest.mark.parametrize(
    ("names", "left"),
    [
        pytest.param({"test_two"}, ["test_one", "TestThree"], id="with its decorator"),
        pytest.param(
            {"TestThree::test_a", "TestThree::test_b"}, ["test_one", "test_two"], id="whole class"
        ),
        pytest.param({"TestThree::test_b"}, ["test_one", "test_two", "TestThree"], id="a method"),
    ],
)
def test_tests_are_taken_out_whole(names: set[str], left: list[str]) -> None:
    text = without_tests(FILE, names)
    tree = ast.parse(text)
    assert [n.name for n in tree.body if not isinstance(n, ast.Import)] == left
    assert not names & {t.name for t in read_tests(text)}
    assert text.endswith("\n")


EXISTING = '''\
"""Tests."""

import pytest

from m import f

LIMIT = 3


def test_one():
    assert f(1)
'''


def test_new_tests_join_an_existing_file() -> None:
    new = "import pytest\nfrom m import g\n\nLIMIT = 4\n\n\ndef test_one():\n    assert g(1)\n"
    text, renamed = merged(EXISTING, new)
    assert renamed == {"test_one": "test_one_2"}
    assert (
        text
        == EXISTING.replace("from m import f\n", "from m import f\nfrom m import g\n")
        + "\n\ndef test_one_2():\n    assert g(1)\n"
    )


def test_a_file_without_imports_gets_them_at_its_top() -> None:
    text, _ = merged(
        "def test_a():\n    assert 1 == 1\n", "import m\n\ndef test_b():\n    assert m\n"
    )
    assert text.startswith("import m\n\ndef test_a")
    assert [t.name for t in read_tests(text)] == ["test_a", "test_b"]


def test_what_does_not_parse_changes_nothing() -> None:
    assert merged("x = 1\n", "def (") == ("x = 1\n", {})
    assert without_tests("def (", {"test_a"}) == "def ("


CALL = 'if __name__ == "__main__":\n    unittest.main()\n'
HEAD = "import unittest\n\nfrom m import f\n\n\n"


def _class(name: str, *tests: str) -> str:
    methods = (f"    def {test}(self):\n        self.assertTrue(f(1))\n" for test in tests)
    return f"class {name}(unittest.TestCase):\n" + "\n".join(methods)


def test_new_classes_stand_above_the_call_that_runs_the_file() -> None:
    old = f"{HEAD}{_class('TestF', 'test_a')}\n\n{CALL}"
    text, _ = merged(old, f"import unittest\n\n{_class('TestG', 'test_a')}")
    assert text == old.replace(CALL, f"{_class('TestG', 'test_a')}\n\n{CALL}")


def test_tests_of_a_class_that_is_there_join_it() -> None:
    text, _ = merged(
        f"{HEAD}{_class('TestF', 'test_a')}\n\n{CALL}",
        f"import unittest\n\n{_class('TestF', 'test_a', 'test_b')}",
    )
    assert text == f"{HEAD}{_class('TestF', 'test_a', 'test_a_2', 'test_b')}\n\n{CALL}"


def test_a_class_whose_first_test_goes_begins_with_the_next() -> None:
    text = f"{HEAD}{_class('TestF', 'test_a', 'test_b')}"
    assert without_tests(text, {"TestF::test_a"}) == f"{HEAD}{_class('TestF', 'test_b')}"
