"""Drift: a model that answers as before is quiet, one that changed is warned of."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.entries import NOW, entry

from gearshift.core.model import Usage
from gearshift.metrics.drift import divergence, drifts

if TYPE_CHECKING:
    from gearshift.quota.entry import Entry

DAY = 86400.0
COUNTS = st.dictionaries(st.sampled_from("abcde"), st.integers(0, 1000), min_size=1)


def rows(n: int, age: float, **changes: Any) -> list[Entry]:
    return [entry(at=NOW - age * DAY, **changes) for _ in range(n)]


def warned(*groups: list[Entry]) -> list[str]:
    entries = [each for group in groups for each in group]
    return [drift.aspect for drift in drifts(entries, NOW) if drift.is_warning]


LONG = {"usage": Usage(input=10, output=900)}
FAILED = {"outcome": "failed: BadReply"}
KEPT = {"label": "verified", "kept": True}
REJECTED = {"label": "none", "kept": False}


@pytest.mark.parametrize(
    ("early", "late", "aspects"),
    [
        pytest.param(rows(200, 10), rows(60, 1), [], id="as before"),
        pytest.param(rows(200, 10), rows(60, 1, **LONG), ["length"], id="longer answers"),
        pytest.param(
            rows(200, 10), [*rows(40, 1), *rows(20, 1, **FAILED)], ["outcome"], id="more errors"
        ),
        pytest.param(
            rows(200, 10, **KEPT), rows(60, 1, **REJECTED), ["verdict"], id="drafts are rejected"
        ),
        pytest.param(rows(200, 10), rows(20, 1, **LONG), [], id="too few of late"),
        pytest.param(rows(20, 10), rows(60, 1, **LONG), [], id="too little history"),
    ],
)
def test_a_change_is_warned_of_in_its_aspect(
    early: list[Entry], late: list[Entry], aspects: list[str]
) -> None:
    assert warned(early, late) == aspects


def test_models_are_compared_with_themselves_alone() -> None:
    assert warned(rows(200, 10), rows(60, 1, model="gpt-6-sol", **LONG)) == []


def test_the_sentence_names_model_task_and_figures() -> None:
    top, *_ = drifts([*rows(200, 10), *rows(60, 1, **LONG)], NOW)
    assert "length of gpt-6-luna's answers to inline requests" in top.sentence


def test_the_divergence_of_worked_figures() -> None:
    expected = 0.6 * log(0.6 / 0.9) + 0.4 * log(0.4 / 0.1)
    found = divergence({"a": 6000, "b": 4000}, {"a": 9000, "b": 1000})
    assert found == pytest.approx(expected, abs=0.001)


@given(COUNTS, COUNTS)
def test_the_divergence_is_never_negative_and_none_from_itself(
    late: dict[str, int], early: dict[str, int]
) -> None:
    assert divergence(late, early) >= 0
    assert divergence(late, late) == pytest.approx(0)
