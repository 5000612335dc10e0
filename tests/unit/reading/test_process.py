"""The reading process: asked over its own pipes, and as an object with time and pipes given."""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING

import pytest
from tests.support.eventually import until

from gearshift.completion.context.piece import Site
from gearshift.core.document import Snapshot
from gearshift.core.text import Position
from gearshift.reading import wire
from gearshift.reading.link import MOST_STARTS, Link
from gearshift.reading.process import Process, serve
from gearshift.workspace.edits import Hunk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

STORE = "def load(path: str) -> list[str]:\n    return []\n"
MAIN = "from store import load\n\n\ndef main():\n    rows = load\n"
NAMES = ("definitions", "similar", "edits", "diagnostics")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "store.py").write_text(STORE, encoding="utf-8")
    return tmp_path


def site_in(project: Path, text: str = MAIN, version: int = 1, *hunks: Hunk) -> Site:
    path = project / "main.py"
    snapshot = Snapshot.from_text(text, language="python", path=path, version=version)
    return Site(snapshot, Position(4, 8), range(len(snapshot.lines)), hunks)


class Talk:
    """A process without a process: messages in, replies out."""

    def __init__(self, project: Path, *exclude: str) -> None:
        self.replies: list[wire.Reply] = []
        self.process = Process(lambda line: self.replies.append(wire.read_reply(wire.decode(line))))
        self.say(wire.workspace([project], exclude, is_watched=True))

    def say(self, message: wire.Message) -> None:
        self.process.receive(wire.decode(wire.encode(message)))

    def ask(self, site: Site, *held: str) -> wire.Reply:
        assert site.snapshot.path is not None
        self.say(wire.opened(site.snapshot.path, site.snapshot.text))
        self.say(wire.gather(1, site, 2000, NAMES, held))
        return self.replies[-1]

    def finish(self) -> None:
        while self.process.is_busy:
            self.process.work(1.0)


def labels(reply: wire.Reply) -> list[str]:
    return [piece.label for piece in reply.pieces]


def test_it_answers_with_pieces_and_the_lines_for_which_they_hold(project: Path) -> None:
    reply = Talk(project).ask(site_in(project))

    assert labels(reply) == ["load"]
    assert reply.pieces[0].text == "def load(path: str) -> list[str]: ..."
    assert reply.pieces[0].file == project / "store.py"
    assert reply.scope == range(3, 5)
    assert not reply.is_cut


@pytest.mark.parametrize("ignore", [".gitignore", ".gearshiftignore", "exclude"])
def test_what_the_rules_keep_in_is_not_shown(project: Path, ignore: str) -> None:
    if ignore != "exclude":
        (project / ignore).write_text("store.py\n", encoding="utf-8")
    talk = Talk(project, *(["store.py"] if ignore == "exclude" else []))

    assert labels(talk.ask(site_in(project))) == []
    talk.finish()
    assert labels(talk.ask(site_in(project))) == []


def test_packages_are_read_where_gitignore_names_their_folder_but_not_the_own_ignore_file(
    project: Path,
) -> None:
    package = project / ".venv" / "lib" / "python3.11" / "site-packages" / "store2.py"
    package.parent.mkdir(parents=True)
    package.write_text(STORE, encoding="utf-8")
    (project / ".gitignore").write_text(".venv/\n", encoding="utf-8")
    site = site_in(project, MAIN.replace("store", "store2"))
    assert labels(Talk(project).ask(site)) == ["load"]

    (project / ".gearshiftignore").write_text(".venv/\n", encoding="utf-8")
    assert labels(Talk(project).ask(site)) == []


def test_a_file_that_is_held_and_withheld_by_now_is_told(project: Path) -> None:
    talk = Talk(project, "store.py")

    reply = talk.ask(site_in(project), str(project / "store.py"), str(project / "main.py"))

    assert reply.withheld == {str(project / "store.py")}


def test_open_text_counts_before_the_file_until_the_document_is_closed(project: Path) -> None:
    talk = Talk(project)
    talk.say(wire.opened(project / "store.py", STORE.replace("path: str", "typed: int")))
    assert "typed: int" in talk.ask(site_in(project)).pieces[0].text

    talk.say(wire.closed(project / "store.py"))
    assert "path: str" in talk.ask(site_in(project)).pieces[0].text


def test_recent_edits_are_shown_but_not_those_of_withheld_files(project: Path) -> None:
    (project / ".gitignore").write_text("hidden.py\n", encoding="utf-8")
    shown = Hunk(project / "other.py", 3, ("old()\n",), ("new()\n",))
    hidden = Hunk(project / "hidden.py", 3, ("secret\n",), ())

    reply = Talk(project).ask(site_in(project, MAIN, 1, shown, hidden))

    edits = [piece.text for piece in reply.pieces if piece.source == "edits"]
    assert edits == ["@@ other.py @@\n-old()\n+new()"]


def test_the_index_begins_after_the_first_answer_and_hears_of_changes(project: Path) -> None:
    talk = Talk(project)
    assert not talk.process.is_busy
    talk.ask(site_in(project))
    assert talk.process.is_busy
    talk.finish()
    site = site_in(project, "def main():\n    x = 1\n\n\nfetch_all(1)\n")
    assert labels(talk.ask(site)) == []

    made = project / "made.py"
    made.write_text("def fetch_all(n): ...\n", encoding="utf-8")
    talk.say(wire.changed([made]))
    talk.finish()

    assert labels(talk.ask(site)) == ["fetch_all"]


def test_it_ends_with_its_input() -> None:
    replies: list[bytes] = []
    serve(io.BytesIO(b""), Process(replies.append))
    assert replies == []


# --- the real process --------------------------------------------------------------------------


@pytest.fixture
async def link(project: Path) -> AsyncIterator[Link]:
    begun = asyncio.Event()
    link = Link(lambda: wire.workspace([project], (), is_watched=False), begun.set)
    link.start()
    await asyncio.wait_for(begun.wait(), 60)
    yield link
    await link.aclose()


async def ask(link: Link, site: Site) -> wire.Reply | None:
    snapshot = site.snapshot
    assert snapshot.path is not None
    link.show(snapshot.path, snapshot.version, lambda: snapshot.text)
    return await asyncio.wait_for(link.gather(site, 2000, NAMES, ()), 60)


async def test_the_process_answers_over_its_pipes(link: Link, project: Path) -> None:
    reply = await ask(link, site_in(project, MAIN.replace("main", "größe_\U0001d54f")))

    assert reply is not None
    assert labels(reply) == ["load"]


async def test_a_process_that_dies_is_started_again_but_not_for_ever(
    link: Link, project: Path
) -> None:
    for number in range(MOST_STARTS):
        assert await ask(link, site_in(project, version=number)) is not None
        assert link._child is not None
        await link._child.end()
        await until(lambda: not link.is_open)
        assert await ask(link, site_in(project)) is None
        if number < MOST_STARTS - 1:
            await until(lambda: started(link))
    assert not started(link)
    await asyncio.sleep(0.1)
    assert not link.is_open


def started(link: Link) -> bool:
    link.start()
    return link.is_open
