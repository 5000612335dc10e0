"""`gearshift complete FILE:LINE:COL`: what would be shown there as ghost text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.cli.exits import DONE, FINDINGS, code_of

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from gearshift.core.document import Snapshot
    from gearshift.core.suggestions import Decision, Skip, Suggestion
    from gearshift.core.text import Position


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the place and the form of the answer."""
    parser.add_argument("place", metavar="FILE:LINE:COL", help="both from 1, COL in characters")
    parser.add_argument("--json", action="store_true", help="text, range, model and reason as JSON")
    parser.epilog = "A completion goes to stdout; why there is none goes to stderr, with code 1."


def run(arguments: Namespace) -> int:
    """Complete; return the exit code."""
    from gearshift.cli.headless import run_to_end

    return run_to_end(_complete(arguments))


async def _complete(arguments: Namespace) -> int:
    import sys

    from gearshift.cli.headless import engine, open_file
    from gearshift.cli.places import existing, point
    from gearshift.cli.terminal import TerminalEditor
    from gearshift.core.suggestions import Skip

    file, place = point(arguments.place)
    editor = TerminalEditor()
    async with engine(editor, file, asks_models=True) as app:
        uri = open_file(app, editor, file)
        snapshot = app.documents.snapshot(uri)
        position = existing(snapshot, place)
        await app.nearby.gather_first(snapshot, position)
        result = await app.complete_inline(uri, position, is_explicit=True)
        decision = app.decisions.about(uri, position.line)
    if arguments.json:
        _print_json(snapshot, position, result, decision)
    elif isinstance(result, Skip):
        print(f"gearshift: {result.reason}", file=sys.stderr)
    else:
        print(_completion(snapshot, position, result))
    if isinstance(result, Skip):
        return (code_of(result.cause) if result.cause else None) or FINDINGS
    return DONE


def _completion(snapshot: Snapshot, position: Position, found: Suggestion) -> str:
    """Return what is new after the cursor: the text without what is on the line already."""
    from gearshift.core.text import Range

    typed = snapshot.slice(Range(found.range.start, position))
    return found.text.removeprefix(typed)


def _print_json(
    snapshot: Snapshot,
    position: Position,
    result: Suggestion | Skip,
    decision: Decision | None,
) -> None:
    import json

    from gearshift.core.suggestions import Suggestion

    found = result if isinstance(result, Suggestion) else None
    places = (found.range.start, found.range.end) if found else ()
    ends = [{"line": place.line + 1, "column": place.column + 1} for place in places]
    payload = {
        "text": found.text if found else None,
        "completion": _completion(snapshot, position, found) if found else None,
        "range": {"start": ends[0], "end": ends[1]} if found else None,
        "model": decision.model if decision else None,
        "gear": decision.gear if decision else None,
        "reason": decision.reason if decision else None,
    }
    print(json.dumps(payload, indent=2, ensure_ascii=False))
