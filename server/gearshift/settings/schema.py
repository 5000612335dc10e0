"""Every setting, declared once: name, type, bounds, default and its documentation.

Keys in files and editors are the camelCase of the field names. The string under a field is its
user documentation. The rules beside a type (`rules`) bound its value and say what a project's own
file may do with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any, Literal

from gearshift.core.model import ContextSource
from gearshift.core.tasks import Strategy, Task
from gearshift.settings.rules import (
    Accumulates,
    Between,
    Choices,
    Essential,
    Identity,
    Matches,
    OwnerOnly,
    ProjectAdds,
    Tightens,
    Whole,
)

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

Percent = Annotated[float, Between(0, 100)]
Limit = Annotated[int, Between(0, 1_000_000_000_000)]
Seconds = Annotated[float, Between(0, 3600, is_low_excluded=True)]
EnvironmentName = Annotated[
    str, Matches(r"[A-Za-z_][A-Za-z0-9_]{0,63}", "the name of an environment variable, not a key")
]
ServerAddress = Annotated[
    str,
    Matches(
        r"https?://[^\s/@?#]+(?:/[^\s?#]*)?",
        "an address that begins with http:// or https:// and holds no user name, key or query",
    ),
]
ProxyAddress = Annotated[
    str,
    Matches(
        r"(?:https?|socks5h?)://[^\s/@?#]+/?",
        "an address that begins with http://, https:// or socks5:// and holds no user name",
    ),
]


def _table(**items: Any) -> Any:
    return field(default_factory=lambda: MappingProxyType(dict(items)))


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """One named model: who serves it and how it is reached."""

    provider: Annotated[Provider, Identity()] = "openai"
    """Who serves the model."""
    model: str = ""
    """The vendor's name for the model; for `local` a name from `gearshift models list`."""
    base_url: Annotated[ServerAddress | None, Essential()] = None
    """Server address with the version path where there is one; null: the vendor's own."""
    api_key_env: EnvironmentName | None = None
    """Environment variable that holds the key; null: the vendor's usual one, then the keyring."""
    api_key_command: Annotated[tuple[str, ...], Whole()] = ()
    """Program and arguments that print the key, asked when neither variable nor keyring has it."""
    path: str | None = None
    """`local`: your own GGUF file. `codex`: the program. `scripted`: the answers file."""
    service_tier: str | None = None
    """`openai`: the service tier to ask for (`auto`, `flex`, `priority`)."""
    effort: str | None = None
    """Reasoning effort to ask for where the model has one; null: what suits the task."""
    timeout_seconds: Seconds = 60.0
    """Longest wait for the first piece of an answer, and between pieces, in seconds."""
    idle_seconds: Annotated[float, Between(10, 604_800)] = 600.0
    """`local`: the model is unloaded after so long without a request, in seconds."""
    max_memory_mb: Annotated[int, Between(256, 10_000_000)] | None = None
    """`local`: most memory for the model, in MB: its context is halved until it fits; null: half
    of the machine's."""
    gpu_layers: Annotated[int, Between(0, 10_000)] | None = None
    """`local`: layers on a graphics card, where llama.cpp finds one; 0: none; null: as many as
    fit."""
    threads: Annotated[int, Between(1, 1024)] | None = None
    """`local`: threads to compute with; null: one for each physical core."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be used within one rolling window."""

    window: WindowName = "day"
    """Length of the rolling window."""
    usd: Annotated[float, Between(0, 1_000_000)] | None = None
    """US dollars; null: no limit in money."""
    tokens: Limit | None = None
    """Tokens in and out together; null: no limit in tokens."""
    requests: Limit | None = None
    """Requests; null: no limit in requests."""


@dataclass(frozen=True, slots=True)
class QuotaSettings:
    """Budgets and how the gears follow them."""

    budgets: Annotated[tuple[Budget, ...], ProjectAdds()] = ()
    """Your own limits, each over a rolling window; all windows and the command line share them."""
    warn_percent: Annotated[Percent, Tightens()] = 80.0
    """Used share at which the server warns and changes to the `saver` gear, in percent."""
    switch_percent: Annotated[Percent, Tightens()] = 90.0
    """Used share at which heavy tasks change to the mini model, in percent."""
    mode: Annotated[
        Literal["auto", "ask", "off"],
        Tightens(("off", "ask", "auto")),
        Choices(
            auto="shifts by itself and says so",
            ask="asks once per window before it shifts",
            off="never shifts",
        ),
    ] = "auto"
    """How gears are changed when the quota runs low."""
    reserve_percent: Annotated[Percent, Tightens(direction="up")] = 0.0
    """Share of each budget kept for the tasks in `quota.critical`, in percent."""
    critical: Annotated[
        tuple[Task, ...], OwnerOnly("what your reserve may be spent on is yours to choose")
    ] = ("fix",)
    """Tasks that may use the reserve of `quota.reservePercent`: the list replaces the default."""


