"""Every way in which a model server fails, met by a real server: inline and heavy.

For each: what the editor got, how many messages it was shown, and that the ledger balances to the
token with what the stub served.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from time import time
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from tests.support.dialects import DIALECTS
from tests.support.stub_server import Answer, StubServer

from gearshift.core.clock import SystemClock
from gearshift.core.model import estimate_tokens
from gearshift.quota.ledger import Ledger
from gearshift.settings.folders import state_folder

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from tests.e2e.conftest import Desk

    from gearshift.quota.entry import Entry

pytestmark = pytest.mark.soak

FILL, CHAT = DIALECTS["mistral-fill"], DIALECTS["mistral-chat"]
SOURCE = "def total(prices):\n    return \n"
PLAIN = SOURCE.replace("return ", "return 1")
DOCUMENTED = '```python\ndef total(prices):\n    """Sum."""\n    return 1\n```'
SUM = "sum(prices)"
HUGE = "x = 1 # " + "y" * 50_000
"""One of 200 pieces of an answer of 10 MB."""
WAIT_SECONDS = 0.3


def busy(**headers: str) -> Answer:
    return Answer([b'{"code": "rate_limit_exceeded"}'], status=429, headers=headers)


def later() -> Answer:
    # Dates are whole seconds, so this is one to two seconds away.
    return busy(**{"retry-after": formatdate(time() + 2, usegmt=True)})


OUT_OF_MONEY = Answer(
    [b'{"error": {"code": "insufficient_quota", "message": "Pay."}}'],
    status=429,
    headers={"retry-after": "0"},
)


@dataclass(frozen=True)
class Fault:
    """How a server fails and what that comes to."""

    answer: Callable[[], Answer]
    reason: str
    """Words of the reason that `gearshift.why` gives."""
    says: str = ""
    """Text that the server sends before it fails: what was generated, and may be billed."""
    heavy: int = 3
    """How often a heavy task asks."""
    recovers: bool = False
    """Whether a heavy task's next request is answered."""
    timeout: float = 20.0
    settings: dict[str, Any] = field(default_factory=dict[str, Any])


def hanging(**changes: Any) -> Callable[[], Answer]:
    return lambda: FILL.answer(["sum", "(pri"], **changes)


FAULTS = {
    "429 in seconds": Fault(
        lambda: busy(**{"retry-after": "1"}), "wait 1 s", heavy=2, recovers=True
    ),
    "429 in milliseconds": Fault(
        lambda: busy(**{"retry-after-ms": "300"}), "wait a moment", heavy=2, recovers=True
    ),
    "429 until a date": Fault(later, "asks to wait", heavy=2, recovers=True),
    "429 without a word": Fault(busy, "wait a moment", heavy=2, recovers=True),
    "429 for an hour": Fault(lambda: busy(**{"retry-after": "3600"}), "wait 3600 s", heavy=1),
    "no money": Fault(lambda: OUT_OF_MONEY, "quota is used up", heavy=1),
    "500": Fault(lambda: Answer(status=500), "failed (500)"),
    "503": Fault(lambda: Answer(status=503), "failed (503)"),
    "reset before the answer": Fault(lambda: Answer([], is_raw=True), "broke off"),
    "reset in mid-stream": Fault(hanging(drops_after=3), "broke off", says="sum(pri", heavy=1),
    "hang before the first token": Fault(
        lambda: Answer(hangs_before_head=True), "sent nothing", timeout=WAIT_SECONDS
    ),
    "hang between tokens": Fault(
        hanging(hangs_after=3), "sent nothing", says="sum(pri", heavy=1, timeout=WAIT_SECONDS
    ),
    "malformed JSON": Fault(lambda: Answer([b"data: {oops\n\n"]), "no JSON object", heavy=1),
    "malformed events": Fault(lambda: Answer([b"\x00\xff what\n\n<html>\n\n"]), "broke off"),
    "wrong content type": Fault(
        lambda: Answer([b"<html>"], headers={"content-type": "text/html"}), "text/html", heavy=1
    ),
    "not HTTP at all": Fault(
        lambda: Answer([b"SSH-2.0-OpenSSH_9.9\r\n\r\n"], is_raw=True), "in HTTP", heavy=1
    ),
}


def served_by(origin: str, timeout: float = 20.0) -> dict[str, Any]:
    model = {"provider": "mistral", "baseUrl": f"{origin}/v1", "timeoutSeconds": timeout}
    small, large = ({**model, "model": f"codestral-{name}"} for name in ("small", "large"))
    return {"models": {"mini": small, "full": large}, "routing": {"docs": "mini"}}


def popups(desk: Desk) -> list[str]:
    shown = [n for n in desk.client.notifications if n["method"] == "window/showMessage"]
    return [n["params"]["message"] for n in shown]


async def booked(desk: Desk) -> tuple[Entry, ...]:
    """Return the ledger's rows once everything was settled, the first one first."""
    await desk.client.request("gearshift/status")  # the ledger answers it after what was queued
    ledger = Ledger(state_folder() / "ledger.sqlite", SystemClock())
    rows = ledger.recent(100)[::-1]
    ledger.close()
    return rows


def counted(rows: tuple[Entry, ...]) -> list[tuple[int, int, bool]]:
    """Return what each request is counted as: requests, tokens written, whether by estimate."""
    assert all(row.state == "settled" for row in rows)
    return [(row.requests, row.usage.output, row.usage.is_estimate) for row in rows]


