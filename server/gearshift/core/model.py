"""What features ask of a language model, and what it answers: requests, chunks, usage, the port."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, get_args

from gearshift.core.tasks import Task

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

Role = Literal["system", "user", "assistant"]
Route = Literal["fill", "continue", "chat"]
"""A way a provider can be asked: fill-in-the-middle, plain continuation, chat messages."""
PromptForm = Literal["fill", "continue", "prefill", "chat"]
"""How a model is best asked for an inline completion.

`fill`: its own fill-in-the-middle tokens. `continue`: plain text continuation of the prefix.
`prefill`: chat, suffix shown first, the answer begun with the prefix. `chat`: chat with a marker.
"""

ContextSource = Literal["definitions", "similar", "edits", "diagnostics"]
"""What else than the file itself a completion's prompt may show.

`definitions`: of the names used around the cursor. `similar`: code like that around the cursor.
`edits`: what was changed lately. `diagnostics`: what other tools say is wrong near the cursor.
"""
CONTEXT_SOURCES: tuple[ContextSource, ...] = get_args(ContextSource)


class Usage(NamedTuple):
    """Tokens of one request."""

    input: int = 0
    """Prompt tokens, cached ones included."""
    cached: int = 0
    """The part of `input` that the vendor read from its prompt cache."""
    output: int = 0
    """Generated tokens, reasoning included."""
    cache_write: int = 0
    """The part of `input` that was written to the vendor's cache, where that is billed."""
    is_estimate: bool = False
    """True where the vendor reported nothing (a cut stream): counted here."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a chat; a final `assistant` message is a prefill that the answer continues."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class ContextFile:
    """Text of another file shown to the model."""

    path: str
    """Path relative to the workspace, with `/`."""
    text: str


class ShownFile(NamedTuple):
    """Another file that a request has parts of, for those who judge what may be sent."""

    name: str
    """What the request calls it."""
    path: Path


@dataclass(frozen=True, slots=True)
class FillRequest:
    """Fill the hole between `prefix` and `suffix`."""

    prefix: str
    suffix: str
    path: str
    context: tuple[ContextFile, ...] = ()
    max_tokens: int = 128
    stop: tuple[str, ...] = ()
    temperature: float = 0.0
    task: Task | None = None
    """The task it serves; metering sees to it that it is right."""


@dataclass(frozen=True, slots=True)
class ContinueRequest:
    """Continue `prompt` as plain text."""

    prompt: str
    max_tokens: int = 128
    stop: tuple[str, ...] = ()
    temperature: float = 0.0
    task: Task | None = None
    """The task it serves; metering sees to it that it is right."""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """Answer a chat."""

    messages: tuple[Message, ...]
    max_tokens: int = 2048
    stop: tuple[str, ...] = ()
    temperature: float = 0.0
    effort: str | None = None
    """Reasoning effort where the model has one: `none`, `minimal`, `low`, `medium`, `high`."""
    cache_key: str | None = None
    """Requests with the same key share a prompt prefix (the vendor's cache may use it)."""
    prediction: str | None = None
    """Text that the answer is likely to repeat for the most part: a vendor that takes it writes
    what agrees with it faster."""
    task: Task | None = None
    """The task it serves; metering sees to it that it is right."""


Request = FillRequest | ContinueRequest | ChatRequest


class Chunk(NamedTuple):
    """A piece of an answer: text as it comes, the usage once, near the end."""

    text: str = ""
    usage: Usage | None = None
    finish: Literal["stop", "length"] | None = None
    """Why the model ended; None in the middle of the answer."""


class Price(NamedTuple):
    """US dollars for a million tokens."""

    input: float
    output: float
    cached: float | None = None
    """None: cached input costs what input costs."""
    cache_write: float | None = None
    """None: writing the cache costs what input costs."""


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known of a model beyond its name; an unknown model has the defaults."""

    context: int = 8192
    """Tokens of prompt and answer together."""
    form: PromptForm = "chat"
    fill_family: str | None = None
    """Whose fill-in-the-middle tokens it knows (`qwen`, `starcoder`, …); None: none known."""
    efforts: tuple[str, ...] = ()
    price: Price | None = None
    """None: unknown, so tokens are shown and never $0. A free local model has zeros."""
    retires: str | None = None
    """ISO date of the announced shutdown."""


class Model(Protocol):
    """A model that can be asked; features do not know which one, where it runs or what it costs."""

    @property
    def name(self) -> str:
        """The vendor's name for it."""
        ...

    @property
    def provider(self) -> str:
        """The row of the provider table that serves it."""
        ...

    @property
    def routes(self) -> frozenset[Route]:
        """The kinds of request that it takes."""
        ...

    @property
    def facts(self) -> ModelFacts:
        """What is known of it."""
        ...

    def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """Yield the answer; closing the generator closes the connection at once.

        Raises ProviderError, SetupNeeded; a kind of request outside `routes` is a Refused.
        """
        ...


class WrappedModel:
    """What wrappers of a model (metering, retries) share: they are what they wrap."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @property
    def name(self) -> str:
        """The vendor's name for the model inside."""
        return self._model.name

    @property
    def provider(self) -> str:
        """The row of the provider table that serves the model inside."""
        return self._model.provider

    @property
    def routes(self) -> frozenset[Route]:
        """The kinds of request that the model inside takes."""
        return self._model.routes

    @property
    def facts(self) -> ModelFacts:
        """What is known of the model inside."""
        return self._model.facts


def estimate_tokens(text: str) -> int:
    """Return a token count for `text` without a tokenizer: 3.6 characters a token, rounded up.

    English code runs at 3.3 to 4.2 characters a token in current vocabularies; erring low on
    characters keeps reservations a little high.
    """
    return -(-len(text) * 10 // 36)


def request_text(request: Request) -> str:
    """Return all text that `request` would send, for counting."""
    if isinstance(request, FillRequest):
        return "".join([*(c.text for c in request.context), request.prefix, request.suffix])
    if isinstance(request, ContinueRequest):
        return request.prompt
    return "\n".join(m.text for m in request.messages)
