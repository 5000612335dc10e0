"""One editor's connection: what it can do, what runs for it, how it ends."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from gearshift.app import App
from gearshift.app.logs import open_log
from gearshift.app.models import SETUP_HINT
from gearshift.app.payloads import task_finished_payload
from gearshift.app.warm_up import QUIET_SECONDS, use_orjson
from gearshift.lsp import garbage
from gearshift.lsp.capabilities import ClientTraits
from gearshift.lsp.client import Client
from gearshift.lsp.configuration import own, take_from_client
from gearshift.lsp.convert import path_from_uri
from gearshift.lsp.editor import LspEditor
from gearshift.lsp.guard import report_bug
from gearshift.lsp.parent import watch_parent
from gearshift.lsp.protocol import TASK_FINISHED
from gearshift.lsp.short.cold import Cold
from gearshift.lsp.short.door import Door
from gearshift.lsp.short.message import dig
from gearshift.lsp.short.stdio import Outbox, read_into
from gearshift.lsp.status import StatusFeed

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from gearshift.core.results import TaskFinished
    from gearshift.lsp.short.frames import FrameReader

STARTED_SECONDS = 1.0
"""After this everything is imported that stays."""
CLOSE_SECONDS = 2.0
"""Longest wait for work in flight and the ledger at the end."""


class Session:
    """Owns the state of the connection; the engine's state is the App's."""

    def __init__(self, params: dict[str, Any], outbox: Outbox) -> None:
        self.params = params
        self.traits = ClientTraits(params)
        self.encoding = self.traits.encoding
        self.outbox = outbox
        self.client = Client(outbox.send)
        self.catch_up: Callable[[], None] = _nothing
        """Takes the messages that have come by now, before anything is said that they outdate."""
        self.is_shut_down = False
        self.requests: dict[Any, asyncio.Future[Any]] = {}
        """Requests that the short path runs, by id."""
        self.app = App(roots_of(params), LspEditor(self))
        self.app.on_task_finished = self._task_finished
        self.app.later = _behind_the_answer
        self.cold = Cold(self)
        self.status = StatusFeed(self)
        self._inline: dict[str, asyncio.Task[Any]] = {}
        self._background: set[asyncio.Task[Any]] = set()

    def greet(self) -> None:
        """Begin, once the editor said `initialized`: settings, watchers, the first status."""
        self.run_task(self._greet())
        self.run_task(self.app.warm_up())

    async def _greet(self) -> None:
        await asyncio.to_thread(open_log, self.app.state)
        await take_from_client(self)
        if self.app.settings.models:
            # The first status loads the ledger, which a first completion does not need.
            await asyncio.sleep(QUIET_SECONDS)
        if (await self.app.status())["state"] == "setup":
            self.app.editor.notify("info", SETUP_HINT)
        self.status.send_soon()
        await self.app.warm_up()
        await asyncio.to_thread(use_orjson)

    def _task_finished(self, finished: TaskFinished) -> None:
        self.client.notify(TASK_FINISHED, task_finished_payload(finished))

    def own_inline(self, uri: str) -> None:
        """Make the current task the one inline request of `uri`."""
        task = asyncio.current_task()
        assert task is not None
        self._inline[uri] = task
        task.add_done_callback(lambda done: self._forget_inline(uri, done))

    def cancel_inline(self, uri: str) -> None:
        """Cancel the inline request of `uri`, if one runs."""
        task = self._inline.pop(uri, None)
        if task is not None:
            task.cancel()

    def _forget_inline(self, uri: str, task: asyncio.Task[Any]) -> None:
        if self._inline.get(uri) is task:
            del self._inline[uri]

    def run_task(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run `work` beside everything else; a failure in it is logged as a bug."""
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background_done)

    def _background_done(self, task: asyncio.Task[Any]) -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            report_bug(error, "background work")

    async def shut_down(self) -> None:
        """Cancel what runs and close the engine; bounded in time."""
        self.is_shut_down = True
        current = asyncio.current_task()
        for task in [*self.requests.values(), *self._background]:
            if task is not current:
                task.cancel()
        self.cold.cancel_all()
        try:
            await asyncio.wait_for(self.app.close(), CLOSE_SECONDS)
        except asyncio.TimeoutError:
            report_bug(TimeoutError("work in flight did not stop in time"), "shutdown")

    def leave(self, code: int) -> None:
        """End the process after the last reply; `os._exit` skips threads that still wait."""
        if self.is_shut_down:
            self.end_process(code)
        closing = asyncio.ensure_future(self.shut_down())
        closing.add_done_callback(lambda _: self.end_process(code))

    def end_process(self, code: int) -> NoReturn:
        """End the process now."""
        self.outbox.flush()
        os._exit(code)


def roots_of(params: dict[str, Any]) -> tuple[Path, ...]:
    """Return the workspace folders, best first; empty for a single file without a folder."""
    folders: list[Any] = dig(params, "workspaceFolders") or []
    uris: list[Any] = [dig(folder, "uri") for folder in folders] or [dig(params, "rootUri")]
    paths = [path_from_uri(uri) for uri in uris if isinstance(uri, str)]
    return tuple(path for path in paths if path is not None)


def _nothing() -> None:
    pass


def _behind_the_answer(work: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_soon(work)


SWITCH_SECONDS = 0.0005
"""How long a thread of ours may keep the interpreter when the loop wants it; Python's own 5 ms are
longer than an answer takes."""


def run(
    params: dict[str, Any], messages: list[Any], reader: FrameReader, stdin: int, stdout: int
) -> NoReturn:
    """Serve the connection whose `initialize` was answered; ends the process, never returns."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    session = Session(params, Outbox(loop, stdout))
    door = Door(session)

    def receive(data: bytes) -> None:
        if data:
            door.receive(reader.feed(data))
        else:
            session.leave(0 if session.is_shut_down else 1)  # the editor's end is closed

    sys.setswitchinterval(SWITCH_SECONDS)
    loop.call_soon(door.receive, messages)
    session.catch_up = read_into(loop, stdin, receive)
    pid = params.get("processId")
    if isinstance(pid, int):
        watch_parent(loop, pid, lambda: session.leave(1))
    loop.call_later(STARTED_SECONDS, garbage.begin)
    loop.run_until_complete(session.app.start(own(params.get("initializationOptions"))))
    loop.run_forever()
    os._exit(1)
