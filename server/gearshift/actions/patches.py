"""Search/replace blocks in a model's answer: found, and applied without guessing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gearshift.core.text import line_body, split_lines

_BLOCK = re.compile(
    r"^<{5,9} ?SEARCH[^\n]*\n(?P<search>.*?)^={5,9}[^\n]*\n(?P<replace>.*?)^>{5,9} ?REPLACE",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Patch:
    """One replacement that an answer asks for."""

    search: str
    replace: str


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A patch that fits nowhere, or in more than one place; `reason` is told to the model."""

    reason: str


def patches(answer: str) -> list[Patch]:
    """Return the search/replace blocks of an answer, in order."""
    text = answer.replace("\r\n", "\n")
    return [Patch(m["search"], m["replace"]) for m in _BLOCK.finditer(text)]


def apply_patches(text: str, found: list[Patch]) -> str | Unmatched:
    """Return `text` with all patches applied in turn.

    Each place is looked for exactly, then by lines without regard to indentation, where the same
    shift must fit every line. There is no fuzzy matching: a near miss is a wrong edit.
    """
    ending = "\r\n" if "\r\n" in text else "\n"
    lines = [line_body(line) for line in split_lines(text)]
    for patch in found:
        search, replace = _body(patch.search), _body(patch.replace)
        if not any(line.strip() for line in search):
            return Unmatched("A SEARCH block was empty.")
        places = _places(lines, search)
        if len(places) != 1:
            problem = "matches nothing" if not places else "matches more than one place"
            quoted = next(line.strip() for line in search if line.strip())
            return Unmatched(f"The SEARCH block that begins with `{quoted}` {problem} in the file.")
        start, before, after = places[0]
        shifted = [_shift(line, before, after) for line in replace]
        lines[start : start + len(search)] = shifted
    return ending.join(lines)


def _body(block: str) -> list[str]:
    lines = block.split("\n")[:-1]
    while lines and not lines[0].strip():
        lines = lines[1:]
    return lines


def _places(lines: list[str], search: list[str]) -> list[tuple[int, str, str]]:
    """Return (line, indentation searched for, indentation found) of each match."""
    starts = range(len(lines) - len(search) + 1)
    exact = [(i, "", "") for i in starts if lines[i : i + len(search)] == search]
    if exact:
        return exact
    first = next(n for n, line in enumerate(search) if line.strip())
    found: list[tuple[int, str, str]] = []
    for i in starts:
        before, after = _indent(search[first]), _indent(lines[i + first])
        window = lines[i : i + len(search)]
        if all(
            line.strip() == wanted.strip()
            and (not line.strip() or line.rstrip() == _shift(wanted, before, after).rstrip())
            for line, wanted in zip(window, search, strict=True)
        ):
            found.append((i, before, after))
    return found


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _shift(line: str, before: str, after: str) -> str:
    if not line.strip() or not line.startswith(before):
        return line
    return after + line[len(before) :]
