"""Where `gearshift editor` says that the plug-ins lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from gearshift.cli import run


@pytest.mark.parametrize(
    ("name", "file"), [("neovim", "lsp/gearshift.lua"), ("emacs", "gearshift-actions.el")]
)
def test_the_printed_folder_holds_the_plug_in(
    name: str, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["editor", name]) == 0

    folder = Path(capsys.readouterr().out.strip())
    assert (folder / file).is_file()
