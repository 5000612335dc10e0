"""Edits that reach several files, and edits that bring in what they should not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.e2e.conftest import Desk

SOURCE = "def other():\n    return 1\n"


async def test_a_rename_reaches_open_and_closed_files(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"task": "refactor", "text": "calc -> add_one"}])
    (desk.folder / "pyproject.toml").touch()
    (desk.folder / "closed.py").write_text("from m import calc\n\nprint(calc(1))\n")
    # The second file is not saved: what counts is the text in the editor.
    other = desk.open("b.py", "from m import calc\n")
    desk.type(other, 1, 0, "x = calc(2)\n")
    uri = desk.open("m.py", "def calc(n):\n    return n + 1\n")

    finished = await desk.task("gearshift.refactor", uri, 0, refactoring="rename")

    assert finished["outcome"] == "applied", finished["reason"]
    assert "tool:rope" in finished["evidence"]
    assert desk.texts[uri] == "def add_one(n):\n    return n + 1\n"
    assert desk.texts[other] == "from m import add_one\nx = add_one(2)\n"
    assert "print(add_one(1))" in desk.texts[desk.uri("closed.py")]
    assert (desk.folder / "closed.py").read_text().startswith("from m import calc")


async def test_a_dangerous_edit_is_refused_with_its_finding(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    answer = "```python\ndef other(text):\n    return eval(text)\n```"
    desk = await sit([{"task": "refactor", "text": answer}] * 5)
    uri = desk.open("m.py", SOURCE)

    finished = await desk.task("gearshift.refactor", uri, 0, instruction="take a text")

    assert finished["outcome"] == "refused"
    assert "eval" in finished["reason"]
    [finding, *_] = finished["findings"]
    assert (finding["kind"], finding["severity"], finding["line"]) == ("security", "high", 1)
    assert desk.texts[uri] == SOURCE
