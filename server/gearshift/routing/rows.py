"""The rows of `models.toml`, read leniently: a bad value falls out alone, and is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard, cast, get_args

from gearshift.core.model import Price, PromptForm

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PRICE_KEYS = frozenset({"input", "output", "cached", "cache_write"})


class Row(NamedTuple):
    """One row of `models.toml`; a key that was left out is None or empty."""

    name: str
    """The vendor's name for a model, or a pattern with `*`."""
    price: Price | None = None
    tiers: Mapping[str, Price] | None = None
    """Prices by service tier."""
    billed_by: tuple[str, ...] = ()
    """Providers whose bill `price` is; empty: all."""
    priced: str | None = None
    """ISO date on which the price was read."""
    context: int | None = None
    form: PromptForm | None = None
    fill_family: str | None = None
    efforts: tuple[str, ...] = ()
    retires: str | None = None

    @property
    def is_pattern(self) -> bool:
        """True for a row that stands for a family of models."""
        return "*" in self.name


def read_rows(
    document: Mapping[str, Any], rows: dict[str, Row], source: str
) -> tuple[dict[str, Row], list[str]]:
    """Lay a parsed file over `rows`; return them, and sentences on what was left out."""
    problems: list[str] = []
    given: Any = document.get("model", [])
    if not isinstance(given, list):
        return rows, [f"{source}: write models as `[[model]]`, with two brackets."]
    for number, raw in enumerate(cast("list[Any]", given), 1):
        name = _name(raw)
        if name is None:
            problems.append(f"{source}: model {number} has no `name`.")
            continue
        values, bad = _values(raw)
        problems.extend(f"{source}: `{key}` of `{name}` can't be used." for key in bad)
        rows[name] = rows.get(name, Row(name))._replace(**values)
    return rows, problems


def _name(raw: Any) -> str | None:
    try:
        return _read_text(raw["name"]) or None
    except (KeyError, TypeError, ValueError):
        return None


def _values(raw: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    values: dict[str, Any] = {}
    bad: list[str] = []
    for key, value in raw.items():
        read = _READERS.get(key)
        try:
            if read is None:
                raise ValueError(key)
            if key != "name":
                values[key] = read(value)
        except (ValueError, TypeError, AttributeError):
            bad.append(key)
    if "tiers" in values:
        base = values.get("price")
        values["tiers"] = {k: _scaled(p, base) for k, p in values["tiers"].items()}
    return values, bad


def _scaled(tier: Price, base: Price | None) -> Price:
    """Give a service tier the ordinary discounts, for vendors list its input and output only."""
    if base is None or not base.input:
        return tier
    factor = tier.input / base.input
    cached = None if base.cached is None else base.cached * factor
    write = None if base.cache_write is None else base.cache_write * factor
    return Price(
        tier.input,
        tier.output,
        cached if tier.cached is None else tier.cached,
        write if tier.cache_write is None else tier.cache_write,
    )


def _is_amount(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _read_price(value: Any) -> Price:
    known = set(value) <= _PRICE_KEYS and all(map(_is_amount, value.values()))
    if not known or "input" not in value or "output" not in value:
        raise ValueError(value)
    return Price(**{key: float(amount) for key, amount in value.items()})


def _read_tiers(value: Any) -> dict[str, Price]:
    return {str(tier): _read_price(price) for tier, price in value.items()}


def _read_names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(value)
    return tuple(map(_read_text, cast("list[Any]", value)))


def _read_count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(value)
    return value


def _read_form(value: Any) -> str:
    if value not in get_args(PromptForm):
        raise ValueError(value)
    return value


def _read_text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    return value


def _read_date(value: Any) -> str:
    text = value if isinstance(value, str) else value.isoformat()
    if len(text) != len("2026-11-21"):
        raise ValueError(value)
    return text


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "name": _read_text,
    "price": _read_price,
    "tiers": _read_tiers,
    "billed_by": _read_names,
    "priced": _read_date,
    "context": _read_count,
    "form": _read_form,
    "fill_family": _read_text,
    "efforts": _read_names,
    "retires": _read_date,
}
