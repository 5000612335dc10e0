"""What is asked of vendors whose chats have ways of their own: thinking, begun answers, systems."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.support.dialects import CHAT, DIALECTS, FILL, event
from tests.support.stub_server import Answer, StubServer

from gearshift.core.errors import BadReply, QuotaExhausted, RateLimited, Refused
from gearshift.core.model import ChatRequest, Chunk, Message, ModelFacts, Usage
from gearshift.providers import connect
from gearshift.providers.credentials import Credentials
from gearshift.providers.services import Services
from gearshift.settings.schema import ModelSettings

INLINE = replace(CHAT, task="inline", max_tokens=40)
HEAVY = replace(CHAT, task="tests", max_tokens=1000)
BEGUN = ChatRequest((*CHAT.messages, Message("assistant", "def f():\n")), max_tokens=40)
REASONING = ModelFacts(efforts=("none", "low", "high"))


@pytest.fixture
async def services():
    bundle = Services(credentials=Credentials({}, read_keyring=lambda *_: None))
    yield bundle
    await bundle.aclose()


async def ask(
    services: Services,
    name: str,
    request: ChatRequest,
    *answers: Answer,
    facts: ModelFacts | None = None,
    **settings: Any,
) -> tuple[list[Chunk], list[dict[str, Any]], list[str]]:
    """The answer, the bodies that arrived and their paths."""
    dialect = DIALECTS[name]
    async with StubServer(*(answers or (dialect.answer(["x"]),))) as server:
        address = server.origin + dialect.base_path
        made = ModelSettings(dialect.provider, "m", address)  # type: ignore[arg-type]
        model = connect(replace(made, **settings), facts or ModelFacts(), services)
        chunks = [chunk async for chunk in model.stream(request)]
    return (
        chunks,
        [json.loads(seen.body) for seen in server.seen],
        [seen.path for seen in server.seen],
    )


def said(chunks: list[Chunk]) -> str:
    return "".join(chunk.text for chunk in chunks)


async def test_anthropic_gets_system_texts_apart_and_only_stops_it_takes(services: Services):
    messages = (*CHAT.messages, Message("assistant", "It?"), Message("user", "Yes."))
    request = replace(INLINE, messages=messages, stop=("\n", "END"))
    _, [body], _ = await ask(services, "anthropic", request)
    assert body == {
        "model": "m",
        "max_tokens": 40,
        "system": "Be brief.",
        "messages": [
            {"role": "user", "content": "Say it."},
            {"role": "assistant", "content": "It?"},
            {"role": "user", "content": "Yes."},
        ],
        "temperature": 0.0,
        "stop_sequences": ["END"],
        "thinking": {"type": "disabled"},
        "stream": True,
    }


async def test_anthropic_is_told_its_version(services: Services):
    dialect = DIALECTS["anthropic"]
    async with StubServer(dialect.answer(["x"])) as server:
        model = connect(ModelSettings("anthropic", "m", server.origin), ModelFacts(), services)
        assert [chunk async for chunk in model.stream(CHAT)]
    assert server.seen[0].headers["anthropic-version"] == "2023-06-01"


@pytest.mark.parametrize(
    ("name", "request_", "effort", "facts", "fields"),
    [
        pytest.param(
            "anthropic", HEAVY, None, None, {"max_tokens": 1000 + 4096}, id="anthropic-may-think"
        ),
        pytest.param(
            "anthropic",
            HEAVY,
            "low",
            None,
            {"max_tokens": 1000 + 1024, "output_config": {"effort": "low"}},
            id="anthropic-low",
        ),
        pytest.param(
            "anthropic",
            HEAVY,
            "none",
            None,
            {"max_tokens": 1000, "thinking": {"type": "disabled"}},
            id="anthropic-none",
        ),
        pytest.param(
            "deepseek-chat", HEAVY, None, None, {"max_tokens": 1000 + 4096}, id="deepseek-thinks"
        ),
        pytest.param(
            "deepseek-chat",
            HEAVY,
            "high",
            None,
            {"max_tokens": 1000 + 12288, "reasoning_effort": "high"},
            id="deepseek-high",
        ),
        pytest.param(
            "deepseek-chat",
            INLINE,
            None,
            REASONING,
            {"max_tokens": 40, "thinking": {"type": "disabled"}},
            id="deepseek-inline",
        ),
        pytest.param("mistral-chat", HEAVY, None, None, {"max_tokens": 1000}, id="mistral"),
        pytest.param(
            "mistral-chat",
            HEAVY,
            "high",
            REASONING,
            {"max_tokens": 1000 + 12288, "reasoning_effort": "high"},
            id="mistral-high",
        ),
        pytest.param("ollama-chat", HEAVY, None, None, {"think": False}, id="ollama-at-once"),
        pytest.param("ollama-chat", HEAVY, "high", None, {"think": True}, id="ollama-thinks"),
    ],
)
async def test_how_long_a_model_may_think(
    services: Services,
    name: str,
    request_: ChatRequest,
    effort: str | None,
    facts: ModelFacts | None,
    fields: dict[str, Any],
):
    _, [body], _ = await ask(services, name, request_, facts=facts, effort=effort)
    kinds = ("max_tokens", "output_config", "thinking", "reasoning_effort", "think")
    assert {name: body[name] for name in kinds if name in body} == fields


@pytest.mark.parametrize(
    ("name", "path", "last"),
    [
        pytest.param(
            "anthropic",
            "/v1/messages",
            {"role": "assistant", "content": "def f():"},
            id="anthropic-without-its-last-white-space",
        ),
        pytest.param(
            "mistral-chat",
            "/v1/chat/completions",
            {"role": "assistant", "content": "def f():\n", "prefix": True},
            id="mistral",
        ),
        pytest.param(
            "deepseek-chat",
            "/beta/chat/completions",
            {"role": "assistant", "content": "def f():\n", "prefix": True},
            id="deepseek-on-its-beta",
        ),
        pytest.param(
            "ollama-chat",
            "/api/chat",
            {"role": "assistant", "content": "def f():\n"},
            id="ollama",
        ),
    ],
)
async def test_a_begun_answer_is_sent_as_the_vendor_wants_it(
    services: Services, name: str, path: str, last: dict[str, Any]
):
    _, [body], paths = await ask(services, name, BEGUN)
    assert body["messages"][-1] == last
    assert paths == [path]


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        pytest.param(["\n    pass"], "    pass", id="said-again"),
        pytest.param(["\n", "\n    pass"], "\n    pass", id="in-pieces"),
        pytest.param(["    pass"], "    pass", id="left-out"),
    ],
)
async def test_white_space_that_anthropic_was_not_sent_is_not_inserted_twice(
    services: Services, texts: list[str], shown: str
):
    answer = DIALECTS["anthropic"].answer(texts)
    chunks, _, _ = await ask(services, "anthropic", BEGUN, answer)
    assert said(chunks) == shown


async def test_a_model_that_takes_no_begun_answer_names_the_setting(services: Services):
    refusal = {
        "type": "error",
        "error": {
            "type": "invalid_request_error",
            "message": "This model does not support assistant message prefill.",
        },
    }
    with pytest.raises(BadReply, match=r"models\.toml"):
        await ask(services, "anthropic", BEGUN, Answer([json.dumps(refusal).encode()], 400))


@pytest.mark.parametrize(
    ("message", "gone"),
    [
        pytest.param("`temperature` is deprecated for this model.", "temperature", id="sampling"),
        pytest.param("thinking.type: disabled is not supported", "thinking", id="always-thinks"),
    ],
)
async def test_what_a_claude_does_not_take_is_not_sent_again(
    services: Services, message: str, gone: str
):
    error = {"type": "error", "error": {"type": "invalid_request_error", "message": message}}
    refusal = Answer([json.dumps(error).encode()], 400)
    fine = DIALECTS["anthropic"].answer(["x"])
    chunks, [first, second], _ = await ask(services, "anthropic", INLINE, refusal, fine)
    assert said(chunks) == "x"
    assert gone in first
    assert gone not in second


def messages_ending(reason: str) -> Answer:
    pieces = DIALECTS["anthropic"].say(["a"])
    end = {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 9}}
    return DIALECTS["anthropic"].answer([], pieces=[*pieces[:-2], event(end), pieces[-1]])


async def test_a_refusal_of_the_model_is_told_after_its_usage(services: Services):
    async with StubServer(messages_ending("refusal")) as server:
        model = connect(ModelSettings("anthropic", "m", server.origin), ModelFacts(), services)
        answer = model.stream(CHAT)
        assert [await anext(answer), await anext(answer)] == [
            Chunk("a"),
            Chunk("", Usage(12, 8, 9, 3), "stop"),
        ]
        with pytest.raises(BadReply, match="declined"):
            await anext(answer)


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
    ],
)
async def test_why_a_claude_ended(services: Services, reason: str, finish: str):
    chunks, _, _ = await ask(services, "anthropic", CHAT, messages_ending(reason))
    assert chunks[-1].finish == finish


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        pytest.param("rate_limit_error", RateLimited, id="busy"),
        pytest.param("billing_error", QuotaExhausted, id="no-money"),
        pytest.param("invalid_request_error", BadReply, id="request"),
    ],
)
async def test_errors_inside_a_claude_stream(services: Services, kind: str, error: type[Exception]):
    content = {"type": "error", "error": {"type": kind, "message": "No."}}
    answer = DIALECTS["anthropic"].answer([], pieces=[event(content, "error")])
    with pytest.raises(error):
        await ask(services, "anthropic", CHAT, answer)


async def test_anthropic_refuses_holes(services: Services):
    model = connect(ModelSettings("anthropic", "m"), ModelFacts(), services)
    with pytest.raises(Refused, match="fill-in-the-middle"):
        await anext(model.stream(FILL))


@pytest.mark.parametrize("written", ["", "/", "/v1", "/beta", "/beta/"])
async def test_deepseek_is_found_below_any_of_its_addresses(services: Services, written: str):
    dialect = DIALECTS["deepseek-fill"]
    async with StubServer(dialect.answer(["x"])) as server:
        settings = ModelSettings("deepseek", "m", server.origin + written)
        model = connect(settings, ModelFacts(), services)
        assert [chunk async for chunk in model.stream(replace(FILL, max_tokens=9000))]
    assert server.seen[0].path == "/beta/completions"
    assert json.loads(server.seen[0].body)["max_tokens"] == 4096


async def test_mistral_is_sent_nothing_that_it_would_refuse(services: Services):
    _, [body], _ = await ask(services, "mistral-chat", replace(HEAVY, cache_key="k"))
    assert body.keys() == {"model", "messages", "max_tokens", "temperature", "stream"}
