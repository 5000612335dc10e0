"""Real Emacs with eglot and one line for Gearshift, without its package: completion, an action."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.support.editors import emacs, install, story
from tests.support.editors.emacs import TITLES, in_shop

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.editor

README = "clients/emacs/README.md"
INIT = """
(require 'eglot)
%s
(add-hook 'python-mode-hook #'eglot-ensure)
(menu-bar-mode -1)
"""
DOCUMENTED = '    """Show the total with two decimals."""'


def test_plain_eglot_completes_at_point_and_has_the_actions(tmp_path: Path) -> None:
    shop = story.begin(tmp_path, run="never")
    story.write_models(shop, tmp_path / "home")
    init = INIT % story.block(README, "elisp", after="Without this package at all")
    variables = story.environment(tmp_path / "home")
    with emacs.running(install.emacs_30(), tmp_path, variables, init, shop.shop) as editor:
        editor.until(in_shop("(and (eglot-current-server) t)"), "the server")
        editor.screen.keys("M->", "C-p", "C-e")
        editor.screen.type(" ")
        editor.until(in_shop("(eq (char-before) ?\\s)"), "the blank")
        editor.screen.until_pressed(story.COMPLETED, "the suggestion", "C-M-i")

        editor.until(in_shop(f'(member "Document `label`" {TITLES})'), "the action")
        emacs.choose_action(editor, "Document `label`")
        text = f"(string-search {json.dumps(DOCUMENTED)} (buffer-string))"
        editor.until(in_shop(text), "the documentation")
        assert not editor.lisp("(featurep 'gearshift)")
