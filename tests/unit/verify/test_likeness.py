"""Tests that say the same again."""

from __future__ import annotations

import pytest

from gearshift.verify.likeness import without_likes

FIRST = "def test_a():\n    assert share(Counter(3), 'a') == 0.0\n"


@pytest.mark.parametrize(
    ("second", "is_kept"),
    [
        pytest.param("assert share(Counter(4), 'b') == 0.0", False, id="other values"),
        pytest.param("assert share(Counter(3), 'a') == 0.5", True, id="another result"),
        pytest.param("assert share(Counter(0), 'a') == 0.0", True, id="zero"),
        pytest.param("assert share(Counter(3), '') == 0.0", True, id="empty"),
        pytest.param("assert share(Counter(3), 7) == 0.0", True, id="another type"),
        pytest.param("assert share(Counter(-3), 'a') == 0.0", True, id="another sign"),
        pytest.param("assert share(Counter(), 'a') == 0.0", True, id="another call"),
    ],
)
def test_only_the_values_passed_may_differ(second: str, is_kept: bool) -> None:
    text = f"{FIRST}\n\ndef test_b():\n    {second}\n"
    worth = {"test_a": ("lines", {"x"}), "test_b": ("lines", {"x"})}
    kept = without_likes(text, ["test_a", "test_b"], worth)
    assert kept == ["test_a", "test_b"][: 1 + is_kept]


def test_what_unittest_expects_is_no_value_passed() -> None:
    methods = (
        "    def test_a(self):\n        self.assertEqual(half(4), 2)\n",
        "    def test_b(self):\n        self.assertEqual(half(6), 3)\n",
        "    def test_c(self):\n        self.assertEqual(half(5), 2)\n",
    )
    names = [f"TestHalf::test_{letter}" for letter in "abc"]
    text = "class TestHalf(TestCase):\n" + "\n".join(methods)
    assert without_likes(text, names, dict.fromkeys(names, ("lines", {"x"}))) == names[:2]


@pytest.mark.parametrize(
    ("worth", "is_kept"),
    [
        pytest.param(("lines", {"x"}), False, id="the same"),
        pytest.param(("others", {"x"}), True, id="runs other lines"),
        pytest.param(("lines", {"y"}), True, id="notices another fault"),
        pytest.param(("lines", set[str]()), False, id="notices less"),
    ],
)
def test_what_is_worth_more_stays(worth: tuple[str, set[str]], is_kept: bool) -> None:
    text = FIRST + FIRST.replace("test_a", "test_b").replace("'a'", "'b'")
    kept = without_likes(text, ["test_a", "test_b"], {"test_a": ("lines", {"x"}), "test_b": worth})
    assert kept == ["test_a", "test_b"][: 1 + is_kept]
