"""Definitions without their bodies: what someone who uses them has to know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gearshift.core.text import line_body

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import tree_sitter

    from gearshift.languages.symbols import Definition
    from gearshift.languages.tree import SyntaxTree

MOST_LINES = 12
"""Of one skeleton; longer ones are cut and say so."""
LINE_CHARACTERS = 160
VALUE_CHARACTERS = 40
"""Longest value of a field that is shown."""
TYPE_KINDS = frozenset({"class", "interface", "enum", "type", "module"})
PRIVATE = re.compile(r"(?:private\b|#|(?:async\s+)?def _(?!_init__)|_(?!_init__)\w*\s*[:=])")
FIELD = re.compile(r"self\.(\w+)\s*(:[^=\n]+)?=\s*(.+)")
DECORATOR = re.compile(r"\s*@(?!interface\b)[\w.]+(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?\s*")
OPENING = re.compile(r"\s*(?:=>)?\s*\{?\s*$")
ELISION = "…"


class Skeletons:
    """Renders the definitions of one tree."""

    def __init__(
        self, tree: SyntaxTree, definitions: Sequence[Definition], *, is_inside: bool = False
    ) -> None:
        """`is_inside`: for the file itself, which may use what is private."""
        self._tree = tree
        self._is_inside = is_inside
        self._apart: dict[str, list[Definition]] = {}
        for definition in definitions:
            owner = definition.symbol.qualified_name.rpartition(".")[0]
            if owner:
                self._apart.setdefault(owner, []).append(definition)

    def of(self, definition: Definition) -> str:
        """Return the skeleton of `definition`, at most `MOST_LINES` lines."""
        lines = list(self._lines(definition))
        if len(lines) > MOST_LINES:
            mark = self._tree.language.line_comment or ""
            lines[MOST_LINES - 1 :] = [f"{_indent_of(lines[1])}{mark} {ELISION}"]
        return "\n".join(lines)

    def _lines(self, definition: Definition) -> Iterator[str]:
        body = _body(definition.node)
        if definition.symbol.kind in TYPE_KINDS and body is not None:
            yield from self._type(definition, body)
        else:
            yield from self._function(definition, body)
        if definition.symbol.kind in TYPE_KINDS:
            yield from self._methods_apart(definition)

    def _function(self, definition: Definition, body: tree_sitter.Node | None) -> Iterator[str]:
        head = self._head(definition, body)
        if body is None:
            yield from head.split("\n")[: MOST_LINES + 1]
            return
        note = self._docstring(body)
        if not self._tree.language.is_indented:
            yield f"{head};"
        elif note:
            yield from (head, f"    {note}")
        else:
            yield f"{head} ..."

    def _type(self, definition: Definition, body: tree_sitter.Node) -> Iterator[str]:
        is_indented = self._tree.language.is_indented
        yield self._head(definition, body) + ("" if is_indented else " {")
        note = self._docstring(body) if is_indented else ""
        members = [*filter(None, [note]), *self._members(body)]
        yield from (f"    {member}" for member in members or (["..."] if is_indented else []))
        if not is_indented:
            yield "}"

    def _members(self, body: tree_sitter.Node) -> Iterator[str]:
        for node in body.named_children:
            inner = _body_within(node)
            end = inner.start_byte if inner is not None else node.end_byte
            member = _in_one_line(self._tree.source[node.start_byte : end].decode(errors="replace"))
            if node.type in self._tree.language.comments or _is_docstring(node):
                continue
            *decorators, member = _decorated(member)
            if self._is_inside or not PRIVATE.match(member):
                yield from decorators
                yield from self._member(member, inner)

    def _member(self, member: str, inner: tree_sitter.Node | None) -> Iterator[str]:
        if inner is None:
            yield _short(member)
        elif not self._tree.language.is_indented:
            yield f"{_short(OPENING.sub('', member, count=1))};"
        else:
            fields = list(self._fields(inner)) if "def __init__" in member else []
            yield _short(member) + ("" if fields else " ...")
            yield from (f"    {field}" for field in fields)

    def _fields(self, body: tree_sitter.Node) -> Iterator[str]:
        """Yield what a Python constructor sets, as the fields that it makes."""
        text = self._tree.source[body.start_byte : body.end_byte].decode(errors="replace")
        seen: set[str] = set()
        for line in text.split("\n"):
            match = FIELD.match(line.strip())
            is_seen = match is not None and (self._is_inside or not match[1].startswith("_"))
            if match and is_seen and match[1] not in seen:
                seen.add(match[1])
                value = match[3] if len(match[3]) <= VALUE_CHARACTERS else "..."
                yield f"self.{match[1]}{(match[2] or '').rstrip()} = {value}"

    def _methods_apart(self, definition: Definition) -> Iterator[str]:
        """Yield methods that stand outside of their type (Go, Rust, C++)."""
        for method in self._apart.get(definition.symbol.qualified_name, ()):
            if method.node.start_byte >= definition.node.end_byte or (
                method.node.end_byte <= definition.node.start_byte
            ):
                yield f"{self._head(method, _body(method.node))};"

    def _head(self, definition: Definition, body: tree_sitter.Node | None) -> str:
        start = self._tree.byte(definition.symbol.range.start)
        end = body.start_byte if body is not None else self._tree.byte(definition.symbol.range.end)
        text = self._tree.source[start:end].decode(errors="replace").rstrip()
        if body is None:
            return text
        *decorators, head = _decorated(text)
        return "\n".join([*decorators, _short(OPENING.sub("", _in_one_line(head), count=1))])

    def _docstring(self, body: tree_sitter.Node) -> str:
        first = next(iter(body.named_children), None)
        if first is None or not _is_docstring(first) or not first.text:
            return ""
        line, *more = first.text.decode(errors="replace").split("\n")
        quote = line.lstrip("rRbBuU")[:3]
        if line.strip() == quote and more:
            line = quote + more[0].strip()
        return _short(line if not more else line.rstrip() + quote)


def _body(node: tree_sitter.Node) -> tree_sitter.Node | None:
    value = node.child_by_field_name("value")
    return node.child_by_field_name("body") or (value and value.child_by_field_name("body"))


def _body_within(node: tree_sitter.Node) -> tree_sitter.Node | None:
    """Return the body of a member that may be wrapped in decorators."""
    inner = node.child_by_field_name("definition") or node
    return _body(inner)


def _is_docstring(node: tree_sitter.Node) -> bool:
    inner = node.named_children[0] if node.named_child_count == 1 else node
    return node.type == "expression_statement" and inner.type == "string"


def _decorated(text: str) -> list[str]:
    """Return the decorators, an item each, and the rest."""
    parts: list[str] = []
    while match := DECORATOR.match(text):
        parts.append(_short(match[0].strip()))
        text = text[match.end() :]
    return [*parts, text]


def _in_one_line(text: str) -> str:
    """Return a signature on one line; one with a comment in it only loses its indentation."""
    lines = [line.strip() for line in text.strip().split("\n")]
    if len(lines) == 1:
        return lines[0]
    joined = " ".join(filter(None, lines))
    joined = re.sub(r"([(\[])\s+", r"\1", joined)
    return re.sub(r",?\s+([)\]])", r"\1", joined)


def _short(text: str) -> str:
    return text if len(text) <= LINE_CHARACTERS else text[:LINE_CHARACTERS].rstrip() + ELISION


def _indent_of(line: str) -> str:
    body = line_body(line)
    return body[: len(body) - len(body.lstrip())]
