"""The quota in sight, gears that follow it, and one ledger that survives its writers."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse
from urllib.request import url2pathname

from tests.support.stdio_client import GEARSHIFT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.e2e.conftest import Desk

SOURCE = "def total(prices):\n    return \n"


def models(tmp_path: Path) -> dict[str, Any]:
    script = str(tmp_path / "answers.jsonl")
    return {
        "mini": {"provider": "scripted", "model": "gpt-6-luna", "path": script},
        "full": {"provider": "scripted", "model": "gpt-6.1-sol", "path": script},
    }


BUDGET = {"quota": {"budgets": [{"window": "5h", "usd": 0.1}]}}
# gpt-6.1-sol: 20,000 in at $2 a million and 5,500 out at $10 make $0.095 of $0.10.
DOCUMENTED = {
    "task": "docs",
    "text": '```python\ndef total(prices):\n    """Sum."""\n    return 1\n```',
    "usage": {"input": 20000, "output": 5500},
}
PLAIN = SOURCE.replace("return ", "return 1")


async def test_the_budget_is_in_the_status_and_the_gear_follows_it(
    sit: Callable[..., Awaitable[Desk]], tmp_path: Path
) -> None:
    desk = await sit([DOCUMENTED], settings={"models": models(tmp_path), **BUDGET})
    uri = desk.open("a.py", PLAIN)

    await desk.task("gearshift.document", uri, 0)
    status = await desk.client.notification("gearshift/status", lambda s: s["gear"] == "mini")

    (window,) = status["quota"]["windows"]
    assert (window["source"], window["label"], window["usedPercent"]) == ("budget", "5h", 95.0)
    assert window["used"]["usd"] == 0.095
    assert window["limit"] == {"usd": 0.1}
    assert window["resetsAt"].endswith("Z")
    shown = [n for n in desk.client.notifications if n["method"] == "window/showMessage"]
    assert len(shown) == 1, "one announcement for one shift"
    assert "95 %" in shown[0]["params"]["message"]


async def test_heavy_work_runs_on_mini_near_the_limit_and_on_full_when_told(
    sit: Callable[..., Awaitable[Desk]], tmp_path: Path
) -> None:
    small = {**DOCUMENTED, "usage": {"input": 10, "output": 10}}
    settings = {"models": models(tmp_path), **BUDGET}
    desk = await sit([DOCUMENTED, small, small], settings=settings)
    uris = [desk.open(f"{number}.py", PLAIN) for number in range(3)]

    first = await desk.task("gearshift.document", uris[0], 0)
    await desk.client.notification("gearshift/status", lambda s: s["gear"] == "mini")
    saved = await desk.task("gearshift.document", uris[1], 0)
    await desk.command("gearshift.useFull", {"scope": "next"})
    told = await desk.task("gearshift.document", uris[2], 0)

    tiers = [finished["attempts"][0]["tier"] for finished in (first, saved, told)]
    assert tiers == ["full", "mini", "full"]
    status = await desk.client.request("gearshift/status")
    assert (status["gear"], status["override"]) == ("mini", None)


async def test_the_estimate_is_shown_before_the_model_writes_and_in_titles_near_the_limit(
    sit: Callable[..., Awaitable[Desk]], tmp_path: Path
) -> None:
    desk = await sit([DOCUMENTED], settings={"models": models(tmp_path), **BUDGET})
    uri = desk.open("a.py", PLAIN)
    place = desk.place(uri, 0)
    asked: dict[str, Any] = {
        "textDocument": {"uri": uri},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": [], "triggerKind": 1},
    }
    plain = await desk.client.request("textDocument/codeAction", asked)

    await desk.task("gearshift.document", uri, 0)
    await desk.client.notification("gearshift/status", lambda s: s["gear"] == "mini")
    near = await desk.client.request("textDocument/codeAction", asked)

    reports = [
        n["params"]["value"]["message"]
        for n in desk.client.notifications
        if n["method"] == "$/progress" and n["params"]["value"]["kind"] == "report"
    ]
    assert reports[0].startswith("about ")
    assert " % of your 5h budget · full gear" in reports[0]
    assert " · about $0.00" in reports[1]
    assert not [action for action in plain if "about $" in action["title"]]
    assert near
    assert all(action["title"].endswith(", mini)") for action in near)
    assert all("(about $0.000" in action["title"] for action in near)


async def test_what_does_not_fit_is_refused_unless_the_user_chose_it_for_this_action(
    sit: Callable[..., Awaitable[Desk]], tmp_path: Path
) -> None:
    small = {**DOCUMENTED, "usage": {"input": 10, "output": 10}}
    full = {"quota": {"budgets": [{"window": "5h", "requests": 1}]}}
    desk = await sit([small] * 5, settings={"models": models(tmp_path), **full})
    uris = [desk.open(f"{number}.py", PLAIN) for number in range(4)]

    first = await desk.task("gearshift.document", uris[0], 0)
    refused = await desk.task("gearshift.document", uris[1], 0)
    named = await desk.task("gearshift.document", uris[2], 0, model="mini")
    await desk.command("gearshift.useFull", {"scope": "next"})
    told = await desk.task("gearshift.document", uris[3], 0)

    outcomes = [finished["outcome"] for finished in (first, refused, named, told)]
    assert outcomes == ["applied", "refused", "applied", "applied"]
    assert "5h budget of 1 request would be exceeded" in refused["reason"]
    assert "`gearshift.useFull`" in refused["reason"]
    status = await desk.client.request("gearshift/status")
    assert status["today"]["requests"] == 3, "what goes past the budget is counted all the same"


async def test_the_reserve_is_for_critical_tasks(
    sit: Callable[..., Awaitable[Desk]], tmp_path: Path
) -> None:
    small = {**DOCUMENTED, "usage": {"input": 10, "output": 10}}
    quota = {
        "budgets": [{"window": "day", "requests": 2}],
        "reservePercent": 50,
        "critical": ["explain"],
    }
    answers = [small, {"task": "explain", "text": "It adds."}]
    desk = await sit(answers, settings={"models": models(tmp_path), "quota": quota})
    uris = [desk.open(f"{number}.py", PLAIN) for number in range(3)]

    ordinary = await desk.task("gearshift.document", uris[0], 0)
    refused = await desk.task("gearshift.document", uris[1], 0)
    critical = await desk.task("gearshift.explain", uris[2], 0)

    outcomes = [finished["outcome"] for finished in (ordinary, refused, critical)]
    assert outcomes == ["applied", "refused", "applied"]
    assert "1 request is kept for critical tasks" in refused["reason"]


async def test_without_gears_each_threshold_is_warned_of_once(
    sit: Callable[..., Awaitable[Desk]], tmp_path: Path
) -> None:
    small = {**DOCUMENTED, "usage": {"input": 10, "output": 10}}
    quota = {"budgets": [{"window": "day", "requests": 10}], "mode": "off"}
    desk = await sit([small] * 9, settings={"models": models(tmp_path), "quota": quota})

    for number in range(9):
        await desk.task("gearshift.document", desk.open(f"{number}.py", PLAIN), 0)
    await desk.client.notification(
        "gearshift/status", lambda s: s["quota"]["pressure"] == 90 and s["state"] == "ready"
    )

    shown = [n for n in desk.client.notifications if n["method"] == "window/showMessage"]
    texts = [n["params"]["message"].split(". ")[0] for n in shown]
    assert texts == ["80 % of your day budget is used", "90 % of your day budget is used"]


async def test_the_status_command_opens_a_page(
    sit: Callable[..., Awaitable[Desk]], tmp_path: Path
) -> None:
    settings = {"models": models(tmp_path), **BUDGET}
    desk = await sit([DOCUMENTED], settings=settings)
    opened: list[str] = []

    def show(params: dict[str, Any]) -> dict[str, bool]:
        opened.append(params["uri"])
        return {"success": True}

    desk.client.answers["window/showDocument"] = show
    payload = await desk.command("gearshift.status")

    (uri,) = opened
    page = text_of(uri)
    assert page.startswith(f"# {payload['text']}\n")
    assert "| 5h budget | 0 % |" in page


async def test_the_status_is_one_message_where_the_editor_shows_no_documents(
    sit: Callable[..., Awaitable[Desk]], tmp_path: Path
) -> None:
    settings = {"models": models(tmp_path), **BUDGET}
    desk = await sit([DOCUMENTED], settings=settings, without="showDocument")

    payload = await desk.command("gearshift.status")
    await desk.client.request("gearshift/status")

    shown = [n for n in desk.client.notifications if n["method"] == "window/showMessage"]
    (message,) = [n["params"]["message"] for n in shown]
    assert message.startswith("Gearshift: full 0%")
    assert payload["gear"] == "full"


async def test_a_client_of_copilots_kind_gets_its_own_quota_warnings(
    sit: Callable[..., Awaitable[Desk]], tmp_path: Path
) -> None:
    settings = {"models": models(tmp_path), **BUDGET, "editorInfo": {"name": "Emacs"}}
    desk = await sit([DOCUMENTED], settings=settings)

    await desk.task("gearshift.document", desk.open("a.py", PLAIN), 0)
    warning = await desk.client.notification("copilot/quotaWarning")
    await desk.client.notification("gearshift/status", lambda s: s["gear"] == "mini")

    assert warning["severity"] == "warning"
    assert warning["message"].startswith("95 % of your 5h budget is used")
    assert warning["chat"]["percentRemaining"] == 5.0
    sent = [n for n in desk.client.notifications if n["method"] == "copilot/quotaWarning"]
    assert len(sent) == 1
    shown = [n for n in desk.client.notifications if n["method"] == "window/showMessage"]
    assert not [n for n in shown if "not a setting" in n["params"]["message"]]


async def test_a_budget_that_is_used_up_refuses_with_the_reason(
    sit: Callable[..., Awaitable[Desk]], tmp_path: Path
) -> None:
    settings = {
        "models": models(tmp_path),
        "quota": {"budgets": [{"window": "day", "requests": 1}]},
    }
    desk = await sit([{"text": "sum(prices)"}] * 3, settings=settings)
    uri = desk.open("a.py", SOURCE)

    other = desk.open("b.py", SOURCE.replace("total", "rest"))

    first = await desk.inline(uri, 1)
    second = await desk.inline(other, 1)

    assert first["items"]
    assert second == {"items": []}
    assert "budget" in await desk.command("gearshift.why", {})


async def test_one_ledger_for_two_servers_and_the_command_line(
    sit: Callable[..., Awaitable[Desk]], tmp_path: Path
) -> None:
    """One server is killed in mid-request: nothing is lost, nothing is counted twice."""
    answer = {"text": "sum(prices)", "usage": {"input": 100, "output": 10}}
    slow = {"match": "hang_here", "text": "x", "delayMs": 60000}
    settings = {"models": models(tmp_path)}
    first = await sit([slow, *[answer] * 40], settings=settings)
    second = await sit([slow, *[answer] * 40], settings=settings)
    doomed = await sit([slow, *[answer] * 40], settings=settings)
    killed = doomed.open("hang.py", "def hang_here(prices):\n    return \n")
    asked = {"textDocument": {"uri": killed}, "position": doomed.place(killed, 1)}
    doomed.client.begin("textDocument/inlineCompletion", {**asked, "context": {"triggerKind": 1}})
    await reservation(second)

    for turn in range(5):  # another text each time, for an answer is recalled
        text = SOURCE.replace("total", f"total_{turn}")
        uris = [desk.open(f"{n}-{turn}.py", text) for n, desk in enumerate((first, second))]
        await asyncio.gather(first.inline(uris[0], 1), second.inline(uris[1], 1))
    doomed.client.process.kill()
    await doomed.client.process.wait()
    path = tmp_path / "workspace" / "cli.py"
    path.write_text(SOURCE, encoding="utf-8")
    config = tmp_path / "config.toml"
    config.write_text(toml(models(tmp_path)), encoding="utf-8")
    done = await asyncio.create_subprocess_exec(
        *GEARSHIFT,
        "complete",
        f"{path}:2:12",
        env={**os.environ, "GEARSHIFT_CONFIG": str(config)},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await done.communicate()

    status = await first.client.request("gearshift/status")
    estimate = status["today"]["tokens"] - 11 * 110
    assert done.returncode == 0, output
    assert status["today"]["requests"] == 12, "ten answered, one by the CLI, one killed"
    assert estimate > 0, "the killed request stays counted at its estimate"
    again = await second.client.request("gearshift/status")
    assert again["today"]["tokens"] == status["today"]["tokens"]


def text_of(uri: str) -> str:
    """Return the text of a file that was shown."""
    return Path(url2pathname(urlparse(uri).path)).read_text(encoding="utf-8")


async def reservation(desk: Desk) -> None:
    """Wait until a reservation of another process is seen."""
    for _ in range(1000):
        if (await desk.client.request("gearshift/status"))["today"]["requests"]:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the reservation was not seen")


def toml(named: dict[str, Any]) -> str:
    parts = [
        f"[models.{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in m.items())
        for name, m in named.items()
    ]
    return "\n".join(parts)
