"""Neovim and Emacs in a terminal, by keys alone; what stood on the screen is kept as pictures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.editors import emacs, install, neovim, picture, screen, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.editors.install import Program
    from tests.support.editors.screen import Screen

pytestmark = pytest.mark.editor

PICTURES = install.CACHE / "pictures"
TEAS = '''\
"""What a tea shop sells."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tea:
    name: str
    grams: int
    price: float


def affordable(teas: list[Tea], purse: float) -> list[Tea]:
    """Return the teas that the purse has room for 🍵, the cheapest first."""
'''
SUGGESTION = """\
chosen = []
    for tea in sorted(teas, key=lambda tea: tea.price):
        if tea.price <= purse:
            purse -= tea.price
            chosen.append(tea)
    return chosen
"""
COLOURS = "vim.cmd.colorscheme('habamax') vim.o.laststatus = 2 vim.o.number = true\n"
EXTRA = "vim.lsp.config('gearshift', { init_options = vim.json.decode([==[%s]==]) })\n"


@pytest.fixture
def shop(tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    made = story.begin(tmp_path, run="never")
    file = made.workspace / "teas.py"
    file.write_text(TEAS, encoding="utf-8")
    made.answers.write_text((json.dumps({"task": "inline", "text": SUGGESTION}) + "\n") * 9)
    settings = {**made.settings, "quota": {"budgets": [{"window": "day", "tokens": 600}]}}
    return file, settings


def tour(seen: Screen, name: str, word: str, line: str) -> None:
    """See ghost text over several lines, take a word, a line, and the rest of it."""
    seen.until("chosen.append(tea)", "ghost text of several lines")
    seen.until("%", "the quota")
    picture.save(seen.colours(), f"Ghost text in {name}", PICTURES / f"{name}.svg")
    taken = SUGGESTION.splitlines()[0]
    column = next(row.index(taken) for row in seen.text().splitlines() if taken in row)
    seen.keys(word)
    seen.until_at(column + len(taken.split()[0]), "a word of it")
    seen.keys(line)
    seen.until_at(column + len(taken), "a line of it")
    seen.until("chosen.append(tea)", "what is left of it")
    seen.keys("Tab")


@pytest.mark.parametrize(
    ("find", "ghost"),
    [
        pytest.param(install.neovim_0_11, "own", id="0.11"),
        pytest.param(install.neovim_0_12, "own", id="0.12"),
    ],
)
def test_neovim(
    find: Callable[[], Program], ghost: str, shop: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    file, settings = shop
    neovim.install_plugin(tmp_path / "home", install.ROOT / "clients/neovim")
    more = f"require('gearshift').setup({{ ghost = '{ghost}' }})\n"
    init = COLOURS + story.block("clients/neovim/README.md", "lua") + EXTRA % json.dumps(settings)
    variables = story.environment(tmp_path / "home")
    with (
        neovim.running(find(), tmp_path, variables, init + more, file) as nvim,
        screen.opened(install.tmux(), tmp_path, variables) as seen,
    ):
        nvim.until("return vim.g.gearshift_status", "the first status")
        seen.start(nvim.terminal, nvim.variables)
        seen.until("full", "the gear")
        seen.keys("G", "A", "Enter")
        tour(seen, "neovim", "M-Right", "M-Down")
        seen.keys("Escape")
        nvim.until("return vim.fn.mode() == 'n'", "normal mode")
        seen.type(":w")
        seen.keys("Enter")
        nvim.until("return not vim.bo.modified", "the saved file")
    assert file.read_text(encoding="utf-8").rstrip() == f"{TEAS}    {SUGGESTION}".rstrip()


def test_emacs(shop: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    file, settings = shop
    init = tmp_path / "init.el"
    (tmp_path / "home/.emacs.d").mkdir(parents=True)
    options = emacs.plist(settings)
    block = story.block("clients/emacs/README.md", "elisp")
    colours = "(menu-bar-mode -1) (load-theme 'modus-vivendi t) (setq make-backup-files nil)"
    init.write_text(
        f"(setq gearshift-settings '{options} inhibit-startup-screen t)\n{block}{colours}"
    )
    program = install.emacs_30()
    variables = story.environment(tmp_path / "home")
    with screen.opened(install.tmux(), tmp_path, variables) as seen:
        seen.start([*program.command, "-nw", "-Q", "-l", str(init), str(file)], program.environment)
        seen.until("⚙ full", "the gear")
        seen.keys("M->", "C-p", "C-e", "Enter")
        tour(seen, "emacs", "M-f", "M-Down")
        seen.keys("C-x", "C-s")
        written = f"{TEAS}    {SUGGESTION}".rstrip()
        seen.until(lambda _: file.read_text(encoding="utf-8").rstrip() == written, "it on disk")
