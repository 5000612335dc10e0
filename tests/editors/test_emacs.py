"""Real Emacs and its eglot with the configuration of the README, from status to a clean end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.support.editors import emacs, install, story

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.support.editors.emacs import Emacs
    from tests.support.editors.story import Story

pytestmark = pytest.mark.editor

README = "clients/emacs/README.md"
EXTRA = """
(defvar finished nil)
(cl-defmethod eglot-handle-notification :before
  (_server (_method (eql gearshift/taskFinished)) &rest task)
  (push task finished))
(setq-default eglot-workspace-configuration '(:gearshift %s))
"""
"""The test's own part: what finished, and the settings the way eglot's users give them."""

MESSAGES = '(with-current-buffer "*Messages*" (buffer-string))'


@pytest.fixture
def shop(tmp_path: Path) -> Story:
    return story.begin(tmp_path)


@pytest.fixture
def editor(shop: Story, tmp_path: Path) -> Iterator[Emacs]:
    settings = {**shop.settings, "completion": {"enable": True}}
    init = story.block(README, "elisp") + EXTRA % plist(settings)
    variables = story.environment(tmp_path / "home")
    with emacs.running(install.emacs_30(), tmp_path, variables, init) as running:
        running.lisp(f'(progn (find-file "{shop.shop}") (apply #\'eglot (eglot--guess-contact)) t)')
        running.until('(string-search "full" gearshift-status)', "the first status")
        yield running


def plist(value: Any) -> str:
    """Return a JSON value as the Lisp that eglot turns into it."""
    if isinstance(value, dict):
        pairs: Mapping[str, Any] = value
        return "(" + " ".join(f":{key} {plist(item)}" for key, item in pairs.items()) + ")"
    if isinstance(value, list):
        return "[" + " ".join(plist(item) for item in cast("list[Any]", value)) + "]"
    if isinstance(value, bool):
        return "t" if value else ":json-false"
    return json.dumps(value)


def in_shop(code: str) -> str:
    return f'(with-current-buffer "shop.py" {code})'


def type_at_the_end(text: str) -> str:
    return in_shop(f"(goto-char (point-max)) (forward-line -1) (end-of-line) (insert {text}) t")


def text(editor: Emacs) -> str:
    return str(editor.lisp(in_shop("(buffer-string)")))


def finished(editor: Emacs) -> dict[str, Any]:
    task: dict[str, Any] = editor.until("(car finished)", "gearshift/taskFinished")
    return task


def test_the_mode_line_shows_the_gear(editor: Emacs) -> None:
    shown = editor.lisp(in_shop("(format-mode-line mode-line-misc-info)"))
    assert " full" in shown


def test_a_suggestion_is_inserted_behind_an_emoji_in_utf_32(editor: Emacs) -> None:
    encoding = "(plist-get (eglot--capabilities (eglot-current-server)) :positionEncoding)"
    assert editor.lisp(in_shop(encoding)) == "utf-32"
    editor.lisp(type_at_the_end('" "'))
    editor.lisp(in_shop("(completion-at-point) t"))
    assert text(editor).splitlines()[story.TYPED_LINE] == story.COMPLETED


def test_code_actions_are_listed(editor: Emacs) -> None:
    editor.lisp(in_shop('(goto-char (point-min)) (search-forward "def la") t'))
    actions = "(mapcar (lambda (action) (plist-get action :kind)) (eglot-code-actions (point)))"
    kinds = editor.lisp(in_shop(actions))
    assert "refactor.rewrite.gearshift.generateTests" in kinds
    assert "refactor.rewrite.gearshift.instruction" in kinds


def test_generated_tests_reach_a_new_file(editor: Emacs) -> None:
    suggestion = json.dumps(" " + story.SUGGESTION)
    editor.lisp(type_at_the_end(suggestion))
    editor.lisp(in_shop('(save-buffer) (gearshift "generateTests") t'))
    task = finished(editor)
    assert (task["outcome"], task["label"]) == ("applied", "verified"), task
    assert "Gearshift: tests, verified" in str(editor.lisp(MESSAGES))
    buffers = "(mapcar #'buffer-name (buffer-list))"
    names = f'(seq-filter (lambda (name) (string-search "test_" name)) {buffers})'
    [name] = editor.lisp(names)
    generated = editor.lisp(f'(with-current-buffer "{name}" (buffer-string))')
    assert "def test_label_shows_two_decimals():" in generated


def test_a_refactor_by_instruction_changes_the_buffer(editor: Emacs) -> None:
    editor.lisp(type_at_the_end(json.dumps(" " + story.SUGGESTION)))
    editor.lisp(in_shop(f'(gearshift "refactor" "{story.INSTRUCTION}") t'))
    task = finished(editor)
    assert task["outcome"] == "applied", task
    assert text(editor).endswith(story.REFACTORED)


def test_a_refusal_says_why(editor: Emacs) -> None:
    editor.lisp(in_shop('(gearshift "document") t'))
    task = finished(editor)
    assert task["outcome"] in ("refused", "failed"), task
    assert task["reason"] in str(editor.lisp(MESSAGES))


def test_the_server_ends_in_order(editor: Emacs) -> None:
    editor.lisp(in_shop("(progn (defvar server) (setq server (eglot-current-server)) t)"))
    editor.lisp(in_shop("(progn (eglot-shutdown server) t)"))
    status = editor.until(
        "(let ((process (jsonrpc--process server)))"
        " (unless (process-live-p process) (list (process-exit-status process))))",
        "the server's end",
    )
    assert status == [0]
