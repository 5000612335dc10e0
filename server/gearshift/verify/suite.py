"""The tests in a Python test file: found, taken out, merged into a file that is there already."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gearshift.core.text import split_lines
from gearshift.verify.change import parse

if TYPE_CHECKING:
    from typing_extensions import TypeIs

Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
Import = (ast.Import, ast.ImportFrom)


@dataclass(frozen=True, slots=True)
class GeneratedTest:
    """One test function or test method."""

    name: str
    """`test_add`, or `TestAdd::test_zero` for a method."""
    asserts: bool
    """Whether anything in it can fail on a wrong result."""
    used: frozenset[str]
    """Names and attributes that it reads."""


def read_tests(text: str) -> tuple[GeneratedTest, ...]:
    """Return the tests in `text`, in order; none if it does not parse."""
    tree = parse(text)
    return tuple(_test(name, node) for name, node in test_nodes(tree)) if tree else ()


def test_nodes(
    tree: ast.Module,
) -> list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Return each test with its name, `TestAdd::test_zero` for a method, in order."""
    found: list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]] = []
    for node in tree.body:
        if _is_test(node):
            found.append((node.name, node))
        elif isinstance(node, ast.ClassDef):
            found += [(f"{node.name}::{m.name}", m) for m in node.body if _is_test(m)]
    return found


def _is_test(node: ast.stmt) -> TypeIs[ast.FunctionDef | ast.AsyncFunctionDef]:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith(
        "test"
    )


def _test(name: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> GeneratedTest:
    used = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    used |= {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
    return GeneratedTest(name, asserts(node), frozenset(used))


def asserts(node: ast.stmt) -> bool:
    """Whether anything in it can fail on a wrong result."""
    return any(_is_assertion(n) for n in ast.walk(node))


_ASSERTING_CALL = re.compile(r"(assert|fail$|raises$|warns$|deprecated_call$)")


def _is_assertion(node: ast.AST) -> bool:
    """Whether `node` is an assertion; of a constant (`assert True`) it is none."""
    if isinstance(node, ast.Assert):
        return not isinstance(node.test, ast.Constant)
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return _ASSERTING_CALL.match(name) is not None


def without_tests(text: str, names: set[str]) -> str:
    """Return `text` without the named tests; a class that loses all its tests goes too."""
    tree = parse(text)
    if tree is None or not names:
        return text
    doomed: list[ast.stmt] = []
    for node in tree.body:
        if _is_test(node) and node.name in names:
            doomed.append(node)
        elif isinstance(node, ast.ClassDef):
            tests = [m for m in node.body if _is_test(m)]
            gone = [m for m in tests if f"{node.name}::{m.name}" in names]
            doomed += [node] if tests and len(gone) == len(tests) else list(gone)
    lines = split_lines(text)
    for node in sorted(doomed, key=lambda n: n.lineno, reverse=True):
        first = _first_line(node)
        while first > 1 and not lines[first - 2].strip():
            first -= 1  # the blank lines that set it apart go with it
        last = node.end_lineno or node.lineno
        if first > 1 and lines[first - 2].rstrip().endswith(":"):
            while last < len(lines) and not lines[last].strip():
                last += 1  # it was the first of its class: those below it set nothing apart
        del lines[first - 1 : last]
    return "".join(lines)


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(d.lineno for d in decorators)])


