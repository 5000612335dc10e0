"""Emacs 30: the package installed as its README says, on a screen."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from benchmarks.newcomer import server
from benchmarks.newcomer.steps import AFTER, FIRST, NEXT, PATIENCE, await_ghost_text
from tests.support.editors import emacs, install, story

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.newcomer.steps import Steps
    from tests.support.editors.emacs import Emacs

README = "clients/emacs/README.md"
PACKAGES = "(require 'package) (setq package-user-dir %s) (package-initialize)\n"
LOAD_PATH = "(add-to-list 'load-path"
SHOWN = """
(with-current-buffer "names.py"
  (and gearshift--is-shown
       (equal %s (buffer-substring-no-properties (line-beginning-position) (point)))))
"""


def walk(folder: Path, steps: Steps, wheel: Path) -> None:
    """Install the server and the package, open a file, type until there is ghost text."""
    program = install.emacs_30()
    steps.begin()
    installed = server.install(folder, wheel)
    steps.done("server installed")
    packages = PACKAGES % json.dumps(str(folder / "elpa"))
    add = f"(progn {packages} (package-install-file {json.dumps(installed.plugin('emacs'))}))"
    added = emacs.batch(program, "--eval", add)
    assert added.returncode == 0, added.stderr
    steps.done("client installed")
    # An installed package is found without the line that shows where it lies.
    lines = story.block(README, "elisp").splitlines(keepends=True)
    init = packages + "".join(line for line in lines if not line.startswith(LOAD_PATH))
    file = folder / "project/names.py"
    try:
        with emacs.running(program, folder, installed.variables, init, file) as editor:
            editor.until("(plist-get gearshift-status :text)", "the first status")
            steps.done("editor opened, server ready")
            editor.screen.keys("M->", "C-p", "C-e")
            editor.screen.type(" ")
            await_ghost(editor, FIRST)
            steps.done("first ghost text")
            editor.screen.keys("C-a", "C-k")
            editor.screen.type(NEXT)
            await_ghost(editor, NEXT)
            steps.done(AFTER)
    finally:
        asyncio.run(server.stop_models(folder / "home/state"))


def await_ghost(editor: Emacs, line: str) -> None:
    """Type on until there is ghost text behind `line`."""

    def type_on() -> None:
        editor.screen.keys("BSpace")
        editor.screen.type(" ")

    look = SHOWN % json.dumps(line)
    await_ghost_text(lambda: editor.until(look, "ghost text", PATIENCE), type_on)
