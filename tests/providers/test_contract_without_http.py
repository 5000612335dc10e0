"""What the providers without HTTP do alike, and like those of `test_contract`."""

from __future__ import annotations

import json
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.codex_script import ACTS, COMPLETED, write_program
from tests.support.dialects import DIALECTS

from gearshift.core.errors import (
    ContextTooLong,
    ModelNotFound,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    Unauthorized,
    Unavailable,
)
from gearshift.core.model import ChatRequest, Message, ModelFacts, Usage
from gearshift.providers import PROVIDERS, connect
from gearshift.providers.services import Services
from gearshift.settings.schema import ModelSettings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from gearshift.core.model import Chunk, Model

REQUEST = ChatRequest((Message("user", "Write f."),))
USAGE = Usage(input=12, cached=8, output=4)
FAILURES: dict[type[ProviderError], tuple[str, str]] = {
    QuotaExhausted: ("usageLimitExceeded", "quota_exhausted"),
    RateLimited: ("rateLimitExceeded", "rate_limited"),
    Unauthorized: ("unauthorized", "unauthorized"),
    ModelNotFound: ("modelNotFound", "model_not_found"),
    ContextTooLong: ("contextWindowExceeded", "context_too_long"),
    Unavailable: ("serverOverloaded", "unavailable"),
}
"""An error, and how Codex and an answers file say it."""


@dataclass
class Codex:
    """A plan's model, played by a script."""

    folder: Path
    services: Services

    def answers(self, *texts: str, usage: bool = True, cut: int | None = None) -> Model:
        events: list[tuple[str, dict[str, Any]]] = [
            ("item/agentMessage/delta", {"itemId": "a", "delta": text}) for text in texts
        ]
        total = {"inputTokens": 12, "cachedInputTokens": 8, "outputTokens": 4}
        if usage:
            events.append(("thread/tokenUsage/updated", {"tokenUsage": {"total": total}}))
        return self._model([*events, ("turn/completed", COMPLETED)], cut)

    def begins(self, text: str) -> Model:
        return self._model([("item/agentMessage/delta", {"itemId": "a", "delta": text})])

    def fails(self, error: type[ProviderError]) -> Model:
        turn = {"status": "failed", "error": {"codexErrorInfo": FAILURES[error][0]}}
        return self._model([("turn/completed", {"turn": turn})])

    def _model(self, events: Sequence[tuple[str, Any]], cut: int | None = None) -> Model:
        turn = {**ACTS["turn/start"], "events": events}
        program = write_program(self.folder, turn_start=turn, wire={"bytes": cut})
        settings = ModelSettings("codex", "m", path=str(program))
        return connect(settings, ModelFacts(), self.services)


@dataclass
class Scripted:
    """A model whose answers stand in a file."""

    folder: Path
    services: Services

    def answers(self, *texts: str, usage: bool = True, cut: int | None = None) -> Model:
        del cut  # it has no wire
        stated = {"usage": {"input": 12, "cached": 8, "output": 4}} if usage else {}
        return self._model({"text": "".join(texts), **stated})

    def begins(self, text: str) -> Model:
        return self._model({"text": f"{text} and so on"})

    def fails(self, error: type[ProviderError]) -> Model:
        return self._model({"error": FAILURES[error][1]})

    def _model(self, line: dict[str, Any]) -> Model:
        path = self.folder / "answers.jsonl"
        path.write_text(f"{json.dumps(line)}\n" * 3, encoding="utf-8")
        settings = ModelSettings("scripted", "m", path=str(path))
        return connect(settings, ModelFacts(), self.services)


PLAYED = {"codex": Codex, "scripted": Scripted}


@pytest.fixture(params=list(PLAYED))
async def played(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncGenerator[Codex | Scripted]:
    services = Services()
    yield PLAYED[request.param](tmp_path, services)
    await services.aclose()


async def ask(model: Model) -> list[Chunk]:
    async with aclosing(model.stream(REQUEST)) as chunks:
        return [chunk async for chunk in chunks]


def said(chunks: list[Chunk]) -> str:
    return "".join(chunk.text for chunk in chunks)


def test_every_provider_has_a_contract():
    assert {dialect.provider for dialect in DIALECTS.values()} | set(PLAYED) == set(PROVIDERS)


async def test_streams_text_then_usage_and_finish(played: Codex | Scripted):
    *texts, last = await ask(played.answers("def ", "f():", "\n"))
    assert said(texts) == "def f():\n"
    assert len(texts) > 1
    assert (last.text, last.usage, last.finish) == ("", USAGE, "stop")


async def test_an_empty_answer_is_an_answer(played: Codex | Scripted):
    chunks = await ask(played.answers())
    assert said(chunks) == ""
    assert (chunks[-1].usage, chunks[-1].finish) == (USAGE, "stop")


async def test_usage_that_nobody_states_is_not_taken_for_none(played: Codex | Scripted):
    usage = (await ask(played.answers("x" * 40, usage=False)))[-1].usage
    assert usage is None or usage.is_estimate


@pytest.mark.parametrize("cut", [1, 3, 4096])
async def test_the_wire_may_be_cut_at_any_byte(played: Codex | Scripted, cut: int):
    text = "naïve 日本🙂\u2028\r\n"
    assert said(await ask(played.answers(*text, cut=cut))) == text


async def test_a_very_long_answer_comes_whole(played: Codex | Scripted):
    texts = [f"line_{number} = '日本🙂'\n" for number in range(5_000)]
    assert said(await ask(played.answers(*texts))) == "".join(texts)


async def test_one_model_answers_request_after_request(played: Codex | Scripted):
    model = played.answers("one")
    assert [said(await ask(model)) for _ in range(3)] == ["one"] * 3


@pytest.mark.parametrize("error", list(FAILURES))
async def test_failures_become_gearshifts_errors(
    played: Codex | Scripted, error: type[ProviderError]
):
    with pytest.raises(ProviderError) as caught:
        await ask(played.fails(error))
    assert type(caught.value) is error
    assert str(caught.value).endswith(".")


async def test_an_answer_that_is_closed_leaves_the_model_able_to_answer(played: Codex | Scripted):
    model = played.begins("one")
    for _ in range(2):
        async with aclosing(model.stream(REQUEST)) as chunks:
            assert (await anext(chunks)).text.startswith("one")
