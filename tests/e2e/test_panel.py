"""The data behind a panel, asked for over stdio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.test_quota import BUDGET, DOCUMENTED, PLAIN, models

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.e2e.conftest import Desk


async def test_a_panel_sees_the_request_its_cost_and_the_shift_that_it_caused(
    sit: Callable[..., Awaitable[Desk]], tmp_path: Path
) -> None:
    desk = await sit([DOCUMENTED], settings={"models": models(tmp_path), **BUDGET})
    uri = desk.open("a.py", PLAIN)

    finished = await desk.task("gearshift.document", uri, 0)
    status = await desk.client.notification("gearshift/status", lambda s: s["gear"] == "mini")
    requests = (await desk.client.request("gearshift/requests"))["requests"]
    spend = await desk.client.request("gearshift/spend", {"days": 7})
    shifts = (await desk.client.request("gearshift/shifts"))["shifts"]

    assert [path.rsplit("/", 1)[-1] for path in finished["files"]] == ["a.py"]
    assert (status["quota"]["warnPercent"], status["quota"]["switchPercent"]) == (80, 90)
    (row,) = requests
    assert (row["task"], row["model"], row["tier"]) == ("docs", "gpt-6.1-sol", "full")
    assert (row["usd"], row["label"], row["kept"]) == (0.095, finished["label"], True)
    assert row["reason"]
    assert [day["usd"] for day in spend["days"]] == [0, 0, 0, 0, 0, 0, 0.095]
    assert [period["usd"] for period in spend["periods"]] == [0.095] * 3
    assert (shifts[0]["to"], shifts[0]["from"]) == ("mini", "full")
    assert "95 %" in shifts[0]["reason"]


async def test_odd_limits_are_put_right(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit()
    for params in (None, {"days": "x"}, {"days": True}):
        assert len((await desk.client.request("gearshift/spend", params))["days"]) == 30
    assert len((await desk.client.request("gearshift/spend", {"days": 9999}))["days"]) == 90
    assert (await desk.client.request("gearshift/requests", {"limit": -1}))["requests"] == []


async def test_variables_of_keys_are_named_and_their_values_never(
    sit: Callable[..., Awaitable[Desk]], monkeypatch
) -> None:
    monkeypatch.setenv("MY_KEY", "sk-very-secret")
    hosted = {"provider": "openai", "model": "gpt-6-luna", "apiKeyEnv": "MY_KEY"}
    desk = await sit(settings={"models": {"mini": hosted, "full": {"provider": "mistral"}}})

    answer = await desk.client.request("gearshift/keys")

    assert answer["keys"][:2] == [
        {"variable": "MY_KEY", "models": ["mini"], "isSet": True},
        {"variable": "MISTRAL_API_KEY", "models": ["full"], "isSet": False},
    ]
    assert {"variable": "OPENAI_API_KEY", "models": [], "isSet": False} in answer["keys"]
    assert "very-secret" not in str(answer)
