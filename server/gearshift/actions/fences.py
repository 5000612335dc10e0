"""Fenced code blocks in a model's answer."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPENING = re.compile(r"^( *)(`{3,}|~{3,})\s*([^\s`]*)[^`]*$")


@dataclass(frozen=True, slots=True)
class Fence:
    """One fenced block."""

    text: str
    info: str
    """The word after the opening fence: a language, mostly."""
    is_closed: bool


def fences(text: str) -> list[Fence]:
    """Return all fenced blocks, in order; a last one that is not closed counts too."""
    found: list[Fence] = []
    lines = text.replace("\r\n", "\n").split("\n")
    number = 0
    while number < len(lines):
        opening = _OPENING.match(lines[number])
        number += 1
        if opening is None:
            continue
        indent, mark, info = opening.groups()
        closing = re.compile(rf"^ *{re.escape(mark[0])}{{{len(mark)},}}\s*$")
        body: list[str] = []
        is_closed = False
        while number < len(lines) and not is_closed:
            is_closed = closing.match(lines[number]) is not None
            if not is_closed:
                # A fence in a list is indented, and its content with it.
                body.append(lines[number].removeprefix(indent))
            number += 1
        found.append(Fence("\n".join(body) + "\n", info, is_closed))
    return found
