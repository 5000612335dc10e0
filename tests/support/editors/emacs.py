"""A running Emacs in a terminal, driven by keys, and by Lisp over its own socket."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tests.support.editors import install
from tests.support.editors.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.support.editors.install import Program

SECONDS = 60.0
PAUSE = 0.05
QUIET = """
(setq inhibit-startup-screen t make-backup-files nil auto-save-default nil create-lockfiles nil
      native-comp-enable-subr-trampolines nil comp-enable-subr-trampolines nil
      native-comp-jit-compilation nil native-comp-deferred-compilation nil
      server-socket-dir %s server-name "emacs")
(require 'server)
(server-start)
"""
TITLES = "(mapcar (lambda (action) (plist-get action :title)) (eglot-code-actions (point)))"
"""Titles of the code actions at point."""
"""What would ask, or write beside the user's files; and the socket that tests drive it by."""


class Emacs:
    """One Emacs; its Lisp answers come back as JSON."""

    def __init__(self, program: Program, folder: Path, environment: Mapping[str, str]) -> None:
        self._program = program
        self._environment = {**environment, **program.environment}
        self._folder = folder
        self._sockets = folder / "sockets"
        self.screen = Screen(install.tmux(), folder, environment)
        self.file = ""

    def start(self, init: str, file: Path | None = None) -> None:
        """Start with the configuration `init`, `file` open."""
        configuration = self._folder / "init.el"
        self._sockets.mkdir(mode=0o700)
        self.file = str(file or "")
        quiet = QUIET % json.dumps(str(self._sockets))
        configuration.write_text(quiet + init, encoding="utf-8")
        command = [*self._program.command, "-nw", "-Q", "-l", str(configuration)]
        self.screen.start([*command, *([str(file)] if file else [])], self._environment)
        self.until("t", "Emacs")

    def lisp(self, code: str) -> Any:
        """Return the value of the Lisp form `code`; strings, numbers, lists, nil and t."""
        answer = self._folder / "answer.json"
        answer.unlink(missing_ok=True)
        form = self._folder / "form.el"
        form.write_text(_FORM % (code, json.dumps(str(answer))), encoding="utf-8")
        call = f"(load {json.dumps(str(form))} nil t)"
        client = [*self._client(), "-s", str(self._sockets / "emacs"), "--eval", call]
        done = subprocess.run(
            client, env=self._environment, capture_output=True, text=True, timeout=SECONDS
        )
        assert done.returncode == 0, done.stderr or done.stdout
        return json.loads(answer.read_text(encoding="utf-8"))

    def until(self, code: str, what: str, seconds: float = SECONDS) -> Any:
        """Return what `code` returns as soon as it is not nil."""
        deadline = time.monotonic() + seconds
        last: object = None
        while time.monotonic() < deadline:
            try:
                if seen := self.lisp(code):
                    return seen
            except (AssertionError, FileNotFoundError) as error:
                last = error
            time.sleep(PAUSE)
        raise AssertionError(f"{what} did not come; last: {last}; screen:\n{self.screen.text()}")

    def messages(self) -> str:
        """Everything that was shown in the echo area."""
        return str(self.lisp('(with-current-buffer "*Messages*" (buffer-string))'))

    def _client(self) -> list[str]:
        """The command of emacsclient, which lies beside Emacs and is run in the same way."""
        end = self._program.command.index("--argv0")
        emacs = Path(self._program.command[end + 1])
        return [*self._program.command[:end], str(emacs.with_name("emacsclient.emacs"))]


_FORM = """;;; -*- lexical-binding: t; coding: utf-8 -*-
(let ((coding-system-for-write 'utf-8)
      (answer (json-encode %s)))
  (write-region answer nil %s nil 'silent))
"""


def in_shop(code: str) -> str:
    """Return Lisp that runs `code` in the buffer of the story's shop."""
    return f'(with-current-buffer "shop.py" {code})'


def choose_action(editor: Emacs, title: str) -> None:
    """Choose a code action in eglot's menu, by keys."""
    editor.screen.keys("M-x")
    editor.screen.type("eglot-code-actions")
    editor.screen.keys("Enter")
    editor.screen.until("Pick an action", "eglot's menu")
    editor.screen.type(title)
    editor.screen.keys("Enter")


def plist(value: Any) -> str:
    """Return a JSON value as the Lisp that jsonrpc.el turns into it."""
    if isinstance(value, dict):
        pairs: Mapping[str, Any] = value
        return "(" + " ".join(f":{key} {plist(item)}" for key, item in pairs.items()) + ")"
    if isinstance(value, list):
        return "[" + " ".join(plist(item) for item in cast("list[Any]", value)) + "]"
    if isinstance(value, bool):
        return "t" if value else ":json-false"
    return json.dumps(value)


def batch(
    program: Program, *arguments: str, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Emacs in `folder` without a terminal, to its end."""
    quiet = "(setq comp-enable-subr-trampolines nil native-comp-enable-subr-trampolines nil)"
    return subprocess.run(
        [*program.command, "-Q", "--batch", "--eval", quiet, *arguments],
        env={**os.environ, **program.environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=SECONDS * 3,
    )


@contextlib.contextmanager
def running(
    program: Program,
    folder: Path,
    environment: Mapping[str, str],
    init: str,
    file: Path | None = None,
) -> Iterator[Emacs]:
    """Yield a started Emacs that ends with the block."""
    emacs = Emacs(program, folder, environment)
    try:
        emacs.start(init, file)
        yield emacs
    finally:
        emacs.screen.close()
