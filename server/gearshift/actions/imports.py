"""Imports of Python code: which names they bind, and adding those that are missing."""

from __future__ import annotations

import ast

from gearshift.core.text import split_lines
from gearshift.languages.statements import IMPORTS, bound_name, only


def imports_in(code: str) -> dict[str, str]:
    """Return the names that top-level imports of `code` bind, with a statement for each."""
    from gearshift.verify.change import parse

    tree = parse(code)
    found: dict[str, str] = {}
    for node in tree.body if tree else ():
        is_future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if not isinstance(node, IMPORTS) or is_future:
            continue
        for alias in node.names:
            if alias.name != "*":  # what that binds can't be told
                found[bound_name(alias)] = ast.unparse(only(node, [alias]))
    return found


def add_imports(text: str, statements: list[str]) -> str:
    """Return `text` with those import statements whose name no import binds yet."""
    from gearshift.verify.change import parse
    from gearshift.verify.suite import import_line

    tree = parse(text)
    if tree is None:
        return text
    known = imports_in(text)
    new = [s for s in dict.fromkeys(statements) if not set(imports_in(s)) <= set(known)]
    if not new:
        return text
    lines = split_lines(text)
    ending = "\r\n" if lines[0].endswith("\r\n") else "\n"
    line = import_line(tree)
    while line == 0 and line < len(lines) and lines[line].startswith("#"):
        line += 1
    block = "".join(statement + ending for statement in new)
    if line < len(lines) and not known and lines[line].strip():
        block += ending * 2
    if line and not known and ast.get_docstring(tree, clean=False) is not None:
        block = ending + block
    return "".join([*lines[:line], block, *lines[line:]])
