"""The provider table, the files behind it and the settings that name it."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from typing import get_args

import pytest

from gearshift.core.errors import SettingsError, SetupNeeded
from gearshift.core.model import ModelFacts
from gearshift.providers import PROVIDERS, connect, leaves_machine
from gearshift.providers.address import is_loopback, origin_of
from gearshift.providers.services import Services
from gearshift.settings.schema import ModelSettings, Provider


@pytest.mark.parametrize("name", list(PROVIDERS))
def test_every_row_leads_to_a_function(name: str):
    module, _, function = PROVIDERS[name].connect.partition(":")
    assert callable(getattr(import_module(f"gearshift.providers.{module}"), function))
    assert PROVIDERS[name].name == name
    assert PROVIDERS[name].description


def test_every_row_can_be_set():
    assert set(PROVIDERS) == set(get_args(Provider))


@pytest.mark.parametrize("name", [n for n, row in PROVIDERS.items() if not row.is_local])
def test_a_model_has_its_rows_name_and_routes(name: str):
    model = connect(ModelSettings(provider=name, model="m"), ModelFacts(), Services())  # type: ignore[arg-type]
    assert (model.provider, model.routes, model.name) == (name, PROVIDERS[name].routes, "m")


def test_a_provider_of_another_version_says_which_there_are():
    settings = ModelSettings(provider="another")  # type: ignore[arg-type]
    with pytest.raises(SetupNeeded, match=r"`another`.*openai, openai-chat, anthropic"):
        connect(settings, ModelFacts(), Services())


@pytest.mark.parametrize(
    ("provider", "base_url", "leaves"),
    [
        ("openai", None, True),
        ("openai", "http://127.0.0.1:9/v1", False),
        ("llamacpp", None, False),
        ("llamacpp", "http://192.168.1.2:8080", True),
        ("local", None, False),
        ("scripted", None, False),
        ("mistral", None, True),
        ("anthropic", None, True),
        ("codex", None, True),
        ("ollama", None, False),
        ("fim", None, False),
        ("fim", "https://models.example/v1", True),
    ],
)
def test_what_leaves_the_machine(provider: str, base_url: str | None, leaves: bool):
    settings = ModelSettings(provider=provider, base_url=base_url)  # type: ignore[arg-type]
    assert leaves_machine(settings) == leaves


def test_nothing_heavy_is_imported_before_the_first_request():
    code = (
        "import sys; import gearshift.providers.services, gearshift.providers as p\n"
        "from gearshift.settings.schema import ModelSettings\n"
        "from gearshift.core.model import ModelFacts\n"
        "for name in p.PROVIDERS.keys() - {'local', 'scripted'}:\n"
        "    p.connect(ModelSettings(provider=name), ModelFacts(),\n"
        "              gearshift.providers.services.Services())\n"
        "print(*{'httpx', 'httpcore', 'keyring', 'aiohttp', 'urllib.request'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://API.Example/v1", "https://api.example"),
        ("https://api.example:443/v1", "https://api.example"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:80/x", "http://[::1]"),
    ],
)
def test_origins(url: str, origin: str):
    assert origin_of(url) == origin


@pytest.mark.parametrize("url", ["", "localhost:8080", "ftp://x", "http://", "http://a:b:c"])
def test_what_is_no_server_address(url: str):
    with pytest.raises(SettingsError, match="baseUrl"):
        origin_of(url)


@pytest.mark.parametrize(
    ("url", "is_here"),
    [
        ("http://localhost:1", True),
        ("http://127.1.2.3", True),
        ("http://[::1]:1", True),
        ("http://0.0.0.0", False),
        ("http://localhost.example", False),
        ("http://127.0.0.1.example", False),
        ("https://api.example", False),
    ],
)
def test_loopback(url: str, is_here: bool):
    assert is_loopback(url) == is_here
