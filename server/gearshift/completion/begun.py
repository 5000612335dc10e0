"""How a reply has to begin: with what the code around the cursor needs and nothing defines."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from gearshift.completion.indentation import leading
from gearshift.completion.names import MOST_CHARACTERS, NOTEBOOK
from gearshift.languages import python
from gearshift.languages.wanted import (
    is_among_imports,
    wanted_attributes,
    wanted_modules,
    wanted_names,
    words_read,
)

if TYPE_CHECKING:
    from gearshift.completion.around import Around
    from gearshift.completion.hole import Hole
    from gearshift.completion.outside import Outside

TARGET = re.compile(r"[^\W\d][\w.]*")
"""What an assignment may begin with."""

HEADER = re.compile(r"(?:async\s+)?def\b")
INIT = re.compile(r"def __init__\(\s*(\w*)")
"""The function that sets the attributes of its class, and what it calls the object."""


class Begun(NamedTuple):
    """How a reply begins for certain."""

    text: str = ""
    """Its first characters; empty: nothing is certain."""
    wanted: tuple[str, ...] = ()
    """What has to be assigned before the reply may end."""


NOTHING_BEGUN = Begun()


def begun(hole: Hole) -> Begun:
    """Return how a reply at `hole` begins.

    A line that is empty, or has but the beginning of a name, goes on to assign the first name that
    the rest of its function reads and nothing binds, or the first attribute that an `__init__` has
    yet to set. Among imports it is that of a module that is used and not imported. Small models
    look little at what follows; told how to begin, they go on well.
    """
    if not _may_begin(hole):
        return NOTHING_BEGUN
    if not hole.indent:
        return Begun(_begun_import(hole))
    typed = hole.head.strip()
    if not _may_assign(hole, typed):
        return NOTHING_BEGUN
    targets = tuple(each for each in _wanted(hole, typed) if each != typed)
    fitting = [target for target in targets if target.startswith(typed)]
    if not fitting:
        return NOTHING_BEGUN
    # More than one name may be meant to be unpacked: `low, high = …`.
    sign = " =" if len(targets) == 1 or not fitting[0].isidentifier() else ""
    return Begun(fitting[0][len(typed) :] + sign, targets)


def _may_begin(hole: Hole) -> bool:
    is_python = hole.language is python.PYTHON
    return is_python and not hole.tail.strip() and not hole.snapshot.uri.startswith(NOTEBOOK)


def _may_assign(hole: Hole, typed: str) -> bool:
    if typed and TARGET.fullmatch(typed) is None:
        return False
    below = hole.line_below
    # A deeper line below wants a header above it, no assignment.
    is_level = bool(below) and hole.columns(below) <= hole.indent
    if not is_level or (typed and not _may_be_begun(hole, typed)):
        return False
    # Asked last, for it parses: most of what is typed has been ruled out by now.
    return hole.place == "code" and len(hole.outside.text) <= MOST_CHARACTERS


def _may_be_begun(hole: Hole, typed: str) -> bool:
    """Whether what has to be assigned may begin so: told from words, before anything is parsed."""
    return " " + typed.partition(".")[0] in _words_around(hole.around)


@lru_cache(maxsize=4)
def _words_around(around: Around) -> str:
    """Return the words that a name or an attribute that is wanted may begin with, a blank before
    each."""
    headers = filter(HEADER.match, map(str.lstrip, reversed(around.above)))
    init = INIT.match(next(headers, ""))
    return " ".join(["", *words_read(around.below), *([init[1] or "self"] if init else [])])


def _begun_import(hole: Hole) -> str:
    """Return the import of a module of the standard library that the text uses and lacks."""
    inner = hole.excerpt
    is_import = "import ".startswith(hole.head) or hole.head.startswith("import ")
    if not is_import or not is_among_imports(inner.snapshot.lines, inner.position.line):
        return ""
    if hole.place != "code" or len(hole.outside.text) > MOST_CHARACTERS:
        return ""
    parsed = hole.tree_with("")
    if parsed is None or hole.can_bind_unseen:
        return ""
    root, source, start = parsed
    lacking = wanted_modules(root, source, start, hole.outside.text)
    wanted = f"import {lacking[0]}" if lacking else ""
    return wanted[len(hole.head) :] if wanted.startswith(hole.head) else ""


def _wanted(hole: Hole, typed: str) -> tuple[str, ...]:
    """Return the names and attributes that the line has to assign, if one may begin so."""
    around, indent, outside = hole.around, leading(hole.head), hole.outside
    names = () if hole.can_bind_unseen else _wanted_names(around, indent, outside, typed)
    if names and typed:
        names = _wanted_names(around, indent, outside, "")
    return names or _wanted_attributes(around, indent)


@lru_cache(maxsize=8)
def _wanted_names(around: Around, indent: str, outside: Outside, typed: str) -> tuple[str, ...]:
    parsed = around.tree_with_statement(indent)
    if parsed is None:
        return ()
    root, source, _, start = parsed
    names = wanted_names(root, source, start, outside.text, typed)
    return tuple(_as_elsewhere(name, source.decode()) for name in names)


@lru_cache(maxsize=4)
def _wanted_attributes(around: Around, indent: str) -> tuple[str, ...]:
    parsed = around.tree_with_statement(indent)
    if parsed is None:
        return ()
    root, source, _, start = parsed
    return wanted_attributes(root, source, start)


def _as_elsewhere(name: str, text: str) -> str:
    """Return what `name` is unpacked with wherever the text assigns it (`low, high`), or itself."""
    target = rf"^[ \t]*((?:\w+, *)*{re.escape(name)}\b(?:, *\w+)*) *=(?!=)"
    found = {*re.findall(target, text, re.MULTILINE)}
    return found.pop() if len(found) == 1 else name
