"""Python docstrings: cleaned up, and put into a function or a class in place of the old one."""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import TYPE_CHECKING

from gearshift.core.text import line_body
from gearshift.verify.change import parse

if TYPE_CHECKING:
    from gearshift.core.document import Snapshot
    from gearshift.languages.syntax import Symbol

Documented = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def body_of(text: str) -> str:
    """Return a docstring's text without quotes, its own indentation and outer blank lines."""
    bare = text.strip().strip("`").strip()
    for quotes in ('"""', "'''"):
        bare = bare.removeprefix(quotes).removesuffix(quotes)
    return inspect.cleandoc(bare).strip()


def with_docstring(snapshot: Snapshot, symbol: Symbol, text: str) -> str | None:
    """Return the file with `text` as the symbol's docstring; None: no place for it."""
    tree = parse(snapshot.text)
    wanted = symbol.name_range.start.line + 1
    node = next(
        (
            n
            for n in (ast.walk(tree) if tree else ())
            if isinstance(n, Documented)
            and n.name == symbol.name
            and n.lineno <= wanted <= n.body[0].lineno
        ),
        None,
    )
    if node is None:
        return None
    first, lines = node.body[0], list(snapshot.lines)
    ending = "\r\n" if lines[0].endswith("\r\n") else "\n"
    has_old = ast.get_docstring(node, clean=False) is not None
    row = first.lineno - 1
    before = lines[row][: _column(lines[row], first.col_offset)]
    if before.strip():
        if has_old:
            return None
        # `def f(): return 1`: the body gets lines of its own.
        indent = _indent_of(lines[node.lineno - 1]) + "    "
        block = _block(text, indent, ending)
        lines[row] = before.rstrip() + ending + block + indent + lines[row][len(before) :]
        return "".join(lines)
    block = _block(text, before, ending)
    if has_old:
        lines[row : first.end_lineno] = [block + _after(lines, first, before, ending)]
    else:
        row = min([row, *(d.lineno - 1 for d in getattr(first, "decorator_list", []))])
        while row > node.lineno and _is_remark(lines[row - 1]):
            row -= 1
        lines.insert(row, block)
    return "".join(lines)


def _is_remark(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _after(lines: list[str], old: ast.stmt, indent: str, ending: str) -> str:
    """Return what follows the old docstring on its own last line (`; x = 1`, a comment)."""
    assert old.end_lineno is not None
    assert old.end_col_offset is not None
    last = lines[old.end_lineno - 1]
    rest = line_body(last[_column(last, old.end_col_offset) :]).strip().lstrip(";").strip()
    return f"{indent}{rest}{ending}" if rest else ""


def _block(text: str, indent: str, ending: str) -> str:
    """Return the docstring's lines; a text with quotes or backslashes stays what it is."""
    text = text.replace('"""', "'''")
    quotes = 'r"""' if "\\" in text else '"""'
    lines = [part for line in text.split("\n") for part in _wrapped(line.rstrip(), indent)]
    if len(lines) == 1 and len(indent) + len(text) < 90 and not text.endswith('"'):
        return f'{indent}{quotes}{text}"""{ending}'
    body = [f"{indent}{quotes}{lines[0]}", *(f"{indent}{li}" if li else "" for li in lines[1:])]
    return ending.join([*body, f'{indent}"""', ""])


def _wrapped(line: str, indent: str) -> list[str]:
    """Return a line of prose as lines of at most 88 columns, indented like the first."""
    own = _indent_of(line)
    width = max(40, 88 - len(indent) - 3)
    return textwrap.wrap(line, width, subsequent_indent=own, break_long_words=False) or [""]


def _column(line: str, byte: int) -> int:
    """Return the column of a byte offset, which is what Python's tree counts in."""
    return len(line.encode("utf-8", "surrogatepass")[:byte].decode("utf-8", "ignore"))


def _indent_of(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
