"""What a first language server for completions looks like: pygls, httpx, and nothing else."""

from __future__ import annotations

import os

import httpx
from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("naive", "0")
client = httpx.AsyncClient(base_url=os.environ["MODEL_URL"], timeout=30)


@server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())
async def inline(params: types.InlineCompletionParams) -> types.InlineCompletionList:
    document = server.workspace.get_text_document(params.text_document.uri)
    offset = document.offset_at_position(params.position)
    source = document.source
    body = {
        "input_prefix": source[max(0, offset - 4000) : offset],
        "input_suffix": source[offset : offset + 1000],
        "n_predict": 64,
        "stream": False,
    }
    response = await client.post("/infill", json=body)
    response.raise_for_status()
    text = response.json()["content"]
    return types.InlineCompletionList(items=[types.InlineCompletionItem(insert_text=text)])


if __name__ == "__main__":
    server.start_io()
