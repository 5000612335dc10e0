"""The `gearshift/status` notification: on every change, at most four a second."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from gearshift.lsp.protocol import DID_CHANGE_STATUS, QUOTA_CHANGE, QUOTA_WARNING, STATUS

if TYPE_CHECKING:
    from gearshift.lsp.session import Session
    from gearshift.quota.warnings import Warned

MIN_SECONDS = 0.25

KINDS = {"degraded": "Warning", "offline": "Error", "setup": "Warning", "paused": "Inactive"}
"""Copilot's kind for a state of ours; `Normal` for all others."""


class StatusFeed:
    """Sends the status when it changed."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._last: dict[str, Any] | None = None
        self._last_quota: dict[str, Any] | None = None
        self._is_planned = False
        self._sent_at = float("-inf")
        session.app.on_status = self.send_soon
        if session.traits.is_copilot_shaped:
            session.app.on_quota_warning = lambda warned: session.run_task(self._warn(warned))

    def send_soon(self) -> None:
        """Plan a notification; many changes in a quarter of a second make one."""
        if self._is_planned:
            return
        self._is_planned = True
        loop = asyncio.get_running_loop()
        wait = max(0.0, self._sent_at + MIN_SECONDS - loop.time())
        loop.call_later(wait, lambda: self._session.run_task(self._send()))

    async def _send(self) -> None:
        self._is_planned = False
        self._sent_at = asyncio.get_running_loop().time()
        payload = await self._session.app.status()
        if self._session.is_shut_down or _substance(payload) == _substance(self._last):
            return
        self._last = payload
        self._session.client.notify(STATUS, payload)
        if self._session.traits.is_copilot_shaped:
            self._session.client.notify(
                DID_CHANGE_STATUS,
                {
                    "busy": payload["state"] == "busy",
                    "kind": KINDS.get(payload["state"], "Normal"),
                    "message": payload["message"],
                },
            )
            quota = copilot_quota(payload)
            if quota != self._last_quota:
                self._last_quota = quota
                self._session.client.notify(QUOTA_CHANGE, quota)

    async def _warn(self, warned: Warned) -> None:
        is_late = warned.threshold >= self._session.app.settings.quota.switch_percent
        warning = {
            "title": "Gearshift quota",
            "message": warned.text,
            "severity": "warning" if is_late else "info",
            **copilot_quota(await self._session.app.status()),
        }
        self._session.client.notify(QUOTA_WARNING, warning)


def copilot_quota(payload: dict[str, Any]) -> dict[str, Any]:
    """Return a status as Copilot's clients know quotas: one snapshot for each kind of use.

    The window that presses stands for all three; without a live number the quota is unlimited.
    """
    pressure: float | None = payload["quota"]["pressure"]
    windows: list[dict[str, Any]] = payload["quota"]["windows"]
    known = [w for w in windows if not w["stale"] and w["usedPercent"] is not None]
    top = [window for window in known if window["usedPercent"] == pressure]
    snapshot = {
        "quota": 100,
        "used": pressure or 0,
        "percentRemaining": max(0.0, 100 - (pressure or 0)),
        "unlimited": pressure is None,
        "overageEnabled": False,
        "overageUsed": 0,
        "resetDate": top[0]["resetsAt"] if top else None,
    }
    kinds = ("chat", "completions", "premium_interactions")
    return {**dict.fromkeys(kinds, snapshot), "copilotPlan": "gearshift"}


def _substance(payload: dict[str, Any] | None) -> Any:
    """Return what makes a payload new: not that its numbers were looked at again."""
    if payload is None:
        return None
    windows = [{**window, "observedAt": None} for window in payload["quota"]["windows"]]
    return {**payload, "quota": {**payload["quota"], "windows": windows}}
