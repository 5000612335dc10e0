"""All texts of a request, and each of them redacted."""

from __future__ import annotations

import dataclasses
import operator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, cast

from gearshift.core.model import FillRequest
from gearshift.privacy.redact import Redacted, find_secrets, redact, redact_around

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.core.model import ContextFile, Request
    from gearshift.privacy.placeholders import Placeholders


def texts_of(request: Request) -> list[str]:
    """Return every text in `request`, in no order."""
    texts: list[str] = []
    pending: list[Any] = [request]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, tuple):
            pending += cast("tuple[Any, ...]", value)
        else:
            pending += [getattr(value, name) for name in _field_names(type(value))]
    return texts


def characters_of(request: Request) -> int:
    """Return how long all texts in `request` are together."""
    if not isinstance(request, FillRequest):
        return sum(map(len, texts_of(request)))
    around = len(request.prefix) + len(request.suffix) + len(request.path)
    return around + _length(request.context)


@lru_cache(maxsize=8)
def _length(context: tuple[ContextFile, ...]) -> int:
    return sum(len(each.path) + len(each.text) for each in context)


def redact_request(request: Request, counts: dict[str, int], names: Placeholders) -> Request:
    """Return the request with every text in it redacted; found secrets are added to `counts`."""
    if not isinstance(request, FillRequest):
        return _redact_value(request, counts, names)
    before, after = redact_around(request.prefix, request.suffix, names)
    _add(counts, before)
    _add(counts, after)
    done = ("prefix", "suffix")
    if _is_clean(request.path, request.context):
        done = ("prefix", "suffix", "path", "context")
    changed = _redacted_fields(request, counts, names, but=done)
    if before.counts or after.counts:
        changed |= {"prefix": before.text, "suffix": after.text}
    return dataclasses.replace(request, **changed) if changed else request


@lru_cache(maxsize=8)
def _is_clean(path: str, context: tuple[ContextFile, ...]) -> bool:
    """Whether no secret is in what stays the same from key to key."""
    texts = [path, *[each.path for each in context], *[each.text for each in context]]
    return not any(map(find_secrets, texts))


def _add(counts: dict[str, int], redacted: Redacted) -> None:
    for kind, count in redacted.counts.items():
        counts[kind] = counts.get(kind, 0) + count


def _redact_value(value: Any, counts: dict[str, int], names: Placeholders) -> Any:
    if isinstance(value, str):
        redacted = redact(value, names)
        _add(counts, redacted)
        return redacted.text
    if isinstance(value, tuple):
        items = cast("tuple[Any, ...]", value)
        redacted_items = tuple([_redact_value(item, counts, names) for item in items])
        is_same = all(map(operator.is_, items, redacted_items))
        return items if is_same else redacted_items
    changed = _redacted_fields(value, counts, names)
    return dataclasses.replace(value, **changed) if changed else value


def _redacted_fields(
    value: object, counts: dict[str, int], names: Placeholders, but: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the fields that change, of all `but` these: one added later is covered as well."""
    changed: dict[str, Any] = {}
    for name in _field_names(type(value)):
        before = getattr(value, name)
        if not before or name in but or isinstance(before, (int, float)):
            continue
        after = _redact_value(before, counts, names)
        if after is not before:
            changed[name] = after
    return changed


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    """Return the names of a dataclass's fields; none for any other type."""
    if not dataclasses.is_dataclass(kind):
        return ()
    return tuple(field.name for field in dataclasses.fields(kind))
