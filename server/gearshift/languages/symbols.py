"""The functions, methods, classes and types that a document defines."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple, cast

from gearshift.languages.tree import SyntaxTree, grammar_of, tree_of

if TYPE_CHECKING:
    import tree_sitter

    from gearshift.core.document import Snapshot
    from gearshift.core.text import Range
    from gearshift.languages.language import Language, SymbolKind


class Symbol(NamedTuple):
    """One definition."""

    name: str
    qualified_name: str
    """Names from the outermost definition to this one, joined by dots."""
    kind: SymbolKind
    range: Range
    """The whole definition with its decorators, from its first character."""
    name_range: Range


@lru_cache(maxsize=8)
def _symbols(tree: SyntaxTree) -> tuple[Symbol, ...]:
    return tuple(_walk(tree))


def symbols(snapshot: Snapshot) -> tuple[Symbol, ...]:
    """Return all definitions in the order of their beginnings; none without a grammar."""
    tree = tree_of(snapshot)
    return () if tree is None else _symbols(tree)


def enclosing_symbol(snapshot: Snapshot, span: Range) -> Symbol | None:
    """Return the innermost definition that holds `span`; None: `span` is outside all."""
    holding = [
        s for s in symbols(snapshot) if s.range.contains(span.start) and s.range.contains(span.end)
    ]
    return max(holding, key=lambda s: (s.range.start, s.name_range.start), default=None)


def find_symbol(
    snapshot: Snapshot, qualified_name: str, *, near: Range | None = None
) -> Symbol | None:
    """Return the definition of that name, the one nearest to `near` where there are several."""
    found = [s for s in symbols(snapshot) if s.qualified_name == qualified_name]
    if near is None or len(found) < 2:
        return found[0] if found else None
    return min(found, key=lambda s: abs(s.range.start.line - near.start.line))


@cache
def _query(language: Language, *, has_declarations: bool) -> tree_sitter.Query:
    import tree_sitter

    wanted = language.symbols + (language.declarations if has_declarations else ())
    patterns = [f"{pattern} @{kind}" for kind, pattern in wanted]
    patterns += [f"({container}) @container" for container, _ in language.containers]
    return tree_sitter.Query(grammar_of(language), "\n".join(patterns))


class Definition(NamedTuple):
    """A symbol and the node that defines it, without what it is wrapped in."""

    symbol: Symbol
    node: tree_sitter.Node


def _walk(tree: SyntaxTree) -> list[Symbol]:
    return [definition.symbol for definition in definitions(tree, has_declarations=False)]


def definitions(tree: SyntaxTree, *, has_declarations: bool = True) -> list[Definition]:
    """Return all definitions in the order of their beginnings, also what is declared only."""
    import tree_sitter

    query = _query(tree.language, has_declarations=has_declarations)
    captures = tree_sitter.QueryCursor(query).captures(tree.root)
    nodes = [(node, kind) for kind, found in captures.items() for node in found]
    nodes.sort(key=lambda pair: (pair[0].start_byte, -pair[0].end_byte))
    found: list[Definition] = []
    around: list[tuple[int, str, str]] = []  # end byte, qualified name, kind
    for node, kind in nodes:
        while around and around[-1][0] <= node.start_byte:
            around.pop()
        name = _container_name(tree, node) if kind == "container" else _name_node(node)
        if name is None or not name.text:
            continue
        text = name.text.decode()
        outer = around[-1][1] if around else _receiver(tree, node)
        qualified = f"{outer}.{text}" if outer else text
        if kind != "container":
            inner = around[-1][2] if around else ""
            symbol = _symbol(tree, node, name, qualified, _kind(kind, inner))
            found.append(Definition(symbol, node))
        around.append((node.end_byte, qualified, kind))
    return found


def _kind(kind: str, outer: str) -> SymbolKind:
    if kind == "function" and outer in {"class", "interface", "container"}:
        return "method"
    return cast("SymbolKind", kind)


def _symbol(
    tree: SyntaxTree,
    node: tree_sitter.Node,
    name: tree_sitter.Node,
    qualified: str,
    kind: SymbolKind,
) -> Symbol:
    whole = node
    while whole.parent is not None and whole.parent.type in tree.language.wrappers:
        if whole.parent.type != "export_statement" and _shares(whole):
            break
        whole = whole.parent
    last = qualified.rpartition(".")[2]
    return Symbol(last, qualified, kind, tree.range_of(whole), tree.range_of(name))


def _shares(node: tree_sitter.Node) -> bool:
    """Whether the parent holds other definitions as well (`const f = …, g = …`)."""
    parent = node.parent
    same = [n for n in parent.named_children if n.type == node.type] if parent else []
    return len(same) > 1


def _name_node(node: tree_sitter.Node) -> tree_sitter.Node | None:
    """Return the node of a definition's name; in C it hides inside declarators."""
    name = node.child_by_field_name("name")
    return name or _declared(node.child_by_field_name("declarator"))


def _declared(declarator: tree_sitter.Node | None) -> tree_sitter.Node | None:
    if declarator is None:
        return None
    inner = declarator.child_by_field_name("declarator")
    if inner is None:
        inner = next((c for c in declarator.named_children if "declarator" in c.type), None)
    return declarator if inner is None else _declared(inner)


def _container_name(tree: SyntaxTree, node: tree_sitter.Node) -> tree_sitter.Node | None:
    field = dict(tree.language.containers)[node.type]
    found = node.child_by_field_name(field)
    while found is not None and found.type == "generic_type":
        found = found.child_by_field_name("type")
    return found


def _receiver(tree: SyntaxTree, node: tree_sitter.Node) -> str | None:
    return tree.language.qualifier(node) if tree.language.qualifier else None
