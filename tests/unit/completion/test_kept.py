"""Accepted lines looked at again at 30, 120, 300 and 600 seconds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from tests.support.clock import ManualClock

from gearshift.completion.kept import KeptLines, survivors

if TYPE_CHECKING:
    from collections.abc import Callable

BEFORE = ("a\n", "x = 1\n", "\n", "y = 2\n", "z\n")


class Watch:
    """Kept lines of one document, whose timer is set off by hand."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.lines: tuple[str, ...] | None = BEFORE
        self.counts: Counter[str] = Counter()
        self.waits: list[float] = []
        self.kept = KeptLines(self.clock, lambda _: self.lines, self.count, self.later)

    def count(self, name: str, n: int) -> None:
        self.counts[name] += n

    def later(self, seconds: float, call: Callable[[], None]) -> Watch:
        del call
        self.waits.append(seconds)
        return self

    def cancel(self) -> None:
        self.waits.pop()

    def pass_seconds(self, seconds: float) -> None:
        self.clock.pass_seconds(seconds)
        self.kept.look()


@pytest.mark.parametrize(
    ("now", "n_kept"),
    [
        pytest.param(BEFORE, 2, id="untouched"),
        pytest.param(("new\n", "more\n", *BEFORE), 2, id="moved down"),
        pytest.param(("a\n", "    x = 1\n", "y = 2\n", "z\n"), 2, id="indented"),
        pytest.param(("a\n", "x = 2\n", "\n", "y = 2\n", "z\n"), 1, id="one changed"),
        pytest.param(("a\n", "z\n"), 0, id="deleted"),
        pytest.param((), 0, id="all gone"),
    ],
)
def test_a_line_stays_wherever_it_goes_until_it_is_changed(
    now: tuple[str, ...], n_kept: int
) -> None:
    assert survivors(BEFORE, 1, 3, now) == (2, n_kept)


def test_an_equal_line_elsewhere_does_not_stand_for_one_that_was_deleted() -> None:
    before = ("x\n", "keep\n", "x\n", "end\n")
    assert survivors(before, 2, 2, ("x\n", "keep\n", "end\n")) == (1, 0)


def test_lines_are_counted_at_each_age_and_then_let_go() -> None:
    watch = Watch()
    watch.kept.accepted("a.py", BEFORE, 1, 3)
    assert watch.waits == [30.0]
    watch.pass_seconds(30)
    watch.lines = ("a\n", "y = 2\n", "z\n")
    for seconds in (90, 180, 300):
        watch.pass_seconds(seconds)
    assert watch.counts == {
        "accepted_lines": 2,
        **dict.fromkeys([f"watched_lines_{age}" for age in (30, 120, 300, 600)], 2),
        "kept_lines_30": 2,
        **dict.fromkeys([f"kept_lines_{age}" for age in (120, 300, 600)], 1),
    }
    assert watch.waits == [], "at rest there is no timer"


def test_a_look_that_comes_late_counts_the_ages_it_missed() -> None:
    watch = Watch()
    watch.kept.accepted("a.py", BEFORE, 1, 1)
    watch.pass_seconds(130)
    assert watch.counts["watched_lines_30"] == watch.counts["watched_lines_120"] == 1
    assert watch.waits == [170.0]


def test_a_closed_document_is_not_looked_at() -> None:
    watch = Watch()
    watch.kept.accepted("a.py", BEFORE, 1, 1)
    watch.kept.forget("a.py")
    watch.pass_seconds(700)
    assert watch.counts == {"accepted_lines": 1}
    assert watch.waits == []


def test_blank_lines_are_no_lines() -> None:
    watch = Watch()
    watch.kept.accepted("a.py", BEFORE, 2, 2)
    assert (watch.counts, watch.waits) == ({}, [])


def test_long_documents_are_held_up_to_a_bound() -> None:
    watch = Watch()
    long = tuple(f"{n}\n" for n in range(150_000))
    for _ in range(3):
        watch.kept.accepted("a.py", long, 1, 1)
    watch.lines = long
    watch.pass_seconds(30)
    assert watch.counts["accepted_lines"] == 3
    assert watch.counts["watched_lines_30"] == 1
