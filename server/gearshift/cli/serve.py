"""`gearshift serve`: only its help; `__main__` starts the server without the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    """Declare nothing: an editor configures the server through the protocol."""
    parser.epilog = "Speaks the Language Server Protocol on stdin and stdout; made for editors."


def run(arguments: Namespace) -> int:
    """Serve until the editor goes."""
    from gearshift.lsp.entry import serve

    serve()
