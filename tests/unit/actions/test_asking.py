"""Answers that are not read on."""

from __future__ import annotations

import pytest

from gearshift.actions.asking import is_looping

PAIR = "    assert add(1, 2) == 3\n    assert add(2, 1) == 3\n"
COUNTING = "".join(f"    assert add({n}, 1) == {n + 1}\n" for n in range(12))


@pytest.mark.parametrize(
    ("text", "is_stuck"),
    [
        pytest.param("x = 1\n" * 8, True, id="one line"),
        pytest.param("x = 1\n" * 7, False, id="one line a few times"),
        pytest.param(PAIR * 8, True, id="two in turn"),
        pytest.param(PAIR * 4, False, id="two in turn a few times"),
        pytest.param("a\nb\nc\n" * 6, True, id="three in turn"),
        pytest.param(PAIR * 8 + "    x = ", True, id="with a line begun"),
        pytest.param("\n" * 30, False, id="blank lines"),
    ],
)
def test_lines_that_repeat_are_a_loop(text: str, is_stuck: bool) -> None:
    assert is_looping(text, "refactor") is is_stuck


def test_only_tests_may_not_count_on() -> None:
    assert is_looping(COUNTING, "tests")
    assert not is_looping(COUNTING, "refactor")
