"""`gearshift models list|pull`: the embedded models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gearshift.cli.exits import DONE
from gearshift.core.errors import SettingsError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the two subcommands."""
    actions = parser.add_subparsers(dest="verb", metavar="list|pull", required=True)
    listing = actions.add_parser("list", help="what there is, how big, whether it is here")
    listing.add_argument("--json", action="store_true", help="print them as JSON")
    pulling = actions.add_parser("pull", help="fetch models, each checked against its hash")
    pulling.add_argument("names", nargs="*", metavar="NAME", help="none: the pair, mini and full")
    pulling.add_argument("--all", action="store_true", help="every embedded model")
    pulling.add_argument(
        "--no-probe", action="store_true", help="don't measure how each model is asked best"
    )


def run(arguments: Namespace) -> int:
    """List or pull; return the exit code."""
    return _list(arguments) if arguments.verb == "list" else _pull(arguments)


def _list(arguments: Namespace) -> int:
    from gearshift.cli.words import megabytes
    from gearshift.providers.local.folder import list_models

    rows = list_models()
    if arguments.json:
        import json

        print(json.dumps([_row(row) for row in rows], indent=2))
        return DONE
    for row in rows:
        here = "pulled" if row.is_pulled else "not here"
        print(f"{row.name}  {megabytes(row.bytes):>7}  {here:<8}  {row.licence}  {row.path}")
    if not all(row.is_pulled for row in rows):
        print("`gearshift models pull NAME` fetches one, `pull --all` all.")
    return DONE


def _row(row: Any) -> dict[str, Any]:
    return {
        "name": row.name,
        "bytes": row.bytes,
        "pulled": row.is_pulled,
        "path": str(row.path),
        "licence": row.licence,
    }


def _pull(arguments: Namespace) -> int:
    from gearshift.app.models import EMBEDDED
    from gearshift.cli.headless import run_to_end
    from gearshift.cli.pulling import pull_shown
    from gearshift.providers.local.catalogue import catalogue, find_weights

    if arguments.all and arguments.names:
        raise SettingsError("Name models or say --all, not both.")
    names = list(catalogue()) if arguments.all else arguments.names
    names = names or [model.model for model in EMBEDDED.values()]
    for name in names:
        find_weights(name)  # an unknown name is told before anything is fetched
    run_to_end(pull_shown(names))
    if not arguments.no_probe:
        run_to_end(_probe(names))
    return DONE


async def _probe(names: Sequence[str]) -> None:
    """Measure how embedded models are asked best, where llama.cpp is there to run them."""
    from importlib.util import find_spec

    from gearshift.cli.headless import engine
    from gearshift.cli.probing import probe_shown
    from gearshift.cli.terminal import TerminalEditor

    if find_spec("xllamacpp") is None:
        return
    models = {name: {"provider": "local", "model": name} for name in names}
    async with engine(TerminalEditor(), options={"models": models}) as app:
        await probe_shown(app, names)
