"""Names that a suggestion would use and that nothing in its file defines."""

from __future__ import annotations

import keyword
import re
from typing import TYPE_CHECKING

from gearshift.languages import python
from gearshift.languages.bindings import (
    KNOWN,
    begins_word,
    can_bind_unseen,
    is_missing,
    names_read,
)
from gearshift.languages.syntax import joined

if TYPE_CHECKING:
    from gearshift.completion.hole import Hole

NOTEBOOK = "vscode-notebook-cell:"
"""Cells of a notebook share their names, and each is a document of its own."""
READ_FIRST = re.compile(
    r"\s*([^\W\d]\w*)\b\s*(?:[.(\[]|(?:and|or|in|is|not|if)\s|[-+*/%@&|^<>]|[=!]=)"
)
"""A statement whose first name is read, whatever follows."""
MOST_CHARACTERS = 1_500_000
"""Of a document that is searched for a name's definition, in about 20 ms."""
WORD = re.compile(r"[^\W\d]\w*")


def new_undefined(text: str, hole: Hole) -> tuple[str, ...]:
    """Return the names that `text` at the hole reads and nothing binds, in order.

    None where that can't be told: other languages than Python, `import *`, broken text around, or
    a document that takes too long to search.
    What the file uses undefined already is its own affair, and so is what the user has typed.
    """
    if hole.language is not python.PYTHON or hole.snapshot.uri.startswith(NOTEBOOK):
        return ()
    if hole.place != "code" or len(hole.outside.text) > MOST_CHARACTERS:
        return ()
    parsed = joined(hole.excerpt.snapshot, hole.before, text, hole.after)
    if parsed is None:
        return ()
    root, source, start = parsed
    end = start + len(text.encode("utf-8", "replace"))
    typed = {*WORD.findall(hole.head[: _last_word(hole.head)])}
    unbound = tuple(
        name
        for name, node in names_read(root, start, end)
        if name not in typed
        and is_missing(root, source, name, node, start, end)
        and not hole.outside.may_bind(name)
        and not (node.end_byte == end and _is_begun(name, hole))
    )
    if unbound and (hole.outside.can_bind_unseen or can_bind_unseen(hole.before + hole.after)):
        return ()
    return unbound


def begins_undefined(text: str, hole: Hole) -> str | None:
    """Return the name that `text`, the beginning of a statement, reads first if nothing binds it.

    None also where it may be bound yet: as a target, or by a comprehension.
    """
    begun = up_to_first_name(text, hole)
    return next(iter(new_undefined(begun, hole)), None) if begun else None


def up_to_first_name(text: str, hole: Hole) -> str | None:
    """Return the first name that `text` reads, as a statement where it stands; None: not known."""
    found = READ_FIRST.match(text) if hole.is_blank else None
    if found is None or keyword.iskeyword(found[1]) or found[1] in keyword.softkwlist:
        return None
    return f"{text[: found.end(1)]};"


def _last_word(head: str) -> int:
    """Return where the word that the cursor touches begins."""
    return len(head) - len(re.split(r"\W", head)[-1])


def _is_begun(name: str, hole: Hole) -> bool:
    """Whether `name`, at the end of what the model said, may be the beginning of a known one."""
    if any(known.startswith(name) for known in KNOWN):
        return True
    return begins_word(hole.before, name) or begins_word(hole.after, name)
