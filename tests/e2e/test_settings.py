"""Settings over stdio: `initialize`, push, pull, files; bad ones are told and never fatal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gearshift.providers.local.catalogue import catalogue

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import pytest
    from tests.e2e.conftest import Desk

SOURCE = "def total(prices):\n    return \n"


def messages(desk: Desk) -> list[str]:
    shown = [n for n in desk.client.notifications if n["method"] == "window/showMessage"]
    return [n["params"]["message"] for n in shown]


async def test_a_bad_setting_falls_back_alone_and_is_named(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    bad = {"inline": {"maxTokns": 3}, "quota": {"mode": "auto", "warnPercent": "many"}}
    desk = await sit([{"text": "sum(prices)"}], settings=bad)
    uri = desk.open("a.py", SOURCE)

    assert (await desk.inline(uri, 1))["items"]

    (message,) = messages(desk)
    assert "inline.maxTokens" in message
    assert "quota.warnPercent" in message


async def test_pushed_settings_take_the_place_of_earlier_ones(
    sit: Callable[..., Awaitable[Desk]], tmp_path: Any
) -> None:
    desk = await sit([{"text": "sum(prices)"}] * 3)
    uri = desk.open("a.py", SOURCE)
    model = {"provider": "scripted", "path": str(tmp_path / "answers.jsonl"), "model": "m"}
    off = {"models": {"mini": model}, "inline": {"languages": {"python": False}}}

    desk.client.notify("workspace/didChangeConfiguration", {"settings": {"gearshift": off}})
    await desk.client.notification("gearshift/status", lambda s: s["models"]["full"] is None)

    assert await desk.inline(uri, 1) == {"items": []}

    desk.client.notify(
        "workspace/didChangeConfiguration", {"settings": {"models": {"mini": model}}}
    )
    await desk.command("gearshift.status")

    assert len((await desk.inline(uri, 1))["items"]) == 1


async def test_settings_are_pulled_when_the_push_is_empty(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"text": "sum(prices)"}])
    uri = desk.open("a.py", SOURCE)
    desk.client.answers["workspace/configuration"] = lambda params: [{"inline": {"enable": False}}]

    desk.client.notify("workspace/didChangeConfiguration", {"settings": None})
    await desk.client.notification("gearshift/status", lambda s: s["state"] == "setup")

    assert await desk.inline(uri, 1) == {"items": []}


async def test_the_project_file_is_read_again_when_it_is_saved(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"text": "sum(prices)"}] * 2)
    uri = desk.open("a.py", SOURCE)
    assert (await desk.inline(uri, 1))["items"]

    path = desk.folder / ".gearshift.toml"
    path.write_text("[inline.languages]\npython = false\n", encoding="utf-8")
    change = {"changes": [{"uri": path.as_uri(), "type": 1}]}
    desk.client.notify("workspace/didChangeWatchedFiles", change)
    await desk.command("gearshift.status")

    assert await desk.inline(uri, 1) == {"items": []}


async def test_a_project_file_can_not_redirect_or_run_anything(
    sit: Callable[..., Awaitable[Desk]], tmp_path: Any
) -> None:
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / ".gearshift.toml").write_text(
        '[models.mini]\nprovider = "openai-chat"\nbaseUrl = "https://evil.example/v1"\n'
        '[verify]\ntestCommand = { python = "touch /tmp/owned" }\n',
        encoding="utf-8",
    )
    desk = await sit([{"text": "sum(prices)"}])
    uri = desk.open("a.py", SOURCE)

    assert (await desk.inline(uri, 1))["items"], "the scripted model still serves"

    (message,) = messages(desk)
    assert "models" in message
    assert "verify.testCommand" in message


async def test_without_any_model_one_message_offers_setup(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit(settings={"models": None})
    uri = desk.open("a.py", SOURCE)

    status = await desk.client.notification("gearshift/status")
    answer = await desk.inline(uri, 1)

    assert (status["state"], status["models"]) == ("setup", {"mini": None, "full": None})
    assert answer == {"items": []}
    assert len([m for m in messages(desk) if "gearshift setup" in m]) == 1


async def test_no_message_offers_setup_where_the_embedded_pair_serves(
    sit: Callable[..., Awaitable[Desk]], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEARSHIFT_MODELS", str(tmp_path))
    for weights in catalogue().values():
        with (tmp_path / weights.file).open("wb") as file:
            file.truncate(weights.bytes)  # as large as the real one, and takes no room
    desk = await sit(settings={"models": None})

    status = await desk.client.notification("gearshift/status")
    await desk.command("gearshift.status")

    assert status["state"] == "ready"
    assert not [m for m in messages(desk) if "gearshift setup" in m]
