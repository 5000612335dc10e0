"""Real Neovim with the configuration of its README, from the first status to a clean end."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.editors import install, neovim, story

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.editors.install import Program
    from tests.support.editors.neovim import Neovim
    from tests.support.editors.story import Story

pytestmark = pytest.mark.editor

README = "clients/neovim/README.md"
PLUGIN = install.ROOT / "clients/neovim"
EXTRA = """
vim.lsp.config("gearshift", { init_options = vim.json.decode([==[%s]==]) })
finished = {}
vim.api.nvim_create_autocmd("User", { pattern = "GearshiftTask", callback = function(args)
  table.insert(finished, args.data)
end })
"""
RUN_SECONDS = 240.0
"""Longest wait for generated tests, which are run many times to prove something."""
CLIENT = "local client = vim.lsp.get_clients({ name = 'gearshift' })[1]\n"


@pytest.fixture
def shop(tmp_path: Path) -> Story:
    return story.begin(tmp_path, run="never")


@pytest.fixture(
    params=[
        pytest.param(install.neovim_0_11, id="0.11"),
        pytest.param(install.neovim_0_12, id="0.12"),
    ]
)
def program(request: pytest.FixtureRequest) -> Program:
    find: Callable[[], Program] = request.param
    return find()


DRAWERS = {
    "0.11": (install.neovim_0_11, "own", "gearshift.ghost"),
    "0.12": (install.neovim_0_12, "native", "nvim.lsp.inline_completion"),
    "0.12 own": (install.neovim_0_12, "own", "gearshift.ghost"),
}
GHOST = """
require("gearshift").setup({ ghost = "%s" })
function ghost()
  local space = vim.api.nvim_get_namespaces()["%s"]
  local mark = vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true })[1]
  if not mark then
    return nil
  end
  local lines = { mark[4].virt_text[1][1] }
  for _, line in ipairs(mark[4].virt_lines or {}) do
    table.insert(lines, line[1][1])
  end
  return table.concat(lines, "\\n")
