"""The inline engine: ask the model for a hole, stop it early, show only what fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.completion.fit import fit
from gearshift.completion.forms import SUFFIX_FORMS
from gearshift.completion.generation import Generation
from gearshift.completion.hole import Hole
from gearshift.completion.joined import Joined
from gearshift.completion.prompt import Limits, build, form_for
from gearshift.completion.screen import TOO_LONG, reason_to_withhold
from gearshift.core.suggestions import Skip, Suggestion
from gearshift.core.text import Range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.core.document import Snapshot
    from gearshift.core.model import ContextFile, Model
    from gearshift.core.text import Position

__all__ = ["Engine", "Limits", "offer", "prepare"]


class Engine:
    """Completes holes; keeps nothing between two of them."""

    async def complete(
        self,
        snapshot: Snapshot,
        position: Position,
        model: Model,
        limits: Limits | None = None,
        context: Sequence[ContextFile] = (),
    ) -> Suggestion | Skip:
        """Return what to insert at `position`, or why nothing is offered.

        Whether to ask at all is `trigger.reason_to_skip`'s to say, before any pause or route. The
        model's stream is closed as soon as the rest of it can't matter. Raises what the model
        raises (ProviderError, UserError, BudgetReached).
        """
        generation = prepare(snapshot, position, model, limits, context)
        if isinstance(generation, Skip):
            return generation
        await generation.read()
        return offer(generation.text, generation.hole, generation.sent_head, generation.joined)


def prepare(
    snapshot: Snapshot,
    position: Position,
    model: Model,
    limits: Limits | None = None,
    context: Sequence[ContextFile] = (),
) -> Generation | Skip:
    """Return the request for the hole at `position`, not begun, or why `model` can't be asked."""
    hole = Hole.at(snapshot, position, is_suffix_seen=form_for(model) in SUFFIX_FORMS)
    prompt = build(hole, model, limits or Limits(), context)
    return prompt if isinstance(prompt, Skip) else Generation(hole, prompt, model)


def offer(text: str, hole: Hole, sent_head: str, joined: Joined | None = None) -> Suggestion | Skip:
    """Return the suggestion that `text`, a reply cut by the stop rules, amounts to.

    `joined`: that of the hole, where it is at hand.
    """
    if not text.strip():
        return Skip("The model had nothing to add here.")
    if hole.rows is not None and not hole.rows.is_known:
        return TOO_LONG
    joined = joined or Joined(hole)
    fitted = fit(text, hole, joined, sent_head)
    skip = reason_to_withhold(fitted, hole, joined)
    if skip is not None:
        return skip
    inserted = fitted.replace("\n", hole.newline) if hole.newline != "\n" else fitted
    return Suggestion(inserted, Range.at(hole.position))
