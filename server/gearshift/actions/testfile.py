"""Making a test file of a model's answer: mended by rule, merged with what is there."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from gearshift.actions.imports import add_imports
from gearshift.actions.rewrite import known_import
from gearshift.languages.statements import bound_name
from gearshift.verify.change import parse
from gearshift.verify.names import undefined_names
from gearshift.verify.suite import merged, read_tests

if TYPE_CHECKING:
    from gearshift.actions.subject import Subject


def joined(existing: str, code: str, subject: Subject) -> tuple[str, frozenset[str]]:
    """Return the text of the whole test file and the names of the new tests in it.

    A text that does not parse is returned as it is, for the trial to say so.
    """
    code = mended(code, subject)
    if not existing.strip():
        return code, frozenset(test.name for test in read_tests(code))
    before = {test.name for test in read_tests(existing)}
    text, _ = merged(existing, code)
    return text, frozenset(test.name for test in read_tests(text) if test.name not in before)


def mended(code: str, subject: Subject) -> str:
    """Return the answer's code with what models forget or repeat put right.

    The subject comes from its module, never from a copy in the answer, from a guessed module or
    from nowhere; names of the standard library and pytest are imported.
    """
    tree = parse(code)
    if tree is None:
        return code
    code = _without_copies(code, tree, subject)
    code = _without_self(code)
    tree = parse(code)
    missing = undefined_names(code, tree) if tree else set[str]()
    statements: list[str] = []
    for name in sorted(missing):
        if name in subject.names:
            statements.append(f"from {subject.module} import {name}")
        elif name in subject.imports:
            statements.append(subject.imports[name])
        elif name == "pytest":
            statements.append("import pytest")
        elif statement := known_import(name):
            statements.append(statement)
    return _spaced(add_imports(code, statements).strip("\n") + "\n")


def _without_self(code: str) -> str:
    """Return the code with plain test functions that take `self` taking nothing of that name."""
    tree = parse(code)
    lines = code.split("\n")
    for node in tree.body if tree else ():
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.args.args:
            header = lines[node.lineno - 1]
            if node.name.startswith("test") and node.args.args[0].arg == "self":
                lines[node.lineno - 1] = re.sub(r"\(\s*self\s*(?:,\s*)?", "(", header, count=1)
    return "\n".join(lines)


def _spaced(code: str) -> str:
    """Return the code with two blank lines above each top-level definition."""
    tree = parse(code)
    lines = code.split("\n")
    for node in reversed(tree.body if tree else ()):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)]) - 1
        last = first
        while last > 0 and not lines[last - 1].strip():
            last -= 1
        if last > 0 and not lines[last - 1].startswith("#"):
            lines[last:first] = ["", ""]
    return "\n".join(lines)


def _without_copies(code: str, tree: ast.Module, subject: Subject) -> str:
    """Remove definitions and imports of the subject's names that do not come from its module."""
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    lines = code.split("\n")
    for node in reversed(tree.body):
        is_copy = isinstance(node, definitions) and node.name in subject.names
        if isinstance(node, ast.ImportFrom) and node.module != subject.module:
            is_copy = all(bound_name(a) in subject.names for a in node.names)
        if isinstance(node, ast.If) and "__main__" in ast.unparse(node.test):
            is_copy = True
        if is_copy:
            decorators: list[ast.expr] = getattr(node, "decorator_list", [])
            first = min([node.lineno, *(d.lineno for d in decorators)])
            del lines[first - 1 : node.end_lineno]
    return "\n".join(lines)