end
"""


@pytest.fixture(params=DRAWERS)
def drawn(request: pytest.FixtureRequest, shop: Story, tmp_path: Path) -> Iterator[Neovim]:
    """A Neovim for each way in which ghost text is drawn; `ghost()` reads it."""
    find, drawer, space = DRAWERS[request.param]
    yield from started(find(), shop, tmp_path, GHOST % (drawer, space))


@pytest.fixture
def editor(program: Program, shop: Story, tmp_path: Path) -> Iterator[Neovim]:
    yield from started(program, shop, tmp_path)


def started(program: Program, shop: Story, folder: Path, more: str = "") -> Iterator[Neovim]:
    init = story.block(README, "lua") + EXTRA % json.dumps(shop.settings) + more
    neovim.install_plugin(folder / "home", PLUGIN)
    variables = story.environment(folder / "home")
    with neovim.running(program, folder, variables, init, shop.shop) as nvim:
        nvim.until("return vim.g.gearshift_status", "the first status")
        yield nvim
        errors = [line for line in nvim.messages().splitlines() if "Error" in line or "E5" in line]
        assert errors == []


def complete_the_line(nvim: Neovim, text: str) -> None:
    nvim.keys(f"4jA{text}<Esc>")
    ending = f"vim.endswith(vim.api.nvim_get_current_line(), [==[{text}]==])"
    nvim.until(f"return vim.fn.mode() == 'n' and {ending}", "the typed text")


def lines(nvim: Neovim) -> list[str]:
    found: list[str] = nvim.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)")
    return found


def test_the_status_line_shows_the_gear(editor: Neovim) -> None:
    shown = editor.lua("return vim.api.nvim_eval_statusline(vim.o.statusline, {}).str")
    assert " full" in shown


def test_the_server_speaks_utf_8_and_completes_behind_an_emoji(editor: Neovim) -> None:
    complete_the_line(editor, " ")
    item = editor.until(
        CLIENT
        + """
        local place = vim.lsp.util.make_position_params(0, client.offset_encoding)
        place.position.character = #vim.api.nvim_get_current_line()
        place.context = { triggerKind = 1 }
        local reply = client:request_sync("textDocument/inlineCompletion", place, 5000)
        return reply and reply.result and reply.result.items and reply.result.items[1]
        """,
        "an inline completion",
    )
    assert editor.lua(CLIENT + "return client.offset_encoding") == "utf-8"
    edit = json.dumps({"range": item["range"], "newText": item["insertText"]})
    editor.lua(f"vim.lsp.util.apply_text_edits({{ vim.json.decode([==[{edit}]==]) }}, 1, 'utf-8')")
    assert lines(editor)[story.TYPED_LINE] == story.COMPLETED


def test_ghost_text_is_typed_through_and_accepted_by_word_line_and_whole(drawn: Neovim) -> None:
    current = "return vim.api.nvim_get_current_line() == [==[%s]==]"
    drawn.keys("4jA ")
    drawn.until(f"return ghost() == [==[{story.SUGGESTION}]==]", "ghost text")
    drawn.keys("f")
    rest = story.SUGGESTION.removeprefix("f")
    drawn.until(f"return ghost() == [==[{rest}]==]", "what is left of it")
    drawn.keys("<M-Right>")
    taken, rest = '    return "😀 " + f"{', rest.removeprefix('"{')
    drawn.until(current % taken, "a word of it")
    drawn.until(f"return ghost() == [==[{rest}]==]", "what is left then")
    drawn.keys("<C-]>")
    drawn.until("return ghost() == nil", "no ghost text")
    drawn.keys("<BS>{")
    drawn.until(f"return ghost() == [==[{rest}]==]", "it again")
    drawn.keys("<Tab>")
    drawn.until(current % story.COMPLETED, "all of it")
    drawn.keys("<Esc>:Gearshift pause<CR>o<Tab>x")
    drawn.until("return vim.fn.getline(6):find('^%s+x$') ~= nil", "an ordinary tab")


def test_what_was_dismissed_stays_away_though_its_event_comes_late(
    shop: Story, tmp_path: Path
) -> None:
    own = GHOST % ("own", "gearshift.ghost")
    for nvim in started(install.neovim_0_11(), shop, tmp_path, own):
        nvim.keys("4jA ")
        nvim.until(f"return ghost() == [==[{story.SUGGESTION}]==]", "ghost text")
        nvim.keys("<C-]>")
        nvim.until("return ghost() == nil", "no ghost text")
        nvim.lua("vim.api.nvim_exec_autocmds('CursorMovedI', { buffer = 0 })")
        assert nvim.lua("return vim.wait(1500, function() return ghost() ~= nil end)") is False
        nvim.keys("f")
        rest = story.SUGGESTION.removeprefix("f")
        nvim.until(f"return ghost() == [==[{rest}]==]", "it again")


TWO_LINES = """
local own = require("gearshift.ghost.suggestion")
local line = own.part("first(a,\\n  b)", "line")
local next_line = own.part("\\n  b)", "line")
return { line, next_line, own.part("  größe = 1", "word"), own.part("😀😀 x", "word") }
"""


def test_parts_keep_lines_and_letters_whole(drawn: Neovim) -> None:
    assert drawn.lua(TWO_LINES) == ["first(a,", "\n  b)", "  größe", "😀😀"]


def test_another_suggestion_is_asked_for_and_turned_to(shop: Story, tmp_path: Path) -> None:
    shop.answers.write_text(
        "".join(
            json.dumps({"task": "inline", "text": text}) + "\n"
            for text in (story.SUGGESTION, "str(total)", "repr(total)", "'?'")
        )
    )
    own = GHOST % ("own", "gearshift.ghost")
    for nvim in started(install.neovim_0_11(), shop, tmp_path, own):
        nvim.keys("4jA ")
        nvim.until(f"return ghost() == [==[{story.SUGGESTION}]==]", "ghost text")
        nvim.keys("<M-]>")
        other = nvim.until(f"return ghost() ~= [==[{story.SUGGESTION}]==] and ghost()", "another")
        assert other in ("str(total)", "repr(total)", "'?'")
        nvim.lua("vim.api.nvim_exec_autocmds('CursorMovedI', { buffer = 0 })")
        is_gone = f"function() return ghost() ~= [==[{other}]==] end"
        assert nvim.lua(f"return vim.wait(1000, {is_gone})") is False, "a late event leaves it"
        nvim.keys("<M-[>")
        nvim.until(f"return ghost() == [==[{story.SUGGESTION}]==]", "the first one")
        nvim.keys("<M-]>")
        nvim.until(f"return ghost() == [==[{other}]==]", "the other one")
        nvim.keys("<Tab>")
        nvim.until(f"return vim.endswith(vim.api.nvim_get_current_line(), [==[{other}]==])", "it")


def test_code_actions_are_listed(editor: Neovim) -> None:
    editor.keys("3j")
    editor.until("return vim.fn.line('.') == 4", "the cursor in the function")
    kinds: list[str] = editor.until(
        CLIENT
        + """
        local place = vim.lsp.util.make_range_params(0, client.offset_encoding)
        place.context = { diagnostics = {}, triggerKind = 1 }
        local reply = client:request_sync("textDocument/codeAction", place, 5000)
        return vim.tbl_map(function(action) return action.kind end, reply and reply.result or {})
        """,
        "code actions",
    )
    assert "refactor.rewrite.gearshift.generateTests" in kinds
    assert "refactor.rewrite.gearshift.instruction" in kinds


def test_generated_tests_reach_a_new_file(editor: Neovim, shop: Story) -> None:
    complete_the_line(editor, f" {story.SUGGESTION}")
    editor.keys(":w<CR>:Gearshift generateTests<CR>")
    task = finished(editor)
    assert (task["outcome"], task["label"]) == ("applied", "checked"), task
    told = "return vim.fn.execute('messages'):find('Gearshift: tests, checked', 1, true)"
    editor.until(told, "the result in words")
    test_file = editor.until(
        """
        for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
          local name = vim.fs.basename(vim.api.nvim_buf_get_name(buffer))
          if name:find("test_") and vim.fn.bufwinid(buffer) > 0 then
            return vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
          end
        end
        """,
        "a window with the tests",
    )
    assert "def test_label_shows_two_decimals():" in test_file


def test_tests_are_run_before_they_are_offered(tmp_path: Path) -> None:
    for nvim in started(install.neovim_0_11(), story.begin(tmp_path), tmp_path):
        complete_the_line(nvim, f" {story.SUGGESTION}")
        nvim.keys(":w<CR>:Gearshift tests<CR>")
        task = nvim.until("return finished[1]", "gearshift/taskFinished", RUN_SECONDS)
        assert (task["outcome"], task["label"]) == ("applied", "verified"), task
        told = "return vim.fn.execute('messages'):find('Gearshift: tests, verified (', 1, true)"
        nvim.until(told, "the result in words")


def test_a_refactor_by_instruction_changes_the_buffer(editor: Neovim) -> None:
    complete_the_line(editor, f" {story.SUGGESTION}")
    editor.keys(f":Gearshift refactor {story.INSTRUCTION}<CR>")
    task = finished(editor)
    assert task["outcome"] == "applied", task
    assert "\n".join(lines(editor)).endswith(story.REFACTORED.rstrip("\n"))


def test_a_visual_selection_is_what_a_command_works_on(editor: Neovim) -> None:
    complete_the_line(editor, f" {story.SUGGESTION}")
    editor.keys(f"kVj:Gearshift refactor {story.INSTRUCTION}<CR>")
    assert finished(editor)["outcome"] == "applied"


def test_an_explanation_opens_beside_the_work(editor: Neovim) -> None:
    editor.keys("3j:Gearshift explain<CR>")
    editor.until("return #vim.api.nvim_list_wins() == 2", "a second window")
    assert editor.lua("return vim.fs.basename(vim.api.nvim_buf_get_name(0))") == "shop.py"
    pages = """
        return vim.tbl_map(function(window)
          local buffer = vim.api.nvim_win_get_buf(window)
          return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\\n")
        end, vim.api.nvim_list_wins())
        """
    assert any(story.EXPLANATION in page for page in editor.lua(pages))


def test_a_refusal_says_why(editor: Neovim) -> None:
    editor.keys(":Gearshift document<CR>")
    task = finished(editor)
    assert task["outcome"] in ("refused", "failed"), task
    beginning = json.dumps(task["reason"][:30])
    editor.until(f"return vim.fn.execute('messages'):find({beginning}, 1, true)", "the reason")


LONG = "('some words '):rep(30)"
FLOATS = """
return vim.tbl_count(vim.tbl_filter(function(window)
  return vim.api.nvim_win_get_config(window).relative ~= ""
end, vim.api.nvim_list_wins()))
"""


def test_a_long_message_has_a_window_and_asks_for_no_key(editor: Neovim) -> None:
    editor.lua(f"require('gearshift.notices').show({LONG})")
    assert editor.lua(FLOATS) == 1
    # As plug-ins replace it: by a table that can be called.
    replace = "vim.notify = setmetatable({}, { __call = function(_, text) told = text end })"
    editor.lua(f"{replace} require('gearshift.notices').show({LONG})")
    assert editor.lua(f"return told == {LONG}")
    assert editor.lua(FLOATS) == 1


def test_why_pages_and_overrides(editor: Neovim) -> None:
    editor.keys(":Gearshift why<CR>")
    editor.until("return #vim.fn.execute('messages') > 20", "a reason")
    editor.keys(":Gearshift full next<CR>")
    editor.until("return require('gearshift.status').latest.override == 'full'", "the override")
    editor.keys(":Gearshift auto<CR>")
    editor.until("return require('gearshift.status').latest.override ~= 'full'", "no override")
    for page in ("status", "log"):
        editor.keys(f":Gearshift {page}<CR>")
        editor.until(f"return vim.fn.bufwinid('gearshift-{page}.md') > 0", f"the page {page}")
    found = editor.lua("return require('gearshift.commands').complete('st', 'Gearshift st')")
    assert found == ["status"]
    assert editor.lua("return vim.fn.getcompletion('Gearshift full ', 'cmdline')") == [
        "always",
        "next",
        "window",
    ]


def test_a_running_action_shows_its_progress_and_is_stopped(
    shop: Story, tmp_path: Path, program: Program
) -> None:
    slow = {"task": "refactor", "text": story.REFACTORED, "delayMs": 60_000}
    shop.answers.write_text(json.dumps(slow) + "\n")
    for nvim in started(program, shop, tmp_path):
        complete_the_line(nvim, f" {story.SUGGESTION}")
        nvim.keys(":Gearshift simplify<CR>")
        nvim.until("return require('gearshift').statusline():find('simplify %d') ~= nil", "it")
        nvim.keys(":Gearshift cancel<CR>")
        assert finished(nvim)["outcome"] == "cancelled"
        nvim.until("return require('gearshift').status():find('simplify') == nil", "its end")


def test_health_and_help(editor: Neovim, tmp_path: Path) -> None:
    editor.lua("vim.cmd('checkhealth gearshift')")
    report = "\n".join(lines(editor))
    assert "ERROR" not in report
    assert "positions in utf-8" in report
    copy = shutil.copytree(PLUGIN, tmp_path / "copy")
    editor.lua(f"vim.cmd.helptags('{copy}/doc') vim.opt.runtimepath:append('{copy}')")
    editor.lua("vim.cmd.help('gearshift-ghost')")
    assert editor.lua("return vim.fn.expand('%:t')") == "gearshift.txt"


def test_the_server_ends_in_order(editor: Neovim) -> None:
    editor.lua(CLIENT + "client:stop()")
    editor.until("return #vim.lsp.get_clients() == 0", "the server's end")
    assert "exit" not in editor.messages()


def finished(nvim: Neovim) -> dict[str, Any]:
    task: dict[str, Any] = nvim.until("return finished[1]", "gearshift/taskFinished")
    return task
