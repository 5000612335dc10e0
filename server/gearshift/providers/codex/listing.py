"""The models that the plan has at this moment, as app-server lists them."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, cast

from gearshift.providers.untrusted import string, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.providers.codex.server import AppServer

MOST_PAGES = 20
"""Pages read at most; one holds all models of today."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One model of the plan."""

    model: str
    """What the setting `model` calls it."""
    is_default: bool
    is_hidden: bool
    """Whether Codex leaves it out of its own menu; it can be asked all the same."""


async def list_models(server: AppServer) -> tuple[Listed, ...]:
    """Return the plan's models in app-server's order. Raises SetupNeeded, ProviderError."""
    found: list[Listed] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        result = await server.call("model/list", {"cursor": cursor, "includeHidden": True})
        rows: Any = result.get("data")
        for row in cast("list[object]", rows) if isinstance(rows, list) else ():
            facts = table(row)
            if name := string(facts.get("model")):
                is_default, is_hidden = facts.get("isDefault"), facts.get("hidden")
                found.append(Listed(name, is_default is True, is_hidden is True))
        cursor = string(result.get("nextCursor")) or None
        if cursor is None:
            break
    return tuple(found)


def reason_unlisted(model: str, listed: Sequence[Listed]) -> str | None:
    """Return why a model can't be asked, with what can be; None: it is listed.

    A list that is empty says nothing of any model.
    """
    names = [each.model for each in listed]
    if not names or model in names:
        return None
    shown = ", ".join(f"`{each.model}`" for each in listed if not each.is_hidden)
    near = get_close_matches(model, names, 1)
    meant = f" Is `{near[0]}` meant?" if near else ""
    return f"Your ChatGPT plan has no model `{model}`; it has {shown}.{meant}"