def cost_of(fault: Fault) -> tuple[int, int, bool]:
    return (1, estimate_tokens(fault.says), True) if fault.says else (0, 0, False)


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_of_the_server_met_inline(
    sit: Callable[..., Awaitable[Desk]], name: str
) -> None:
    fault = FAULTS[name]
    async with StubServer(fault.answer()) as server:
        desk = await sit(settings=served_by(server.origin, fault.timeout))
        uri = desk.open("a.py", SOURCE)

        assert await desk.inline(uri, 1) == {"items": []}

        rows = await booked(desk)
        assert len(server.seen) == 1, "inline asks once"
        assert counted(rows) == [cost_of(fault)]
        assert (rows[0].usage.input > 0) == bool(fault.says)
        for _ in range(4):
            assert await desk.inline(uri, 1) == {"items": []}
        assert len(popups(desk)) <= 1, "\n".join(popups(desk))
        assert fault.reason in await desk.command("gearshift.why", {})


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_of_the_server_met_by_a_heavy_task(
    sit: Callable[..., Awaitable[Desk]], name: str
) -> None:
    fault = FAULTS[name]
    answers = [fault.answer(), *([CHAT.answer([DOCUMENTED])] if fault.recovers else [])]
    async with StubServer(*answers) as server:
        settings = served_by(server.origin, fault.timeout)
        del settings["models"]["full"]
        desk = await sit(settings=settings)
        uri = desk.open("a.py", PLAIN)

        finished = await desk.task("gearshift.document", uri, 0)

        rows = await booked(desk)
        assert len(server.seen) == fault.heavy
        assert [(row.action, row.tries) for row in rows] == [(finished["taskId"], fault.heavy)]
        if fault.recovers:
            assert finished["outcome"] == "applied", finished["reason"]
            assert '"""Sum."""' in desk.texts[uri]
            assert [row.usage for row in rows] == [CHAT.usage]
        else:
            assert finished["outcome"] == "failed"
            assert fault.reason in finished["reason"]
            assert desk.texts[uri] == PLAIN
            assert counted(rows) == [cost_of(fault)], "one row, however often it was asked"
        assert len(popups(desk)) == (0 if fault.recovers else 1), popups(desk)


async def test_a_server_that_refuses_connections(sit: Callable[..., Awaitable[Desk]]) -> None:
    async with StubServer(Answer()) as server:
        settings = served_by(server.origin)
    desk = await sit(settings=settings)
    uri = desk.open("a.py", PLAIN)

    inline = await desk.inline(uri, 1)
    finished = await desk.task("gearshift.document", uri, 0)

    assert inline == {"items": []}
    assert finished["outcome"] == "failed"
    assert "Nothing answers at" in finished["reason"]
    assert {row.requests for row in await booked(desk)} == {0}
    assert len(popups(desk)) == 1, popups(desk)


async def test_a_certificate_that_nobody_vouches_for(sit: Callable[..., Awaitable[Desk]]) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    async with StubServer(FILL.answer([SUM]), tls=tls) as server:
        desk = await sit(settings=served_by(server.origin))
        uri = desk.open("a.py", PLAIN)

        inline = await desk.inline(uri, 1)
        finished = await desk.task("gearshift.document", uri, 0)

        assert inline == {"items": []}
        assert finished["outcome"] == "failed"
        assert "certificate" in finished["reason"]
        assert not server.seen, "nothing was sent to a stranger"
        assert {row.requests for row in await booked(desk)} == {0}
        assert len(popups(desk)) == 1, popups(desk)


async def test_an_answer_that_drips_is_an_answer(sit: Callable[..., Awaitable[Desk]]) -> None:
    """Each pause is shorter than `timeoutSeconds`, all together are longer."""
    fill = FILL.answer(list(SUM), pause=0.05)
    chat = CHAT.answer([DOCUMENTED[n : n + 5] for n in range(0, len(DOCUMENTED), 5)], pause=0.05)
    async with StubServer(fill, chat) as server:
        desk = await sit(settings=served_by(server.origin, 0.4))
        uri = desk.open("a.py", SOURCE)
        other = desk.open("b.py", PLAIN)

        inline = await desk.inline(uri, 1)
        finished = await desk.task("gearshift.document", other, 0)

        assert inline["items"][0]["insertText"] == SUM
        assert finished["outcome"] == "applied", finished["reason"]
        assert [row.usage for row in await booked(desk)] == [FILL.usage, CHAT.usage]
        assert popups(desk) == []


async def test_an_answer_of_ten_megabytes(sit: Callable[..., Awaitable[Desk]]) -> None:
    """It is not read on once it is longer than what was asked for can be."""
    async with StubServer(FILL.answer([HUGE] * 200), CHAT.answer([HUGE] * 200)) as server:
        desk = await sit(settings=served_by(server.origin))
        uri = desk.open("a.py", SOURCE)
        other = desk.open("b.py", PLAIN)

        await desk.inline(uri, 1)
        finished = await desk.task("gearshift.document", other, 0)

        assert finished["outcome"] in ("refused", "failed"), finished
        assert finished["reason"]
        assert desk.texts[other] == PLAIN
        rows = await booked(desk)
        assert all(row.state == "settled" and row.requests == 1 for row in rows)
        read = max(row.usage.output for row in rows)
        assert read == estimate_tokens(HUGE), "one piece of it, which is counted"
        assert len(rows) == len(server.seen)
        assert len(popups(desk)) <= 1, "\n".join(popups(desk))
