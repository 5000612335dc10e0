"""What every HTTP provider does alike, checked in each of its dialects against a real socket."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from dataclasses import replace
from email.utils import formatdate
from typing import TYPE_CHECKING

import pytest
from tests.support.clock import ManualClock
from tests.support.dialects import DIALECTS, Dialect
from tests.support.stub_server import Answer, StubServer

from gearshift.core.errors import (
    BadReply,
    ContextTooLong,
    GearshiftError,
    ModelNotFound,
    NotSupported,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    Unauthorized,
    Unavailable,
)
from gearshift.core.model import Chunk, Model, ModelFacts
from gearshift.providers import PROVIDERS, connect, link
from gearshift.providers.credentials import Credentials
from gearshift.providers.http import Connections, make_transport_for
from gearshift.providers.local import Endpoint, Launcher
from gearshift.providers.proxied import Proxied
from gearshift.providers.services import Services
from gearshift.settings.schema import ModelSettings

if TYPE_CHECKING:
    from gearshift.providers.local import Resident

KEY = "sk-test-0123456789"
NOW = 1_800_000_000.0


@pytest.fixture(params=list(DIALECTS))
def dialect(request: pytest.FixtureRequest) -> Dialect:
    return DIALECTS[request.param]


@pytest.fixture(params=["direct", "proxied"])
async def services(request: pytest.FixtureRequest):
    # The stub plays the proxy too: a request to a proxy names the whole address.
    way = {"direct": make_transport_for, "proxied": lambda origin: Proxied(origin, origin)}
    bundle = Services(
        http=Connections(way[request.param]),
        credentials=Credentials({"STUB_KEY": KEY}, read_keyring=lambda *_: None),
        clock=ManualClock(NOW),
    )
    yield bundle
    await bundle.aclose()


class Loaded(Launcher):
    """Says that the embedded model's process answers at `url`."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    async def endpoint(self, resident: Resident) -> Endpoint:
        del resident
        return Endpoint(self._url, KEY)

    async def is_alive(self, resident: Resident) -> bool:
        del resident
        return True


def model_at(server: StubServer, dialect: Dialect, services: Services, **changes: object) -> Model:
    if dialect.provider == "local":
        own = ModelSettings("local", "stub-model", path="stub.gguf")
        served = replace(services, launcher=Loaded(server.origin))
        return connect(replace(own, **changes), ModelFacts(), served)
    settings = ModelSettings(
        provider=dialect.provider,  # type: ignore[arg-type]
        model="stub-model",
        base_url=server.origin + dialect.base_path,
        api_key_env="STUB_KEY",
    )
    return connect(replace(settings, **changes), ModelFacts(), services)


async def ask(model: Model, dialect: Dialect) -> list[Chunk]:
    async with aclosing(model.stream(dialect.request)) as chunks:
        return [chunk async for chunk in chunks]


async def error_of(model: Model, dialect: Dialect) -> GearshiftError:
    with pytest.raises(GearshiftError) as caught:
        await ask(model, dialect)
    return caught.value


def test_every_http_provider_is_covered():
    covered = {dialect.provider for dialect in DIALECTS.values()}
    assert covered == {name for name, row in PROVIDERS.items() if row.base_url} | {"local"}


async def test_streams_text_then_usage_and_finish(dialect: Dialect, services: Services):
    async with StubServer(dialect.answer(["def ", "f():", "\n"])) as server:
        *texts, last = await ask(model_at(server, dialect, services), dialect)
    assert "".join(chunk.text for chunk in texts) == "def f():\n"
    assert last == Chunk("", dialect.usage, "stop")
    assert server.seen[0].path == dialect.path
    assert json.loads(server.seen[0].body)["stream"] is True


async def test_an_answer_cut_at_the_limit_says_so(dialect: Dialect, services: Services):
    async with StubServer(dialect.answer(["x"], is_cut=True)) as server:
        chunks = await ask(model_at(server, dialect, services), dialect)
    assert chunks[-1].finish == "length"
    assert chunks[-1].usage is not None


@pytest.mark.parametrize("size", [1, 2, 3, 7, 4096])
async def test_pieces_may_be_cut_at_any_byte(dialect: Dialect, services: Services, size: int):
    body = b"".join(dialect.say(["naïve ", "日本", "🙂\r\n"])).replace(b"\n\n", b"\r\n\r\n")
    pieces = [body[i : i + size] for i in range(0, len(body), size)]
    async with StubServer(dialect.answer([], pieces=pieces)) as server:
        chunks = await ask(model_at(server, dialect, services), dialect)
    assert "".join(chunk.text for chunk in chunks) == "naïve 日本🙂\r\n"


async def test_an_empty_answer_is_an_answer(dialect: Dialect, services: Services):
    async with StubServer(dialect.answer([])) as server:
        chunks = await ask(model_at(server, dialect, services), dialect)
    assert chunks == [Chunk("", dialect.usage, "stop")]


