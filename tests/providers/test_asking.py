"""What is asked of hosted models: efforts, limits, stops, parameters a server does not take."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.support.dialects import CHAT, CONTINUE, DIALECTS, FILL, event
from tests.support.stub_server import Answer, StubServer

from gearshift.core.errors import BadReply, ProviderError, RateLimited, Refused, Unavailable
from gearshift.core.model import ChatRequest, Chunk, ModelFacts, Usage
from gearshift.providers import PROVIDERS, connect, openai_chat
from gearshift.providers.cache_key import cache_key
from gearshift.providers.chat import read_usage
from gearshift.providers.credentials import Credentials
from gearshift.providers.effort import choose_effort
from gearshift.providers.services import Services
from gearshift.providers.stops import cut_at_stops
from gearshift.settings.schema import ModelSettings

REASONING = ModelFacts(efforts=("none", "low", "medium", "high"))
NO_NONE = ModelFacts(efforts=("low", "medium"))


@pytest.fixture
async def services():
    bundle = Services(credentials=Credentials({}, read_keyring=lambda *_: None))
    yield bundle
    await bundle.aclose()


@pytest.mark.parametrize(
    ("changes", "configured", "facts", "effort"),
    [
        pytest.param({"task": "inline"}, None, REASONING, "none", id="inline-does-not-think"),
        pytest.param({"task": "inline"}, None, NO_NONE, "low", id="inline-thinks-least"),
        pytest.param({"task": "tests"}, None, REASONING, None, id="heavy-as-the-vendor-says"),
        pytest.param({"effort": "high"}, None, REASONING, "high", id="wish"),
        pytest.param({"effort": "minimal"}, None, NO_NONE, "low", id="nearest"),
        pytest.param({"effort": "high"}, "low", REASONING, "low", id="user-first"),
        pytest.param({"effort": "high"}, None, ModelFacts(), None, id="model-without-efforts"),
        pytest.param({}, "max", ModelFacts(), "max", id="user-knows-an-unknown-model"),
    ],
)
def test_the_effort_asked_for(
    changes: dict[str, object], configured: str | None, facts: ModelFacts, effort: str | None
):
    assert choose_effort(replace(CHAT, **changes), configured, facts) == effort


async def body_sent(
    services: Services, name: str, request: ChatRequest, facts: ModelFacts, **settings: object
) -> dict[str, object]:
    dialect = DIALECTS[name]
    async with StubServer(Answer(dialect.say(["x"]))) as server:
        made = ModelSettings(provider=dialect.provider, model="m", base_url=server.origin)  # type: ignore[arg-type]
        model = connect(replace(made, **settings), facts, services)
        assert [chunk async for chunk in model.stream(request)]
    return json.loads(server.seen[0].body)


async def test_responses_are_never_stored_and_carry_what_was_set(services: Services):
    request = replace(CHAT, task="inline", max_tokens=60, cache_key="k", stop=("END",))
    body = await body_sent(services, "openai", request, REASONING, service_tier="flex")
    assert body == {
        "model": "m",
        "input": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Say it."},
        ],
        "stream": True,
        "store": False,
        "max_output_tokens": 60,
        "reasoning": {"effort": "none"},
        "prompt_cache_key": cache_key(request),
        "service_tier": "flex",
    }


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        pytest.param(
            replace(CHAT, max_tokens=9, task="fix", cache_key="src/a.py"), True, id="same"
        ),
        pytest.param(replace(CHAT, task="docs", cache_key="src/a.py"), False, id="another task"),
        pytest.param(replace(CHAT, task="fix", cache_key="src/b.py"), False, id="another file"),
    ],
)
def test_a_cache_key_is_stable_for_a_task_and_a_file(other: ChatRequest, *, is_same: bool):
    key = cache_key(replace(CHAT, task="fix", cache_key="src/a.py"))

    assert (cache_key(other) == key) == is_same
    assert len(key) <= 64
    assert "a.py" not in key


@pytest.mark.parametrize(
    ("usage", "output"),
    [
        pytest.param(
            {"completion_tokens": 50, "completion_tokens_details": {"reasoning_tokens": 40}},
            50,
            id="reasoning is part of the completion",
        ),
        pytest.param(
            {
                "completion_tokens": 10,
                "completion_tokens_details": {"reasoning_tokens": 40},
                "total_tokens": 57,
            },
            50,
            id="reasoning is in the total alone",
        ),
    ],
)
def test_reasoning_tokens_are_output(usage: dict[str, object], output: int):
    assert read_usage({"prompt_tokens": 7, **usage}) == Usage(input=7, output=output)


@pytest.mark.parametrize(
    ("is_own", "facts", "is_sent"),
    [
        pytest.param(True, ModelFacts(), True, id="OpenAI's own server"),
        pytest.param(False, ModelFacts(), False, id="another server"),
        pytest.param(True, REASONING, False, id="a model that reasons"),
    ],
)
async def test_what_a_rewrite_will_repeat_is_predicted_to_openai(
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    facts: ModelFacts,
    *,
    is_own: bool,
    is_sent: bool,
):
    async with StubServer(Answer(DIALECTS["openai-chat"].say(["x"]))) as server:
        if is_own:
            row = PROVIDERS["openai-chat"]._replace(base_url=f"{server.origin}/v1")
            rows = {**PROVIDERS, "openai-chat": row}
            monkeypatch.setattr("gearshift.providers.openai_chat.PROVIDERS", rows)
        settings = ModelSettings("openai-chat", "m", f"{server.origin}/v1")
        model = openai_chat.connect(settings, facts, services)

        assert [chunk async for chunk in model.stream(replace(CHAT, prediction="old"))]

    body = json.loads(server.seen[0].body)
    expected = {"type": "content", "content": "old"} if is_sent else None
    assert body.get("prediction") == expected


async def test_thinking_gets_tokens_beyond_the_answers(services: Services):
    request = replace(CHAT, max_tokens=100, effort="low")
    body = await body_sent(services, "openai", request, REASONING)
    assert body["max_output_tokens"] == 100 + 1024
    body = await body_sent(services, "openai-chat", request, REASONING)
    assert (body["max_tokens"], body["reasoning_effort"]) == (100 + 1024, "low")


async def test_the_smallest_limit_that_responses_take(services: Services):
    body = await body_sent(services, "openai", replace(CHAT, max_tokens=3), ModelFacts())
    assert body["max_output_tokens"] == 16


async def test_chat_servers_get_at_most_four_stops(services: Services):
    request = replace(CHAT, stop=("a", "b", "c", "d", "e"))
    body = await body_sent(services, "openai-chat", request, ModelFacts())
    assert body["stop"] == ["a", "b", "c", "d"]


@pytest.mark.parametrize("request_", [FILL, CONTINUE], ids=["fill", "continue"])
@pytest.mark.parametrize("provider", ["openai", "openai-chat"])
async def test_chat_providers_refuse_other_routes(services: Services, provider: str, request_):
    settings = ModelSettings(provider=provider, model="m", base_url="http://127.0.0.1:9")  # type: ignore[arg-type]
    model = connect(settings, ModelFacts(), services)
    with pytest.raises(Refused, match="fill-in-the-middle"):
        await anext(model.stream(request_))


@pytest.mark.parametrize(
    ("error", "gone", "instead"),
    [
        pytest.param(
            {"code": "unsupported_parameter", "param": "temperature", "message": "No."},
            "temperature",
            None,
            id="named",
        ),
        pytest.param(
            {"param": "max_tokens", "message": "Use 'max_completion_tokens' instead."},
            "max_tokens",
            "max_completion_tokens",
            id="renamed",
        ),
        pytest.param(
            {"message": "Unrecognized request argument supplied: stream_options"},
            "stream_options",
            None,
            id="in-words",
        ),
    ],
)
async def test_a_parameter_that_was_refused_is_not_sent_again(
    services: Services, error: dict[str, str], gone: str, instead: str | None
):
    dialect = DIALECTS["openai-chat"]
    refusal = Answer([json.dumps({"error": error}).encode()], status=400)
    async with StubServer(refusal, Answer(dialect.say(["x"]))) as server:
        settings = ModelSettings(provider="openai-chat", model="m", base_url=server.origin)
        model = connect(settings, ModelFacts(), services)
        for _ in range(2):
            assert [chunk async for chunk in model.stream(CHAT)]
    first, *later = [json.loads(seen.body) for seen in server.seen]
    assert gone in first
    assert len(later) == 2
    for body in later:
        assert gone not in body
        assert instead is None or body[instead] == first[gone]


async def test_the_same_refusal_twice_is_an_error(services: Services):
    error = {"error": {"param": "temperature", "message": "No."}}
    async with StubServer(Answer([json.dumps(error).encode()], status=400)) as server:
        settings = ModelSettings(provider="openai-chat", model="m", base_url=server.origin)
        with pytest.raises(BadReply):
            await anext(connect(settings, ModelFacts(), services).stream(CHAT))
    assert len(server.seen) == 2


@pytest.mark.parametrize(
    ("events", "kind", "seconds"),
    [
        pytest.param(
            {"type": "error", "code": "rate_limit_exceeded", "message": "try again in 1.5s."},
            RateLimited,
            1.5,
            id="error-event",
        ),
        pytest.param(
            {"type": "response.failed", "response": {"error": {"code": "server_error"}}},
            Unavailable,
            None,
            id="failed",
        ),
        pytest.param(
            {"type": "response.failed", "response": {"error": {"code": "invalid_prompt"}}},
            BadReply,
            None,
            id="bad-prompt",
        ),
        pytest.param(
            {"type": "response.refusal.delta", "delta": "I can't"}, BadReply, None, id="declined"
        ),
        pytest.param(
            {
                "type": "response.incomplete",
                "response": {"incomplete_details": {"reason": "content_filter"}},
            },
            BadReply,
            None,
            id="filtered",
        ),
    ],
)
async def test_faults_inside_a_responses_stream(
    services: Services, events: dict[str, object], kind: type[ProviderError], seconds: float | None
):
    async with StubServer(Answer([event(events)])) as server:
        settings = ModelSettings(provider="openai", model="m", base_url=server.origin)
        with pytest.raises(ProviderError) as caught:
            _ = [c async for c in connect(settings, ModelFacts(), services).stream(CHAT)]
    assert type(caught.value) is kind
    assert getattr(caught.value, "retry_after", None) == seconds


async def test_a_server_that_states_no_usage_still_answers(services: Services):
    pieces = [piece for piece in DIALECTS["openai-chat"].say(["x"]) if b"usage" not in piece]
    async with StubServer(Answer(pieces)) as server:
        settings = ModelSettings(provider="openai-chat", model="m", base_url=server.origin)
        chunks = [c async for c in connect(settings, ModelFacts(), services).stream(CHAT)]
    assert chunks == [Chunk("x"), Chunk("", None, "stop")]


@pytest.mark.parametrize(
    ("texts", "stops", "shown"),
    [
        pytest.param(["abc", "def"], ("cd",), "ab", id="across-pieces"),
        pytest.param(["abc", "xef"], ("cd",), "abcxef", id="only-its-beginning"),
        pytest.param(["abcdef"], ("ef", "cd"), "ab", id="first-in-the-text"),
        pytest.param(["abc"], ("cd",), "abc", id="beginning-at-the-end"),
        pytest.param(["a", "b"], (), "ab", id="no-stops"),
    ],
)
async def test_stops_are_cut_on_this_side(texts: list[str], stops: tuple[str, ...], shown: str):
    async def chunks():
        for text in texts:
            yield Chunk(text)
        yield Chunk("", Usage(1, 0, 1), "stop")

    cut = [chunk async for chunk in cut_at_stops(chunks(), stops)]
    assert "".join(chunk.text for chunk in cut) == shown
    assert cut[-1].finish == "stop"
    assert (cut[-1].usage is None) == (shown != "".join(texts))
