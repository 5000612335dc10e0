"""The process itself: `python -m gearshift.reading.process`; it ends with its standard input.

Questions come first; between them it reads the workspace file by file, never more than two thirds
of the time. With nothing to do it waits for the next line and uses no time at all.
"""

from __future__ import annotations

import queue
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gearshift.completion.context.place import scope_of
from gearshift.completion.context.reader import Reader
from gearshift.core.installed import is_installed
from gearshift.languages import language_of
from gearshift.languages.tree import parser_of
from gearshift.privacy.gate import reason_to_withhold
from gearshift.privacy.ignore import IgnoreRules
from gearshift.reading import wire
from gearshift.settings.schema import PrivacySettings

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

GATHER_SECONDS = 0.3
"""Longest search for one place; the server has waited much less by then."""
WORK_SECONDS = 0.01
REST_SECONDS = 0.005
"""After so much work on the index it rests, so that what the user runs is not slowed down."""
LOOK_SECONDS = 30.0
"""Where the editor tells nothing of changed files, they are looked for at most this often, and
only when there is a question: at rest nothing wakes up."""


class Process:
    """Answers the messages of one server."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._reader: Reader | None = None
        self._rules: list[IgnoreRules] = []
        self._is_watched = False
        self._looked_at: float | None = None
        self._texts: dict[Path, str] = {}
        self._handlers: dict[str, Callable[[wire.Message], None]] = {
            "workspace": self._workspace,
            "changed": self._changed,
            "opened": self._opened,
            "closed": self._closed,
            "gather": self._gather,
        }

    @property
    def is_busy(self) -> bool:
        """Whether the index has anything to do."""
        return self._reader is not None and self._reader.index.is_busy

    def work(self, seconds: float) -> None:
        """Work on the index, about so long."""
        end = time.monotonic() + seconds
        while self._reader is not None and self.is_busy and time.monotonic() < end:
            self._reader.index.step()

    def receive(self, message: wire.Message) -> None:
        """Do what a message says."""
        self._handlers[message["say"]](message)

    def _workspace(self, message: wire.Message) -> None:
        roots = [Path(root) for root in message["roots"]]
        privacy = PrivacySettings(exclude=tuple(message["exclude"]))
        self._rules = [IgnoreRules(root, privacy) for root in roots or (None,)]
        self._is_watched = message["isWatched"]
        self._reader = Reader(roots, self._reason_to_withhold, self._ignores_folder)
        self._looked_at = None
        for path, text in self._texts.items():
            self._reader.library.open(path, text)

    def _reason_to_withhold(self, path: Path) -> str | None:
        return reason_to_withhold(self._rules, path, of_package=is_installed(path))

    def _ignores_folder(self, folder: Path) -> bool:
        return any(rules.ignores_folder(folder) for rules in self._rules)

    def _changed(self, message: wire.Message) -> None:
        if self._reader is not None:
            self._reader.index.changed(Path(path) for path in message["paths"])

    def _opened(self, message: wire.Message) -> None:
        path = Path(message["path"])
        self._texts[path] = message["text"]
        if (language := language_of(path)).grammar is not None:
            parser_of(language)  # a first question must not wait for the grammar
        if self._reader is not None:
            self._reader.library.open(path, message["text"])

    def _closed(self, message: wire.Message) -> None:
        path = Path(message["path"])
        self._texts.pop(path, None)
        if self._reader is not None:
            self._reader.library.close(path)

    def _gather(self, message: wire.Message) -> None:
        if self._reader is None:
            return
        site = wire.read_site(message, self._texts.get(Path(message["path"]), ""))
        end = time.monotonic() + GATHER_SECONDS
        found = self._reader.gather(
            site, message["characters"], message["names"], lambda: time.monotonic() > end
        )
        held = message["held"]
        withheld = frozenset(path for path in held if self._reason_to_withhold(Path(path)))
        answer = wire.Reply(found.pieces, found.is_cut, scope_of(site), withheld)
        self._send(wire.encode(wire.reply(message["id"], answer)))
        self._look_again()

    def _look_again(self) -> None:
        """Look for changed files, the first time after the first answer."""
        now = time.monotonic()
        is_first = self._looked_at is None
        is_due = self._looked_at is None or now - self._looked_at > LOOK_SECONDS
        if self._reader is not None and (is_first or (is_due and not self._is_watched)):
            self._looked_at = now
            self._reader.index.look()


def serve(source: BinaryIO, process: Process) -> None:
    """Handle the lines of `source` until it ends."""
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def read() -> None:
        for line in source:
            lines.put(line)
        lines.put(b"")

    threading.Thread(target=read, name="stdin", daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=REST_SECONDS if process.is_busy else None)
        except queue.Empty:
            process.work(WORK_SECONDS)
            continue
        if not line:
            return
        process.receive(wire.decode(line))


def main() -> None:
    """Serve on standard input and output."""
    out: Any = sys.stdout.buffer
    sys.stdout = sys.stderr

    def send(line: bytes) -> None:
        out.write(line)
        out.flush()

    serve(sys.stdin.buffer, Process(send))


if __name__ == "__main__":
    main()