async def test_a_very_long_answer_comes_whole(dialect: Dialect, services: Services):
    texts = [f"line_{number} = '日本🙂'\n" for number in range(10_000)]
    body = b"".join(dialect.say(texts))
    # Not as many writes as events, and no event's end where a write ends.
    pieces = [body[at : at + 50_001] for at in range(0, len(body), 50_001)]
    async with StubServer(dialect.answer([], pieces=pieces)) as server:
        chunks = await ask(model_at(server, dialect, services), dialect)
    assert "".join(chunk.text for chunk in chunks) == "".join(texts)
    assert chunks[-1] == Chunk("", dialect.usage, "stop")


async def test_one_connection_serves_request_after_request(dialect: Dialect, services: Services):
    async with StubServer(dialect.answer(["a"])) as server:
        model = model_at(server, dialect, services)
        for _ in range(3):
            await ask(model, dialect)
    assert [seen.connection for seen in server.seen] == [1, 1, 1]


def refusal(status: int, headers: dict[str, str] | None = None, **error: object) -> Answer:
    fields = {"content-type": "application/json", **(headers or {})}
    return Answer([json.dumps({"error": error}).encode()], status=status, headers=fields)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(refusal(429, code="insufficient_quota"), QuotaExhausted, id="no-money"),
        pytest.param(refusal(402, message="pay"), QuotaExhausted, id="payment-required"),
        pytest.param(
            refusal(400, message="Your credit balance is too low"), QuotaExhausted, id="no-credit"
        ),
        pytest.param(
            refusal(429, details={"error_code": "enforced_spend_limit_reached"}),
            QuotaExhausted,
            id="spend-limit",
        ),
        pytest.param(refusal(429, code="rate_limit_exceeded"), RateLimited, id="busy"),
        pytest.param(refusal(401, code="invalid_api_key"), Unauthorized, id="key"),
        pytest.param(refusal(403), Unauthorized, id="forbidden"),
        pytest.param(refusal(404, code="model_not_found"), ModelNotFound, id="model"),
        pytest.param(
            refusal(404, message="model 'x' not found"), ModelNotFound, id="model-in-words"
        ),
        pytest.param(refusal(400, message="Invalid model: x"), ModelNotFound, id="model-mistral"),
        pytest.param(
            refusal(404, type="not_found_error", message="model: x"),
            ModelNotFound,
            id="model-anthropic",
        ),
        pytest.param(
            Answer([b'{"error": "model \'x\' not found"}'], status=404),
            ModelNotFound,
            id="model-ollama",
        ),
        pytest.param(refusal(404, message="Not Found"), Unavailable, id="path"),
        pytest.param(
            refusal(400, code="context_length_exceeded"), ContextTooLong, id="context-code"
        ),
        pytest.param(
            refusal(400, code=400, type="exceed_context_size_error", n_ctx=4096),
            ContextTooLong,
            id="context-llama",
        ),
        pytest.param(
            refusal(413, type="request_too_large", message="Request exceeds the maximum size"),
            ContextTooLong,
            id="context-bytes",
        ),
        pytest.param(refusal(400, message="bad input"), BadReply, id="request"),
        pytest.param(refusal(529, type="overloaded_error"), Unavailable, id="overloaded"),
        pytest.param(refusal(500), Unavailable, id="server"),
        pytest.param(
            refusal(501, type="not_supported_error"), NotSupported, id="not-with-this-model"
        ),
        pytest.param(refusal(503, message="Loading model"), Unavailable, id="loading"),
        pytest.param(Answer([b"<html>"], status=502), Unavailable, id="gateway-page"),
        pytest.param(Answer([b"[1]"], status=500), Unavailable, id="odd-json"),
    ],
)
async def test_refusals_become_gearshifts_errors(
    dialect: Dialect, services: Services, answer: Answer, kind: type[ProviderError]
):
    async with StubServer(answer) as server:
        error = await error_of(model_at(server, dialect, services), dialect)
    assert type(error) is kind
    assert str(error).endswith(".")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({"retry-after-ms": "1500", "retry-after": "9"}, 1.5, id="milliseconds-first"),
        pytest.param({"retry-after": "7"}, 7.0, id="seconds"),
        pytest.param({"retry-after": formatdate(NOW + 30, usegmt=True)}, 30.0, id="date"),
        pytest.param({"retry-after": formatdate(NOW - 30, usegmt=True)}, 0.0, id="date-gone-by"),
        pytest.param({"retry-after": "soon"}, None, id="unreadable"),
        pytest.param({}, None, id="absent"),
    ],
)
async def test_a_busy_server_says_how_long_to_wait(
    dialect: Dialect, services: Services, headers: dict[str, str], seconds: float | None
):
    async with StubServer(refusal(429, headers)) as server:
        error = await error_of(model_at(server, dialect, services), dialect)
    assert isinstance(error, RateLimited)
    assert error.retry_after == seconds


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        pytest.param({"drops_after": 1}, Unavailable, id="dropped"),
        pytest.param({"drops_after": 0}, Unavailable, id="dropped-after-head"),
        pytest.param({"pieces": []}, Unavailable, id="ended-early"),
        pytest.param({"pieces": [b"data: {nope\n\n"]}, BadReply, id="no-json"),
        pytest.param({"pieces": [b"data: " + b"x" * (5 << 20)]}, BadReply, id="huge-line"),
        pytest.param(
            {"headers": {"content-type": "text/html"}, "pieces": [b"<p>"]}, BadReply, id="a-page"
        ),
    ],
)
async def test_broken_answers_become_gearshifts_errors(
    dialect: Dialect, services: Services, changes: dict[str, object], kind: type[ProviderError]
):
    answer = replace(dialect.answer(["a", "b"]), **changes)
    async with StubServer(answer) as server:
        error = await error_of(model_at(server, dialect, services), dialect)
    assert type(error) is kind


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"hangs_before_head": True}, id="no-head"),
        pytest.param({"hangs_after": 1}, id="no-text"),
    ],
)
async def test_silence_ends_at_the_time_out(
    dialect: Dialect, services: Services, changes: dict[str, object]
):
    answer = dialect.answer([], pieces=[dialect.silence], **changes)
    async with StubServer(answer) as server:
        model = model_at(server, dialect, services, timeout_seconds=0.05)
        error = await error_of(model, dialect)
        await asyncio.wait_for(server.client_left.wait(), 60)
    assert isinstance(error, Unavailable)
    assert "timeoutSeconds" in str(error)


