"""The `gearshift` command: a table of subcommands, each in a file, imported when it is called."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from io import TextIOWrapper
from types import MappingProxyType
from typing import TYPE_CHECKING

from gearshift import __version__
from gearshift.cli.exits import DONE, USAGE, code_of

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping, Sequence
    from typing import Protocol

    class Command(Protocol):
        """What a command's module has."""

        def add_arguments(self, parser: ArgumentParser) -> None:
            """Declare the command's own arguments."""

        def run(self, arguments: Namespace) -> int:
            """Do it; return the exit code."""
            ...


COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "serve": "run the language server on stdio; what editors start",
        "setup": "choose models, write the user's settings, test them",
        "demo": "show the main job with the embedded models, in a terminal",
        "editor": "print the folder of the plug-in for Neovim or Emacs",
        "models": "list or pull the embedded models",
        "complete": "complete code at FILE:LINE:COL",
        "act": "run an action (tests, docs, refactor, fix, explain) on FILE[:LINE]",
        "tests": "write tests for files, folders or changed symbols, with a budget and reports",
        "status": "show gear, quota and today's use",
        "why": "say why the last things happened or did not",
        "log": "list the latest requests with model, cost and outcome",
        "report": "report spending, errors, times and what results cost, in text, JSON or HTML",
        "eval": "measure the configured models on built-in tasks",
        "doctor": "check settings, keys, models, sandbox and ledger",
    }
)
EPILOG = """exit codes: 0 done · 1 findings or refusals · 2 usage or settings · 3 budget or quota
reached · 4 provider unreachable"""


def overview() -> str:
    """Return the text of `gearshift --help`."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {text}" for name, text in COMMANDS.items()]
    return "\n".join(
        [
            "usage: gearshift COMMAND [ARGUMENTS]",
            "",
            "An AI language server for every editor.",
            "",
            "commands:",
            *lines,
            "",
            EPILOG,
            "",
            "`gearshift COMMAND --help` tells more.",
        ]
    )


def run(argv: Sequence[str]) -> int:
    """Run one command; return its exit code."""
    _speak_any_terminal()
    try:
        code = _run(argv)
        sys.stdout.flush()
    except BrokenPipeError:  # `gearshift log | head`
        _forget_stdout()
        return DONE
    return code


def _speak_any_terminal() -> None:
    """Let a terminal that has no `✔` show a `?` rather than end the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _forget_stdout() -> None:
    """Point stdout nowhere, so that what is left of it does not fail again at the exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _run(argv: Sequence[str]) -> int:
    name = argv[0] if argv else "--help"
    if name in ("-h", "--help", "help"):
        print(overview())
        return DONE if argv else USAGE
    if name in ("-V", "--version"):
        print(f"gearshift {__version__}")
        return DONE
    if name not in COMMANDS:
        return _unknown(name)
    return _run_command(name, argv[1:])


def _unknown(name: str) -> int:
    from difflib import get_close_matches

    near = get_close_matches(name, COMMANDS, 1)
    advice = f"did you mean `{near[0]}`?" if near else "`gearshift --help` lists the commands."
    print(f"gearshift: there is no command `{name}`; {advice}", file=sys.stderr)
    return USAGE


def _run_command(name: str, argv: Sequence[str]) -> int:
    import argparse

    command: Command = import_module(f"gearshift.cli.{name}")  # pyright: ignore[reportAssignmentType]
    parser = argparse.ArgumentParser(f"gearshift {name}", description=COMMANDS[name])
    command.add_arguments(parser)
    arguments = parser.parse_args(argv)
    try:
        return command.run(arguments)
    except (KeyboardInterrupt, EOFError):  # Ctrl-C, Ctrl-D
        print("stopped", file=sys.stderr)
        return 130
    except Exception as error:
        code = code_of(error)
        if code is None:
            raise
        print(f"gearshift: {error}", file=sys.stderr)
        return code
