"""`gearshift demo`: the main job with the real server and the embedded models, in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.cli.exits import DONE, FINDINGS, code_of

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

NEXT = """\
VS Code   install the Gearshift extension; it finds `gearshift` on PATH
Neovim    vim.lsp.config("gearshift", { cmd = { "gearshift", "serve" } })
          vim.lsp.enable("gearshift")
Emacs     (add-to-list 'eglot-server-programs
                       '(python-base-mode . ("gearshift" "serve")))

gearshift setup     choose your own models
gearshift doctor    check the installation
gearshift status    gear and quota, at any time
gearshift log       every request, what it cost, what became of it

The models stay loaded in a background process of yours, so that the next
start takes seconds; it ends by itself after ten idle minutes."""
STOPPED = "Stopped: the server was ended and the demo's folder removed."


def add_arguments(parser: ArgumentParser) -> None:
    """Declare how it is shown."""
    parser.add_argument("--fast", action="store_true", help="no pauses and no typing")
    parser.add_argument("--plain", action="store_true", help="plain lines, as in a pipe")
    parser.add_argument("--no-color", action="store_true", help="no colours")


def run(arguments: Namespace) -> int:
    """Show it; exit code 0 only if every step really happened."""
    import sys

    from gearshift.cli.demo.screen import Screen
    from gearshift.cli.demo.story import play
    from gearshift.cli.headless import run_to_end
    from gearshift.core.errors import GearshiftError

    screen = Screen(plain=arguments.plain, color=not arguments.no_color, fast=arguments.fast)
    try:
        run_to_end(play(screen))
    except KeyboardInterrupt:
        print(f"\n{STOPPED}", file=sys.stderr)
        return 130
    except GearshiftError as error:
        screen.bad(str(error))
        return code_of(error) or FINDINGS
    screen.ending(NEXT)
    return DONE
