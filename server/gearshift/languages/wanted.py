"""What Python text around a place reads and nothing defines: what is missing there."""

from __future__ import annotations

import keyword
import re
import sys
from functools import lru_cache
from typing import TYPE_CHECKING

from gearshift.languages.bindings import KNOWN, is_bound, is_missing, names_read
from gearshift.languages.bound_lines import can_bind_unseen, may_be_bound

if TYPE_CHECKING:
    from collections.abc import Sequence

    import tree_sitter

READ_LINES = 40
"""Below the place, looked through for names: what is missing is used soon."""
MOST = 4
"""Names that one place can be missing before the text is judged to be something else, a draft."""
KNOWN_WORDS = KNOWN.union(keyword.kwlist)
WORD = re.compile(r"\w+")
MARGIN = re.compile(r"[^\s#)\]}]")
"""What begins a line outside a function, but for strings over several lines."""
COMMENT = re.compile(r"(?<=\s)# .*")
READ = re.compile(r"(?<![\w.])[^\W\d]\w*")
"""A word that is no attribute."""
IMPORT = re.compile(r"(?:import|from)\b")
HIDING = re.compile(r"(?:async\s+)?(?:def|class)\b|@")
PLAIN_BASES = frozenset({"object", "ABC", "Generic", "Protocol"})
"""Bases that bring no attributes of their own."""
SET_UNSEEN = ("setattr(", "__getattr__", "__getattribute__", "__dict__", "vars(")
"""What gives a class attributes that no text shows."""


def wanted_names(
    root: tree_sitter.Node, source: bytes, at: int, outside: str, beginning: str = ""
) -> tuple[str, ...]:
    """Return the names that the rest of the function around byte `at` reads and nothing binds, of
    those with this `beginning`.

    In the order in which they are read; none that are missing above as well, and none that are
    called.
    `source` is the text whose tree is `root`; `outside` is more of the document. Neither may bind
    names unseen.
    """
    function = _around(root, at, "function_definition")
    if function is None:
        return ()
    start = source.find(b"\n", at)
    if not 0 <= start < function.end_byte:
        return ()
    end = min(_lines_on(source, start, READ_LINES), function.end_byte)
    names = tuple(
        name
        for name, node in names_read(root, start, end)
        if name.startswith(beginning)
        and not _is_called(node)
        and is_missing(root, source, name, node, start, end)
        and not may_be_bound(_at_margin(outside, name), name)
    )
    return names if len(names) <= MOST else ()


def unbound_names(root: tree_sitter.Node, source: bytes) -> tuple[str, ...]:
    """Return the names that `source` reads and nothing in it binds, in order."""
    if can_bind_unseen(source.decode("utf-8", "replace")):
        return ()
    return tuple(
        name
        for name, node in names_read(root, 0, len(source))
        if not is_bound(root, source, name, node)
    )


def wanted_modules(root: tree_sitter.Node, source: bytes, at: int, outside: str) -> tuple[str, ...]:
    """Return the modules of Python's library that the text after byte `at` uses by name (`re.X`)
    and nothing imports. Neither `source` nor `outside` may bind names unseen."""
    return tuple(
        name
        for name, node in names_read(root, at, len(source))
        if name in sys.stdlib_module_names
        and node.parent is not None
        and node.parent.type == "attribute"
        and not is_bound(root, source, name, node)
        and not may_be_bound(_at_margin(outside, name), name)
    )


def wanted_attributes(root: tree_sitter.Node, source: bytes, at: int) -> tuple[str, ...]:
    """Return the attributes that the `__init__` around byte `at` has yet to set, as `self.name`.

    Parameters that it does not use yet come first, if the class reads an attribute called so.
    Then what else the class reads, if no base can have it.
    """
    function = _around(root, at, "function_definition")
    owner = _around(root, at, "class_definition")
    name = function.child_by_field_name("name") if function else None
    if function is None or owner is None or name is None or name.text != b"__init__":
        return ()
    parameters = _parameters(function)
    if not parameters:
        return ()
    me, *others = parameters
    whole, body = _text(owner), _text(function.child_by_field_name("body"))
    missing = _unset(me, whole, _leading(source, function.start_byte))
    if not missing:
        return ()
    used = {*WORD.findall(body)}
    unused = [other for other in others if other not in used]
    named = [name for other in unused for name in (other, f"_{other}") if name in missing]
    rest: list[str] = []
    if _has_plain_bases(owner) and not any(sign in whole for sign in SET_UNSEEN):
        # A method that is missing is to be written, not assigned.
        called = {*re.findall(rf"\b{re.escape(me)}\.(\w+)\s*\(", whole)}
        rest = [name for name in missing if name not in named and name not in called]
    return tuple(f"{me}.{name}" for name in (*named, *rest))


