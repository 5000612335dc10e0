"""A gap says of a text put in what parsing the whole says."""

from __future__ import annotations

import pytest

from gearshift.languages import language_of
from gearshift.languages.gap import Gap
from gearshift.languages.syntax import error_count

PYTHON = ("def area(radius):\n    é = 'ü'\n    return ", "\n\n\nprint(area(2))\n")
TYPESCRIPT = ("function area(r: number) {\n  const é = 'ü';\n  return ", ";\n}\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("3", id="a value"),
        pytest.param("f(\n  1,\n)", id="several lines"),
        pytest.param("f((", id="open brackets"),
        pytest.param("'🎈", id="an open string"),
        pytest.param("} else {", id="closers without openers"),
    ],
)
@pytest.mark.parametrize(
    ("language", "sides"),
    [pytest.param("python", PYTHON, id="python"), pytest.param("typescript", TYPESCRIPT, id="ts")],
)
def test_counts_what_a_parse_of_the_whole_counts(
    language: str, sides: tuple[str, str], text: str
) -> None:
    before, after = sides
    gap = Gap(language_of(language), before, after)
    assert gap.errors(text) == error_count(language, before + text + after)


def test_one_text_leaves_nothing_behind_for_the_next() -> None:
    gap = Gap(language_of("typescript"), *TYPESCRIPT)
    assert gap.errors("((")
    assert not gap.errors("1")
    assert not gap.errors()


def test_what_a_text_makes_parsers_read_again_is_counted() -> None:
    function = "function step(a: number) {\n  return a + 1;\n}\n" * 200
    gap = Gap(language_of("typescript"), function, function)
    gap.errors()
    assert gap.n_read == 0
    gap.errors("const x = 1;\n")
    before = gap.n_read
    assert 0 < before < len(function) // 4
    gap.errors("} else {")
    assert gap.n_read - before > len(function)


def test_of_a_text_that_is_broken_already_much_is_counted() -> None:
    prose = "This is no code, and no parser gets far with it.\n" * 10
    gap = Gap(language_of("python"), prose, prose)
    gap.errors("a = 1\n")
    assert gap.n_read > 2 * len(prose)
