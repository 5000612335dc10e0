"""What `gearshift setup` can choose: presets of models, and what each needs."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from gearshift.core.errors import SetupNeeded

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Preset:
    """One choice of models."""

    name: str
    description: str
    mini: str
    """Provider of the mini model."""
    full: str
    """Provider of the full model."""
    instead: str = ""
    """What works where this version has no such provider."""
    is_inline: bool = True
    """Whether completions are on unless the user says otherwise; each draws on a plan's window."""

    @property
    def is_usable(self) -> bool:
        """Whether this version has the providers."""
        from gearshift.providers import PROVIDERS

        return self.mini in PROVIDERS and self.full in PROVIDERS


_ROWS = (
    Preset("local", "embedded models on this machine, no account (1.6 GB)", "local", "local"),
    Preset("openai", "your OpenAI API key", "openai", "openai"),
    Preset(
        "chatgpt",
        "your ChatGPT plan",
        "codex",
        "codex",
        "use `--preset openai` with an API key, or `--preset local` without one.",
        is_inline=False,
    ),
    Preset(
        "ollama",
        "models that Ollama serves on this machine",
        "ollama",
        "ollama",
        "use `--preset local`, or name Ollama's OpenAI-compatible address in the settings.",
    ),
    Preset("mixed", "completions on this machine, actions by your ChatGPT plan", "local", "codex"),
)
PRESETS: Mapping[str, Preset] = MappingProxyType({row.name: row for row in _ROWS})
"""In the order in which they are offered."""
OLLAMA = MappingProxyType({"mini": "qwen2.5-coder:1.5b", "full": "qwen2.5-coder:7b"})
"""What Ollama is asked for; `ollama pull` fetches them."""


def usable(name: str) -> Preset:
    """Return a preset; one that this version can't serve is a SetupNeeded with what works."""
    preset = PRESETS[name]
    if not preset.is_usable:
        raise SetupNeeded(
            f"This version can't serve the preset `{name}` ({preset.description}): {preset.instead}"
        )
    return preset


def models_of(preset: Preset) -> dict[str, dict[str, str]]:
    """Return the `models` table that a preset writes, by name."""
    providers = {"mini": preset.mini, "full": preset.full}
    return {
        name: {"provider": provider, "model": _model(name, provider)}
        for name, provider in providers.items()
    }


def _model(name: str, provider: str) -> str:
    if provider == "local":
        from gearshift.app.models import EMBEDDED

        return EMBEDDED[name].model
    if provider == "ollama":
        return OLLAMA[name]
    from gearshift.routing.catalogue import load

    defaults: Mapping[str, str] = {**load().defaults}
    return defaults[name]
