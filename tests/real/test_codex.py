"""The real `codex app-server` against a stub of its vendor."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.support.codex_home import codex_program, reply, write_home
from tests.support.codex_plan import FIVE_HOURS, WEEK, PlanServer, window
from tests.support.eventually import until
from tests.support.stub_server import Answer

from gearshift.core.errors import QuotaExhausted, SetupNeeded, Unauthorized, Unavailable
from gearshift.core.model import ChatRequest, Chunk, Message, ModelFacts
from gearshift.core.quota import PlanWindow
from gearshift.providers import connect
from gearshift.providers.codex.login import begin_login, finish_login
from gearshift.providers.codex.model import Codex
from gearshift.providers.codex.pipe import _kill
from gearshift.providers.services import Services
from gearshift.settings.schema import ModelSettings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

REQUEST = ChatRequest((Message("system", "Only code."), Message("user", "Write f.")), effort="low")


@dataclass
class Plan:
    """A Gearshift process with one model of the plan."""

    server: PlanServer
    home: Path
    windows: list[PlanWindow] = field(default_factory=list)
    services: Services = field(default_factory=Services)

    def __post_init__(self) -> None:
        self.services = Services(on_plan=self.windows.append)
        settings = ModelSettings("codex", "gpt-6-luna", path=str(codex_program()))
        model = connect(settings, ModelFacts(efforts=("low",)), self.services)
        assert isinstance(model, Codex)
        self.model = model

    async def ask(self) -> list[Chunk]:
        async with aclosing(self.model.stream(REQUEST)) as chunks:
            return [chunk async for chunk in chunks]

    async def seen(self, *expected: tuple[str, str, float]) -> None:
        """Wait until the latest windows are these: bucket, label, percent."""

        def is_so() -> bool:
            latest = {(w.bucket, w.label): w.used_percent for w in self.windows}
            return latest == {(bucket, label): percent for bucket, label, percent in expected}

        await until(is_so)

    @property
    def process(self) -> asyncio.subprocess.Process:
        pipe = self.model._server._pipe
        assert pipe is not None
        return pipe._process


@pytest.fixture(params=[False])
async def plan(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Plan]:
    async with PlanServer(reply("def f():", " pass")) as server:
        home = write_home(tmp_path / "home", server.origin, is_signed_in=request.param)
        monkeypatch.setenv("CODEX_HOME", str(home))
        made = Plan(server, home)
        yield made
        await made.services.aclose()


signed_in = pytest.mark.parametrize("plan", [True], indirect=True, ids=["signed in"])


async def test_a_request_is_one_lean_turn_that_streams_and_states_its_use(plan: Plan):
    chunks = await plan.ask()
    assert [c.text for c in chunks if c.text] == ["def f():", " pass"]
    last = chunks[-1]
    assert last.finish == "stop"
    assert last.usage is not None
    assert (last.usage.input, last.usage.cached, last.usage.output) == (1200, 1024, 40)
    (body,) = plan.server.asked
    assert body["model"] == "gpt-6-luna"
    assert body["reasoning"]["effort"] == "low"
    texts = [p["text"] for i in body["input"] for p in i.get("content", ())]
    assert texts == ["Only code.", "Write f."]
    assert len(json.dumps(body)) < 13_000


async def test_threads_are_unloaded_after_their_turn(plan: Plan):
    for _ in range(3):
        await plan.ask()
    loaded = ["?"]
    for _ in range(100):
        result = await plan.model._server.call("thread/loaded/list", {})
        loaded = result["data"]
        if not loaded:
            break
        await asyncio.sleep(0.1)
    assert loaded == []


async def test_closing_the_stream_interrupts_the_turn(plan: Plan):
    plan.server.answers = [reply("one", "two", hangs_after=3)]
    async with aclosing(plan.model.stream(REQUEST)) as chunks:
        assert (await anext(chunks)).text == "one"
        await asyncio.wait_for(plan.server.is_waiting.wait(), 30)
    await asyncio.wait_for(plan.server.client_left.wait(), 30)
    plan.server.answers = [reply("next")]
    assert (await plan.ask())[0].text == "next"


async def test_a_cancelled_request_interrupts_the_turn(plan: Plan):
    plan.server.answers = [reply("one", hangs_before_head=True)]
    asking = asyncio.ensure_future(plan.ask())
    await asyncio.wait_for(plan.server.is_waiting.wait(), 30)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await asyncio.wait_for(plan.server.client_left.wait(), 30)


@signed_in
@pytest.mark.parametrize(
    ("said", "shown"),
    [
        pytest.param(79, 79, id="79"),
        pytest.param(91, 91, id="91"),
        pytest.param(100, 100, id="100"),
    ],
)
async def test_windows_are_read_after_a_turn(plan: Plan, said: float, shown: float):
    plan.server.state(window(said, FIVE_HOURS), window(17, WEEK))
    await plan.ask()
    await plan.seen(("codex", "5h", shown), ("codex", "week", 17))


async def test_a_share_in_a_models_answer_is_rounded_by_codex(plan: Plan):
    headers = {"x-codex-primary-used-percent": "89.5", "x-codex-primary-window-minutes": "300"}
    plan.server.answers = [reply("x", headers=headers)]
    await plan.ask()
    await plan.seen(("codex", "5h", 90))


@signed_in
async def test_a_plan_with_a_weekly_window_alone_has_no_other(plan: Plan):
    plan.server.state(window(40, WEEK))
    await plan.ask()
    await plan.seen(("codex", "week", 40))


@signed_in
async def test_buckets_of_other_models_do_not_count(plan: Plan):
    others = {"gpt-6-luna": window(60, FIVE_HOURS), "gpt-reserve": window(100, WEEK)}
    plan.server.state(window(30, FIVE_HOURS), **others)
    await plan.ask()
    await plan.seen(("codex", "5h", 30), ("codex_gpt-6-luna", "5h", 60))


@signed_in
async def test_of_two_buckets_in_one_answer_neither_is_taken_for_the_other(plan: Plan):
    plan.server.state(window(55, FIVE_HOURS))
    headers = {
        "x-codex-primary-used-percent": "55",
        "x-codex-primary-window-minutes": "300",
        "x-codex-other-primary-used-percent": "99",
        "x-codex-other-primary-window-minutes": "300",
        "x-codex-other-limit-name": "gpt-other",
    }
    plan.server.answers = [reply("x", headers=headers)]
    await plan.ask()
    await plan.seen(("codex", "5h", 55))
    assert 99.0 not in {w.used_percent for w in plan.windows}


async def test_a_plan_that_is_used_up_says_when_it_resets(plan: Plan):
    body = {"error": {"type": "usage_limit_reached", "message": "no more", "plan_type": "plus"}}
    headers = {
        "content-type": "application/json",
        "x-codex-primary-used-percent": "100",
        "x-codex-primary-window-minutes": "300",
        "x-codex-primary-reset-at": "4000000000",
    }
    plan.server.answers = [Answer([json.dumps(body).encode()], status=429, headers=headers)]
    with pytest.raises(QuotaExhausted, match="used up") as caught:
        await plan.ask()
    assert caught.value.resets_at == 4_000_000_000


async def test_a_login_that_is_not_accepted_is_said_so(plan: Plan):
    plan.server.answers = [Answer([b"{}"], status=401)]
    with pytest.raises(Unauthorized, match="gearshift setup --preset chatgpt"):
        await plan.ask()


def log_out(plan: Plan) -> None:
    config = plan.home / "config.toml"
    text = config.read_text().replace("requires_openai_auth = false", "requires_openai_auth = true")
    config.write_text(text)


async def test_a_login_by_browser_is_begun_and_withdrawn(plan: Plan):
    log_out(plan)
    server = plan.model._server
    assert await server.is_signed_in() is False
    login = await begin_login(server, with_code=False)
    assert login.code is None
    waiting = asyncio.ensure_future(finish_login(server, login))
    await asyncio.sleep(0)
    server.tell("account/login/cancel", {"loginId": login.id})
    assert await asyncio.wait_for(waiting, 30) is False


async def test_a_login_by_code_shows_the_code_waits_for_it_and_is_withdrawn(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
):
    log_out(plan)
    monkeypatch.setenv("CODEX_APP_SERVER_LOGIN_ISSUER", plan.server.origin)
    server = plan.model._server
    login = await begin_login(server, with_code=True)
    assert login.code == "ABCD-1234"
    assert login.url.startswith(plan.server.origin)
    waiting = asyncio.ensure_future(finish_login(server, login))
    await until(lambda: any(s.path.endswith("/deviceauth/token") for s in plan.server.seen))
    assert not waiting.done()
    server.tell("account/login/cancel", {"loginId": login.id})
    assert await asyncio.wait_for(waiting, 60) is False


async def test_without_a_login_nothing_is_asked(plan: Plan):
    log_out(plan)
    with pytest.raises(SetupNeeded, match="gearshift setup --preset chatgpt"):
        await plan.ask()
    assert plan.server.asked == []


async def test_a_crash_in_mid_turn_fails_that_answer_and_the_next_has_a_new_process(plan: Plan):
    plan.server.answers = [reply("one", "two", hangs_after=3)]
    async with aclosing(plan.model.stream(REQUEST)) as chunks:
        assert (await anext(chunks)).text == "one"
        _kill(plan.process)
        with pytest.raises(Unavailable, match="ended in the middle"):
            await anext(chunks)
    plan.server.answers = [reply("again")]
    assert (await plan.ask())[0].text == "again"


async def test_the_process_and_its_folder_are_gone_after_the_end(plan: Plan):
    await plan.ask()
    process, folder = plan.process, Path(plan.model._server.folder)
    await plan.services.aclose()
    assert process.returncode is not None
    assert folder not in folder.parent.glob("gearshift-codex-*")
