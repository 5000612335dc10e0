"""The wire format of Chat Completions, and of Completions, which many servers share."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from gearshift.core.errors import BadReply
from gearshift.core.model import ChatRequest, Chunk, Usage
from gearshift.providers.untrusted import count, string, table

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from contextlib import AbstractAsyncContextManager

    from gearshift.providers.events import EventStream
    from gearshift.providers.link import Link


def messages(request: ChatRequest) -> list[dict[str, str]]:
    """Return the turns of `request` as the format has them."""
    return [{"role": message.role, "content": message.text} for message in request.messages]


def is_begun(request: ChatRequest) -> bool:
    """Whether `request` ends with the beginning of its answer."""
    return bool(request.messages) and request.messages[-1].role == "assistant"


def begun(request: ChatRequest) -> list[dict[str, Any]]:
    """Return the turns of `request`; a begun answer is marked as DeepSeek and Mistral want it."""
    turns: list[dict[str, Any]] = [*messages(request)]
    if is_begun(request):
        turns[-1]["prefix"] = True
    return turns


async def without_beginning(
    answer: AsyncGenerator[Chunk, None], beginning: str
) -> AsyncGenerator[Chunk, None]:
    """Yield `answer` less as much of `beginning` as it begins with."""
    left = beginning
    async with aclosing(answer) as chunks:
        async for chunk in chunks:
            if not left:
                yield chunk
                continue
            text = chunk.text
            while left and text:
                if text[0] != left[0]:
                    left = ""
                else:
                    text, left = text[1:], left[1:]
            if text == chunk.text:
                yield chunk
            elif text or chunk.usage or chunk.finish:
                yield chunk._replace(text=text)


@dataclass(slots=True)
class _End:
    """What is known of an answer's end."""

    usage: Usage | None = None
    reason: str | None = None


async def chunks(
    posted: AbstractAsyncContextManager[EventStream], link: Link
) -> AsyncGenerator[Chunk, None]:
    """Yield the text as it comes, then one chunk with the end's reason and the usage.

    What has come together is one chunk. A server that states no usage gives None. Raises BadReply,
    Unavailable for a stream that breaks off.
    """
    end = _End()

    def read(event: dict[str, Any]) -> str:
        if event.get("error") or event.get("object") == "error":
            raise link.error(event)
        end.usage = read_usage(event.get("usage")) or end.usage
        text, reason = _read_choice(event, link)
        end.reason = reason or end.reason
        return text

    async with posted as stream:
        while (text := await stream.text(read)) is not None:
            if text:
                yield Chunk(text)
        if end.reason is None and not stream.has_ended:
            raise link.cut_off()
        yield Chunk("", end.usage, "length" if end.reason == "length" else "stop")


def _read_choice(event: dict[str, Any], link: Link) -> tuple[str, str | None]:
    choices = event.get("choices")
    if choices is None and "usage" in event:
        return "", None
    if not isinstance(choices, list):
        raise BadReply(f"{link.server} sent an event without `choices`.")
    if not choices:
        return "", None
    choice = table(cast("list[object]", choices)[0])
    reason = choice.get("finish_reason")
    return _read_text(choice), string(reason) or None


def _read_text(choice: dict[str, Any]) -> str:
    """Return a choice's text: `delta` in chats, `text` in completions.

    Mistral's reasoning models send `content` in typed parts, of which only texts are the answer.
    """
    content = table(choice.get("delta")).get("content")
    if isinstance(content, list):
        parts = map(table, cast("list[object]", content))
        return "".join(string(part.get("text")) for part in parts if part.get("type") == "text")
    return string(content) or string(choice.get("text"))


def read_usage(usage: object) -> Usage | None:
    """Return the tokens stated in a `usage` object; None when there is none.

    DeepSeek has its own name for cached tokens.
    """
    fields = table(usage)
    if not fields:
        return None
    details = table(fields.get("prompt_tokens_details"))
    asked = count(fields.get("prompt_tokens"))
    return Usage(
        input=asked,
        cached=count(details.get("cached_tokens")) or count(fields.get("prompt_cache_hit_tokens")),
        output=_output(fields, asked),
        cache_write=count(details.get("cache_write_tokens")),
    )


def _output(fields: dict[str, Any], asked: int) -> int:
    """Return the generated tokens with reasoning; xAI's servers count that in the total alone."""
    written = count(fields.get("completion_tokens"))
    thought = count(table(fields.get("completion_tokens_details")).get("reasoning_tokens"))
    is_left_out = thought and count(fields.get("total_tokens")) == asked + written + thought
    return written + thought if is_left_out else written
