"""The documentation of the actions, made of their table."""

from __future__ import annotations

from gearshift.actions import ACTIONS


def actions_markdown() -> str:
    """Return the page `docs/actions.md`."""
    lines = [
        "# Actions",
        "",
        "Each action is offered as a code action of its kind and runs as a command.",
        "Listing them asks no model.",
        "",
        "| Action | Task | Kinds | What it does |",
        "|---|---|---|---|",
    ]
    for action in ACTIONS:
        kinds = "<br>".join(f"`{kind}`" for kind in action.kinds)
        lines.append(f"| `{action.name}` | `{action.task}` | {kinds} | {action.description} |")
    return "\n".join(lines) + "\n"
