"""Failing tests that are right: the code's own documentation says what they say."""

from __future__ import annotations

import ast
import doctest
import re
from typing import TYPE_CHECKING

from gearshift.core.results import Finding, FindingSeverity
from gearshift.core.text import split_lines
from gearshift.verify.change import parse

if TYPE_CHECKING:
    from gearshift.core.verification import Failure
    from gearshift.verify.screening import UnderTest

MARK = re.compile(r"#\s*BUG:\s*(\S.*)")
"""What a model writes into a test that it holds to be right against the code."""
_NOT_RAISED = re.compile(r"DID NOT RAISE.*?(\w+)['\">)]|AssertionError: (\w+) not raised")
_NEVER_MEANT = ("NameError", "UnboundLocalError")
"""Exceptions that no documentation promises: raised by the code itself they are its fault."""
_MISUSE = ("AttributeError", "TypeError", "NameError", "ImportError", "ModuleNotFoundError")
"""Exceptions of a test that passes what the code was never meant for, whatever a model marks."""
Shown = tuple[str, FindingSeverity]
"""What a bug is, in a sentence, and how sure that is."""


def bug_shown(at: UnderTest, tests: str, name: str, failure: Failure) -> Finding | None:
    """Return the bug that a failing test shows; None: the test is as likely to be wrong.

    Counted as a bug: a name that the code does not define, an exception that its docstring promises
    and that does not come, an example of its docstring that gives something else, and what a model
    marked in the test with `# BUG:` and a reason.
    """
    node, source = _test(tests, name)
    if node is None:
        return None
    why = (
        _crash(at, failure)
        or _promise(at, failure)
        or _example(at, node, failure)
        or _marked(at, source, failure)
    )
    if why is None:
        return None
    message, severity = why
    line = at.first - 1
    if failure.path is not None and failure.path.name == at.file.name and failure.line:
        line = failure.line - 1
    return Finding("bug", severity, f"test:{name}", message, at.file, line)


def _crash(at: UnderTest, failure: Failure) -> Shown | None:
    kind = failure.message.partition(":")[0].strip()
    if kind not in _NEVER_MEANT or failure.line is None or failure.path is None:
        return None
    if failure.path.name != at.file.name or not at.first <= failure.line <= at.last:
        return None
    said = _first_line(failure.message)
    return f"{at.name} fails with {said} (line {failure.line}).", "high"


def _promise(at: UnderTest, failure: Failure) -> Shown | None:
    found = _NOT_RAISED.search(failure.message)
    kind = next(filter(None, found.groups()), None) if found else None
    if kind is None or not re.search(rf"\b{kind}\b", at.doc):
        return None
    return f"The docstring of {at.name} speaks of {kind}, but a test gets none.", "medium"


def _example(
    at: UnderTest, node: ast.FunctionDef | ast.AsyncFunctionDef, failure: Failure
) -> Shown | None:
    """Return how an example of the docstring, asserted by the test, comes out otherwise."""
    asserted = {ast.dump(call): value for call, value in _equalities(_failed(at, node, failure))}
    for example in _examples(at.doc):
        call, value = parse(example.source), _literal(example.want)
        if call is None or len(call.body) != 1 or not isinstance(call.body[0], ast.Expr):
            continue
        expected = asserted.get(ast.dump(call.body[0].value))
        if value is not None and expected is not None and ast.dump(expected) == ast.dump(value):
            code = example.source.strip()
            said = f"says that `{code}` gives `{example.want.strip()}`; it does not"
            return f"The docstring of {at.name} {said} ({_first_line(failure.message)}).", "high"
    return None


def _failed(
    at: UnderTest, node: ast.FunctionDef | ast.AsyncFunctionDef, failure: Failure
) -> ast.AST:
    """Return the statement of the test that failed, where that is told; else all of the test."""
    if failure.line is None or failure.path is None or failure.path.name == at.file.name:
        return node
    lines = ((s, s.lineno, s.end_lineno or s.lineno) for s in node.body)
    return next((s for s, first, last in lines if first <= failure.line <= last), node)


def _marked(at: UnderTest, source: str, failure: Failure) -> Shown | None:
    mark = MARK.search(source)
    kind = failure.message.partition(":")[0].strip()
    if mark is None or not failure.message or kind in _MISUSE:
        return None
    said = _first_line(failure.message)
    return f"{at.name} may be wrong: {mark[1].rstrip('.')} ({said}).", "medium"


def _examples(doc: str) -> list[doctest.Example]:
    try:
        return doctest.DocTestParser().get_examples(doc)
    except ValueError:  # an example that is laid out wrongly
        return []


def _literal(text: str) -> ast.expr | None:
    tree = parse(text.strip())
    if tree is None or len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
        return None
    return tree.body[0].value


def _equalities(node: ast.AST) -> list[tuple[ast.expr, ast.expr]]:
    """Return both sides of each `assert a == b` and `assertEqual(a, b)`, either way round."""
    found: list[tuple[ast.expr, ast.expr]] = []
    for each in ast.walk(node):
        if isinstance(each, ast.Assert) and isinstance(each.test, ast.Compare):
            compared = each.test
            if len(compared.ops) == 1 and isinstance(compared.ops[0], (ast.Eq, ast.Is)):
                found.append((compared.left, compared.comparators[0]))
        elif isinstance(each, ast.Call) and getattr(each.func, "attr", "") == "assertEqual":
            found += [(each.args[0], each.args[1])] if len(each.args) > 1 else []
    return [*found, *((b, a) for a, b in found)]


def _test(tests: str, name: str) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef | None, str]:
    tree = parse(tests)
    wanted = name.rpartition("::")[2]
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == wanted:
            return node, "".join(split_lines(tests)[node.lineno - 1 : node.end_lineno])
    return None, ""


def _first_line(message: str) -> str:
    first = message.strip().split("\n")[0]
    return first if len(first) <= 160 else first[:157] + "..."
