"""How heavy actions went and which accepted lines stayed, by hand-worked figures."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.entries import NOW, entry

from gearshift.metrics.outlook import Outlook, outlook
from gearshift.quota.entry import Entry, History

STAYED = {"accepted_lines": 50, "watched_lines_30": 40, "kept_lines_30": 38}


def asked(number: int, action: str | None, **changes: Any) -> Entry:
    return entry(id=number, action=action, task="tests", **changes)


def of(*rows: Entry) -> Outlook:
    return outlook(History(rows), NOW)


TAKEN = {"label": "verified", "kept": True}
REJECTED = {"label": "none", "kept": False}


def test_an_action_is_right_at_the_first_try_when_its_first_draft_was_taken() -> None:
    found = of(
        asked(1, "a", **TAKEN),
        asked(3, "b", **TAKEN),
        asked(2, "b", **REJECTED),
        asked(4, "c", **REJECTED),
    )
    assert (found.actions, found.first_try_rate) == (3, pytest.approx(1 / 3))


def test_an_action_escalated_when_the_full_model_went_on_from_the_mini_one() -> None:
    found = of(
        asked(1, "a", tier="mini", **REJECTED),
        asked(2, "a", tier="full", **TAKEN),
        asked(3, "b", tier="full", **REJECTED),
        asked(4, "b", tier="full", **TAKEN),
    )
    assert found.escalation_rate == 0.5


def test_a_request_that_nobody_answered_is_no_try() -> None:
    away = {"outcome": "failed: The server is down.", "requests": 0, "kept": False}
    found = of(asked(1, "a", **away), asked(2, "a", **TAKEN), asked(3, "b", **away))
    assert (found.actions, found.first_try_rate) == (1, 1.0)


def test_requests_of_unknown_actions_are_left_out() -> None:
    found = of(asked(1, None, **TAKEN), asked(2, None, **REJECTED))
    assert (found.actions, found.first_try_rate, found.escalation_rate) == (0, None, None)


def test_a_line_that_stayed_bears_the_cost_of_all_inline_requests() -> None:
    late = {"watched_lines_600": 20, "kept_lines_600": 10}
    found = outlook(History((entry(usd=0.5),), 4, 2, {**STAYED, **late}), NOW)
    assert dict(found.kept_lines) == {30: 0.95, 600: 0.5}
    assert found.usd_per_kept_line == pytest.approx(0.5 / 25)


def test_lines_that_nobody_could_look_at_are_unknown() -> None:
    found = outlook(History((entry(usd=0.5),), 4, 2, STAYED), NOW)
    assert found.usd_per_kept_line is None