@dataclass(frozen=True, slots=True)
class InlineSettings:
    """Inline completions (ghost text)."""

    enable: Annotated[bool, Tightens((True, False), scope="window")] = True
    """Offer inline completions."""
    debounce_ms: Annotated[int, Between(0, 60_000)] | Literal["adaptive"] = "adaptive"
    """Pause before an automatic request, in milliseconds; `adaptive` follows your typing."""
    max_tokens: Annotated[int, Between(1, 4096)] = 128
    """Longest completion, in tokens."""
    languages: Mapping[str, Annotated[bool, Tightens((True, False), scope="window")]] = _table()
    """Switch languages on or off by language id, for example `{"markdown": false}`."""
    context: Mapping[ContextSource, Annotated[bool, Tightens((True, False), scope="window")]] = (
        _table()
    )
    """What a prompt shows besides the file itself: `{"similar": false}` switches one source off.
    `definitions`: signatures of the names used around the cursor. `similar`: code like that
    around the cursor. `edits`: what you changed lately. `diagnostics`: problems near the cursor.
    Embedded models are shown the file alone."""
    prefetch: bool = True
    """Prepare the next suggestion while one is shown."""


@dataclass(frozen=True, slots=True)
class CompletionSettings:
    """Ordinary completion lists, for editors without inline completion."""

    enable: Annotated[bool, Tightens((True, False), scope="window")] = False
    """Offer the inline engine's suggestion in the ordinary completion list, whatever
    `inline.enable` says. Editors that learn
    of it at their start alone (Emacs, Neovim) need it in their own settings, not in a file."""


@dataclass(frozen=True, slots=True)
class EditSettings:
    """How edits reach your files."""

    preview: Annotated[
        Literal["never", "always"],
        Tightens(("never", "always"), scope="window"),
        Choices(
            never="each edit is made at once; undo is one step",
            always="each edit is shown before it is made",
        ),
    ] = "never"
    """Whether an edit is shown before it is made."""


@dataclass(frozen=True, slots=True)
class VerifySettings:
    """Checking generated code."""

    run: Annotated[
        Literal["ask", "always", "never"],
        Tightens(("always", "ask", "never")),
        Choices(
            ask="asks once per workspace",
            always="runs them without asking",
            never="never runs them, so nothing is labelled `verified`",
        ),
    ] = "ask"
    """Whether generated tests may be run, in a sandbox, before they are offered."""
    test_command: Annotated[
        Mapping[str, str], OwnerOnly("a cloned repository must not choose commands to run")
    ] = _table()
    """Command that runs tests, by language id; `{file}` stands for the test file."""
    timeout_seconds: Seconds = 60.0
    """Longest run of generated tests, in seconds."""


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    """What never leaves the machine, and what is written down of what does."""

    exclude: Annotated[tuple[str, ...], Accumulates(), ProjectAdds()] = ("**/.env*",)
    """Files never sent, as gitignore patterns. Every source adds to the list and to the built-in
    one."""
    redact: Annotated[bool, Tightens((False, True))] = True
    """Replace keys and passwords in outgoing text."""
    audit: Annotated[
        Literal["metadata", "full", "off"],
        OwnerOnly("what is written down on your machine is yours to choose"),
        Choices(
            metadata="time, task, model, files and sizes",
            full="also the whole text that was sent",
            off="nothing",
        ),
    ] = "metadata"
    """What the audit log keeps of each request."""


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """A workspace's own settings file."""

    enable: Annotated[
        bool, OwnerOnly("a file that you told Gearshift not to read can't speak for itself")
    ] = True
    """Read the `.gearshift.toml` of workspace folders. Editors switch it off in a workspace that
    you do not trust."""


_WAY_OUT = "what your requests pass through is yours to choose"


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """The way to model servers on other machines."""

    proxy: Annotated[ProxyAddress | None, OwnerOnly(_WAY_OUT)] = None
    """Proxy on the way to other machines, except those that `NO_PROXY` names; null: the one that
    `HTTPS_PROXY` or the system names. A proxy with a password belongs in `HTTPS_PROXY`."""
    ca_file: Annotated[str | None, OwnerOnly(_WAY_OUT)] = None
    """PEM file of an authority to trust besides the usual ones; null: none. `SSL_CERT_FILE` and
    `SSL_CERT_DIR` take the place of the usual ones."""


@dataclass(frozen=True, slots=True)
class LogSettings:
    """The log file."""

    level: Literal["error", "warning", "info", "debug"] = "info"
    """Least severe message that is written."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; frozen, and replaced whole when anything changes."""

    models: Annotated[
        Mapping[str, ModelSettings],
        OwnerOnly("a cloned repository must not choose where your code goes or what it costs"),
    ] = _table()
    """Named models. `mini` serves inline completions, `full` heavy actions, `fallback` is used
    when a source is exhausted or down. With none, nothing leaves the machine."""
    routing: Annotated[
        Mapping[Task, str],
        OwnerOnly("which of your models sees your code is yours to choose"),
    ] = _table(
        inline="mini",
        completion="mini",
        explain="mini",
        fix="full",
        refactor="full",
        tests="full",
        docs="full",
    )
    """Which named model serves a task."""
    strategy: Mapping[Task | Literal["*"], Strategy] = _table(**{"*": "direct"})
    """`cascade` runs a task on mini first and on full only when verification fails; by task, `*`
    for all."""
    tasks: Mapping[Task, Annotated[bool, Tightens((True, False), scope="window")]] = _table()
    """Switch single tasks on or off, for example `{"tests": false}`: what is off is not offered,
    and refused where it is asked for all the same."""
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
    project: ProjectSettings = field(default_factory=ProjectSettings)
    """The workspace's own settings file."""
    http: HttpSettings = field(default_factory=HttpSettings)
    """Proxy and certificates."""
    log: LogSettings = field(default_factory=LogSettings)
    """Logging."""
