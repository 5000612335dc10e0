"""Reading names out of a model's answer."""

from __future__ import annotations

import builtins
import keyword
import re
from dataclasses import dataclass

_ARROW = re.compile(r"`?(?P<old>[A-Za-z_]\w*)`?\s*(?:->|→|=>|⇒)\s*`?(?P<new>[A-Za-z_]\w*)`?")
_CHOICE = re.compile(r"^\W*(?:piece\s*)?(?P<number>\d+)\W+`?(?P<name>[A-Za-z_]\w*)", re.MULTILINE)
_NAME = re.compile(r"[a-z_][a-z0-9_]{2,}")


@dataclass(frozen=True, slots=True)
class NewName:
    """A name and what it should be."""

    old: str
    new: str


def arrows_in(text: str) -> list[NewName]:
    """Return the lines `old -> new` of an answer; a line that changes nothing is left out."""
    found = [NewName(m["old"], m["new"]) for m in _ARROW.finditer(text)]
    return [n for n in dict.fromkeys(found) if n.old != n.new]


def choices_in(text: str) -> list[tuple[int, str]]:
    """Return the lines `number: name` of an answer."""
    return [(int(m["number"]), m["name"]) for m in _CHOICE.finditer(text)]


def name_in(text: str) -> str | None:
    """Return the one name of an answer, alone or in back quotes; None: there is none."""
    bare = text.strip().strip("`*").removesuffix("()").strip()
    if _NAME.fullmatch(bare):
        return bare
    quoted = re.findall(r"`(?:def )?([a-z_][a-z0-9_]{2,})(?:\([^`]*\))?:?`", text)
    if quoted:
        return quoted[0]
    named = [n for n in _NAME.findall(text) if "_" in n.strip("_")]
    return named[0] if named else None


def problem_with(name: str) -> str | None:
    """Return why a name can't be a new one, as a sentence; None: it can."""
    if not name.isidentifier() or keyword.iskeyword(name):
        return f"`{name}` is no name in Python."
    if hasattr(builtins, name):
        return f"`{name}` is a name of Python's own; choose another one."
    return None
