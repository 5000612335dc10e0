"""Providers of other servers' interfaces, each asked of a real llama.cpp, which speaks several."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.support.real_model import NAME, PREFIX, RealModel, answer, pulled

from gearshift.core.errors import ContextTooLong, Unauthorized
from gearshift.core.model import (
    ChatRequest,
    ContextFile,
    ContinueRequest,
    FillRequest,
    Message,
    Model,
    ModelFacts,
)
from gearshift.providers import connect
from gearshift.providers.credentials import Credentials
from gearshift.settings.schema import ModelSettings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator
    from pathlib import Path

pytestmark = pytest.mark.real_model
SUFFIX = "\n\nprint(fib(10))\n"
HELPER = ContextFile("shop/tax.py", "def tax_of_amount(amount):\n    return amount * 0.2\n")
ASKED = Message("user", "Write fib in Python.")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("model")
    with pulled():
        yield path
        asyncio.run(RealModel(path).stop())


@pytest.fixture
async def real(folder: Path) -> AsyncGenerator[RealModel, None]:
    here = RealModel(folder)
    yield here
    await here.services.aclose()


async def model_of(real: RealModel, provider: str, family: str | None = None) -> Model:
    endpoint = await real.services.launcher.endpoint(real.resident)
    keys = Credentials({"REAL_KEY": endpoint.key}, read_keyring=lambda *_: None)
    settings = ModelSettings(
        provider=provider,  # type: ignore[arg-type]
        model=NAME,
        base_url=f"{endpoint.url}/v1",
        api_key_env="REAL_KEY",
    )
    facts = ModelFacts(fill_family=family)
    return connect(settings, facts, replace(real.services, credentials=keys))


async def test_fim_fills_by_the_models_own_tokens(real: RealModel) -> None:
    model = await model_of(real, "fim", "qwen")
    text, usage, finish = await answer(model, FillRequest(PREFIX, SUFFIX, "fib.py", max_tokens=8))
    assert text.startswith("        return n")
    assert "<|" not in text
    assert finish == "length"
    assert usage is not None
    assert (usage.output, usage.is_estimate) == (8, False)

    # The three tokens of the prompt count as three: the server read them as tokens, not as text.
    _, plain, _ = await answer(model, ContinueRequest(PREFIX + SUFFIX, max_tokens=1))
    assert plain is not None
    assert usage.input - plain.input in (2, 3, 4)


async def test_a_suffix_that_the_server_takes_and_does_not_read_is_noticed(
    real: RealModel,
) -> None:
    # llama.cpp takes `suffix` here without a word and reads the prompt alone.
    told: list[str] = []
    services = replace(real.services, tell=told.append)
    model = await model_of(RealModel(real.folder, services), "fim")
    suffix = SUFFIX + "print([fib(number) for number in range(20)])\n" * 6
    text, usage, _ = await answer(model, FillRequest(PREFIX, suffix, "fib.py", max_tokens=2))
    assert text
    assert usage is not None
    _, plain, _ = await answer(model, ContinueRequest(PREFIX, max_tokens=1))
    assert plain is not None
    assert usage.input == plain.input
    assert model.routes == {"continue"}
    assert len(told) == 1


async def test_fim_shows_other_files_in_the_repository_form(real: RealModel) -> None:
    model = await model_of(real, "fim", "qwen")
    prefix = "from shop.tax import tax_of_amount\n\n\ndef total(amount):\n    return amount + tax_"
    request = FillRequest(prefix, "\n", "shop/total.py", (HELPER,), max_tokens=16, stop=("\n",))
    text, _, _ = await answer(model, request)
    assert text.startswith("of_amount(amount)")


async def test_fim_continues_and_keeps_asking_on_connections_that_close_silently(
    real: RealModel,
) -> None:
    model = await model_of(real, "fim", "qwen")
    request = ContinueRequest(PREFIX, 64, stop=("\n",))
    for _ in range(6):
        assert (await answer(model, request))[0] == "        return n"


@pytest.mark.parametrize("provider", ["openai-chat", "anthropic", "mistral"])
async def test_chats_are_answered_with_usage(real: RealModel, provider: str) -> None:
    model = await model_of(real, provider)
    messages = (Message("system", "Answer with one word."), Message("user", "Say yes."))
    text, usage, finish = await answer(model, ChatRequest(messages, max_tokens=24))
    assert "yes" in text.lower()
    assert finish == "stop"
    if provider == "mistral":
        # Mistral states usage unasked; this server only when asked.
        assert usage is None
    else:
        assert usage is not None
        assert usage.input > usage.output > 0


@pytest.mark.parametrize("provider", ["openai-chat", "anthropic"])
async def test_a_begun_answer_is_gone_on_from(real: RealModel, provider: str) -> None:
    model = await model_of(real, provider)
    begun = PREFIX + "        return n\n    return fib(n - 1) + fib("
    for _ in range(3):
        request = ChatRequest((ASKED, Message("assistant", begun)), 16, ("\n",))
        text, _, _ = await answer(model, request)
        assert text.replace(" ", "") == "n-2)"


@pytest.mark.parametrize("provider", ["fim", "openai-chat", "anthropic"])
async def test_refusals_are_understood(real: RealModel, provider: str) -> None:
    model = await model_of(real, provider, "qwen")
    long = "word " * 6000
    request = ContinueRequest(long) if provider == "fim" else ChatRequest((Message("user", long),))
    with pytest.raises(ContextTooLong):
        await answer(model, request)

    endpoint = await real.services.launcher.endpoint(real.resident)
    keyless = ModelSettings(provider=provider, model=NAME, base_url=f"{endpoint.url}/v1")  # type: ignore[arg-type]
    with pytest.raises(Unauthorized):
        await answer(connect(keyless, ModelFacts(), real.services), request)


@pytest.mark.parametrize("provider", ["fim", "anthropic"])
async def test_a_closed_answer_frees_the_server_at_once(real: RealModel, provider: str) -> None:
    model = await model_of(real, provider, "qwen")
    request = (
        ContinueRequest("Once upon a time", 3000)
        if provider == "fim"
        else ChatRequest((Message("user", "Count from 1 to 1000."),), 3000)
    )
    for _ in range(4):
        stream = model.stream(request)
        assert (await anext(stream)) is not None
        await stream.aclose()
    # It answers two requests at a time: a third would wait minutes behind answers still going on.
    text, _, _ = await asyncio.wait_for(answer(model, replace(request, max_tokens=2)), 30)
    assert text
