"""What can be used of tests of which a part can't be read: one cut off, one with a slip in it."""

from __future__ import annotations

import ast
import re
from textwrap import dedent

from gearshift.languages.syntax import error_count
from gearshift.verify.cases import read_cases, without_cases
from gearshift.verify.change import parse

MOST_STATEMENTS = 6
"""Statements kept of a test that was cut off: where it ran on and on, the first ones say it."""
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_TEST = re.compile(r"^( *)(?:async )?def (test\w*)", re.MULTILINE)


def whole_part(code: str) -> str | None:
    """Return what an answer that was cut off says up to its last whole statement.

    None: there is no test in that.
    """
    lines = code.split("\n")
    while lines and parse("\n".join(lines)) is None:
        lines.pop()
    tree = parse("\n".join(lines))
    body = tree.body if tree else []
    while body and isinstance(last := body[-1], (ast.ClassDef, *FUNCTIONS)):
        body = last.body
        if isinstance(last, FUNCTIONS) and len(body) > MOST_STATEMENTS:
            del lines[body[MOST_STATEMENTS - 1].end_lineno or 0 :]
            break
    found = "\n".join(lines).rstrip() + "\n"
    return found if _TEST.search(found) else None


def without_unreadable(code: str) -> tuple[str, tuple[str, ...]]:
    """Return the code without the tests that do not parse, and their names.

    Code that does not parse even so, or is left without any, is returned as it is.
    """
    if parse(code) is not None:
        return code, ()
    lines = code.split("\n")
    lost: list[str] = []
    for found in reversed(list(_TEST.finditer(code))):
        first, last = _rows(lines, code.count("\n", 0, found.start()), len(found[1]))
        if parse(dedent("\n".join(lines[first:last]))) is None:
            lost.append(found[2])
            del lines[first:last]
    rest = "\n".join(lines)
    is_good = parse(rest) is not None and _TEST.search(rest) is not None
    return (rest, tuple(reversed(lost))) if is_good else (code, ())


def without_unreadable_cases(language: str, code: str) -> tuple[str, tuple[str, ...]]:
    """Return what `without_unreadable` does, for tests of other languages."""
    if not error_count(language, code):
        return code, ()
    cases = read_cases(language, code)
    lost = tuple(case.name for case in cases if error_count(language, case.text))
    rest = without_cases(language, code, set(lost))
    is_good = len(lost) < len(cases) and not error_count(language, rest)
    return (rest, lost) if is_good else (code, ())


def _rows(lines: list[str], row: int, indent: int) -> tuple[int, int]:
    """Return the first row of the function whose name is on `row`, and the one after its last."""
    first, last = row, row + 1
    while first > 0 and re.match(rf" {{{indent}}}@", lines[first - 1]):
        first -= 1
    while last < len(lines) and not re.match(rf" {{0,{indent}}}[^\s)\]}}#]", lines[last]):
        last += 1
    return first, last
