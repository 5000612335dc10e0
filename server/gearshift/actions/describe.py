"""The documentation of the actions, made of their table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.actions import ACTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from gearshift.core.tasks import Task


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


def actions_lua(command: Callable[[Task], str]) -> str:
    """Return the Neovim plug-in's table of actions; `command` names the command of a task."""
    rows = [
        f'  {{ name = "{action.name}", command = "{command(action.task)}" }},' for action in ACTIONS
    ]
    lines = ["---@type { name: string, command: string }[] in the order of the menu", "return {"]
    return "\n".join([*lines, *rows, "}"]) + "\n"


def actions_elisp(command: Callable[[Task], str]) -> str:
    """Return the Emacs package's list of actions; `command` names the command of a task."""
    rows = [
        f'("{action.name}" "{command(action.task)}"\n     "{action.description}")'
        for action in ACTIONS
    ]
    listed = "\n    ".join(rows)
    return (
        f"(defconst gearshift-actions\n  '({listed})\n"
        '  "Actions in the order of the menu: name, command, what it does.")\n'
    )
