"""Indentation and line endings of new code, as those of the document around it."""

from __future__ import annotations

import io
import textwrap
import tokenize
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gearshift.core.document import Snapshot


def in_style(code: str, snapshot: Snapshot) -> str:
    """Return `code`, a whole file, with the document's line endings and its last line's ending."""
    end = "\n" if snapshot.text.endswith("\n") else ""
    return with_line_endings(code.rstrip("\r\n") + end, snapshot)


def with_line_endings(code: str, snapshot: Snapshot) -> str:
    """Return `code` with the line endings that the document has."""
    text = code.replace("\r\n", "\n")
    crlf = any(line.endswith("\r\n") for line in snapshot.lines[:50])
    return text.replace("\n", "\r\n") if crlf else text


def reindented(code: str, indent: str, language: str) -> str:
    """Return `code` shifted so that its first line has `indent`.

    Lines inside Python strings that are no docstring stay: shifting them would change a value.
    """
    lines = code.split("\n")
    first = lines[0]
    old = first[: len(first) - len(first.lstrip())]
    if old == indent:
        return code
    fixed = _string_lines(code) if language == "python" else set[int]()
    moved: list[str] = []
    for number, line in enumerate(lines):
        if not line.strip() or number in fixed:
            moved.append(line if number in fixed else "")
        else:
            moved.append(indent + (line[len(old) :] if line.startswith(old) else line.lstrip()))
    return "\n".join(moved)


def _string_lines(code: str) -> set[int]:
    """Return the lines, from 0, that begin inside a string which is no docstring."""
    found: set[int] = set()
    previous = tokenize.NEWLINE
    try:
        for token in tokenize.generate_tokens(io.StringIO(textwrap.dedent(code)).readline):
            is_docstring = previous in {tokenize.NEWLINE, tokenize.INDENT, tokenize.NL}
            if token.type == tokenize.STRING and not is_docstring:
                found |= set(range(token.start[0], token.end[0]))
            previous = token.type
    except (tokenize.TokenError, SyntaxError):
        return found
    return found


def indented_like(code: str, snapshot: Snapshot) -> str:
    """Return `code` indented with tabs or with spaces, as the document is."""
    indents = [line[0] for line in snapshot.lines if line[:1] in {" ", "\t"} and line.strip()]
    if not indents:
        return code
    uses_tabs = indents.count("\t") * 2 > len(indents)
    lines = code.split("\n")
    if uses_tabs and not any(line.startswith("\t") for line in lines[1:]):
        return "\n".join(_tabbed(line) for line in lines)
    if not uses_tabs:
        return "\n".join(_spaced(line) for line in lines)
    return code


def _tabbed(line: str) -> str:
    body = line.lstrip(" ")
    return "\t" * ((len(line) - len(body)) // 4) + body


def _spaced(line: str) -> str:
    body = line.lstrip("\t")
    return "    " * (len(line) - len(body)) + body
