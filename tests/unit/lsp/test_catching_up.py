"""What the editor has sent by the time of an answer counts before it."""

from __future__ import annotations

import asyncio
import os
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from gearshift.core.results import Suggestion
from gearshift.core.text import Position, Range
from gearshift.lsp.short.inline import inline_completion
from gearshift.lsp.short.stdio import read_into
from gearshift.workspace.documents import Documents, TextChange

if TYPE_CHECKING:
    from collections.abc import Callable

    from gearshift.lsp.session import Session

URI = "file:///main.py"
HERE = Range.at(Position(0, 0))


@pytest.mark.skipif(os.name == "nt", reason="no readiness for pipes")
async def test_what_has_arrived_is_taken_at_once() -> None:
    source, end = os.pipe()
    received: list[bytes] = []
    loop = asyncio.get_running_loop()
    catch_up = read_into(loop, source, received.append)
    try:
        catch_up()
        assert received == []
        os.write(end, b"an edit")
        catch_up()
        assert received == [b"an edit"]
    finally:
        loop.remove_reader(source)
        os.close(source)
        os.close(end)


@pytest.mark.skipif(os.name == "nt", reason="no readiness for pipes")
async def test_the_end_is_told_once_however_often_one_catches_up() -> None:
    source, end = os.pipe()
    received: list[bytes] = []
    catch_up = read_into(asyncio.get_running_loop(), source, received.append)
    os.close(end)
    try:
        catch_up()
        catch_up()
        assert received == [b""]
    finally:
        os.close(source)


@pytest.mark.parametrize("is_edited", [False, True])
async def test_an_answer_that_a_key_outdates_is_not_given(is_edited: bool) -> None:
    documents = Documents()
    documents.open(URI, path=None, language="python", version=1, text="a\n")

    def key() -> None:
        if is_edited:
            documents.change(URI, 2, (TextChange(HERE, "x"),))

    asked = inline_completion(session(documents, key), params())

    assert (await asked is None) is is_edited


def session(documents: Documents, catch_up: Callable[[], None]) -> Session:
    async def complete_inline(*_: object, **__: object) -> Suggestion:
        return Suggestion("b", HERE)

    def nothing(uri: str) -> None:
        del uri

    app = SimpleNamespace(documents=documents, complete_inline=complete_inline)
    made = SimpleNamespace(
        app=app, encoding="utf-16", cancel_inline=nothing, own_inline=nothing, catch_up=catch_up
    )
    return cast("Session", made)


def params() -> dict[str, Any]:
    return {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 0}}
