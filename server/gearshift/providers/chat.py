"""The Chat Completions wire format, which many servers share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from gearshift.core.errors import BadReply
from gearshift.core.model import ChatRequest, Chunk, Usage
from gearshift.providers.untrusted import count, string, table

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from gearshift.providers.link import EventStream, Link


def messages(request: ChatRequest) -> list[dict[str, str]]:
    """Return the turns of `request` as the format has them."""
    return [{"role": message.role, "content": message.text} for message in request.messages]


async def chunks(stream: EventStream, link: Link) -> AsyncGenerator[Chunk, None]:
    """Yield the text as it comes, then one chunk with the end's reason and the usage.

    A server that states no usage gives None. Raises BadReply, Unavailable for a stream that
    breaks off.
    """
    usage: Usage | None = None
    reason: str | None = None
    async for event in stream:
        if event.get("error"):
            raise link.error(event)
        usage = read_usage(event.get("usage")) or usage
        text, ended = _read_choice(event, link)
        reason = ended or reason
        if text:
            yield Chunk(text)
    if reason is None and not stream.has_ended:
        raise link.cut_off()
    yield Chunk("", usage, "length" if reason == "length" else "stop")


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
    return string(table(choice.get("delta")).get("content")), string(reason) or None


def read_usage(usage: object) -> Usage | None:
    """Return the tokens stated in a `usage` object; None when there is none."""
    fields = table(usage)
    if not fields:
        return None
    details = table(fields.get("prompt_tokens_details"))
    return Usage(
        input=count(fields.get("prompt_tokens")),
        cached=count(details.get("cached_tokens")),
        output=count(fields.get("completion_tokens")),
        cache_write=count(details.get("cache_write_tokens")),
    )
