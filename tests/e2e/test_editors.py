"""Each real editor's own handshake, positions and edits, with an emoji before the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.e2e.conftest import EDITORS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.e2e.conftest import Desk

ENCODINGS = {"vscode": "utf-16", "neovim-0.11": "utf-8", "neovim-0.12": "utf-8", "eglot": "utf-32"}
SOURCE = '"""Faces 😀."""\n\n\ndef greet(name):\n    face = "😀" + \n    return face\n'
FLAG = """def flag(a):
    if a == True:
        return "😀", True
    return "😀", False
"""
BETTER_FLAG = 'def flag(a):\n    return "😀", a == True'


def test_every_supported_editor_is_recorded() -> None:
    assert set(ENCODINGS) == set(EDITORS)


@pytest.mark.parametrize("editor", EDITORS)
async def test_ghost_text_behind_an_emoji(sit: Callable[..., Awaitable[Desk]], editor: str) -> None:
    desk = await sit([{"task": "inline", "text": "name\n    return face"}], editor)
    uri = desk.open("faces.py", SOURCE)

    answer = await desk.inline(uri, 4)

    assert desk.encoding == ENCODINGS[editor]
    (item,) = answer["items"]
    assert item["insertText"] == "name"
    assert item["range"]["start"] == item["range"]["end"] == desk.place(uri, 4)
    desk.edit(uri, [{"range": item["range"], "newText": item["insertText"]}])
    assert desk.texts[uri] == SOURCE.replace('"😀" + ', '"😀" + name')


@pytest.mark.parametrize("editor", EDITORS)
async def test_typing_behind_an_emoji_and_asking_again(
    sit: Callable[..., Awaitable[Desk]], editor: str
) -> None:
    desk = await sit([{"task": "inline", "match": "name\\.", "text": "title()"}], editor)
    uri = desk.open("faces.py", SOURCE)
    desk.type(uri, 4, len('    face = "😀" + '), "name.")

    answer = await desk.inline(uri, 4)

    assert [item["insertText"] for item in answer["items"]] == ["title()"]
    assert answer["items"][0]["range"]["start"] == desk.place(uri, 4)


@pytest.mark.parametrize("editor", EDITORS)
async def test_a_refactoring_is_applied_where_the_emoji_stands(
    sit: Callable[..., Awaitable[Desk]], editor: str
) -> None:
    desk = await sit([{"task": "refactor", "text": f"```python\n{BETTER_FLAG}\n```"}], editor)
    uri = desk.open("flags.py", f'ICON = "😀"\n\n\n{FLAG}')

    finished = await desk.task("gearshift.refactor", uri, 4, refactoring="simplify")

    assert finished["outcome"] == "applied", finished["reason"]
    assert finished["action"] == "refactor"
    assert desk.texts[uri] == f'ICON = "😀"\n\n\n{BETTER_FLAG}\n'


@pytest.mark.parametrize("editor", EDITORS)
async def test_actions_are_listed_without_a_model(
    sit: Callable[..., Awaitable[Desk]], editor: str
) -> None:
    desk = await sit([], editor)
    uri = desk.open("faces.py", SOURCE.replace(" + ", ""))
    place = desk.place(uri, 4, 6)

    actions = await desk.client.request(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": uri},
            "range": {"start": place, "end": place},
            "context": {"diagnostics": [], "triggerKind": 1, "only": ["refactor"]},
        },
    )

    kinds = [action["kind"] for action in actions]
    commands = desk.capabilities["executeCommandProvider"]["commands"]
    assert "refactor.rewrite.gearshift.generateTests" in kinds
    assert "refactor.rewrite.gearshift.simplify" in kinds
    for action in actions:
        assert action["command"]["command"] in commands
        assert action["command"]["arguments"][0]["uri"] == uri


@pytest.mark.parametrize(("columns", "is_offered"), [((6, 6), False), ((0, 6), True)])
async def test_a_lightbulb_appears_for_selected_code_and_not_on_every_line(
    sit: Callable[..., Awaitable[Desk]], columns: tuple[int, int], *, is_offered: bool
) -> None:
    desk = await sit([], "vscode")
    uri = desk.open("faces.py", SOURCE.replace(" + ", ""))
    start, end = (desk.place(uri, 4, column) for column in columns)

    actions = await desk.client.request(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": uri},
            "range": {"start": start, "end": end},
            "context": {"diagnostics": [], "triggerKind": 2},
        },
    )

    assert bool(actions) == is_offered
