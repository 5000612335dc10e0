"""What all prompts share: the symbol with as much of its file as fits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gearshift.core.text import Position, Range

if TYPE_CHECKING:
    from gearshift.actions.request import ActionRequest

SYSTEM = "You are an expert programmer. Your code is correct, short and idiomatic."
CODE_ONLY = "Answer with one fenced code block and nothing else."
BLOCKS = (
    "Answer only with search/replace blocks, one for each place, of this form:\n"
    "<<<<<<< SEARCH\nlines as they are, enough of them to be found once\n=======\n"
    "the lines in their place\n>>>>>>> REPLACE"
)
LARGE = 8000
"""Characters of code from which a model with room is asked for blocks: a whole answer would cost
more and be cut off more often. One fenced symbol is read all the same."""
WIDE = 60_000
"""Characters of room from which a model is shown its target's surroundings: small models take what
is shown for information as part of the work, and write it all again."""
SURROUNDINGS = 6000
"""Characters of the file shown around a symbol to a model with room for it."""


def fenced(code: str, language: str) -> str:
    """Return `code` as a fenced block that nothing in it closes."""
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{fence}{language}\n{code.rstrip()}\n{fence}"


def target_code(request: ActionRequest) -> str:
    """Return the target's code without the indentation that its place has."""
    import textwrap

    start = request.target.range.start
    line = request.snapshot.lines[start.line][: start.column]
    return textwrap.dedent(line + request.target.text) if not line.strip() else request.target.text


def surroundings(request: ActionRequest, room: int) -> str:
    """Return what to know of the file: all around the target if it fits, else its imports.

    Empty for a whole file, and where there is nothing to say.
    """
    target, snapshot = request.target, request.snapshot
    if target.kind == "file":
        return ""
    first, last = target.range.start.line, target.range.end.line
    above = "".join(snapshot.lines[:first])
    below = snapshot.slice(Range(Position(last + 1, 0), snapshot.whole.end))
    whole = f"{above.rstrip()}\n\n# … {request.name} is here …\n\n{below.strip()}"
    if room >= WIDE and len(whole) <= SURROUNDINGS:
        return whole.strip() if above.strip() or below.strip() else ""
    words = {*_WORD.findall(target.text), *_WORD.findall(request.name)}
    lines = [line for line in snapshot.lines[:first] if _is_context(line, words)]
    return "".join(lines)[: min(room, 600)].strip()


_WORD = re.compile(r"\w+")
_CONTEXT = re.compile(r"(?:import|from|use|using|#include|const|class)\b(.*)")


def _is_context(line: str, words: set[str]) -> bool:
    """Whether a line is an import, a constant or a class header that the target speaks of.

    An import that it does not use invites a small model to use it.
    """
    found = _CONTEXT.match(line)
    return found is not None and not words.isdisjoint(_WORD.findall(found[1]))


def rewrite_text(request: ActionRequest, order: str, room: int) -> str:
    """Return the text of a prompt for rewriting the target: surroundings, code, order.

    The order comes last, where small models heed it most.
    """
    language = request.language
    code = fenced(target_code(request), language.fence)
    around = surroundings(request, room - len(code) - len(order) - 200)
    parts: list[str] = []
    if around:
        name = request.snapshot.name
        parts.append(f"Part of `{name}`, for information:\n{fenced(around, language.fence)}")
    parts.append(f"The {language.name} code to change:\n{code}")
    only = f" Return only {request.name}." if around and request.target.symbol else ""
    parts.append(order + only)
    return "\n\n".join(parts)
