"""The key under which a vendor keeps the beginning of a prompt for the requests after it."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gearshift.core.model import ChatRequest


def cache_key(request: ChatRequest) -> str:
    """Return the same short key for all requests of one task on one file.

    The API takes 64 characters at most, and a path is nobody's business: so it is a hash.
    """
    about = sha256((request.cache_key or "").encode("utf-8", "replace")).hexdigest()[:16]
    return f"gearshift-{request.task or 'any'}-{about}"