async def test_nothing_listening_is_unavailable(dialect: Dialect, services: Services):
    async with StubServer(Answer()) as server:
        model = model_at(server, dialect, services)
    error = await error_of(model, dialect)
    assert isinstance(error, Unavailable)
    assert server.origin in str(error)


async def test_closing_the_answer_closes_the_socket(dialect: Dialect, services: Services):
    pieces = dialect.say(["a", "b", "c"])
    async with StubServer(dialect.answer(["a", "b", "c"], hangs_after=len(pieces) - 2)) as server:
        answer = model_at(server, dialect, services).stream(dialect.request)
        assert (await anext(answer)).text.startswith("a")
        assert not server.client_left.is_set()
        await answer.aclose()
        await asyncio.wait_for(server.client_left.wait(), 60)


async def test_a_connection_whose_answer_ends_with_what_was_read_is_kept(
    dialect: Dialect, services: Services, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(link, "STOP_SECONDS", 60)
    async with StubServer(replace(dialect.answer(["a", "b"]), pause=0.02)) as server:
        model = model_at(server, dialect, services)
        async with aclosing(model.stream(dialect.request)) as answer:
            assert (await anext(answer)).text.startswith("a")
        await ask(model, dialect)
    assert [seen.connection for seen in server.seen] == [1, 1]


@pytest.mark.parametrize("hangs_before_head", [True, False])
async def test_cancelling_closes_the_socket(
    dialect: Dialect, services: Services, hangs_before_head: bool
):
    pieces = dialect.say(["a"])
    answer = dialect.answer(["a"], hangs_before_head=hangs_before_head, hangs_after=len(pieces) - 1)
    async with StubServer(answer) as server:
        task = asyncio.create_task(ask(model_at(server, dialect, services), dialect))
        await asyncio.wait_for(server.is_waiting.wait(), 60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.client_left.wait(), 60)


async def test_the_key_goes_to_its_origin_in_one_header_only(dialect: Dialect, services: Services):
    async with StubServer(dialect.answer(["a"])) as server:
        await ask(model_at(server, dialect, services), dialect)
    seen = server.seen[0]
    assert [name for name, value in seen.headers.items() if KEY in value] == [dialect.key_header]
    assert seen.headers[dialect.key_header].removeprefix("Bearer ") == KEY
    assert KEY.encode() not in seen.body
    assert KEY not in seen.path


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_redirects_are_not_followed(dialect: Dialect, services: Services, status: int):
    async with StubServer(dialect.answer(["a"])) as elsewhere:
        headers = {"location": elsewhere.origin + dialect.path}
        async with StubServer(Answer(status=status, headers=headers)) as server:
            error = await error_of(model_at(server, dialect, services), dialect)
    assert isinstance(error, Unavailable)
    assert not elsewhere.seen


async def test_messages_hold_neither_key_nor_the_servers_words(
    dialect: Dialect, services: Services
):
    answer = refusal(400, message=f"bad key {KEY} in `secret_code()`", code=KEY)
    async with StubServer(answer) as server:
        error = await error_of(model_at(server, dialect, services), dialect)
    assert KEY not in str(error)
    assert "secret_code" not in str(error)


async def test_stated_limits_reach_the_observer(dialect: Dialect, services: Services):
    stated: list[tuple[str, float, float | None]] = []
    watching = replace(services, on_limits=lambda *limits: stated.append(limits))
    headers = {
        "x-ratelimit-limit-requests": "100",
        "x-ratelimit-remaining-requests": "90",
        "x-ratelimit-reset-requests": "12ms",
        "x-ratelimit-limit-tokens": "1000",
        "x-ratelimit-remaining-tokens": "50",
        "x-ratelimit-reset-tokens": "1m30s",
    }
    async with StubServer(dialect.answer(["a"], headers=headers)) as server:
        await ask(model_at(server, dialect, watching), dialect)
    assert stated == [(server.origin, 5.0, NOW + 90)]