def is_among_imports(lines: Sequence[str], line: int) -> bool:
    """Whether a line at the margin is an import, or stands next to one."""
    if lines[line][:1].isspace() and lines[line].strip():
        return False
    near = lines[max(0, line - 2) : line + 3]
    return any(IMPORT.match(each) for each in near)


def _unset(me: str, whole: str, indent: str) -> list[str]:
    """Return the attributes that a class reads of itself and sets nowhere, in order."""
    own = rf"\b{re.escape(me)}\."
    assigned = rf"^{re.escape(indent)}(?:(?:async\s+)?def\s+)?(\w+)\s*[(:=,]"
    known = {
        *re.findall(rf"{own}(\w+)\s*=(?!=)", whole),
        *re.findall(rf"^\s*{own}(\w+)\s*:", whole, re.MULTILINE),
        *re.findall(rf"{own}(\w+)(?:\s*,\s*[\w.]+)+\s*=(?!=)", whole),
        *re.findall(assigned, whole, re.MULTILINE),
    }
    read = dict.fromkeys(re.findall(rf"{own}(\w+)", whole))
    return [name for name in read if name not in known and not name.startswith("__")]


def words_read(below: Sequence[str]) -> set[str]:
    """Return the words among which the names are that `wanted_names` may find in lines `below`."""
    near = below[:READ_LINES]
    end = next((n for n, line in enumerate(near) if MARGIN.match(line)), len(near))
    return {*READ.findall(COMMENT.sub("", "".join(near[:end])))} - KNOWN_WORDS


def _is_called(node: tree_sitter.Node) -> bool:
    """Whether a name is a function's: one that is missing is to be imported, not assigned."""
    return node.parent is not None and node.parent.child_by_field_name("function") == node


def _at_margin(text: str, name: str) -> str:
    """Return the lines with `name` that lie outside definitions, where functions can see it."""
    visible = _margin(text)
    lines: list[str] = []
    at = visible.find(name)
    while at >= 0:
        end = visible.find("\n", at)
        end = len(visible) if end < 0 else end
        lines.append(visible[visible.rfind("\n", 0, at) + 1 : end])
        at = visible.find(name, end)
    return "\n".join(lines)


@lru_cache(maxsize=2)
def _margin(text: str) -> str:
    """Return the lines that lie outside definitions; they stay while someone types below them."""
    visible: list[str] = []
    is_hidden = False
    for line in text.split("\n"):
        first = line[:1]
        if first and not first.isspace():
            visible.append(line)
            if first not in "#)]}":
                is_hidden = HIDING.match(line) is not None
        elif not is_hidden:
            visible.append(line)
    return "\n".join(visible)


def _leading(source: bytes, at: int) -> str:
    """Return the white space that the line of byte `at` begins with."""
    line = source[source.rfind(b"\n", 0, at) + 1 : at].decode("utf-8", "replace")
    return line[: len(line) - len(line.lstrip())]


def _around(root: tree_sitter.Node, at: int, kind: str) -> tree_sitter.Node | None:
    node = root.descendant_for_byte_range(at, at)
    while node is not None and node.type != kind:
        node = node.parent
    return node


def _lines_on(source: bytes, start: int, count: int) -> int:
    for _ in range(count):
        start = source.find(b"\n", start + 1)
        if start < 0:
            return len(source)
    return start


def _text(node: tree_sitter.Node | None) -> str:
    text = node.text if node is not None else None
    return (text or b"").decode("utf-8", "replace")


def _parameters(function: tree_sitter.Node) -> list[str]:
    """Return the names of the parameters but for `*args` and `**kwargs`."""
    node = function.child_by_field_name("parameters")
    if node is None:
        return []
    names: list[str] = []
    for each in node.named_children:
        named = each.child_by_field_name("name") or each
        if named.type == "typed_parameter":
            named = named.named_children[0]
        if named.type == "identifier":
            names.append(_text(named))
    return names


def _has_plain_bases(owner: tree_sitter.Node) -> bool:
    bases = owner.child_by_field_name("superclasses")
    if bases is None:
        return True
    names = (re.split(r"[\[(]", _text(base))[0].rpartition(".")[2] for base in bases.named_children)
    return all(name in PLAIN_BASES for name in names)
