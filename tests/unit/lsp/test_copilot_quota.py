"""The status as Copilot's clients know quotas."""

from __future__ import annotations

from gearshift.core.quota import Window
from gearshift.lsp.status import copilot_quota
from gearshift.metrics.status import Status, payload

NOW = 1_795_000_000.0


def test_the_window_that_presses_is_every_snapshot() -> None:
    windows = (
        Window("budget", "5h", 82.0, resets_at=NOW + 60),
        Window("budget", "day", 12.0, resets_at=NOW + 600),
    )
    quota = copilot_quota(payload(Status("ready", "saver", windows=windows), NOW))

    assert quota["chat"] == quota["completions"] == quota["premium_interactions"]
    assert quota["chat"]["percentRemaining"] == 18.0
    assert quota["chat"]["resetDate"] == "2026-11-18T11:07:40Z"
    assert not quota["chat"]["unlimited"]


def test_without_a_live_number_the_quota_is_unlimited() -> None:
    stale = Window("plan", "week", 95.0, resets_at=NOW + 60, stale=True)
    quota = copilot_quota(payload(Status("ready", "full", windows=(stale,)), NOW))

    assert quota["chat"]["unlimited"]
    assert quota["chat"]["percentRemaining"] == 100.0
    assert quota["chat"]["resetDate"] is None
