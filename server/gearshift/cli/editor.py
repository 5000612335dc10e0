"""`gearshift editor`: where the plug-in for an editor lies, which comes with the server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.cli.exits import DONE, USAGE

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EDITORS = ("neovim", "emacs")


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the editor."""
    parser.add_argument("name", choices=EDITORS, help="the editor")


def run(arguments: Namespace) -> int:
    """Print the folder of the plug-in; return the exit code."""
    import sys

    folder = plugin_folder(arguments.name)
    if folder is None:
        print(f"This installation has no plug-in for {arguments.name}.", file=sys.stderr)
        return USAGE
    print(folder)
    return DONE


def plugin_folder(name: str) -> Path | None:
    """Return where the plug-in lies: inside the installed package, or in the checkout."""
    package = Path(__file__).resolve().parents[1]
    places = (package / "editors" / name, package.parents[1] / "clients" / name)
    return next((place for place in places if place.is_dir()), None)
