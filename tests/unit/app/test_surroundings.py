"""Context in the whole engine: gathered beside, kept while it holds, told, switched off by name."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.eventually import until

from gearshift.app import App, nearby
from gearshift.app import surroundings as surroundings_module
from gearshift.app.sizes import FILE_ALONE
from gearshift.core.diagnostic import Diagnostic
from gearshift.core.text import Position, Range
from gearshift.privacy import audit
from gearshift.workspace.documents import TextChange

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

STORE = "def load(path: str) -> list[str]:\n    return []\n\n\ndef save(rows): ...\n"
MAIN = """from store import load, save


def main():
    rows = load, 1


def other():
    x = save, 1
"""
TIMES = 40


class SilentEditor:
    """Shows nothing."""

    def notify(self, severity: str, message: str) -> None:
        del severity, message


class Desk:
    """An app with one open document; what it sends is read from the audit log."""

    def __init__(self, app: App, project: Path) -> None:
        self.app = app
        self.project = project
        self.uri = (project / "main.py").as_uri()
        self.version = 1
        self.open("main.py", MAIN)

    def open(self, name: str, text: str) -> None:
        path = self.project / name
        self.app.documents.open(path.as_uri(), path=path, language="python", version=1, text=text)

    def type(self, text: str, at: Position) -> None:
        self.version += 1
        edit = TextChange(Range.at(at), text)
        self.app.documents.change(self.uri, self.version, (edit,))
        self.app.document_changed(self.uri)

    async def ask(self, line: int = 4) -> str:
        """Ask at the end of a line with a document never seen before; return what was sent."""
        self.type("1", Position(line, len(self.line(line))))
        position = Position(line, len(self.line(line)))
        await self.app.complete_inline(self.uri, position, is_explicit=True)
        return self.sent()[-1]

    def line(self, number: int) -> str:
        return self.app.documents.lines(self.uri)[number].rstrip("\n")

    def sent(self) -> list[str]:
        self.app.supply.gate.catch_up()
        rows = (self.app.state / "audit.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(row)["request"]["messages"][-1]["text"] for row in rows]

    async def ready(self) -> None:
        """Wait until context is shown."""
        for _ in range(200):
            await self.ask()
            if "besides the file" in self.app.why():
                return
            await asyncio.sleep(0.05)
        raise AssertionError(self.app.why())


@pytest.fixture
async def sit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Callable[..., Awaitable[Desk]]]:
    monkeypatch.setattr(nearby, "START_SECONDS", 0.0)
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    (project / "store.py").write_text(STORE, encoding="utf-8")
    apps: list[App] = []

    async def start(**settings: Any) -> Desk:
        script = tmp_path / "answers.jsonl"
        script.write_text('{"text": "2"}\n' * 400, encoding="utf-8")
        model = {"provider": "scripted", "model": "scripted", "path": str(script)}
        app = App([project], SilentEditor(), state=tmp_path / "state")
        inline = {"debounceMs": 0, "prefetch": False, **settings.pop("inline", {})}
        models = {"mini": model, "full": model}
        privacy = {"audit": "full", **settings.pop("privacy", {})}
        await app.start({"models": models, "inline": inline, "privacy": privacy, **settings})
        apps.append(app)
        return Desk(app, project)

    yield start
    for app in apps:
        await app.close()


Sit = Callable[..., Awaitable[Desk]]


async def test_what_the_audit_has_yet_to_say_is_written_when_the_engine_ends(
    sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "BEHIND_SECONDS", 60.0)
    desk = await sit()
    await desk.app.complete_inline(desk.uri, Position(4, 4), is_explicit=True)
    log = desk.app.state / audit.FILE_NAME
    assert not log.exists()

    await desk.app.close()

    assert log.read_text(encoding="utf-8").count("\n") == 1


async def test_what_the_audit_has_yet_to_say_is_written_when_the_rules_change(
    sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "BEHIND_SECONDS", 60.0)
    desk = await sit()
    await desk.app.complete_inline(desk.uri, Position(4, 4), is_explicit=True)

    desk.app.supply.forget_gate()

    assert (desk.app.state / audit.FILE_NAME).read_text(encoding="utf-8").count("\n") == 1


async def test_the_first_request_is_not_held_up_and_says_why_it_has_no_context(
    sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearby, "START_SECONDS", 60.0)
    desk = await sit()

    sent = await desk.ask()

    assert "store.py" not in sent
    assert "context is gathered from the first completion on" in desk.app.why()


async def test_later_requests_show_definitions_and_say_so(sit: Sit) -> None:
    desk = await sit()
    await desk.ready()

    assert "def load(path: str) -> list[str]: ..." in await desk.ask()
    assert "Shown besides the file: definitions" in desk.app.why()


async def test_the_audit_names_the_files_that_were_shown_besides(sit: Sit) -> None:
    desk = await sit()
    await desk.ready()
    await desk.ask()
    rows = (desk.app.state / "audit.jsonl").read_text(encoding="utf-8").splitlines()

    assert "store.py" in " ".join(json.loads(rows[-1])["context"])


async def test_context_stays_the_same_while_the_cursor_is_in_one_definition(sit: Sit) -> None:
    desk = await sit()
    await desk.ready()
    heads = {(await desk.ask()).partition("File: main.py")[0] for _ in range(TIMES)}

    assert len(heads) == 1


async def test_another_definition_has_its_own_context(sit: Sit) -> None:
    desk = await sit()
    await desk.ready()
    before = await desk.ask(4)

    for _ in range(TIMES):
        after = await desk.ask(8)
        if after.partition("File: main.py")[0] != before.partition("File: main.py")[0]:
            break
        await asyncio.sleep(0.05)

    assert "def save(rows): ..." in after.partition("File: main.py")[0]


async def test_sources_are_switched_off_by_name(sit: Sit) -> None:
    off = dict.fromkeys(("definitions", "similar", "edits", "diagnostics"), False)
    desk = await sit(inline={"context": off})
    for _ in range(3):
        assert "store.py" not in await desk.ask()
        await asyncio.sleep(0.05)

    assert desk.app.nearby.told(desk.uri, desk.app.supply.route("inline")) == ""


async def test_an_embedded_model_is_shown_the_file_alone_and_nothing_is_read_for_it(
    sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await sit()
    supply = desk.app.supply
    monkeypatch.setattr(supply.models.get(supply.route("inline").model), "provider", "local")
    for _ in range(3):
        assert "store.py" not in await desk.ask()
        await asyncio.sleep(0.05)

    assert FILE_ALONE in desk.app.why()
    assert desk.app.nearby._surroundings is None


async def test_a_document_that_is_very_long_has_none_and_says_so(sit: Sit) -> None:
    desk = await sit()
    await desk.ready()

    desk.type("# more\n" * 10_001, Position(0, 0))

    assert "def load" not in await desk.ask(10_005)
    assert "too long for context" in desk.app.why()


async def test_a_file_that_is_withheld_later_is_shown_no_more(sit: Sit) -> None:
    desk = await sit()
    await desk.ready()
    (desk.project / ".gearshiftignore").write_text("store.py\n", encoding="utf-8")

    desk.app.files_changed((desk.project / ".gearshiftignore",))

    for _ in range(TIMES):
        assert "def load" not in await desk.ask()
    assert "def load" not in desk.sent()[-1]


async def test_a_file_that_becomes_ignored_unsaid_is_shown_no_more_from_the_next_look_on(
    sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await sit()
    await desk.ready()
    monkeypatch.setattr("gearshift.privacy.ignore.RECHECK_SECONDS", 0.0)
    (desk.project / ".gearshiftignore").write_text("store.py\n", encoding="utf-8")

    assert "def load" not in await desk.ask()
    assert "`store.py` is not sent" in desk.app.why()


async def test_what_was_not_looked_at_for_long_is_gathered_again_before_it_is_shown(
    sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await sit()
    await desk.ready()
    surroundings = desk.app.nearby._surroundings
    assert surroundings is not None
    await surroundings._link.aclose()
    assert "def load" in await desk.ask()

    monkeypatch.setattr(surroundings_module, "STALE_SECONDS", 0.0)

    assert "def load" not in await desk.ask()


async def test_problems_that_the_editor_told_are_shown_as_long_as_their_line_stands(
    sit: Sit,
) -> None:
    desk = await sit()
    await desk.ready()
    place = Range.at(Position(0, 0))
    await desk.app.menu.offers(desk.uri, place, [Diagnostic(place, "`save` is never used")], ())

    assert await until_shown(desk, TOLD)

    desk.type("# ", Position(0, 0))
    desk.app.nearby.configured()
    await desk.ready()
    assert TOLD not in await desk.ask()


TOLD = "main.py:1: `save` is never used"


async def until_shown(desk: Desk, text: str) -> bool:
    """Gather anew and wait until `text` is sent."""
    desk.app.nearby.configured()
    for _ in range(10 * TIMES):
        if text in await desk.ask():
            return True
        await asyncio.sleep(0.02)
    return False


async def test_the_reading_process_ends_with_the_engine(sit: Sit) -> None:
    desk = await sit()
    await desk.ready()
    surroundings = desk.app.nearby._surroundings
    assert surroundings is not None
    assert surroundings._link.is_open

    await desk.app.close()

    assert not surroundings._link.is_open
    await until(lambda: surroundings._link._running is None or surroundings._link._running.done())
