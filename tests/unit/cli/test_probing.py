"""A measurement of prompt forms in one line."""

from __future__ import annotations

import pytest

from gearshift.cli.probing import words
from gearshift.completion.probe.measure import Measured
from gearshift.completion.probe.score import Score


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        pytest.param(
            Measured("prefill", {"prefill": Score(9, 8, 12), "fill": Score(2, 2, 7)}),
            "qwen: prefill 9/12, fill 2/7 → prefill",
            id="a winner",
        ),
        pytest.param(
            Measured(None, {"chat": Score(0, 0, 12)}, "It solved none of the holes."),
            "qwen: chat 0/12: It solved none of the holes.",
            id="no winner",
        ),
        pytest.param(
            Measured(None, {}, "It can't be asked."), "qwen: It can't be asked.", id="no form"
        ),
    ],
)
def test_a_measurement_is_told_in_one_line(measured: Measured, expected: str) -> None:
    assert words("qwen", measured) == expected
