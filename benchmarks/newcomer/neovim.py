"""Neovim 0.12: its README, word for word."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.newcomer import server
from benchmarks.newcomer.steps import AFTER, FIRST, NEXT, PATIENCE, await_ghost_text
from tests.support.editors import install, neovim, story

if TYPE_CHECKING:
    from benchmarks.newcomer.steps import Steps

README = "clients/neovim/README.md"


def walk(folder: Path, steps: Steps, wheel: Path) -> None:
    """Install the server and the plug-in, open a file, type until there is ghost text."""
    program = install.neovim_0_12()
    steps.begin()
    installed = server.install(folder, wheel)
    steps.done("server installed")
    neovim.install_plugin(folder / "home", Path(installed.plugin("neovim")))
    steps.done("client installed")
    init = story.block(README, "lua")
    file = folder / "project/names.py"
    try:
        with neovim.running(program, folder, installed.variables, init, file) as nvim:
            nvim.until("return vim.g.gearshift_status", "the first status")
            steps.done("editor opened, server ready")
            nvim.keys("GA ")
            await_ghost(nvim, FIRST)
            steps.done("first ghost text")
            nvim.keys(f"<Esc>0DA{NEXT}")
            await_ghost(nvim, NEXT)
            steps.done(AFTER)
    finally:
        asyncio.run(server.stop_models(folder / "home/state"))


def await_ghost(nvim: neovim.Neovim, line: str) -> None:
    """Type on until there is ghost text behind `line`."""
    is_typed = f"vim.api.nvim_get_current_line() == '{line}'"
    look = f"return {is_typed} and require('gearshift').visible()"
    await_ghost_text(lambda: nvim.until(look, "ghost text", PATIENCE), lambda: nvim.keys("<BS> "))
