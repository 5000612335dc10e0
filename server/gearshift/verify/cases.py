"""The tests in a test file of a language other than Python: found, and taken out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gearshift.languages import language_of
from gearshift.languages.tree import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

JAVASCRIPT = frozenset({"javascript", "javascriptreact", "typescript", "typescriptreact"})
CALLED = frozenset({"test", "it"})
"""Functions whose calls are tests in JavaScript's frameworks."""
ASSERTION = re.compile(
    r"\bassert|\bexpect\(|\bt\.(?:assert|Error|Fatal|Fail)|\bpanic!|should_panic"
)
GO_TEST = re.compile(r"Test(?![a-z])")


@dataclass(frozen=True, slots=True)
class Case:
    """One test."""

    name: str
    """As its runner reports it, without the groups around it."""
    text: str
    first: int
    """First byte."""
    end: int

    @property
    def asserts(self) -> bool:
        """Whether anything in it can fail on a wrong result."""
        return ASSERTION.search(self.text) is not None


def read_cases(language: str, text: str) -> tuple[Case, ...]:
    """Return the tests in `text`, in order."""
    facts = language_of(language)
    found = _javascript if facts.ids[0] in JAVASCRIPT else _defined
    source = text.encode()
    return tuple(
        Case(name, source[first:end].decode("utf-8", "replace"), first, end)
        for name, first, end in found(parse(facts, text).root_node)
    )


def without_cases(language: str, text: str, names: set[str]) -> str:
    """Return `text` without the named tests and the blank lines above them."""
    source = text.encode()
    for case in reversed(read_cases(language, text)):
        if case.name in names:
            head, rest = source[: case.first].rstrip(), source[case.end :].lstrip(b"\n")
            gap = b"\n" if not rest.strip() or rest.lstrip()[:1] in (b"}", b")") else b"\n\n"
            source = head + gap + rest if head else rest
    return source.decode()


def _javascript(root: Node) -> Iterator[tuple[str, int, int]]:
    nodes = [root]
    while nodes:
        node = nodes.pop(0)
        call = node.named_children[0] if node.type == "expression_statement" else None
        if call is not None and call.type == "call_expression":
            name = _title(call)
            if name is not None:
                yield name, node.start_byte, node.end_byte
                continue
        nodes = [*node.named_children, *nodes]


def _title(call: Node) -> str | None:
    """Return the title of a call that is a test; None: it is none."""
    function, arguments = (
        call.child_by_field_name("function"),
        call.child_by_field_name("arguments"),
    )
    if function is None or arguments is None or _text(function).split(".")[0] not in CALLED:
        return None
    first = next(iter(arguments.named_children), None)
    if first is None or first.type not in ("string", "template_string"):
        return None
    return _text(first)[1:-1]


def _defined(root: Node) -> Iterator[tuple[str, int, int]]:
    """Yield Go's `func Test…` and Rust's functions under `#[test]`."""
    nodes = [root]
    while nodes:
        node = nodes.pop(0)
        name = node.child_by_field_name("name")
        if node.type == "function_declaration" and name and GO_TEST.match(_text(name)):
            yield _text(name), node.start_byte, node.end_byte
        elif node.type == "function_item" and name and (first := _attributes(node)) is not None:
            yield _text(name), first, node.end_byte
        else:
            nodes = [*node.named_children, *nodes]


def _attributes(node: Node) -> int | None:
    """Return the byte where a Rust function's attributes begin, if one says that it is a test."""
    first, is_test = node.start_byte, False
    before = node.prev_named_sibling
    while before is not None and before.type == "attribute_item":
        is_test = is_test or re.search(r"\btest\b", _text(before)) is not None
        first, before = before.start_byte, before.prev_named_sibling
    return first if is_test else None


def _text(node: Node) -> str:
    return node.text.decode("utf-8", "replace") if node.text else ""
