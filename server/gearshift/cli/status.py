"""`gearshift status`: gear, quota, models and today's use."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from gearshift.cli.exits import DONE

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

BAR_WIDTH = 24


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the form of the answer."""
    parser.add_argument("--json", action="store_true", help="print the `gearshift/status` payload")


def run(arguments: Namespace) -> int:
    """Show the status; return the exit code."""
    import json

    from gearshift.cli.headless import run_to_end

    line, payload = run_to_end(_status())
    if arguments.json:
        print(json.dumps(payload, indent=2, ensure_ascii=False))
    else:
        print("\n".join([line, *details(payload)]))
    return DONE


async def _status() -> tuple[str, dict[str, Any]]:
    from gearshift.cli.headless import engine
    from gearshift.cli.terminal import TerminalEditor

    async with engine(TerminalEditor()) as app:
        await app.gearing.observe()
        app.configuration.catalogue()  # for what it says of shutdowns
        return await app.status_line(), await app.status()


def details(payload: dict[str, Any]) -> list[str]:
    """Return the lines below the status line: models, windows, today."""
    models = payload["models"]
    lines = [f"  {tier:<6} {models[tier] or 'not set'}" for tier in ("mini", "full")]
    lines += [window_line(window) for window in payload["quota"]["windows"]]
    if not payload["quota"]["windows"]:
        lines.append("  quota  no budget set (`quota.budgets` in the settings)")
    lines.append(f"  today  {today_words(payload['today'])}")
    if payload["message"]:
        lines.append(f"  note   {payload['message']}")
    return lines


def window_line(window: dict[str, Any]) -> str:
    """Return a quota window as a bar and figures; an unknown share has no bar."""
    percent: float | None = window["usedPercent"]
    if percent is None:
        return f"  {window['label']:<6} unknown"
    filled = min(BAR_WIDTH, round(percent / 100 * BAR_WIDTH))
    bar = "█" * filled + "░" * (BAR_WIDTH - filled)
    parts = [f"{percent:.1f} %", window["source"], *_limits(window), *_until(window)]
    if window["stale"]:
        parts.append("stale, so never acted on")
    return f"  {window['label']:<6} {bar} {' · '.join(parts)}"


def _limits(window: dict[str, Any]) -> list[str]:
    used, limit = window["used"], window["limit"]
    words = {"usd": "${:.4f} of ${:g}", "tokens": "{:,} of {:,} tokens", "requests": "{} of {} req"}
    return [
        form.format(used[unit], limit[unit])
        for unit, form in words.items()
        if unit in limit and used[unit] is not None
    ]


def _until(window: dict[str, Any]) -> list[str]:
    if not window["resetsAt"]:
        return []
    import calendar

    from gearshift.core.clock import moment

    at = calendar.timegm(time.strptime(window["resetsAt"], "%Y-%m-%dT%H:%M:%SZ"))
    return [f"resets {moment(at, time.time())}"]


def today_words(today: dict[str, Any]) -> str:
    """Return today's use in one line; an unknown cost is said, never shown as zero."""
    from gearshift.metrics.report import money

    noun = "request" if today["requests"] == 1 else "requests"
    if today["requests"] is None:
        return "unknown: the ledger can't be read"
    inline = today["inline"]
    return (
        f"{today['requests']:,} {noun} · {today['tokens']:,} tokens · {money(today['usd'])} · "
        f"{inline['accepted']} of {inline['shown']} completions accepted"
    )
