"""Tests taken apart into assertions."""

from __future__ import annotations

import pytest

from gearshift.verify.assertions import put_together, taken_apart

TEXT = """\
import pytest


@pytest.mark.slow
def test_all():
    \"\"\"Say what.\"\"\"
    a = 1
    assert f(a) == 1
    # The border.
    b = 2
    with pytest.raises(ValueError):
        f(b)
    c = 3


class TestF(unittest.TestCase):
    def test_one(self):
        self.assertEqual(f(1), 1)

    def test_two(self):
        self.assertEqual(f(1), 1)
        self.assertEqual(f(2), 2)
"""


def test_each_assertion_is_a_test_with_what_comes_before_it() -> None:
    text, parts = taken_apart(TEXT, ["test_all"])
    assert parts == {"test_all": ("test_all__0", "test_all__1")}
    assert text == TEXT.replace(
        TEXT[TEXT.index("@pytest") : TEXT.index("\n\nclass")],
        '@pytest.mark.slow\ndef test_all__0():\n    """Say what."""\n    a = 1\n'
        "    assert f(a) == 1\n\n"
        '@pytest.mark.slow\ndef test_all__1():\n    """Say what."""\n    a = 1\n'
        "    # The border.\n    b = 2\n    with pytest.raises(ValueError):\n        f(b)\n\n",
    )


def test_methods_are_taken_apart_in_their_class() -> None:
    text, parts = taken_apart(TEXT, ["TestF::test_one", "TestF::test_two"])
    assert parts == {"TestF::test_two": ("TestF::test_two__0", "TestF::test_two__1")}
    assert "    def test_two__1(self):\n        self.assertEqual(f(2), 2)\n" in text


def test_only_the_assertions_that_hold_are_put_together() -> None:
    text = put_together(TEXT, "TestF::test_two", {1})
    assert text.endswith("    def test_two(self):\n        self.assertEqual(f(2), 2)\n")
    assert put_together(TEXT, "test_all", {0, 1}) == TEXT.replace("    c = 3\n", "")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("    assert f(1); assert f(2)\n", id="on one line"),
        pytest.param("    assert f(1)\n", id="one assertion"),
        pytest.param("    f(1)\n    f(2)\n", id="none"),
    ],
)
def test_other_tests_stay_as_they_are(body: str) -> None:
    text = f"def test_a():\n{body}"
    assert taken_apart(text, ["test_a"]) == (text, {})


def test_a_head_of_several_lines_stays_whole() -> None:
    text = "def test_a(\n    tmp_path,\n):\n    assert f(1)\n    assert f(2)\n"
    assert taken_apart(text, ["test_a"]) == (text, {})
