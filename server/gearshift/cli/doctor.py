"""`gearshift doctor`: check settings, keys, models, sandbox and ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.cli.exits import DONE, FINDINGS

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from gearshift.cli.checkup import Finding

MARKS = {"ok": "✔", "warn": "!", "fail": "✘"}


def add_arguments(parser: ArgumentParser) -> None:
    """Declare whether models are asked, and the form of the answer."""
    parser.add_argument("--online", action="store_true", help="send each model a tiny request")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.epilog = "Without --online nothing leaves the machine. Exit code 1 if a check failed."


def run(arguments: Namespace) -> int:
    """Check everything; return the exit code."""
    import json
    from dataclasses import asdict

    from gearshift.cli.headless import run_to_end

    found = run_to_end(_check(arguments))
    if arguments.json:
        print(json.dumps([asdict(each) for each in found], indent=2, ensure_ascii=False))
    return FINDINGS if any(each.state == "fail" for each in found) else DONE


async def _check(arguments: Namespace) -> list[Finding]:
    from gearshift.cli.checkup import checkup
    from gearshift.cli.headless import engine
    from gearshift.cli.terminal import TerminalEditor

    found: list[Finding] = []
    async with engine(TerminalEditor(is_silent=True)) as app:
        async for finding in checkup(app, is_online=arguments.online):
            found.append(finding)
            if not arguments.json:
                print(line(finding), flush=True)
    return found


def line(finding: Finding) -> str:
    """Return a finding in one line, and a second one for what to do."""
    text = f"{MARKS[finding.state]} {finding.check:<12} {finding.text}"
    return f"{text}\n{'':15}→ {finding.advice}" if finding.advice else text
