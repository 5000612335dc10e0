"""The answers file of the `scripted` provider: one JSON object a line, each used once.

Keys: `text`; optionally `task` and `match` (a regular expression; a line is used for the first
request that has the task and whose text matches), `usage`, `error`, `delayMs`.
"""

from __future__ import annotations

import json
import re
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from gearshift.core.errors import BadReply, SetupNeeded
from gearshift.core.model import Usage

if TYPE_CHECKING:
    from pathlib import Path


class Answer(NamedTuple):
    """One line of an answers file."""

    text: str = ""
    task: str | None = None
    match: str | None = None
    usage: Usage | None = None
    """None: counted from the texts."""
    error: str | None = None
    """Name of the error to raise after `text`: `rate_limited`, `unavailable`, …"""
    delay_seconds: float = 0.0
    """Pause before the first piece."""

    def fits(self, task: str | None, text: str) -> bool:
        """Whether this line answers a request for `task` with `text`."""
        if self.task is not None and self.task != task:
            return False
        if self.match is None or self.match in text:
            return True
        try:
            return re.search(self.match, text) is not None
        except re.error:
            return False


class Script:
    """An answers file and which of its lines are used up; read again when it changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._lines: list[str] = []
        self._answers: list[Answer] = []
        self._used: set[int] = set()
        self._reading = Lock()

    def take(self, task: str | None, text: str) -> Answer | None:
        """Return the first unused line that fits and use it up; None when none is left."""
        for number, answer in enumerate(self._answers):
            if number not in self._used and answer.fits(task, text):
                self._used.add(number)
                return answer
        return None

    def refresh(self) -> None:
        """Read the file again if it changed; blocks, so it belongs in a thread.

        Raises SetupNeeded when the file can't be read, BadReply for a line that is no answer.
        """
        with self._reading:
            self._read()

    def _read(self) -> None:
        try:
            state = self._path.stat()
            stamp = (state.st_mtime_ns, state.st_size)
            if stamp == self._stamp:
                return
            text = self._path.read_text(encoding="utf-8")
        except OSError as error:
            raise SetupNeeded(
                f"The answers file {self._path} can't be read: set the model's `path`."
            ) from error
        lines = [line for line in text.split("\n") if line.strip()]
        # Lines added at the end leave what is used as it was; any other change starts afresh.
        if lines[: len(self._lines)] != self._lines:
            self._used.clear()
        self._answers = [_parse(line, number) for number, line in enumerate(lines, 1)]
        self._lines, self._stamp = lines, stamp


def _parse(line: str, number: int) -> Answer:
    try:
        content = json.loads(line)
        if not isinstance(content, dict):
            raise TypeError
        return _answer(cast("dict[str, Any]", content))
    except (ValueError, TypeError, AttributeError) as error:
        raise BadReply(f"Answer {number} of the answers file is not in its form.") from error


def _answer(fields: dict[str, Any]) -> Answer:
    usage = fields.get("usage")
    return Answer(
        text=str(fields.get("text", "")),
        task=fields.get("task"),
        match=fields.get("match"),
        usage=None
        if usage is None
        else Usage(
            input=int(usage.get("input", 0)),
            cached=int(usage.get("cached", 0)),
            output=int(usage.get("output", 0)),
        ),
        error=fields.get("error"),
        delay_seconds=float(fields.get("delayMs", 0)) / 1000,
    )
