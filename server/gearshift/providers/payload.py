"""JSON as it travels: the body of a request written, the data of an event read.

orjson writes a prompt of 7,000 characters in 3 µs, the standard library in 22; for what it refuses
there is the standard library.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping


def encode(payload: Mapping[str, Any]) -> bytes:
    """Return `payload` as JSON in UTF-8; half of a surrogate pair becomes a question mark."""
    try:
        return orjson.dumps(payload)
    except TypeError:
        return json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace")


def decode(text: str) -> Any:
    """Return what `text` says. Raises ValueError for what is no JSON."""
    try:
        return orjson.loads(text)
    except ValueError:
        return json.loads(text)  # it may be a half of a surrogate pair, of a token cut in two
