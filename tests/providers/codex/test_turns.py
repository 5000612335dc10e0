"""Requests to a plan's model, through a script that plays app-server."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.codex_script import ACTS, COMPLETED, log_of, write_program
from tests.support.eventually import until

from gearshift.core.errors import (
    BadReply,
    ContextTooLong,
    ModelNotFound,
    QuotaExhausted,
    RateLimited,
    Refused,
    SetupNeeded,
    Unauthorized,
    Unavailable,
)
from gearshift.core.model import ChatRequest, ContinueRequest, Message, ModelFacts
from gearshift.providers import connect
from gearshift.providers.services import Services
from gearshift.settings.schema import ModelSettings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from pathlib import Path

    from gearshift.core.model import Model

REQUEST = ChatRequest((Message("user", "Write f."),))


@pytest.fixture
async def services() -> AsyncGenerator[Services]:
    bundle = Services()
    yield bundle
    await bundle.aclose()


@pytest.fixture
def make(tmp_path: Path, services: Services) -> Callable[..., Model]:
    def make(seconds: float = 30.0, **acts: object) -> Model:
        program = write_program(tmp_path, **acts)
        settings = ModelSettings("codex", "m", path=str(program), timeout_seconds=seconds)
        return connect(settings, ModelFacts(), services)

    return make


async def text_of(model: Model, request: ChatRequest = REQUEST) -> str:
    async with aclosing(model.stream(request)) as chunks:
        return "".join([chunk.text async for chunk in chunks])


def events(*events: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {**ACTS["turn/start"], "events": [*events]}


async def test_models_of_one_program_share_a_process(
    make: Callable[..., Model], services: Services, tmp_path: Path
):
    model = make()
    other = ModelSettings("codex", "other", path=str(tmp_path / "codex"))
    assert await text_of(model) == "hi"
    assert await text_of(connect(other, ModelFacts(), services)) == "hi"
    assert log_of(tmp_path / "codex").count('"initialize"') == 1


async def test_requests_at_once_start_one_process(make: Callable[..., Model], tmp_path: Path):
    model = make()
    await asyncio.gather(*(model._server.opened() for _ in range(3)))  # type: ignore[attr-defined]
    assert (tmp_path / "log.runs").read_text() == "x"


async def test_what_only_comments_on_the_work_is_no_part_of_the_answer(make: Callable[..., Model]):
    aside = {"item": {"type": "agentMessage", "id": "a", "phase": "commentary"}}
    turn = events(
        ("item/started", aside),
        ("item/agentMessage/delta", {"itemId": "a", "delta": "Let me see."}),
        ("item/agentMessage/delta", {"itemId": "b", "delta": "x = 1"}),
        ("turn/completed", COMPLETED),
    )
    assert await text_of(make(turn_start=turn)) == "x = 1"


async def test_a_begun_answer_is_not_repeated(make: Callable[..., Model]):
    turn = events(
        ("item/agentMessage/delta", {"delta": "def f(): pass"}), ("turn/completed", COMPLETED)
    )
    request = ChatRequest((Message("user", "Write f."), Message("assistant", "def f():")))
    assert await text_of(make(turn_start=turn), request) == " pass"


async def test_what_app_server_asks_is_declined(make: Callable[..., Model], tmp_path: Path):
    turn = events(
        ("ask", {"method": "item/commandExecution/requestApproval"}), ("turn/completed", COMPLETED)
    )
    await text_of(make(turn_start=turn))
    await until(lambda: "declines" in log_of(tmp_path / "codex"))
    sent = [json.loads(line) for line in log_of(tmp_path / "codex").splitlines()]
    (declined,) = [message for message in sent if "error" in message]
    assert declined["id"] == "server-1"


async def test_a_process_that_dies_before_the_turn_is_started_once_more(make: Callable[..., Model]):
    start = {**ACTS["thread/start"], "dies_in_runs": [1]}
    assert await text_of(make(thread_start=start)) == "hi"


async def test_a_process_that_dies_again_is_unavailable(make: Callable[..., Model], tmp_path: Path):
    start = {**ACTS["thread/start"], "dies_in_runs": [1, 2]}
    with pytest.raises(Unavailable, match="ended before it answered"):
        await text_of(make(thread_start=start))
    assert (tmp_path / "log.runs").read_text() == "xx"


async def test_a_turn_that_was_sent_is_not_sent_again(make: Callable[..., Model], tmp_path: Path):
    turn = {**events(("item/agentMessage/delta", {"delta": "h"})), "then_dies": True}
    with pytest.raises(Unavailable, match="in the middle of the answer"):
        await text_of(make(turn_start=turn))
    assert log_of(tmp_path / "codex").count('"turn/start"') == 1


async def test_silence_is_unavailable_and_ends_the_turn(make: Callable[..., Model], tmp_path: Path):
    with pytest.raises(Unavailable, match="nothing came for"):
        await text_of(make(seconds=0.2, turn_start=events()))
    await until(lambda: "turn/interrupt" in log_of(tmp_path / "codex"))


async def test_a_turn_cancelled_before_it_has_a_name_is_interrupted_when_it_has(
    make: Callable[..., Model], tmp_path: Path
):
    turn = {"result": {"turn": {"id": "u9"}}, "delay": 0.3}
    asking = asyncio.ensure_future(text_of(make(turn_start=turn)))
    await until(lambda: '"turn/start"' in log_of(tmp_path / "codex"))
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await until(lambda: "thread/unsubscribe" in log_of(tmp_path / "codex"))
    assert '"turnId": "u9"' in log_of(tmp_path / "codex")


async def test_a_thread_cancelled_before_it_has_a_name_is_left_when_it_has(
    make: Callable[..., Model], tmp_path: Path
):
    start = {**ACTS["thread/start"], "delay": 0.3}
    asking = asyncio.ensure_future(text_of(make(thread_start=start)))
    await until(lambda: '"thread/start"' in log_of(tmp_path / "codex"))
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await until(lambda: "thread/unsubscribe" in log_of(tmp_path / "codex"))
    assert '"turn/start"' not in log_of(tmp_path / "codex")


@pytest.mark.parametrize(
    ("agent", "is_taken"),
    [
        pytest.param("gearshift/0.150.9 (Linux)", False, id="too old"),
        pytest.param("gearshift/0.151.0 (Linux)", True, id="the oldest"),
        pytest.param("gearshift/1.0.0", True, id="newer"),
        pytest.param("gearshift/0.0.0", True, id="built from source"),
        pytest.param("something else", True, id="says nothing of it"),
    ],
)
async def test_versions(make: Callable[..., Model], agent: str, is_taken: bool):
    model = make(initialize={"result": {"userAgent": agent}})
    if is_taken:
        assert await text_of(model) == "hi"
    else:
        with pytest.raises(SetupNeeded, match=r"0.150.9 is too old.*npm i -g @openai/codex"):
            await text_of(model)


async def test_a_program_that_is_not_there_says_how_to_get_it(
    services: Services, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("PATH", str(tmp_path))
    model = connect(ModelSettings("codex", "m"), ModelFacts(), services)
    with pytest.raises(SetupNeeded, match="npm i -g @openai/codex"):
        await text_of(model)
    wrong = ModelSettings("codex", "m", path=str(tmp_path / "codecs"))
    with pytest.raises(SetupNeeded, match=r"names no program.*codecs"):
        await text_of(connect(wrong, ModelFacts(), services))


async def test_a_program_that_ends_at_once_says_how_to_update(make: Callable[..., Model]):
    with pytest.raises(Unavailable, match=r"did not start.*npm i -g @openai/codex"):
        await text_of(make(initialize={"dies_in_runs": [1, 2, 3]}))


async def test_why_a_program_ends_at_once_is_told(make: Callable[..., Model]):
    words = "WARNING: no home\nError: CODEX_HOME does not exist\n\nStack backtrace:\n  0: <unknown>"
    with pytest.raises(Unavailable, match=r"did not start \(CODEX_HOME does not exist\);"):
        await text_of(make(initialize={"dies_in_runs": [1], "last_words": words}))


async def test_a_program_that_does_not_end_is_killed(
    make: Callable[..., Model], services: Services
):
    model = make(end={"hangs": True})
    await text_of(model)
    process = model._server._pipe._process  # type: ignore[attr-defined]
    await services.aclose()
    assert process.returncode is not None


async def test_an_account_that_can_not_be_read_is_no_missing_login(make: Callable[..., Model]):
    account = {"error": {"code": -32603, "message": "offline"}}
    assert await text_of(make(account_read=account)) == "hi"


async def test_nobody_signed_in(make: Callable[..., Model]):
    nobody = {"result": {"account": None, "requiresOpenaiAuth": True}}
    with pytest.raises(SetupNeeded, match="gearshift setup --preset chatgpt"):
        await text_of(make(account_read=nobody))


async def test_too_much_to_do_is_a_wait(make: Callable[..., Model]):
    busy = {"error": {"code": -32001, "message": "overloaded"}}
    with pytest.raises(RateLimited) as caught:
        await text_of(make(thread_start=busy))
    assert caught.value.retry_after == 1.0


async def test_a_call_that_is_refused_shows_its_code_alone(make: Callable[..., Model]):
    refusal = {"error": {"code": -32600, "message": "secret prompt"}}
    with pytest.raises(BadReply, match=r"`turn/start` \(-32600\)") as caught:
        await text_of(make(turn_start=refusal))
    assert "secret" not in str(caught.value)


async def test_only_chats_are_taken(make: Callable[..., Model]):
    with pytest.raises(Refused, match="chats only"):
        await anext(make().stream(ContinueRequest("x")))


@pytest.mark.parametrize(
    ("info", "error"),
    [
        pytest.param("usageLimitExceeded", QuotaExhausted, id="plan used up"),
        pytest.param("sessionBudgetExceeded", QuotaExhausted, id="budget used up"),
        pytest.param("rateLimitExceeded", RateLimited, id="too fast"),
        pytest.param(
            {"responseTooManyFailedAttempts": {"httpStatusCode": 429}}, RateLimited, id="429"
        ),
        pytest.param("unauthorized", Unauthorized, id="login refused"),
        pytest.param({"httpConnectionFailed": {"httpStatusCode": 401}}, Unauthorized, id="401"),
        pytest.param("contextWindowExceeded", ContextTooLong, id="too long"),
        pytest.param("modelNotFound", ModelNotFound, id="no such model"),
        pytest.param("badRequest", BadReply, id="bad request"),
        pytest.param("serverOverloaded", Unavailable, id="overloaded"),
        pytest.param({"responseStreamDisconnected": {}}, Unavailable, id="cut off"),
        pytest.param("aNewName", Unavailable, id="unknown name"),
        pytest.param({"aNewName": 7}, Unavailable, id="unknown object"),
        pytest.param(None, Unavailable, id="nothing said"),
        pytest.param(7, Unavailable, id="nonsense"),
    ],
)
async def test_failed_turns(make: Callable[..., Model], info: object, error: type[Exception]):
    failed = {"status": "failed", "error": {"message": "secret", "codexErrorInfo": info}}
    turn = events(("turn/completed", {"turn": failed}))
    with pytest.raises(error) as caught:
        await text_of(make(turn_start=turn))
    assert "secret" not in str(caught.value)
