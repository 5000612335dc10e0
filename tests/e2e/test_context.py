"""Context over stdio: what other files define reaches the model, also once they have changed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.e2e.conftest import Desk

STORE = "def load(path: str) -> list[str]:\n    return []\n"
MAIN = "from store import load\n\n\ndef main():\n    rows = load, 1\n"
NEWER = STORE.replace("path: str", "path: str, limit: int")
ROUNDS = 200
PLAIN = [{"text": "0"}] * ROUNDS


async def until_answered(desk: Desk, uri: str, text: str) -> None:
    """Type and ask until the model gives the answer that only a certain prompt gets."""
    for _ in range(ROUNDS):
        desk.type(uri, 4, len(desk.texts[uri].split("\n")[4]), "1")
        answer = await desk.inline(uri, 4)
        if any(item["insertText"].endswith(text) for item in answer["items"]):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(await desk.command("gearshift.why"))


@pytest.mark.parametrize("editor", ["vscode", "neovim-0.12", "eglot"])
async def test_definitions_of_other_files_reach_the_model(
    sit: Callable[..., Awaitable[Desk]], editor: str
) -> None:
    desk = await sit(
        [{"text": "7", "match": "def load(path: str) -> list[str]: ..."}, *PLAIN], editor
    )
    desk.folder.joinpath("store.py").write_text(STORE, encoding="utf-8")
    uri = desk.open("main.py", MAIN)

    await until_answered(desk, uri, "7")


async def test_a_file_that_changes_on_disk_is_read_again(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit(
        [
            {"text": "8", "match": "limit: int"},
            {"text": "7", "match": "def load(path: str) -> list[str]: ..."},
            *PLAIN,
        ]
    )
    store = desk.folder / "store.py"
    store.write_text(STORE, encoding="utf-8")
    uri = desk.open("main.py", MAIN)
    await until_answered(desk, uri, "7")

    store.write_text(NEWER, encoding="utf-8")
    change = {"changes": [{"uri": store.as_uri(), "type": 2}]}
    desk.client.notify("workspace/didChangeWatchedFiles", change)

    await until_answered(desk, uri, "8")


async def test_what_is_open_and_not_saved_counts(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit([{"text": "8", "match": "limit: int"}, *PLAIN])
    other = desk.open("store.py", STORE)
    desk.type(other, 0, len("def load(path: str"), ", limit: int")
    uri = desk.open("main.py", MAIN)

    await until_answered(desk, uri, "8")


async def test_the_editor_is_asked_to_watch_source_files(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    asked: list[Any] = []
    desk = await sit([{"text": "0"}])
    desk.client.answers["client/registerCapability"] = asked.append
    uri = desk.open("main.py", MAIN)
    await desk.inline(uri, 4)
    for _ in range(ROUNDS):
        if asked:
            break
        await asyncio.sleep(0.05)

    (registration,) = [
        each
        for params in asked
        for each in params["registrations"]
        if each["method"] == "workspace/didChangeWatchedFiles"
    ]
    patterns = [watcher["globPattern"] for watcher in registration["registerOptions"]["watchers"]]
    assert any(pattern.startswith("**/*.{") and "py," in pattern for pattern in patterns)
