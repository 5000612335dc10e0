"""Gearshift beside pyright and ruff in one buffer: nothing taken, nothing twice, all at work."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.editors import emacs, install, neovim, story
from tests.support.editors.emacs import TITLES, in_shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.editors.emacs import Emacs
    from tests.support.editors.neovim import Neovim
    from tests.support.editors.story import Story

pytestmark = pytest.mark.editor

SHOP = '''\
"""A small shop."""

import os


def label(total: float) -> str:
    return 1


def banner(total):
    return "😀 " +
'''
"""Pyright has something to say about line 7, ruff about line 3."""
LANGUAGE_SERVERS = """
vim.lsp.config("pyright", { cmd = { "pyright-langserver", "--stdio" }, filetypes = { "python" } })
vim.lsp.config("ruff", { cmd = { "ruff", "server" }, filetypes = { "python" } })
vim.lsp.config("gearshift", { init_options = vim.json.decode([==[%s]==]) })
vim.lsp.enable({ "pyright", "ruff", "gearshift" })
"""
MOST_ACTIONS = 12
"""Entries that Gearshift may add to a menu of code actions on one screen."""


@pytest.fixture
def shop(tmp_path: Path) -> Story:
    made = story.begin(tmp_path)
    made.shop.write_text(SHOP, encoding="utf-8")
    return made


@pytest.fixture(params=[install.neovim_0_11, install.neovim_0_12], ids=["0.11", "0.12"])
def nvim(request: pytest.FixtureRequest, shop: Story, tmp_path: Path) -> Iterator[Neovim]:
    neovim.install_plugin(tmp_path / "home", install.ROOT / "clients/neovim")
    init = LANGUAGE_SERVERS % json.dumps(shop.settings)
    variables = story.environment(tmp_path / "home")
    with neovim.running(request.param(), tmp_path, variables, init, shop.shop) as running:
        running.until("return vim.g.gearshift_status", "the first status")
        running.until("return #vim.lsp.get_clients({ bufnr = 0 }) == 3", "three servers")
        yield running


DIAGNOSED = """
local found, sources = {}, {}
for _, problem in ipairs(vim.diagnostic.get(0)) do
  sources[problem.source] = true
  table.insert(found, problem.source .. " " .. problem.lnum)
end
table.sort(found)
-- Pyright alone may have three before ruff has said anything.
if #found >= 3 and sources.Pyright and sources.Ruff then
  return found
end
-- Pyright that Neovim 0.12 asked while it started may say nothing until the next edit.
if vim.uv.now() > (touched_at or vim.uv.now()) + 3000 then
  touched_at = vim.uv.now()
  vim.api.nvim_buf_set_text(0, 0, 0, 0, 0, { " " })
  vim.api.nvim_buf_set_text(0, 0, 0, 0, 1, { "" })
end
touched_at = touched_at or vim.uv.now()
"""
ACTIONS = """
vim.api.nvim_win_set_cursor(0, { %d, 4 })
local found = {}
for _, client in ipairs(vim.lsp.get_clients({ bufnr = 0 })) do
  local place = vim.lsp.util.make_range_params(0, client.offset_encoding)
  place.context = { diagnostics = {}, triggerKind = 1 }
  local reply = client:request_sync("textDocument/codeAction", place, 15000)
  found[client.name] = vim.tbl_map(function(action)
    return action.title
  end, reply and reply.result or {})
end
return #found.gearshift > 0 and found
"""


HOVER = """
for _, window in ipairs(vim.api.nvim_list_wins()) do
  if vim.api.nvim_win_get_config(window).relative ~= "" then
    return true
  end
end
-- A server that is still reading has nothing to say yet.
if vim.uv.now() > (asked_at or 0) + 5000 then
  asked_at = vim.uv.now()
  vim.lsp.buf.hover()
