"""Between LSP and core: the only file that knows what an LSP column is.

A column counts utf-8 bytes, utf-16 units or code points, as negotiated at `initialize`; core counts
code points. A column inside a character means the start of that character; one past the end of the
line means its end, as the protocol says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from gearshift.core.text import Position, Range, clamp, line_body

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

BMP_END = 0xFFFF
UTF8_LIMITS = (0x80, 0x800, 0x10000)


def units(character: str, encoding: str) -> int:
    """Return how many columns one character takes."""
    code = ord(character)
    if encoding == "utf-16":
        return 2 if code > BMP_END else 1
    if encoding == "utf-8":
        return 1 + sum(code >= limit for limit in UTF8_LIMITS)
    return 1


def column_from_lsp(line: str, column: int, encoding: str) -> int:
    """Return the code-point column for an LSP column of `line`."""
    if encoding == "utf-32" or line.isascii():
        return column
    seen = 0
    for number, character in enumerate(line):
        seen += units(character, encoding)
        if seen > column:
            return number
    return len(line)


def column_to_lsp(line: str, column: int, encoding: str) -> int:
    """Return the LSP column for a code-point column of `line`."""
    if encoding == "utf-32" or line.isascii():
        return column
    return sum(units(character, encoding) for character in line[:column])


def position_from_lsp(lines: Sequence[str], position: dict[str, Any], encoding: str) -> Position:
    """Return the place in `lines`, moved to the nearest one that exists."""
    number: int = position["line"]
    if not 0 <= number < len(lines):
        return clamp(lines, Position(number, 0))
    column = column_from_lsp(line_body(lines[number]), position["character"], encoding)
    return clamp(lines, Position(number, column))


def position_to_lsp(lines: Sequence[str], position: Position, encoding: str) -> dict[str, int]:
    """Return the protocol's form of `position`."""
    line = lines[position.line] if position.line < len(lines) else ""
    return {
        "line": position.line,
        "character": column_to_lsp(line, position.column, encoding),
    }


def range_from_lsp(lines: Sequence[str], span: dict[str, Any], encoding: str) -> Range:
    """Return the range in `lines`; one whose ends are swapped is put right."""
    start = position_from_lsp(lines, span["start"], encoding)
    if span["end"] == span["start"]:  # nearly always: somebody types
        return Range.at(start)
    end = position_from_lsp(lines, span["end"], encoding)
    return Range(min(start, end), max(start, end))


def range_to_lsp(lines: Sequence[str], span: Range, encoding: str) -> dict[str, Any]:
    """Return the protocol's form of `span`."""
    return {
        "start": position_to_lsp(lines, span.start, encoding),
        "end": position_to_lsp(lines, span.end, encoding),
    }


def path_from_uri(uri: str) -> Path | None:
    """Return the file behind `uri`; None for documents that are not files."""
    from pathlib import Path

    parts = urlsplit(uri)
    if parts.scheme not in ("file", "vscode-remote"):
        return None
    path = unquote(parts.path)
    if path[2:3] == ":":  # /c:/folder on Windows
        path = path[1:]
    elif parts.netloc and parts.scheme == "file":
        path = f"//{parts.netloc}{path}"
    return Path(path)


def uri_from_path(path: Path) -> str:
    """Return the URI of a file, escaped as VS Code and Neovim do."""
    text = path.as_posix()
    return "file://" + quote(text if text.startswith("/") else "/" + text, safe="/~")
