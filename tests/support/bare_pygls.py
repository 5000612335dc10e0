"""A plain pygls server: what Gearshift's cures and benchmarks are compared with."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("bare", "0")


@server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())
def inline(params: types.InlineCompletionParams) -> types.InlineCompletionList:
    """Answer with the text up to the cursor, as pygls sees it."""
    document = server.workspace.get_text_document(params.text_document.uri)
    before = document.source[: document.offset_at_position(params.position)]
    return types.InlineCompletionList(items=[types.InlineCompletionItem(insert_text=before)])


@server.feature("bare/slow")
@server.thread()
def slow(params: Any) -> None:
    """Block a thread."""
    time.sleep(params.seconds)


@server.feature("bare/echo")
def echo(params: Any) -> bool:
    """Return whether the params are what was sent: fields that are no identifiers included."""
    return isinstance(params, dict) and params == {"foo.bar": 1, "class": 2}


@server.command("bare.wait")
async def wait(seconds: float) -> None:
    """Take its time, then tell that it was not stopped."""
    await asyncio.sleep(seconds)
    server.protocol.notify("bare/survived", {})


@server.feature("bare/ask")
async def ask(params: Any) -> None:
    """Ask the client for its settings."""
    item = types.ConfigurationItem(section="bare")
    await server.workspace_configuration_async(types.ConfigurationParams(items=[item]))


if __name__ == "__main__":
    server.start_io()
