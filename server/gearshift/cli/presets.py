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
    provider: str | None
    """Row of the provider table; None: this version has none for it."""
    instead: str = ""
    """For a preset without a provider: what works in this version."""


_ROWS = (
    Preset("local", "embedded models on this machine, no account, no key (1.6 GB)", "local"),
    Preset("openai", "your OpenAI API key", "openai"),
    Preset(
        "chatgpt",
        "your ChatGPT plan",
        None,
        "use `--preset openai` with an API key, or `--preset local` without one.",
    ),
    Preset(
        "ollama",
        "models that Ollama serves",
        None,
        "use `--preset local`, or name Ollama's own OpenAI-compatible server in the settings: "
        'provider "openai-chat", baseUrl "http://127.0.0.1:11434/v1".',
    ),
    Preset(
        "mixed",
        "completions on this machine, actions by a hosted model",
        None,
        "run `--preset openai`, then set `models.mini` to provider `local` and model "
        "`qwen2.5-coder-0.5b` in the settings file.",
    ),
)
PRESETS: Mapping[str, Preset] = MappingProxyType({row.name: row for row in _ROWS})
"""In the order in which they are offered."""


def usable(name: str) -> Preset:
    """Return a preset; one that this version can't serve is a SetupNeeded with what works."""
    preset = PRESETS[name]
    if preset.provider is None:
        raise SetupNeeded(
            f"This version can't serve the preset `{name}` ({preset.description}): {preset.instead}"
        )
    return preset


def models_of(preset: Preset) -> dict[str, dict[str, str]]:
    """Return the `models` table that a preset writes, by name."""
    if preset.name == "local":
        from gearshift.app.models import EMBEDDED

        return {
            name: {"provider": "local", "model": model.model} for name, model in EMBEDDED.items()
        }
    from gearshift.routing.catalogue import load

    defaults = load().defaults
    assert preset.provider is not None
    return {name: {"provider": preset.provider, "model": defaults[name]} for name in defaults}
