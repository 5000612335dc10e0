"""A server that takes `suffix` and does not read it is asked to continue from then on."""

from __future__ import annotations

import json

import pytest
from tests.support.stub_server import Answer, StubServer

from gearshift.core.model import FillRequest, ModelFacts, Usage
from gearshift.providers import connect
from gearshift.providers.fim import ignores_suffix
from gearshift.providers.services import Services
from gearshift.settings.schema import ModelSettings

PREFIX = "def total(prices):\n    return sum(prices)\n" * 20
SUFFIX = "print(total([1, 2, 3]))\n" * 40
HOLE = FillRequest(PREFIX, SUFFIX, "a.py")


def answer(tokens: int) -> Answer:
    end = {
        "choices": [{"text": "x", "finish_reason": "stop"}],
        "usage": {"prompt_tokens": tokens, "completion_tokens": 1},
    }
    events = f"data: {json.dumps(end)}\n\ndata: [DONE]\n\n"
    return Answer([events.encode()])


@pytest.mark.parametrize(
    ("request_", "usage", "is_ignored"),
    [
        pytest.param(HOLE, Usage(len(PREFIX) // 4), True, id="the prefix alone was read"),
        pytest.param(HOLE, Usage(len(PREFIX + SUFFIX) // 4), False, id="both were read"),
        pytest.param(HOLE, Usage(len(PREFIX + SUFFIX) // 5), False, id="both, dense"),
        pytest.param(HOLE, Usage(0), False, id="nothing is said"),
        pytest.param(HOLE, Usage(200, is_estimate=True), False, id="nothing was counted"),
        pytest.param(HOLE, Usage(10), False, id="part of the prefix was read"),
        pytest.param(
            FillRequest(PREFIX, ")\n", "a.py"), Usage(len(PREFIX) // 4), False, id="short suffix"
        ),
    ],
)
def test_what_a_server_read_tells_whether_it_read_the_suffix(
    request_: FillRequest, usage: Usage, *, is_ignored: bool
) -> None:
    assert ignores_suffix(request_, usage) == is_ignored


@pytest.mark.parametrize("is_ignored", [True, False])
async def test_such_a_server_is_not_asked_to_fill_again_and_that_is_told(
    *, is_ignored: bool
) -> None:
    told: list[str] = []
    services = Services(tell=told.append)
    read = PREFIX if is_ignored else PREFIX + SUFFIX
    async with StubServer(answer(len(read) // 4)) as server:
        settings = ModelSettings(provider="fim", model="m", base_url=f"{server.origin}/v1")
        model = connect(settings, ModelFacts(), services)
        text = "".join([chunk.text async for chunk in model.stream(HOLE)])
    await services.aclose()

    assert text == "x"
    assert model.routes == ({"continue"} if is_ignored else {"fill", "continue"})
    assert bool(told) == is_ignored


async def test_a_known_familys_own_tokens_need_no_suffix() -> None:
    services = Services()
    async with StubServer(answer(len(PREFIX) // 4)) as server:
        settings = ModelSettings(provider="fim", model="m", base_url=f"{server.origin}/v1")
        model = connect(settings, ModelFacts(fill_family="qwen"), services)
        assert [chunk async for chunk in model.stream(HOLE)]
    await services.aclose()
    assert "fill" in model.routes
