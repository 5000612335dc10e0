"""`gearshift why`: the latest decisions of every editor and command, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.cli.exits import DONE

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from gearshift.core.suggestions import Decision


def add_arguments(parser: ArgumentParser) -> None:
    """Declare how many are wanted."""
    parser.add_argument("-n", type=int, default=5, metavar="N", help="how many (default 5)")
    parser.add_argument("--json", action="store_true", help="print them as JSON")


def run(arguments: Namespace) -> int:
    """Print decisions, latest first; return the exit code."""
    from gearshift.app.decisions import explain
    from gearshift.cli.headless import run_to_end

    found = run_to_end(_decisions(max(arguments.n, 1)))
    if arguments.json:
        _print_json(found)
    elif not found:
        print("Nothing was asked for yet, by any editor or command.")
    else:
        print("\n".join(f"{explain(each)}  [{_place(each)}]" for each in found))
    return DONE


async def _decisions(count: int) -> tuple[Decision, ...]:
    from gearshift.cli.headless import engine
    from gearshift.cli.terminal import TerminalEditor

    async with engine(TerminalEditor()) as app:
        return await app.ledger.decisions(count)


def _place(decision: Decision) -> str:
    from urllib.parse import unquote

    return f"{unquote(decision.uri).rsplit('/', 1)[-1]}:{decision.line + 1}"


def _print_json(found: tuple[Decision, ...]) -> None:
    import json
    from dataclasses import asdict

    print(json.dumps([asdict(each) for each in found], indent=2, ensure_ascii=False))
