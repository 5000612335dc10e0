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
    """Answer with the line under the cursor."""
    document = server.workspace.get_text_document(params.text_document.uri)
    line = document.lines[params.position.line].strip()
    return types.InlineCompletionList(items=[types.InlineCompletionItem(insert_text=line)])


@server.feature("bare/text")
def text(params: Any) -> str:
    """Return the text of a document."""
    return server.workspace.get_text_document(params.uri).source


@server.feature("bare/echo")
def echo(params: Any) -> Any:
    """Return a field whose name is no identifier."""
    return getattr(params, "foo.bar")


@server.feature("bare/slow")
@server.thread()
def slow(params: Any) -> None:
    """Block a thread."""
    time.sleep(params.seconds)


@server.command("bare.wait")
async def wait(seconds: float) -> None:
    """Take its time, then tell that it was not stopped."""
    await asyncio.sleep(seconds)
    server.protocol.notify("bare/survived", {})


@server.command("bare.ask")
async def ask() -> None:
    """Ask the client for its settings."""
    item = types.ConfigurationItem(section="bare")
    await server.workspace_configuration_async(types.ConfigurationParams(items=[item]))


if __name__ == "__main__":
    server.start_io()
