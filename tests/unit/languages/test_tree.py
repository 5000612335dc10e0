"""Trees of long texts, which are parsed piece by piece."""

from __future__ import annotations

import asyncio
import threading

from gearshift.core.document import Snapshot
from gearshift.languages.tree import LONG_SOURCE, parse, tree_of

LINE = "def übung_{0}(a, b):\n    return [a, b, 'text {0}']\n\n\n"


def _long() -> str:
    count = LONG_SOURCE // len(LINE)
    return "".join(LINE.format(number) for number in range(2 * count))


def test_a_long_text_has_the_tree_that_its_parts_have() -> None:
    text = _long()
    snapshot = Snapshot.from_text(text, language="python")
    tree = tree_of(snapshot)
    assert tree is not None
    assert not tree.root.has_error

    last = tree.root.named_children[-1]
    alone = parse(tree.language, text[text.rindex("def ") :]).root_node.named_children[0]

    assert str(last) == str(alone)
    assert last.text == alone.text
    assert len(tree.root.named_children) == text.count("def ")


def test_a_long_text_is_parsed_again_after_an_edit() -> None:
    text = _long()
    first = Snapshot.from_text(text, language="python", version=1)
    assert tree_of(first) is not None

    second = tree_of(Snapshot.from_text("x = 1\n" + text, language="python", version=2))

    assert second is not None
    assert second.root.named_children[0].text == b"x = 1"
    assert not second.root.has_error


async def test_others_parse_while_a_long_text_is_parsed_in_a_thread() -> None:
    snapshot = Snapshot.from_text(_long(), language="python")
    others = [Snapshot(f"file:///{n}.py", None, "python", 1, (f"a = {n}",)) for n in range(300)]
    is_done = threading.Event()

    async def parse_others() -> None:
        while not is_done.is_set():
            for other in others:
                tree = tree_of(other)
                assert tree is not None
                assert tree.source == other.text.encode()
            # The thread gets the interpreter now and then, or it would take minutes.
            await asyncio.sleep(0.001)

    work = asyncio.ensure_future(parse_others())
    tree = await asyncio.to_thread(tree_of, snapshot)
    is_done.set()
    await work

    assert tree is not None
    assert not tree.root.has_error
