"""Names that a suggestion would use and that nothing in its file defines."""

from __future__ import annotations

import keyword
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from gearshift.completion.around import STATEMENT
from gearshift.completion.indentation import leading
from gearshift.completion.near import CLOSE_LINES, is_cut_string, lines_near
from gearshift.languages import python
from gearshift.languages.bindings import (
    KNOWN,
    is_bound,
    is_bound_around,
    is_missing,
    names_read,
    scope_of,
)
from gearshift.languages.bound_lines import begins_word
from gearshift.languages.tree import parse
from gearshift.languages.wanted import READ

if TYPE_CHECKING:
    from gearshift.completion.around import Around
    from gearshift.completion.hole import Hole

Place = Literal["here", "elsewhere", "nowhere"]
"""Where a name is bound, as seen from a line."""
NOTEBOOK = "vscode-notebook-cell:"
"""Cells of a notebook share their names, and each is a document of its own."""
MOST_CHARACTERS = 1_500_000
"""Of a document that is searched for a name's definition, in about 20 ms."""
WORD = re.compile(r"[^\W\d]\w*")
WORD_BEGUN = re.compile(r"\w+")


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
    known = _known_to_be_bound(hole.around, hole.indent)
    if _words_read(text, hole) <= known or hole.can_bind_unseen:
        return ()
    return _unbound(text, hole, known)


def _unbound(text: str, hole: Hole, known: set[str]) -> tuple[str, ...]:
    """Return the names that `text` reads and no line binds; what is found is added to `known`."""
    found = _unbound_in_line(text, hole, known)
    if found is not None:
        return found
    is_broken = _is_broken(hole.around, leading(hole.head))
    if is_broken and not is_cut_string([hole.head, text, hole.tail]):
        return _unbound_in_words(text, hole, known)
    return _unbound_in_tree(text, hole, known)


def _unbound_in_line(text: str, hole: Hole, known: set[str]) -> tuple[str, ...] | None:
    """Return the same told from the cursor's line by itself; None: that is no whole statement.

    Of what stands around only its names are looked up, each once while someone types on a line.
    """
    line = hole.head + text + hole.tail
    statement = line.lstrip()
    indent = line[: len(line) - len(statement)]
    if "\n" in text or not _takes_statement(hole.around, indent):
        return None
    source = statement.encode("utf-8", "replace")
    body = " pass" if statement.rstrip().endswith(":") else ""
    root = parse(hole.language, statement.rstrip() + body if body else statement).root_node
    if root.has_error:
        return None
    end = len(source) - len(hole.tail.encode("utf-8", "replace"))
    start = max(0, end - len(text.encode("utf-8", "replace")))
    typed = {*WORD.findall(hole.head[: _last_word(hole.head)])}
    unbound: list[str] = []
    for name, node in names_read(root, start, end):
        if name in typed or name in known:
            continue
        if scope_of(node) != root:
            return None  # it sees less of what stands around
        if is_bound(root, source, name, node):
            continue
        places = _places(hole.around, indent)
        if name not in places:
            places[name] = _binding_around(hole.around, indent, name)
        place = places[name]
        if place == "here":
            known.add(name)
        elif place == "nowhere" and not hole.outside.may_bind(name):
            is_whole = node.end_byte != end or not _is_begun(name, hole)
            unbound += [name] if is_whole else []
    return tuple(unbound)


def _unbound_in_words(text: str, hole: Hole, known: set[str]) -> tuple[str, ...]:
    """Return the same where the lines around are broken: of those only the nearest are parsed.

    The whole would take a hundred times as long as where it is sound, and a tree of it says little.
    Further away a name is bound if any line looks like it.
    """
    above, below = lines_near(hole) or _next_to(hole)
    before, after = above + hole.head, hole.rest + below
    source = (before + text + after).encode("utf-8", "replace")
    root = parse(hole.language, before + text + after).root_node
    start = len(before.encode("utf-8", "replace"))
    end = start + len(text.encode("utf-8", "replace"))
    typed = {*WORD.findall(hole.head[: _last_word(hole.head)])}
    unbound: list[str] = []
    for name, node in names_read(root, start, end):
        if name in typed or name in known or is_bound(root, source, name, node):
            continue
        if not hole.around.may_bind(name) and not hole.outside.may_bind(name):
            is_whole = node.end_byte != end or not _is_begun(name, hole)
            unbound += [name] if is_whole else []
    return tuple(unbound)


