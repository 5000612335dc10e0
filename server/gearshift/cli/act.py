"""`gearshift act ACTION FILE[:LINE[-LINE]]`: one heavy action, as a diff or written."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from gearshift.cli.exits import code_of_end
from gearshift.core.tasks import HEAVY_TASKS

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from gearshift.app import App
    from gearshift.app.requests import TaskRequest
    from gearshift.cli.terminal import TerminalEditor
    from gearshift.cli.writing import Rewrite
    from gearshift.core.results import TaskFinished


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the action, its place and what becomes of its edit."""
    parser.add_argument("action", choices=sorted(HEAVY_TASKS), metavar="ACTION")
    parser.add_argument("place", metavar="FILE[:LINE[-LINE]]", help="the whole file without LINE")
    parser.add_argument("--instruction", metavar="TEXT", help="what to do, in your own words")
    parser.add_argument("--refactoring", metavar="NAME", help="simplify, moveSymbol, readme, …")
    parser.add_argument("--model", metavar="NAME", help="a named model, for this action alone")
    parser.add_argument("--budget", type=float, metavar="USD", help="ask nothing past this cost")
    delivery = parser.add_mutually_exclusive_group()
    delivery.add_argument("--diff", action="store_true", help="print the edit (the default)")
    delivery.add_argument("--apply", action="store_true", help="write the edit to the files")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument(
        "--run",
        choices=("ask", "always", "never"),
        help="whether generated tests may be run; without a terminal nobody can be asked",
    )
    parser.epilog = f"ACTION is one of {', '.join(sorted(HEAVY_TASKS))}."


def run(arguments: Namespace) -> int:
    """Run the action; return the exit code."""
    from gearshift.cli.headless import run_to_end
    from gearshift.cli.tests import check_budget

    check_budget(arguments.budget)
    return run_to_end(_act(arguments))


async def _act(arguments: Namespace) -> int:
    from gearshift.cli.headless import engine, open_file
    from gearshift.cli.places import lines
    from gearshift.cli.terminal import TerminalEditor

    file, named = lines(arguments.place)
    editor = TerminalEditor("apply" if arguments.apply else "diff", is_quiet=arguments.json)
    options = {"verify": {"run": arguments.run}} if arguments.run else None
    async with engine(editor, file, options, asks_models=True) as app:
        app.makes_edits = arguments.apply
        uri = open_file(app, editor, file)
        finished = await app.run_task(_request(app, uri, arguments, named))
        decision = app.decisions.about(uri, None)
    if arguments.json:
        _print_json(finished, editor)
    else:
        _print(finished, editor, decision.reason if decision else "")
    return code_of_end(finished)


def _request(
    app: App, uri: str, arguments: Namespace, named: tuple[int, int] | None
) -> TaskRequest:
    from gearshift.app.requests import TaskRequest
    from gearshift.cli.places import range_of

    return TaskRequest(
        task=arguments.action,
        uri=uri,
        range=range_of(app.documents.snapshot(uri), named),
        action=arguments.refactoring,
        instruction=arguments.instruction,
        model=arguments.model,
        most_usd=arguments.budget,
    )


def _print_json(finished: TaskFinished, editor: TerminalEditor) -> None:
    import json

    from gearshift.app.payloads import task_finished_payload

    payload = task_finished_payload(finished)
    payload["summary"] = finished.summary or None
    payload["written"] = [str(file.path) for file in _written(editor)]
    payload["diff"] = "".join(file.diff for file in editor.rewrites) or None
    payload["page"] = "\n\n".join(editor.pages) or None
    print(json.dumps(payload, indent=2, ensure_ascii=False))


def _written(editor: TerminalEditor) -> list[Rewrite]:
    return editor.rewrites if editor.delivery == "apply" else []


def _print(finished: TaskFinished, editor: TerminalEditor, reason: str) -> None:
    """Print the result to stdout and the account of it to stderr."""
    for page in editor.pages:
        print(page)
    if editor.delivery == "diff":
        for file in editor.rewrites:
            print(file.diff, end="")
    sys.stdout.flush()
    print("\n".join(_account(finished, editor, reason)), file=sys.stderr)


def _account(finished: TaskFinished, editor: TerminalEditor, reason: str) -> list[str]:
    from gearshift.cli.words import attempt_words

    lines = [f"{finished.action}: {finished.outcome}"]
    if finished.outcome == "applied":
        lines = [finished.summary or f"{finished.action}: done"]
        if editor.rewrites:
            evidence = ", ".join(finished.evidence) or "no check applied"
            lines.append(f"  label    {finished.label} ({evidence})")
            where = ", ".join(str(file.path) for file in editor.rewrites)
            is_written = editor.delivery == "apply"
            lines.append(f"  {'written' if is_written else 'edit of'}  {where}")
            lines += [] if is_written else ["           not written; add --apply for that"]
    lines += [f"  finding  {f.severity}: {f.message}" for f in finished.findings]
    lines += [f"  attempt  {attempt_words(attempt)}" for attempt in finished.attempts]
    if reason and finished.outcome == "applied":
        lines.append(f"  why      {reason.removeprefix(finished.summary).strip()}")
    return lines