end
"""


def test_neovim_with_three_servers(nvim: Neovim) -> None:
    problems: list[str] = nvim.until(DIAGNOSED, "the problems")
    assert len(problems) == len(set(problems))
    assert {problem.split()[0] for problem in problems} == {"Pyright", "Ruff"}

    theirs = ("hover", "definition", "completion", "formatting", "rename", "documentSymbol")
    taken = nvim.lua(
        "local client = vim.lsp.get_clients({ name = 'gearshift' })[1]\n"
        "return vim.tbl_filter(function(method)\n"
        "  return client:supports_method('textDocument/' .. method)\n"
        f"end, vim.json.decode([==[{json.dumps(theirs)}]==]))"
    )
    assert taken == []

    actions: dict[str, Any] = nvim.until(ACTIONS % 6, "code actions")
    assert len(actions["gearshift"]) <= MOST_ACTIONS

    nvim.keys("GA ")
    nvim.until("return require('gearshift').visible()", "ghost text")
    nvim.keys("<Tab>")
    nvim.until(f"return vim.api.nvim_get_current_line() == [==[{story.COMPLETED}]==]", "it")
    nvim.keys("<Esc>6Gfl")
    nvim.until("return vim.fn.mode() == 'n' and vim.fn.line('.') == 6", "the other function")
    nvim.until(HOVER, "pyright's hover")
    errors = [line for line in nvim.messages().splitlines() if "rror" in line]
    assert errors == []


README = "clients/emacs/README.md"
EGLOT = """
(require 'eglot)
(setq eglot-confirm-server-edits nil gearshift-settings '%s)
(add-to-list 'eglot-server-programs '((python-mode python-ts-mode) . %s))
(add-hook 'python-mode-hook #'eglot-ensure)
(menu-bar-mode -1)
"""
PYRIGHT = '("pyright-langserver" "--stdio")'
PROBLEMS = """(mapcar (lambda (one) (format "%s %s" (flymake-diagnostic-beg one)
                           (flymake-diagnostic-text one))) (flymake-diagnostics))"""


def eglot_beside(shop: Story, folder: Path, program: str) -> Iterator[Emacs]:
    init = story.block(README, "elisp") + EGLOT % (emacs.plist(shop.settings), program)
    variables = story.environment(folder / "home")
    with emacs.running(install.emacs_30(), folder, variables, init, shop.shop) as running:
        running.until("(plist-get gearshift-status :text)", "the first status")
        running.until(in_shop(PROBLEMS), "pyright's problems")
        yield running


def ghost_text_and_menu(editor: Emacs) -> None:
    """See ghost text and accept it, then have an explanation chosen in eglot's menu."""
    editor.screen.keys("M->", "C-p", "C-e")
    editor.screen.type(" ")
    editor.screen.until(story.COMPLETED, "ghost text")
    editor.screen.keys("Tab")
    last = json.dumps(story.COMPLETED + "\n", ensure_ascii=False)
    editor.until(in_shop(f"(string-suffix-p {last} (buffer-string))"), "all of it")

    offered = f'(let ((found {TITLES})) (and (member "Explain `banner`" found) found))'
    titles = editor.until(in_shop(offered), "code actions")
    assert len(titles) == len(set(titles))
    assert len(titles) <= MOST_ACTIONS
    emacs.choose_action(editor, "Explain `banner`")
    editor.screen.until(story.EXPLANATION, "the explanation")


def test_emacs_with_pyright_under_eglot(shop: Story, tmp_path: Path) -> None:
    for editor in eglot_beside(shop, tmp_path, PYRIGHT):
        shown = editor.lisp(in_shop(PROBLEMS))
        assert len(shown) == len(set(shown))
        ghost_text_and_menu(editor)
        servers = "(length (mapcan #'copy-sequence (hash-table-values eglot--servers-by-project)))"
        assert editor.lisp(servers) == 1
        assert editor.lisp(in_shop("(and gearshift--version t)"))


def test_emacs_with_both_behind_a_multiplexer(shop: Story, tmp_path: Path) -> None:
    preset = tmp_path / "home/config/rassumfrassum/gearshift.py"
    preset.parent.mkdir(parents=True)
    preset.write_text(story.block(README, "python"), encoding="utf-8")
    options = emacs.plist(shop.settings)
    program = f'("rass" "gearshift" :initializationOptions {options})'
    for editor in eglot_beside(shop, tmp_path, program):
        ghost_text_and_menu(editor)
        assert not editor.lisp(in_shop("(and gearshift--version t)"))
