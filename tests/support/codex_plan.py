"""A stub of what `codex app-server` asks: answers of models, and the plan's windows."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from tests.support.stub_server import Answer, StubServer

if TYPE_CHECKING:
    import asyncio

FIVE_HOURS, WEEK = 5 * 3600, 7 * 86_400
_JSON = {"content-type": "application/json"}


def window(percent: float, seconds: int) -> dict[str, Any]:
    """Return one window as the vendor's usage page states it."""
    return {
        "used_percent": percent,
        "limit_window_seconds": seconds,
        "reset_after_seconds": 900,
        "reset_at": int(time.time()) + 900,
    }


class PlanServer(StubServer):
    """Answers `/responses` like its parent; `usage` is what the plan's page says meanwhile."""

    def __init__(self, *answers: Answer) -> None:
        super().__init__(*answers)
        self.usage: dict[str, Any] = {}

    def state(
        self,
        primary: dict[str, Any] | None,
        secondary: dict[str, Any] | None = None,
        **others: dict[str, Any],
    ) -> None:
        """Set the windows; `others` are further buckets by the name of their model."""
        self.usage = {
            "plan_type": "plus",
            "rate_limit": _limit(primary, secondary),
            "additional_rate_limits": [
                {"limit_name": name, "metered_feature": f"codex_{name}", "rate_limit": _limit(one)}
                for name, one in others.items()
            ],
        }

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The bodies of what models were asked."""
        return [json.loads(s.body) for s in self.seen if s.path.endswith("/responses")]

    async def _reply(
        self, answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        path = self.seen[-1].path
        if path.endswith("/usage"):
            answer = Answer([json.dumps(self.usage).encode()], headers=_JSON)
        elif path.endswith("/deviceauth/usercode"):
            answer = _json(device_auth_id="d1", user_code="ABCD-1234", interval="1")
        elif path.endswith("/deviceauth/token"):
            # What the vendor says until somebody has entered the code.
            answer = Answer([b"{}"], status=403, headers=_JSON)
        elif not path.endswith("/responses"):
            answer = Answer([b"{}"], status=404, headers=_JSON)
        await super()._reply(answer, reader, writer)


def _json(**fields: Any) -> Answer:
    return Answer([json.dumps(fields).encode()], headers=_JSON)


def _limit(primary: Any, secondary: Any = None) -> dict[str, Any]:
    return {
        "allowed": True,
        "limit_reached": False,
        "primary_window": primary,
        "secondary_window": secondary,
    }
