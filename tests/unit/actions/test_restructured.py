"""New functions are set apart as the style guide says, whoever made them."""

from __future__ import annotations

from gearshift.actions.restructured import _styled

BEFORE = "def f(a):\n    return a\n\n\ndef last():\n    pass\n"
MADE = (
    "def f(a):\n    return g(h(a))\n\ndef g(a):\n    return a\n\ndef h(a):\n    return a\n"
    "# The last one.\ndef last():\n    pass\n"
)
STYLED = (
    "def f(a):\n    return g(h(a))\n\n\ndef g(a):\n    return a\n\n\ndef h(a):\n    return a\n"
    "\n\n# The last one.\ndef last():\n    pass\n"
)


def test_two_blank_lines_stand_around_each_new_function() -> None:
    assert _styled(BEFORE, MADE) == STYLED


def test_line_endings_of_the_file_stay() -> None:
    before = BEFORE.replace("\n", "\r\n")
    assert _styled(before, MADE) == STYLED.replace("\n", "\r\n")