def merged(existing: str, generated: str) -> tuple[str, dict[str, str]]:
    """Return `existing` with the new parts of `generated`, and what was renamed in them.

    Imports that are missing join the imports; helpers that are defined already are left out; the
    tests of a class that is there join it; a test whose name is taken gets a number.
    """
    existing, generated = _with_classes_joined(existing, generated)
    old, new = parse(existing), parse(generated)
    if old is None or new is None:
        return existing, {}
    taken = {n.name for n in old.body if isinstance(n, Definition)} | _assigned(old)
    known = {ast.unparse(n) for n in old.body if isinstance(n, Import)}
    imports, pieces, renamed = list[str](), list[str](), dict[str, str]()
    for node in new.body:
        source = _source(generated, node)
        if isinstance(node, Import):
            if ast.unparse(node) not in known:
                imports.append(source)
            continue
        if isinstance(node, Definition):
            if node.name in taken:
                if not node.name.lower().startswith("test"):
                    continue
                renamed[node.name] = _free(node.name, taken)
                source = re.sub(rf"\b{node.name}\b", renamed[node.name], source, count=1)
            taken.add(renamed.get(node.name, node.name))
        elif not isinstance(node, (ast.Assign, ast.AnnAssign)) or _assigned(node) & taken:
            continue  # the docstring, `if __name__ == "__main__":`, constants that are there
        pieces.append(source)
    head, call = _without_call(existing, old)
    text = _with_imports(head, old, imports).rstrip("\n") + "\n"
    text += "".join(f"\n\n{piece.rstrip()}\n" for piece in pieces)
    return (f"{text}\n\n{call}" if call else text), renamed


def _with_classes_joined(existing: str, generated: str) -> tuple[str, str]:
    """Return both texts, the methods of classes that both have in the first one alone."""
    old, new = parse(existing), parse(generated)
    classes = {n.name: n for n in old.body if isinstance(n, ast.ClassDef)} if old else {}
    lines, rest = split_lines(existing), split_lines(generated)
    joining = [
        (classes[n.name], n)
        for n in (new.body if new else ())
        if isinstance(n, ast.ClassDef) and n.name in classes and all(map(_is_test, n.body))
    ]
    for own, node in sorted(joining, key=lambda pair: pair[0].lineno, reverse=True):
        taken = {m.name for m in own.body if isinstance(m, Definition)}
        block: list[str] = []
        for method in filter(_is_test, node.body):
            source = _source(generated, method)
            if method.name in taken:
                free = _free(method.name, taken)
                source = re.sub(rf"\b{method.name}\b", free, source, count=1)
                taken.add(free)
            block += ["\n", source if source.endswith("\n") else f"{source}\n"]
            taken.add(method.name)
        end = own.end_lineno or own.lineno
        if not lines[end - 1].endswith("\n"):
            lines[end - 1] += "\n"
        lines[end:end] = block
    for _, node in reversed(joining):
        del rest[_first_line(node) - 1 : node.end_lineno]
    return "".join(lines), "".join(rest)


def _without_call(text: str, tree: ast.Module) -> tuple[str, str]:
    """Return the text and, apart from it, the `if __name__ == …` that it ends with."""
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.If) or "__name__" not in ast.unparse(last.test):
        return text, ""
    lines = split_lines(text)
    return "".join(lines[: last.lineno - 1]), "".join(lines[last.lineno - 1 :])


def _assigned(node: ast.AST) -> set[str]:
    body = node.body if isinstance(node, ast.Module) else [node]
    return {
        n.id
        for statement in body
        if isinstance(statement, (ast.Assign, ast.AnnAssign))
        for n in ast.walk(statement)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }


def _free(name: str, taken: set[str]) -> str:
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def _source(text: str, node: ast.stmt) -> str:
    return "".join(split_lines(text)[_first_line(node) - 1 : node.end_lineno])


def _with_imports(text: str, tree: ast.Module, imports: list[str]) -> str:
    """Put `imports` after the last import, or after the docstring, or at the top."""
    if not imports:
        return text
    line = import_line(tree)
    lines = split_lines(text)
    block = [i if i.endswith("\n") else i + "\n" for i in imports]
    blank = ["\n"] if line < len(lines) and lines[line].strip() and line == 0 else []
    return "".join([*lines[:line], *block, *blank, *lines[line:]])


def import_line(tree: ast.Module) -> int:
    """Return the number of lines above the place where a new import belongs."""
    places = [n.end_lineno or 0 for n in tree.body if isinstance(n, Import)]
    if places:
        return max(places)
    first = tree.body[0] if tree.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return first.end_lineno or 0
    return 0
