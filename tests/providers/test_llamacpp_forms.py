"""A llama.cpp server whose model has no fill-in-the-middle tokens is asked otherwise."""

from __future__ import annotations

import json
from contextlib import aclosing

import pytest
from tests.support.stub_server import Answer, StubServer

from gearshift.core.errors import NotSupported
from gearshift.core.model import FillRequest
from gearshift.providers import connect
from gearshift.providers.services import Services
from gearshift.routing.catalogue import load
from gearshift.settings.schema import ModelSettings

REFUSAL = {
    "error": {
        "code": 501,
        "message": "Infill is not supported by this model: prefix token is missing",
        "type": "not_supported_error",
    }
}


def test_an_unknown_model_is_asked_to_fill_first() -> None:
    assert load().facts("llamacpp", "somebodys-model").form == "fill"
    assert load().facts("openai-chat", "somebodys-model").form == "chat"


async def test_a_model_without_the_tokens_loses_the_route() -> None:
    refusal = Answer([json.dumps(REFUSAL).encode()], status=501)
    services = Services()
    async with StubServer(refusal) as server:
        settings = ModelSettings(provider="llamacpp", model="m", base_url=server.origin)
        model = connect(settings, load().facts("llamacpp", "m"), services)
        async with aclosing(model.stream(FillRequest("a", "b", "a.py"))) as chunks:
            with pytest.raises(NotSupported):
                await anext(chunks)
    await services.aclose()

    assert model.routes == {"continue", "chat"}
