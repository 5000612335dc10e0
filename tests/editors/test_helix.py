"""Real Helix with the block of docs/editors.md: completion, an action, a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.editors import install, screen, story

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.editor

DOCUMENTED = '    """Show the total with two decimals."""'


def test_a_completion_an_action_and_the_status(tmp_path: Path) -> None:
    shop = story.begin(tmp_path, run="never")
    config = tmp_path / "home/config"
    (config / "helix").mkdir(parents=True)
    languages = story.block("docs/editors.md", "toml").replace('"pyright", ', "")
    (config / "helix/languages.toml").write_text(languages)
    story.write_models(shop, tmp_path / "home")
    program = install.helix()
    variables = story.environment(tmp_path / "home")
    with screen.opened(install.tmux(), tmp_path, variables) as seen:
        seen.start([*program.command, str(shop.shop)], program.environment)
        seen.until("def label", "the file")
        seen.type("5ggA ")
        offered = f"{story.SUGGESTION} snippet"
        seen.until_pressed(offered, "the suggestion in the list", "C-x")
        seen.keys("Tab", "Enter")
        seen.until(story.COMPLETED, "it in the text")
        # Read together with the key after it, Escape would be Alt.
        seen.until_pressed("NOR", "normal mode", "Escape")

        seen.type("4gg")
        seen.until_pressed("Document `label`", "the actions", "Space", "a")
        titles = [line.strip() for line in seen.text().splitlines() if "`label`" in line]
        downwards = next(i for i, title in enumerate(titles) if "Document" in title)
        seen.keys(*["C-n"] * downwards, "Enter")
        seen.until(DOCUMENTED, "the documentation")
        seen.type(":lsp-workspace-command gearshift.status")
        seen.keys("Enter")
        seen.until("Gearshift: full", "the status as a message")
