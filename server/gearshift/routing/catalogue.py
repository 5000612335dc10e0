"""The catalogue: what is known of each model, what its tokens cost, and when it is shut down."""

from __future__ import annotations

import json
import sys
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from gearshift.core.model import ModelFacts, Price, Usage
from gearshift.routing.rows import Row, read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gearshift.core.tasks import Tier

MILLION = 1_000_000
RETIREMENT_DAYS = 30
"""So long before a model's shutdown its users are told."""
FREE = Price(input=0.0, output=0.0)
FREE_PROVIDERS = frozenset({"local", "llamacpp", "ollama"})
"""They run on the user's own machines, where no tokens are billed."""


FILL_PROVIDERS = frozenset({"llamacpp"})
"""Where an unknown model is asked to fill in the middle first: what people run such a server for.
One that has no tokens for it says so, and is asked otherwise from then on."""


class Catalogue(NamedTuple):
    """Rows by name, the user's own laid over Gearshift's."""

    rows: Mapping[str, Row]
    defaults: Mapping[Tier, str]
    """What set-up proposes for an OpenAI account."""
    problems: tuple[str, ...] = ()
    """What in the user's file could not be read: sentences."""

    def facts(self, provider: str, model: str, service_tier: str | None = None) -> ModelFacts:
        """Return what is known of a model; an unknown one has the defaults and no price."""
        row = self._row(model)
        known = ModelFacts()
        return ModelFacts(
            context=row.context or known.context,
            form=row.form or ("fill" if provider in FILL_PROVIDERS else known.form),
            fill_family=row.fill_family,
            efforts=row.efforts,
            price=_price(row, provider, service_tier),
            retires=row.retires,
        )

    def _row(self, model: str) -> Row:
        if model in self.rows:
            return self.rows[model]
        name = model.lower()
        fits = [r for r in self.rows.values() if r.is_pattern and fnmatchcase(name, r.name)]
        return max(fits, key=lambda r: len(r.name), default=Row(model))


def _price(row: Row, provider: str, service_tier: str | None) -> Price | None:
    is_billed_here = not row.billed_by or provider in row.billed_by
    if row.price and is_billed_here:
        return (row.tiers or {}).get(service_tier or "", row.price)
    return FREE if provider in FREE_PROVIDERS else None


def usd(facts: ModelFacts, usage: Usage) -> float | None:
    """Return what `usage` costs in US dollars; None where the price is unknown, never zero."""
    price = facts.price
    if price is None:
        return None
    cached = min(usage.cached, usage.input)
    written = min(usage.cache_write, usage.input - cached)
    cached_price = price.input if price.cached is None else price.cached
    write_price = price.input if price.cache_write is None else price.cache_write
    plain = usage.input - cached - written
    total = plain * price.input + cached * cached_price + written * write_price
    return (total + usage.output * price.output) / MILLION


def retirement(model: str, facts: ModelFacts, today: str) -> str | None:
    """Return a sentence on the model's shutdown; `today` is an ISO date.

    None: none is announced, or it is more than RETIREMENT_DAYS away.
    """
    if facts.retires is None:
        return None
    if (date.fromisoformat(facts.retires) - date.fromisoformat(today)).days > RETIREMENT_DAYS:
        return None
    if facts.retires <= today:
        return f"`{model}` was shut down by its vendor on {facts.retires}; choose another model."
    when = f"`{model}` will be shut down by its vendor on {facts.retires}"
    return f"{when}; choose another model in time."


def load(user_file: Path | None = None) -> Catalogue:
    """Return the catalogue with the rows of the user's `models.toml`, where there is one.

    Never raises for the user's file: what can't be used is left out and told in `problems`.
    """
    shipped = _shipped()
    if user_file is None:
        return shipped
    try:
        text = user_file.read_text("utf-8")
    except FileNotFoundError:
        return shipped
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        return shipped._replace(problems=(f"{user_file} can't be read: {reason}.",))
    try:
        document = _parse(text)
    except ValueError as error:
        problem = f"{user_file} is not valid TOML, so none of it is used: {error}."
        return shipped._replace(problems=(problem,))
    rows, problems = read_rows(document, dict(shipped.rows), str(user_file))
    return shipped._replace(rows=rows, problems=tuple(problems))


def declared() -> dict[str, Any]:
    """Return what `models.toml` declares, of which `models.json` is made."""
    return _parse(Path(__file__).with_name("models.toml").read_text("utf-8"))


def of_document(document: dict[str, Any]) -> Catalogue:
    """Return the catalogue of what Gearshift's own file declares."""
    rows, problems = read_rows(document, {}, "models.toml")
    assert not problems, problems
    return Catalogue(rows, document["defaults"])


@cache
def _shipped() -> Catalogue:
    # Reading it as TOML would take 4 ms of each first completion.
    return of_document(json.loads(Path(__file__).with_name("models.json").read_bytes()))


def _parse(text: str) -> dict[str, Any]:
    # Imported only when it is needed; `tomli` is the same reader for Python 3.10.
    reader = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    return cast("dict[str, Any]", reader.loads(text))
