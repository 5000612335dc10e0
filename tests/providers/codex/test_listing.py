"""The plan's models at run time: listed, looked for, named where one is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.codex_script import write_program

from gearshift.cli.plan_checkup import plan_checkup
from gearshift.core.errors import ModelNotFound
from gearshift.core.model import ChatRequest, Message, ModelFacts
from gearshift.providers.codex.listing import Listed, list_models, reason_unlisted
from gearshift.providers.codex.model import connect
from gearshift.providers.codex.server import AppServer
from gearshift.providers.services import Services
from gearshift.settings.schema import ModelSettings

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [
    {"model": "gpt-6.1-sol", "isDefault": True, "hidden": False},
    {"model": "gpt-6-luna", "isDefault": False, "hidden": False},
    {"model": "gpt-review", "isDefault": False, "hidden": True},
    {"id": "no model"},
    "no row",
]
LIST = {"result": {"data": ROWS, "nextCursor": None}}
LISTED = (
    Listed("gpt-6.1-sol", True, False),
    Listed("gpt-6-luna", False, False),
    Listed("gpt-review", False, True),
)


async def test_the_plans_models_are_those_that_app_server_lists(tmp_path: Path) -> None:
    services = Services()
    server = AppServer(str(write_program(tmp_path, model_list=LIST)), services)
    services.programs[None] = server
    try:
        assert await list_models(server) == LISTED
        assert server.version == "0.169.0"
    finally:
        await services.aclose()


@pytest.mark.parametrize(
    ("model", "words"),
    [
        pytest.param("gpt-6-luna", None, id="listed"),
        pytest.param("gpt-review", None, id="hidden ones can be asked"),
        pytest.param("gpt-6-lunar", "Is `gpt-6-luna` meant?", id="misspelt"),
        pytest.param("claude", "it has `gpt-6.1-sol`, `gpt-6-luna`.", id="another vendor's"),
    ],
)
def test_a_model_that_is_not_listed_is_told_with_those_that_are(
    model: str, words: str | None
) -> None:
    reason = reason_unlisted(model, LISTED)
    assert (reason is None) if words is None else (reason is not None and words in reason)


def test_an_empty_list_says_nothing() -> None:
    assert reason_unlisted("gpt-6-luna", ()) is None


async def test_a_refused_model_is_told_with_the_plans_own(tmp_path: Path) -> None:
    failed = {"turn": {"status": "failed", "error": {"codexErrorInfo": "modelNotFound"}}}
    turn = {"result": {"turn": {"id": "u1"}}, "events": [("turn/completed", failed)]}
    program = write_program(tmp_path, model_list=LIST, turn_start=turn)
    services = Services()
    settings = ModelSettings(provider="codex", model="gpt-6-lunar", path=str(program))
    model = connect(settings, ModelFacts(), services)
    try:
        with pytest.raises(ModelNotFound, match=r"Is `gpt-6-luna` meant\? Change `model`"):
            [chunk async for chunk in model.stream(ChatRequest((Message("user", "hi"),)))]
    finally:
        await services.aclose()


@pytest.mark.parametrize(
    ("is_online", "states"),
    [
        pytest.param(False, ["ok", "ok"], id="offline"),
        pytest.param(True, ["ok", "ok", "fail"], id="online"),
    ],
)
async def test_the_doctor_tells_program_login_and_a_missing_model(
    tmp_path: Path, *, is_online: bool, states: list[str]
) -> None:
    program = write_program(tmp_path, model_list=LIST)
    settings = ModelSettings(provider="codex", model="gpt-6-lunar", path=str(program))
    found = [f async for f in plan_checkup("model full", settings, is_online=is_online)]
    assert [f.state for f in found] == states
    assert "codex 0.169.0" in found[0].text


async def test_the_doctor_says_how_to_get_the_program(tmp_path: Path) -> None:
    settings = ModelSettings(provider="codex", model="m", path=str(tmp_path / "none"))
    (found,) = [f async for f in plan_checkup("model full", settings, is_online=False)]
    assert found.state == "fail"
    assert "names no program" in found.text
