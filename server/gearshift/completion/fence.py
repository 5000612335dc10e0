"""Markdown fences around a reply: one that opens it is taken off, any other ends it."""

from __future__ import annotations

import re

FENCE = "```"
PROSE = re.compile(
    r"(?:here|sure|certainly|okay|ok|the|this|you|to|below|i)\b.*:\s*", re.IGNORECASE
)
"""A sentence with which chat models introduce their code."""


def is_fence(line: str) -> bool:
    """Whether a line opens or closes a fenced block."""
    return line.lstrip().startswith(FENCE)


def unfence(reply: str) -> str | None:
    """Return the code of a reply that begins with a fence, any other reply as it is.

    None while the reply has not come to its code: only the opening of a fence, or the sentence that
    leads to it.
    """
    text = reply.lstrip("\n")
    if PROSE.fullmatch(text.split("\n", 1)[0].strip()):
        start = text.find("\n" + FENCE)
        if start < 0:
            return None
        text = text[start + 1 :]
    if not is_fence(text):
        return None if text and FENCE.startswith(text.strip()) and text.strip() else reply
    _, newline, code = text.partition("\n")
    return code if newline else None
