"""A running Emacs without a window, driven by Lisp over its own socket."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.support.editors.install import Program

SECONDS = 30.0
PAUSE = 0.05


class Emacs:
    """One Emacs daemon; its answers come back as JSON."""

    def __init__(self, program: Program, folder: Path, environment: Mapping[str, str]) -> None:
        self._program = program
        self._environment = {**environment, **program.environment}
        self._folder = folder
        self._socket = folder / "emacs.sock"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, init: str) -> None:
        """Start with the configuration `init`."""
        configuration = self._folder / "init.el"
        configuration.write_text(init, encoding="utf-8")
        with (self._folder / "emacs.out").open("wb") as output:
            self.process = subprocess.Popen(
                [*self._program.command, f"--fg-daemon={self._socket}", "-Q", "-l", configuration],
                env=self._environment,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.until("t", "Emacs")

    def lisp(self, code: str) -> Any:
        """Return the value of the Lisp form `code`; strings, numbers, lists, nil and t."""
        answer = self._folder / "answer.json"
        answer.unlink(missing_ok=True)
        form = self._folder / "form.el"
        form.write_text(_FORM % (code, json.dumps(str(answer))), encoding="utf-8")
        call = f"(load {json.dumps(str(form))} nil t)"
        client = [*self._client(), "-s", str(self._socket), "--eval", call]
        done = subprocess.run(
            client, env=self._environment, capture_output=True, text=True, timeout=SECONDS
        )
        assert done.returncode == 0, done.stderr or done.stdout
        return json.loads(answer.read_text(encoding="utf-8"))

    def until(self, code: str, what: str) -> Any:
        """Return what `code` returns as soon as it is not nil."""
        deadline = time.monotonic() + SECONDS
        last: object = None
        while time.monotonic() < deadline:
            try:
                if seen := self.lisp(code):
                    return seen
            except AssertionError as error:
                last = error
            time.sleep(PAUSE)
        output = (self._folder / "emacs.out").read_text(encoding="utf-8", errors="replace")
        raise AssertionError(f"{what} did not come; last: {last}; Emacs says: {output[-2000:]}")

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


@contextlib.contextmanager
def running(
    program: Program, folder: Path, environment: Mapping[str, str], init: str
) -> Iterator[Emacs]:
    """Yield a started Emacs that ends with the block."""
    emacs = Emacs(program, folder, environment)
    try:
        emacs.start(init)
        yield emacs
    finally:
        if emacs.process is not None:
            emacs.process.kill()
            emacs.process.wait()