@lru_cache(maxsize=4)
def _is_broken(around: Around, indent: str) -> bool:
    """Whether the grammar finds errors around a line, so that no statement stands whole there."""
    parsed = around.tree_with_statement(indent)
    return parsed is not None and parsed[0].has_error and not _takes_statement(around, indent)


def _next_to(hole: Hole) -> tuple[str, str]:
    around = hole.around
    return "".join(around.above[-CLOSE_LINES:]), "".join(around.below[:CLOSE_LINES])


@lru_cache(maxsize=4)
def _takes_statement(around: Around, indent: str) -> bool:
    """Whether a statement may stand on a line that is indented so, and the text around is sound."""
    parsed = around.tree_with_statement(indent)
    if parsed is None:
        return False
    root, _, _, start = parsed
    node = root.descendant_for_byte_range(start, start + len(STATEMENT))
    if node is None or not node.type.startswith(STATEMENT):
        return False
    while node is not None and not node.is_error:
        node = node.parent
    return node is None


@lru_cache(maxsize=4)
def _places(around: Around, indent: str) -> dict[str, Place]:
    """Return what `_binding_around` has said so far of a line."""
    del around, indent
    return {}


def _binding_around(around: Around, indent: str, name: str) -> Place:
    """Return where the lines around one that is indented so bind `name`: for all that may stand on
    it, for some of it or where it is found undefined already, or nowhere."""
    parsed = around.tree_with_statement(indent)
    if parsed is None:
        return "elsewhere"
    root, source, line, start = parsed
    end = start + len(STATEMENT)
    node = root.descendant_for_byte_range(start, end) or root
    if is_missing(root, source, name, node, start, end):
        return "nowhere"
    is_here = is_bound_around(root, source, name, node, line, end)
    return "here" if is_here else "elsewhere"


def _unbound_in_tree(text: str, hole: Hole, known: set[str]) -> tuple[str, ...]:
    parsed = hole.tree_with(text)
    if parsed is None:
        return ()
    root, source, start = parsed
    end = start + len(text.encode("utf-8", "replace"))
    line = start - len(hole.head.encode("utf-8", "replace"))
    line_end = end + len(hole.tail.encode("utf-8", "replace"))
    typed = {*WORD.findall(hole.head[: _last_word(hole.head)])}
    unbound: list[str] = []
    for name, node in names_read(root, start, end):
        if name in typed or name in known:
            continue
        if not is_missing(root, source, name, node, start, end):
            if is_bound_around(root, source, name, node, line, line_end):
                known.add(name)
        elif not hole.outside.may_bind(name):
            is_whole = node.end_byte != end or not _is_begun(name, hole)
            unbound += [name] if is_whole else []
    return tuple(unbound)


@lru_cache(maxsize=4)
def _known_to_be_bound(around: Around, indent: int) -> set[str]:
    """Return the names known so far to be bound for whatever stands on a line."""
    del around, indent
    return {*KNOWN, *keyword.kwlist}


def _words_read(text: str, hole: Hole) -> set[str]:
    """Return the words of `text` that may be names, those whole that go on outside it."""
    head, tail = hole.head, WORD_BEGUN.match(hole.tail)
    begun = head[_last_word(head) :] if WORD_BEGUN.match(text) else ""
    return {*READ.findall(begun + text + (tail[0] if tail else ""))}


def _last_word(head: str) -> int:
    """Return where the word that the cursor touches begins."""
    return len(head) - len(re.split(r"\W", head)[-1])


def _is_begun(name: str, hole: Hole) -> bool:
    """Whether `name`, at the end of what the model said, may be the beginning of a known one."""
    if any(known.startswith(name) for known in KNOWN):
        return True
    return begins_word(hole.before, name) or begins_word(hole.after, name)
