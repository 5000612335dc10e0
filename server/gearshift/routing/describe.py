"""The catalogue as a page of documentation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gearshift.routing.catalogue import Catalogue, declared, of_document

if TYPE_CHECKING:
    from gearshift.core.model import Price
    from gearshift.routing.rows import Row

_HEAD = """# Models

Gearshift knows these models out of `routing/models.toml`.
Prices are US dollars for a million tokens, read on the day in the last column; `-` is unknown.
A model without a price shows tokens, never $0.
To correct a row or to add a model, write rows of the same shape into `models.toml` in the user \
configuration folder:

```toml
[[model]]
name = "my-model"
price = { input = 0.1, cached = 0.01, output = 0.5 }
context = 32_768
```

`gearshift setup` proposes `{mini}` as mini and `{full}` as full for an OpenAI account.
"""
_PRICED_HEAD = """
## Priced models

| model | input | cached | cache write | output | service tiers | context | shutdown | priced |
|---|---|---|---|---|---|---|---|---|
"""
_FAMILY_HEAD = """
## Forms for inline completion

`*` stands for any text.
The form is a first guess: `gearshift setup`, `models pull` and `doctor --online` measure it.

| model | form | tokens of | context |
|---|---|---|---|
"""
_RETIRED_HEAD = """
## Announced shutdowns of other models

| model | day |
|---|---|
"""


def models_json() -> str:
    """Return what `models.toml` declares as the server reads it."""
    return json.dumps(declared(), default=str, indent=1, ensure_ascii=False) + "\n"


def models_markdown() -> str:
    """Return `docs/models.md`, made of the catalogue that Gearshift ships."""
    catalogue = of_document(declared())
    rows = catalogue.rows.values()
    priced = [_priced_line(row) for row in rows if row.price]
    forms = [_form_line(row) for row in rows if row.form]
    retired = [f"| {row.name} | {row.retires} |" for row in rows if row.retires and not row.price]
    parts = [_head(catalogue), _PRICED_HEAD, *priced, _FAMILY_HEAD, *forms, _RETIRED_HEAD, *retired]
    return "".join(part if part.endswith("\n") else f"{part}\n" for part in parts)


def _head(catalogue: Catalogue) -> str:
    defaults = catalogue.defaults
    return _HEAD.replace("{mini}", defaults["mini"]).replace("{full}", defaults["full"])


def _priced_line(row: Row) -> str:
    assert row.price
    price = row.price
    tiers = ", ".join(_tier_cell(name, tier) for name, tier in (row.tiers or {}).items())
    cells = (
        *(row.name, _dollars(price.input), _dollars(price.cached), _dollars(price.cache_write)),
        *(_dollars(price.output), tiers or "-", _count(row.context)),
        *(row.retires or "-", row.priced or "-"),
    )
    return f"| {' | '.join(cells)} |"


def _form_line(row: Row) -> str:
    name = row.name.replace("*", r"\*")
    return f"| {name} | {row.form} | {row.fill_family or '-'} | {_count(row.context)} |"


def _tier_cell(name: str, price: Price) -> str:
    return f"{name} {_dollars(price.input)}/{_dollars(price.output)}"


def _dollars(amount: float | None) -> str:
    return "-" if amount is None else f"{amount:g}"


def _count(tokens: int | None) -> str:
    return "-" if tokens is None else f"{tokens:,}"
