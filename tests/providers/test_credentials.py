"""Where keys come from and where they go."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from tests.support.clock import ManualClock
from tests.support.dialects import CHAT, DIALECTS
from tests.support.stub_server import Answer, StubServer

from gearshift.core.errors import SetupNeeded, Unauthorized
from gearshift.core.model import ModelFacts
from gearshift.providers import connect
from gearshift.providers.credentials import ABSENT_SECONDS, Credentials, Secret
from gearshift.providers.services import Services
from gearshift.settings.schema import ModelSettings

if TYPE_CHECKING:
    from pathlib import Path

ORIGIN = "https://models.example"
PRINTS_KEY = (sys.executable, "-c", "print('from-command')")


def credentials(environment: dict[str, str], keyring: dict[str, str] | None = None) -> Credentials:
    return Credentials(environment, read_keyring=lambda _, origin: (keyring or {}).get(origin))


@pytest.mark.parametrize(
    ("environment", "keyring", "command", "key"),
    [
        pytest.param({"K": "env"}, {ORIGIN: "ring"}, PRINTS_KEY, "env", id="environment-first"),
        pytest.param({"K": " "}, {ORIGIN: "ring"}, PRINTS_KEY, "ring", id="then-keyring"),
        pytest.param({}, {}, PRINTS_KEY, "from-command", id="then-command"),
        pytest.param({"K": "two words"}, {}, PRINTS_KEY, "from-command", id="not-a-key"),
        pytest.param({"K": "a\r\nx: y"}, {}, (), None, id="not-a-header-either"),
        pytest.param({}, {}, ("no-such-program-at-all",), None, id="no-program"),
        pytest.param({}, {}, (sys.executable, "-c", "exit(1)"), None, id="failing-program"),
        pytest.param({}, {"https://other.example": "ring"}, (), None, id="another-origins-key"),
    ],
)
async def test_keys_are_sought_in_order(
    environment: dict[str, str],
    keyring: dict[str, str],
    command: tuple[str, ...],
    key: str | None,
):
    found = await credentials(environment, keyring).find(
        variable="K", origin=ORIGIN, command=command
    )
    assert (found.reveal() if found else None) == key


async def test_the_keyring_is_asked_once_until_forgotten():
    asked: list[str] = []

    def read(_: str, origin: str) -> str:
        asked.append(origin)
        return "ring"

    keys = Credentials({}, read_keyring=read)
    await keys.find(variable=None, origin=ORIGIN)
    await keys.find(variable=None, origin=ORIGIN)
    assert asked == [ORIGIN]
    keys.forget()
    await keys.find(variable=None, origin=ORIGIN)
    assert asked == [ORIGIN, ORIGIN]


async def test_a_key_that_was_nowhere_is_sought_again_after_a_while():
    keyring: dict[str, str] = {}
    clock = ManualClock()
    keys = Credentials({}, lambda _, origin: keyring.get(origin), clock.monotonic)

    async def found() -> str | None:
        secret = await keys.find(variable=None, origin=ORIGIN)
        return secret.reveal() if secret else None

    assert await found() is None
    keyring[ORIGIN] = "ring"
    assert await found() is None, "not with every key that is pressed"
    clock.pass_seconds(ABSENT_SECONDS)
    assert await found() == "ring"


async def test_a_refused_key_that_was_renewed_meanwhile_is_sent_at_once(tmp_path: Path):
    token = tmp_path / "token"
    command = (sys.executable, "-c", f"print(open({str(token)!r}).read())")
    dialect = DIALECTS["openai-chat"]
    good, refused = Answer(dialect.say(["x"])), Answer(status=401)
    services = Services(credentials=Credentials({}, read_keyring=lambda *_: None))
    async with StubServer(good, refused, good, refused, good) as server:
        settings = ModelSettings(
            provider="openai-chat", model="m", base_url=server.origin, api_key_command=command
        )
        model = connect(settings, ModelFacts(), services)

        async def ask() -> str:
            return "".join([chunk.text async for chunk in model.stream(CHAT)])

        token.write_text("old")
        assert await ask() == "x"
        token.write_text("new")
        assert await ask() == "x"
        with pytest.raises(Unauthorized):
            await ask()
    await services.aclose()

    keys = [seen.headers["authorization"] for seen in server.seen]
    assert keys == ["Bearer old", "Bearer old", "Bearer new", "Bearer new"]


async def test_the_keyring_is_left_alone_for_this_machine():
    def read(*_: str) -> str:
        raise AssertionError

    keys = Credentials({}, read_keyring=read)
    assert await keys.find(variable=None, origin=None) is None
    found = await keys.find(variable=None, origin=None, command=PRINTS_KEY)
    assert found
    assert found.reveal() == "from-command"


def test_a_secret_hides_its_text():
    secret = Secret("sk-hidden")
    assert "hidden" not in f"{secret} {secret!r} {[secret]}"


async def test_the_vendors_own_address_needs_a_key_and_says_how_to_give_one():
    model = connect(
        ModelSettings(provider="openai", model="m"),
        ModelFacts(),
        Services(credentials=credentials({})),
    )
    with pytest.raises(SetupNeeded, match=r"OPENAI_API_KEY.*gearshift setup"):
        await anext(model.stream(CHAT))


async def test_a_server_on_loopback_needs_no_key():
    services = Services(credentials=credentials({}))
    dialect = DIALECTS["openai"]
    async with StubServer(Answer(dialect.say(["x"]))) as server:
        settings = ModelSettings(provider="openai", model="m", base_url=server.origin)
        model = connect(settings, ModelFacts(), services)
        assert [chunk async for chunk in model.stream(CHAT)]
    await services.aclose()
    assert "authorization" not in server.seen[0].headers


async def test_the_vendors_usual_key_stays_away_from_other_hosts():
    services = Services(credentials=credentials({"OPENAI_API_KEY": "sk-mine"}))
    settings = ModelSettings(provider="openai-chat", model="m", base_url="https://other.example/v1")
    model = connect(settings, ModelFacts(), services)
    assert await model._link.key() is None  # type: ignore[attr-defined]
