"""Names that a statement reads whatever comes after its beginning: they are judged at once."""

from __future__ import annotations

import keyword
import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from gearshift.completion.names import new_undefined

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gearshift.completion.hole import Hole

TOKEN = re.compile(r"\s*(?:([^\W\d]\w*)|(\d[\w.]*|[-+*/%@&|^<>=!~]+|[.,:])|(.|\Z))", re.DOTALL)
"""A name, what an expression goes on with, or anything else, at which nobody looks further: other
names may be bound within brackets."""
OPENING = frozenset({"return", "yield", "await", "assert", "raise", "not"})
"""Keywords that an expression follows."""
HEADERS = frozenset({"if", "elif", "while"})
"""The same, with more behind the expression."""
BEHIND = frozenset({"and", "or", "in", "is", "not", "if", "else"})
"""Words behind a name that is read."""
NOT_BEHIND = frozenset({"=", ",", ":"})
"""Signs behind a name that may be assigned to."""


class Token(NamedTuple):
    """A part of a statement."""

    text: str
    end: int
    is_name: bool
    is_last: bool
    """Whether nothing further is looked at."""


def first_undefined(read: Sequence[tuple[str, int]], text: str, hole: Hole) -> str | None:
    """Return the first name that nothing binds of those in `read`, which `read_for_certain` found
    in `text`; None also where it may be bound yet: as a target, or by a comprehension."""
    space = text[: len(text) - len(text.lstrip())]
    for name, end in read:
        begun = f"{space}{name};" if hole.is_blank else f"{text[:end]};"
        if name in new_undefined(begun, hole):
            return name
    return None


def read_for_certain(text: str, hole: Hole) -> list[tuple[str, int]]:
    """Return the names that the first line of `text` reads for certain, and where each ends."""
    head = hole.head.lstrip()
    tokens = list(_tokens(head + text.partition("\n")[0]))
    first = tokens[0].text if tokens else ""
    follows = OPENING | HEADERS if hole.is_blank else OPENING
    is_soft = first in keyword.softkwlist and len(tokens) > 1 and tokens[1].is_name
    if (keyword.iskeyword(first) and first not in follows) or is_soft:
        return []
    found: list[tuple[str, int]] = []
    is_annotation, before = False, ""
    for this, after in pairwise(tokens):
        if this.text == "lambda" or (this.text == "if" and not hole.is_blank):
            break
        is_annotation = this.text == ":" or (is_annotation and this.text != "=")
        if is_annotation and keyword.iskeyword(first):
            break
        is_word = this.is_name and not keyword.iskeyword(this.text) and before != "."
        if is_word and this.end > len(head) and (is_annotation or _is_read_before(after)):
            found.append((this.text, this.end - len(head)))
        before = this.text
    return found


def _tokens(statement: str) -> Iterator[Token]:
    at = 0
    while found := TOKEN.match(statement, at):
        name, sign, other = found.groups()
        at = found.end()
        # A word at the end may go on, as may `=`.
        is_open = at == len(statement) and (name is not None or sign == "=")
        if not is_open:
            yield Token(found[0].strip(), at, name is not None, other is not None)
        if other is not None or is_open:
            return


def _is_read_before(token: Token) -> bool:
    """Whether a name that `token` comes after is read."""
    if token.is_name:
        return token.text in BEHIND
    if token.is_last:
        return token.text in {"(", "["}
    return token.text not in NOT_BEHIND
