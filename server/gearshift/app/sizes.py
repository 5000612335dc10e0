"""How much a model is asked to read for a completion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.completion.prompt import Limits
from gearshift.core.model import CONTEXT_SOURCES, ContextSource

if TYPE_CHECKING:
    from gearshift.core.model import Model
    from gearshift.settings.schema import InlineSettings

HOSTED = (1408, 640)
"""Tokens of the file and of context, for a model on somebody's server: together at most a quarter
of what it can read."""
EMBEDDED = (560, 0)
"""Two CPU cores read 80 to 150 tokens a second."""
EMBEDDED_SOURCES: tuple[ContextSource, ...] = ()
"""On `docs/cut.md`'s holes neither the 0.5B nor the 1.5B got more right with signatures or similar
code from elsewhere than with more of the file in their room."""
FILE_ALONE = "The file alone was shown: in so little room an embedded model makes most of that."


def limits_for(model: Model, settings: InlineSettings) -> Limits:
    """Return the limits of a request to `model`."""
    file, context = EMBEDDED if model.provider == "local" else HOSTED
    most = model.facts.context // 4
    if file + context > most:
        file, context = most * file // (file + context), most * context // (file + context)
    return Limits(settings.max_tokens, file, context)


def sources_for(model: Model, settings: InlineSettings) -> tuple[ContextSource, ...]:
    """Return the sources that are shown to `model`: those not switched off that suit it."""
    suitable = EMBEDDED_SOURCES if model.provider == "local" else CONTEXT_SOURCES
    return tuple([name for name in suitable if settings.context.get(name, True)])


def reason_for_file_alone(model: Model, settings: InlineSettings) -> str:
    """Return why sources that are switched on are not shown to `model`; empty: they are."""
    if sources_for(model, settings):
        return ""
    is_asked = any(settings.context.get(name, True) for name in CONTEXT_SOURCES)
    return FILE_ALONE if is_asked else ""
