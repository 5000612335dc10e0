"""How much a model is asked to read for a completion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.completion.prompt import Limits

if TYPE_CHECKING:
    from gearshift.core.model import Model
    from gearshift.settings.schema import InlineSettings

HOSTED = (1408, 640)
"""Tokens of the file and of context, for a model on somebody's server: together at most a quarter
of what it can read."""
EMBEDDED = (400, 240)
"""Two CPU cores read 80 to 150 tokens a second. Context stays the same from key to key, so that it
is read once."""


def limits_for(model: Model, settings: InlineSettings) -> Limits:
    """Return the limits of a request to `model`."""
    file, context = EMBEDDED if model.provider == "local" else HOSTED
    most = model.facts.context // 4
    if file + context > most:
        file, context = most * file // (file + context), most * context // (file + context)
    return Limits(settings.max_tokens, file, context)
