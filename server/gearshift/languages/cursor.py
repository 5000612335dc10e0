"""What the syntax says of one place: code or not, an empty block or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from gearshift.core.text import Position, clamp, line_body
from gearshift.languages import language_of
from gearshift.languages.brackets import PAIRS, scan
from gearshift.languages.tree import SyntaxTree, tree_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import tree_sitter

    from gearshift.core.document import Snapshot
    from gearshift.languages.language import Language

Place = Literal["code", "comment", "string"]
EMBEDDED_CODE = frozenset({"interpolation", "template_substitution"})
"""Node types of code inside a string: what they hold is no string again."""


def place_of(snapshot: Snapshot, position: Position) -> Place:
    """Return what `position` lies in; the end of a line comment still lies in it."""
    tree = tree_of(snapshot)
    if tree is not None:
        found = _place_in_tree(tree, position)
        if found != "code" or not tree.root.has_error:
            return found
    line = line_body(snapshot.lines[clamp(snapshot.lines, position).line])[: position.column]
    state = scan(language_of(snapshot.language), line)
    if state.in_comment:
        return "comment"
    return "string" if state.quote else "code"


def is_in_comment_or_string(snapshot: Snapshot, position: Position) -> bool:
    """Whether `position` lies in a comment or a string."""
    return place_of(snapshot, position) != "code"


def begins_in_brackets(snapshot: Snapshot, line: int) -> bool:
    """Whether a bracket that was opened above `line` is still open there, by the grammar."""
    tree = tree_of(snapshot)
    if tree is None:
        return False
    text = snapshot.lines[line]
    byte = tree.byte(Position(line, len(text) - len(text.lstrip())))
    node = tree.root.descendant_for_byte_range(byte, byte)
    while node is not None:
        # The opener comes first, behind what is called or looked into, or behind `from a import`.
        first = [node.child(n) for n in range(min(node.child_count, 4))]
        if any(child.type in PAIRS and child.start_point[0] < line for child in first):
            return True
        node = node.parent
    return False


def block_expected(snapshot: Snapshot, position: Position) -> bool:
    """Whether a new block belongs at `position`: the body of the header before it is still empty.

    True on an empty line below a header (comments and a docstring between are passed over) and at
    the end of a header's own line.
    """
    language = language_of(snapshot.language)
    place = clamp(snapshot.lines, position)
    line = line_body(snapshot.lines[place.line])
    if line[place.column :].strip():
        return False
    if not line.strip():
        return body_expected(snapshot, place.line)
    return opens_empty_block(language, line, _next_code_line(snapshot.lines, place.line + 1))


def body_expected(snapshot: Snapshot, line: int) -> bool:
    """Whether a new block belongs in place of `line`, whatever stands on that."""
    header = _header_line(snapshot, line)
    if header is None:
        return False
    head = line_body(snapshot.lines[header])
    below = _next_code_line(snapshot.lines, line + 1)
    return opens_empty_block(language_of(snapshot.language), head, below)


def opens_empty_block(language: Language, line: str, below: str) -> bool:
    """Whether `line` is a header and the next line with something on it no part of its body."""
    return _opens_block(language, line) and _indent(below) <= _indent(line)


def _place_in_tree(tree: SyntaxTree, position: Position) -> Place:
    byte = tree.byte(position)
    node = tree.root.descendant_for_byte_range(max(byte - 1, 0), byte)
    while node is not None and node.type not in EMBEDDED_CODE:
        if node.type in tree.language.comments and node.start_byte < byte:
            is_closed = bool(node.text) and not _is_line_comment(tree.language, node)
            return "code" if is_closed and byte >= node.end_byte else "comment"
        if node.type in tree.language.strings and node.start_byte < byte < node.end_byte:
            return "string"
        node = node.parent
    return "code"


def _is_line_comment(language: Language, node: tree_sitter.Node) -> bool:
    opening = language.block_comment[0].encode() if language.block_comment else None
    return not (opening and node.text and node.text.startswith(opening))


def _header_line(snapshot: Snapshot, line: int) -> int | None:
    """Return the nearest line above that holds code other than a comment or a docstring."""
    language = language_of(snapshot.language)
    above = line - 1
    while above >= 0:
        text = line_body(snapshot.lines[above])
        if not text.strip():
            above -= 1
            continue
        start = _start_of_note(snapshot, language, above, text)
        if start is None:
            return above
        above = start - 1
    return None


def _start_of_note(snapshot: Snapshot, language: Language, line: int, text: str) -> int | None:
    """Return the first line of the comment or bare string that ends on `line`; None: it is code."""
    if language.line_comment and text.lstrip().startswith(language.line_comment):
        return line
    ends = (*language.quotes, *(language.block_comment or ())[1:])
    if not text.rstrip().endswith(ends):
        return None
    tree = tree_of(snapshot)
    if tree is None:
        return None
    byte = tree.byte(Position(line, len(text.rstrip())))
    node = tree.root.descendant_for_byte_range(max(byte - 1, 0), byte)
    while node is not None and node.type not in tree.language.comments | tree.language.strings:
        node = node.parent
    if node is None or node.end_byte < byte:
        return None
    start = tree.position(node.start_byte)
    is_alone = not line_body(tree.lines[start.line])[: start.column].strip()
    return start.line if is_alone else None


def _opens_block(language: Language, line: str) -> bool:
    state = scan(language, line)
    if state.quote or state.in_comment:
        code = state.code
        return bool(state.in_comment and language.opener.search(code))
    if language.is_indented and state.open:
        return False  # `{"a":` and `f(x,` go on with an expression
    return bool(language.opener.search(state.code))


def _next_code_line(lines: Sequence[str], start: int) -> str:
    return next((line for line in lines[start:] if line.strip()), "")


def _indent(line: str) -> int:
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip()) if line.strip() else 0
