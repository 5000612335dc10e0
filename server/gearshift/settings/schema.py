"""Every setting, declared once: name, type, default and the text its documentation is made of.

Keys in files and editors are the camelCase of the field names. The string under a field is its
user documentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from gearshift.core.tasks import Strategy, Task

Provider = Literal[
    "openai",
    "openai-chat",
    "fim",
    "llamacpp",
    "ollama",
    "mistral",
    "deepseek",
    "anthropic",
    "codex",
    "local",
    "scripted",
]
WindowName = Literal["5h", "day", "week", "month"]


def _table(**items: Any) -> Any:
    return field(default_factory=lambda: MappingProxyType(dict(items)))


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """One named model: who serves it and how it is reached."""

    provider: Provider = "openai"
    """Who serves the model."""
    model: str = ""
    """The vendor's name for the model; for `local` a name from `gearshift models list`."""
    base_url: str | None = None
    """Server address with the version path where there is one; null: the vendor's own."""
    api_key_env: str | None = None
    """Environment variable that holds the key; null: the vendor's usual one, then the keyring."""
    api_key_command: tuple[str, ...] = ()
    """Program and arguments that print the key, asked when neither variable nor keyring has it."""
    path: str | None = None
    """`local`: your own GGUF file. `scripted`: the answers file."""
    service_tier: str | None = None
    """`openai`: the service tier to ask for (`auto`, `flex`, `priority`)."""
    effort: str | None = None
    """Reasoning effort to ask for where the model has one; null: what suits the task."""
    timeout_seconds: float = 60.0
    """Longest wait for the first piece of an answer, and between pieces, in seconds."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be used within one rolling window."""

    window: WindowName = "day"
    """Length of the rolling window."""
    usd: float | None = None
    """US dollars; null: no limit in money."""
    tokens: int | None = None
    """Tokens in and out together; null: no limit in tokens."""
    requests: int | None = None
    """Requests; null: no limit in requests."""


@dataclass(frozen=True, slots=True)
class QuotaSettings:
    """Budgets and how the gears follow them."""

    budgets: tuple[Budget, ...] = ()
    """Your own limits, each over a rolling window; all windows and the command line share them."""
    warn_percent: float = 80.0
    """Used share at which the server warns and changes to the `saver` gear, in percent."""
    switch_percent: float = 90.0
    """Used share at which heavy tasks change to the mini model, in percent."""
    mode: Literal["auto", "ask", "off"] = "auto"
    """`auto` shifts by itself and says so, `ask` asks once per window, `off` never shifts."""
    reserve_percent: float = 0.0
    """Share of each budget kept for tasks marked critical, in percent."""


@dataclass(frozen=True, slots=True)
class InlineSettings:
    """Inline completions (ghost text)."""

    enable: bool = True
    """Offer inline completions."""
    debounce_ms: int | Literal["adaptive"] = "adaptive"
    """Pause before an automatic request, in milliseconds; `adaptive` follows your typing."""
    max_tokens: int = 128
    """Longest completion, in tokens."""
    languages: Mapping[str, bool] = _table()
    """Switch languages on or off by language id, for example `{"markdown": false}`."""
    prefetch: bool = True
    """Prepare the next suggestion while one is shown."""


@dataclass(frozen=True, slots=True)
class CompletionSettings:
    """Ordinary completion lists, for editors without inline completion."""

    enable: bool = False
    """Offer the inline engine's suggestion in the ordinary completion list too."""


@dataclass(frozen=True, slots=True)
class EditSettings:
    """How edits reach your files."""

    preview: Literal["never", "always"] = "never"
    """`always` shows each edit before it is made; `never` makes it at once (undo is one step)."""


@dataclass(frozen=True, slots=True)
class VerifySettings:
    """Checking generated code."""

    run: Literal["ask", "always", "never"] = "ask"
    """Whether generated tests may be run (in a sandbox): `ask` asks once per workspace."""
    test_command: Mapping[str, str] = _table()
    """Command that runs tests, by language id; `{file}` stands for the test file."""
    timeout_seconds: float = 60.0
    """Longest run of generated tests, in seconds."""


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    """What never leaves the machine, and what is written down of what does."""

    exclude: tuple[str, ...] = ("**/.env*",)
    """Files never sent, as gitignore patterns; added to the built-in list, never replacing it."""
    redact: bool = True
    """Replace keys and passwords in outgoing text."""
    audit: Literal["metadata", "full", "off"] = "metadata"
    """What the audit log keeps of each request: its size and files, the whole text, or nothing."""


@dataclass(frozen=True, slots=True)
class LogSettings:
    """The log file."""

    level: Literal["error", "warning", "info", "debug"] = "info"
    """Least severe message that is written."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; frozen, and replaced whole when anything changes."""

    models: Mapping[str, ModelSettings] = _table()
    """Named models. `mini` serves inline completions, `full` heavy actions, `fallback` is used
    when a source is exhausted or down. With none, nothing leaves the machine."""
    routing: Mapping[Task, str] = _table(
        inline="mini",
        completion="mini",
        explain="mini",
        fix="full",
        refactor="full",
        tests="full",
        docs="full",
    )
    """Which named model serves a task."""
    strategy: Mapping[str, Strategy] = _table(**{"*": "direct"})
    """`cascade` runs a task on mini first and on full only when verification fails; by task, `*`
    for all."""
    quota: QuotaSettings = field(default_factory=QuotaSettings)
    """Budgets and gears."""
    inline: InlineSettings = field(default_factory=InlineSettings)
    """Inline completions."""
    completion: CompletionSettings = field(default_factory=CompletionSettings)
    """Ordinary completion lists."""
    edits: EditSettings = field(default_factory=EditSettings)
    """How edits reach your files."""
    verify: VerifySettings = field(default_factory=VerifySettings)
    """Checking generated code."""
    privacy: PrivacySettings = field(default_factory=PrivacySettings)
    """Privacy."""
    log: LogSettings = field(default_factory=LogSettings)
    """Logging."""
