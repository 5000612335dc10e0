"""No engine: the file around the cursor in the model's own tokens, the reply as it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.cut.arms.arm import Asked, characters, fill, from_bottom, from_top

if TYPE_CHECKING:
    from benchmarks.cut.view import View

PREFIX, SUFFIX = 0.75, 0.25
"""minuet's `context_ratio` (minuet-ai.nvim, README): 0.75 before the cursor. llm-ls has no post-
processing either."""


class Plain:
    """The file alone."""

    name = "none"

    def ask(self, view: View, model: str) -> Asked:
        del model
        suffix = from_bottom(view.after, characters(SUFFIX))
        prefix = from_top(view.before, characters(1) - len(suffix))
        return Asked(fill(prefix, suffix))

    def shown(self, view: View, reply: str, model: str) -> str:
        del view, model
        return reply
