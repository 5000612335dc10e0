"""What happens in the demo: every step is done by the real server, and counts only if it was."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from gearshift import __version__
from gearshift.app.models import EMBEDDED
from gearshift.cli.demo.buffer import CAPABILITIES
from gearshift.cli.demo.ghost_text import complete
from gearshift.cli.demo.new_tests import generate_tests, run_tests
from gearshift.cli.demo.stage import Stage, cost
from gearshift.cli.demo.workshop import BUDGET_USD, BUDGET_WINDOW, Workshop
from gearshift.cli.pulling import pull_shown
from gearshift.cli.words import tokens

if TYPE_CHECKING:
    from gearshift.cli.demo.screen import Screen


async def play(screen: Screen) -> None:
    """Show it all. Raises Unfinished, or another GearshiftError, at the step that failed."""
    with Workshop() as shop:
        screen.title(*_opening(shop))
        screen.step(1, "The models: on this machine, no account, no key")
        await pull_shown([model.model for model in EMBEDDED.values()], screen.console)
        await _tell(Stage(screen, shop))


def _opening(shop: Workshop) -> tuple[str, list[str]]:
    lines = [
        "The real language server, driven over stdio as an editor does, in a copy of a small",
        f"project under {shop.folder}.",
        "Your own settings and ledger stay untouched.",
        "",
    ]
    prices = [
        f"  {tier} as [bold]{name}[/]: ${price.input:.2f} in, ${price.output:.2f} out a million"
        for tier, (name, price) in shop.prices.items()
    ]
    lines += [
        "[yellow]The embedded models cost nothing.[/] To show the quota at work, the demo counts",
        f"their tokens at hosted models' prices, against ${BUDGET_USD:.2f} in {BUDGET_WINDOW}:",
        *prices,
    ]
    return f"Gearshift {__version__} · what it does, for real", lines


async def _tell(stage: Stage) -> None:
    """Do every step in order; the server is ended however it goes."""
    stage.screen.step(2, "The server")
    await stage.open()
    try:
        await _greet(stage)
        await complete(stage)
        await run_tests(stage, await generate_tests(stage))
        await _account(stage)
    finally:
        await stage.client.close()


async def _greet(stage: Stage) -> None:
    begun = time.monotonic()
    uri = stage.shop.project.as_uri()
    params = {
        "processId": None,
        "rootUri": uri,
        "workspaceFolders": [{"uri": uri, "name": "teatime"}],
        "capabilities": CAPABILITIES,
    }
    result = await stage.client.request("initialize", params)
    took = time.monotonic() - begun
    stage.client.notify("initialized", {})
    capabilities = result["capabilities"]
    stage.screen.good(
        f"`gearshift serve` answered initialize after {took * 1000:.0f} ms "
        f"[dim](process {stage.client.pid}, columns in {capabilities['positionEncoding']})[/]"
    )
    await stage.show_status()
    stage.screen.pause()


async def _account(stage: Stage) -> None:
    stage.screen.step(6, "What it used")
    await stage.show_status()
    entries = await stage.requests()
    stage.screen.facts(
        [
            (entry.task, f"{entry.model} · {tokens(entry.usage)} · {cost(entry.usd)}")
            for entry in reversed(entries)
        ]
    )
