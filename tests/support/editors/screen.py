"""A terminal of its own for an editor: keys go in, what stands on the screen comes out."""

from __future__ import annotations

import contextlib
import shlex
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tests.support.editors.install import Program

SECONDS = 60.0
PAUSE = 0.05
AGAIN = 5.0
"""Seconds before a key is pressed again that an editor did not act on yet."""
COLUMNS, LINES = 100, 26


class Screen:
    """One tmux with one program in it."""

    def __init__(self, tmux: Program, folder: Path, environment: Mapping[str, str]) -> None:
        # A socket's path is limited to about 100 characters, and a test's folder is long.
        self._tmux = [*tmux.command, "-S", "screen.sock", "-f", "/dev/null"]
        self._folder = folder
        self._environment = {**environment, **tmux.environment}

    def start(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path | None = None
    ) -> None:
        """Run `command` in `folder`, with variables of its own."""
        words = [f"{name}={value}" for name, value in environment.items()]
        shown = shlex.join(["env", "COLORTERM=truecolor", *words, *command])
        size = ["-x", str(COLUMNS), "-y", str(LINES)]
        start = ["new-session", "-d", *size, "-c", str(folder or self._folder), shown]
        # Without a delay a terminal program takes ESC for the Meta key that it may become.
        self._run("set", "-g", "default-terminal", "tmux-256color", ";", *start, first=True)
        self._run("set", "-s", "escape-time", "0", ";", "set", "-g", "status", "off")

    def keys(self, *keys: str) -> None:
        """Press keys by tmux's names, such as `Enter`, `C-x` or `M-Right`."""
        self._run("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type a text."""
        self._run("send-keys", "-l", text)

    def text(self) -> str:
        """Everything on the screen."""
        return self._run("capture-pane", "-p")

    def colours(self) -> str:
        """The same with the terminal's own codes for colours."""
        return self._run("capture-pane", "-p", "-e")

    def until(self, wanted: str | Callable[[str], bool], what: str) -> str:
        """Return the screen as soon as `wanted` is on it."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            seen = self.text()
            if wanted in seen if isinstance(wanted, str) else wanted(seen):
                return seen
            time.sleep(PAUSE)
        raise AssertionError(f"{what} did not come; the screen:\n{self.text()}")

    def until_at(self, column: int, what: str) -> None:
        """Wait until the cursor is in a column, from 0."""
        self.until(lambda _: self._column() == column, what)

    def until_pressed(self, wanted: str, what: str, *keys: str) -> str:
        """Return the screen as soon as `wanted` is on it, pressing keys again now and then."""
        for _ in range(int(SECONDS / AGAIN)):
            self.keys(*keys)
            deadline = time.monotonic() + AGAIN
            while time.monotonic() < deadline:
                if wanted in (seen := self.text()):
                    return seen
                time.sleep(PAUSE)
        raise AssertionError(f"{what} did not come; the screen:\n{self.text()}")

    def _column(self) -> int:
        return int(self._run("display-message", "-p", "#{cursor_x}"))

    def close(self) -> None:
        """End the program."""
        with contextlib.suppress(AssertionError):
            self._run("kill-server")

    def _run(self, *arguments: str, first: bool = False) -> str:
        begin = ["start-server", ";"] if first else []
        done = subprocess.run(
            [*self._tmux, *begin, *arguments],
            env=self._environment,
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextlib.contextmanager
def opened(tmux: Program, folder: Path, environment: Mapping[str, str]) -> Iterator[Screen]:
    """Yield a screen that is closed with the block."""
    screen = Screen(tmux, folder, environment)
    try:
        yield screen
    finally:
        screen.close()
