"""One vendor a file: credentials, wire format, errors, usage; the only room with httpx."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from gearshift.core.errors import SetupNeeded
from gearshift.providers.address import is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gearshift.core.model import Model, ModelFacts, Route
    from gearshift.providers.services import Services
    from gearshift.settings.schema import ModelSettings


class ProviderRow(NamedTuple):
    """One provider: what it is called, what it takes, where it is and who connects it."""

    name: str
    description: str
    """One line for lists and settings."""
    routes: frozenset[Route]
    connect: str
    """`module:function` below this package, imported on first use."""
    base_url: str | None = None
    """The vendor's own address; None: it has none."""
    key_variable: str | None = None
    """Environment variable that usually holds the key for `base_url`."""
    is_local: bool = False
    """Whether nothing ever leaves the machine."""


_ROWS = (
    ProviderRow(
        "openai",
        "OpenAI's Responses API, or a server that speaks it",
        frozenset({"chat"}),
        "openai:connect",
        "https://api.openai.com/v1",
        "OPENAI_API_KEY",
    ),
    ProviderRow(
        "openai-chat",
        "any server with Chat Completions",
        frozenset({"chat"}),
        "openai_chat:connect",
        "https://api.openai.com/v1",
        "OPENAI_API_KEY",
    ),
    ProviderRow(
        "anthropic",
        "Anthropic's Messages API",
        frozenset({"chat"}),
        "anthropic:connect",
        "https://api.anthropic.com/v1",
        "ANTHROPIC_API_KEY",
    ),
    ProviderRow(
        "codex",
        "your ChatGPT plan, through OpenAI's program `codex`",
        frozenset({"chat"}),
        "codex.model:connect",
    ),
    ProviderRow(
        "mistral",
        "Mistral's API, with fill-in-the-middle by Codestral",
        frozenset({"fill", "continue", "chat"}),
        "mistral:connect",
        "https://api.mistral.ai/v1",
        "MISTRAL_API_KEY",
    ),
    ProviderRow(
        "deepseek",
        "DeepSeek's API, with fill-in-the-middle",
        frozenset({"fill", "continue", "chat"}),
        "deepseek:connect",
        "https://api.deepseek.com",
        "DEEPSEEK_API_KEY",
    ),
    ProviderRow(
        "ollama",
        "an Ollama server, with fill-in-the-middle",
        frozenset({"fill", "continue", "chat"}),
        "ollama:connect",
        "http://127.0.0.1:11434",
        "OLLAMA_API_KEY",
    ),
    ProviderRow(
        "fim",
        "any server with Completions, such as vLLM, for inline completions",
        frozenset({"fill", "continue"}),
        "fim:connect",
        "http://127.0.0.1:8000/v1",
        "VLLM_API_KEY",
    ),
    ProviderRow(
        "llamacpp",
        "a llama.cpp server, with fill-in-the-middle",
        frozenset({"fill", "continue", "chat"}),
        "llamacpp:connect",
        "http://127.0.0.1:8080",
        "LLAMA_API_KEY",
    ),
    ProviderRow(
        "local",
        "a model that runs on this machine and needs no account",
        frozenset({"fill", "continue", "chat"}),
        "local:connect_local",
        is_local=True,
    ),
    ProviderRow(
        "scripted",
        "answers from a JSON Lines file, for tests and demos",
        frozenset({"fill", "continue", "chat"}),
        "scripted:connect",
        is_local=True,
    ),
)
PROVIDERS: Mapping[str, ProviderRow] = MappingProxyType({row.name: row for row in _ROWS})
"""The providers of this version, in the order in which they are listed."""


def leaves_machine(settings: ModelSettings) -> bool:
    """Whether what is sent to the model that `settings` describe goes to another machine."""
    row = PROVIDERS.get(settings.provider)
    if row is not None and row.is_local:
        return False
    return not is_loopback(settings.base_url or (row.base_url if row else None) or "")


def connect(settings: ModelSettings, facts: ModelFacts, services: Services) -> Model:
    """Return the model that `settings` describe; nothing is opened before its first request.

    Raises SetupNeeded for a provider that this version does not have or a setting that it needs,
    SettingsError for an address that is none.
    """
    row = PROVIDERS.get(settings.provider)
    if row is None:
        names = ", ".join(PROVIDERS)
        raise SetupNeeded(
            f"This version of Gearshift has no provider `{settings.provider}`; it has {names}."
        )
    module, _, function = row.connect.partition(":")
    return getattr(import_module(f"{__name__}.{module}"), function)(settings, facts, services)
