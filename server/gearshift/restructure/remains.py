"""What a rename leaves behind: names in `__all__`, and attributes whose owner nobody can tell."""

from __future__ import annotations

import ast


def exported(text: str, old: str, new: str) -> str | None:
    """Return the text with `old` renamed in `__all__`; None: it is not in there."""
    places = [
        (n.lineno, n.col_offset, n.end_col_offset)
        for value in _exports(ast.parse(text))
        for n in ast.walk(value)
        if isinstance(n, ast.Constant) and n.value == old and n.lineno == n.end_lineno
    ]
    if not places:
        return None
    lines = text.split("\n")
    for row, start, end in sorted(places, reverse=True):
        line = lines[row - 1].encode()
        quoted = line[start:end].decode().replace(old, new)
        lines[row - 1] = (line[:start] + quoted.encode() + line[end or 0 :]).decode()
    return "\n".join(lines)


def _exports(tree: ast.Module) -> list[ast.expr]:
    found: list[ast.expr] = []
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, (ast.AugAssign, ast.AnnAssign)):
            targets = [node.target]
        if any(isinstance(t, ast.Name) and t.id == "__all__" for t in targets):
            value = getattr(node, "value", None)
            found += [value] if isinstance(value, ast.expr) else []
    return found


def remains(text: str, old: str) -> list[int]:
    """Return the lines, from 0, where `old` is still an attribute or the text of one."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return []
    found: set[int] = set()
    for node in ast.walk(tree):
        is_attribute = isinstance(node, ast.Attribute) and node.attr == old
        is_text = isinstance(node, ast.Constant) and node.value == old
        if is_attribute or is_text:
            found.add(getattr(node, "lineno", 1) - 1)
    return sorted(found)
