"""The demo's completion: typed, shown as ghost text, accepted."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from gearshift.cli.demo.buffer import utf16
from gearshift.cli.demo.stage import Unfinished, cost
from gearshift.cli.words import seconds, tokens

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.cli.demo.stage import Stage

TYPED = '''

def total_grams(teas: tuple[Tea, ...]) -> float:
    """Return how many grams of leaves the teas take together."""
    '''
"""What the demo types at the end of `leaves.py`; the model does the rest."""
CONTEXT_LINES = 8
"""Lines shown above what is typed."""


async def complete(stage: Stage) -> None:
    """Type the head of a function; the mini model does the rest. Raises Unfinished."""
    stage.screen.step(3, "You type, the mini model completes")
    path = stage.shop.project / "teatime" / "leaves.py"
    before = stage.buffers.open(stage.client, path)
    stage.buffers.type(stage.client, path, 2, TYPED)
    lines = stage.buffers.text(path).split("\n")
    place = {"line": len(lines) - 1, "character": utf16(lines[-1])}
    first = max(before.count("\n") - CONTEXT_LINES, 1)
    visible = "\n".join(before.split("\n")[first - 1 :])
    params = {
        "textDocument": {"uri": path.as_uri()},
        "position": place,
        "context": {"triggerKind": 2},
    }
    asked = asyncio.ensure_future(stage.client.request("textDocument/inlineCompletion", params))
    begun = time.monotonic()
    try:
        with stage.screen.typing("teatime/leaves.py", visible, TYPED, first):
            result = await asyncio.shield(asked)
    finally:
        asked.cancel()
    took = time.monotonic() - begun
    why = await stage.why({"uri": path.as_uri(), "position": place})
    if not result or not result["items"]:
        raise Unfinished(f"No completion came: {why}")
    item = result["items"][0]
    stage.client.notify("textDocument/didShowCompletion", {"item": item})
    _show_ghost(stage, visible + TYPED, first, item)
    await _show_request(stage, took, why)
    await _accept(stage, path, item)


def _show_ghost(stage: Stage, code: str, first: int, item: dict[str, Any]) -> None:
    """Show what is offered; the item's text begins with what is on its line already."""
    lines = code.split("\n")
    head = item["range"]["start"]["character"]
    typed = len(lines[-1])
    full = code[: len(code) - typed + head] + item["insertText"]
    ends = full.split("\n")
    start = (len(lines), typed)
    stage.screen.ghost("teatime/leaves.py", full, first, start, (len(ends), len(ends[-1])))


async def _accept(stage: Stage, path: Path, item: dict[str, Any]) -> None:
    """Take the completion as Tab does: the text goes in, the server is told."""
    typed = stage.buffers.text(path).split("\n")[-1]
    rest = item["insertText"][len(typed) - item["range"]["start"]["character"] :]
    stage.buffers.type(stage.client, path, 3, rest)
    params: dict[str, Any] = {"command": "gearshift.didAccept", "arguments": []}
    await stage.client.request("workspace/executeCommand", params)
    stage.screen.good("Tab: accepted")
    stage.screen.pause()


async def _show_request(stage: Stage, took: float, why: str) -> None:
    entry = await stage.first_request()
    stage.screen.facts(
        [
            ("model", f"{entry.model} ({entry.tier}), gear {entry.gear}"),
            ("tokens", tokens(entry.usage)),
            ("took", f"{seconds(took)} from the request to the answer"),
            ("cost", cost(entry.usd)),
            ("why", why),
        ]
    )
    stage.screen.pause(1.5)
