"""Reading a model's answer: the code in it, whatever it is wrapped in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gearshift.actions.fences import Fence, fences
from gearshift.actions.indentation import in_style
from gearshift.actions.patches import apply_patches, patches
from gearshift.actions.placing import answered_symbols, placed, with_symbol
from gearshift.core.text import split_lines

if TYPE_CHECKING:
    from gearshift.actions.target import Target
    from gearshift.core.document import Snapshot

CUT_OFF = "The answer was cut off before its end."


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model wrote, whole."""

    text: str
    is_cut_off: bool = False
    """Whether it ended because no more tokens were allowed."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The file as it would be with a model's answer in it."""

    after: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """No code could be found in an answer, and why; the sentence is told to the model."""

    reason: str


def read_rewrite(answer: Answer, snapshot: Snapshot, target: Target) -> Draft | Unreadable:
    """Return the file with the answer in place of `target`.

    Accepted, whatever was asked for: one fenced whole symbol, one fenced whole file, search/replace
    blocks, or bare code that parses; prose around any of them is passed over.
    """
    found = patches(answer.text)
    if found:
        after = apply_patches(snapshot.text, found)
        return Draft(after) if isinstance(after, str) else Unreadable(after.reason)
    block = chosen_fence(answer, target)
    if block is not None:
        if answer.is_cut_off and not block.is_closed:
            part = _whole_part(block.text, snapshot.language, target)
            return _joined(part, snapshot, target) if part else Unreadable(CUT_OFF)
        return _joined(block.text, snapshot, target)
    if answer.is_cut_off:
        return Unreadable(CUT_OFF)
    code = bare_code(answer.text, snapshot.language, target)
    if code is None:
        return Unreadable("There was no code block in the answer.")
    return _joined(code, snapshot, target)


def _whole_part(code: str, language: str, target: Target) -> str | None:
    """Return a cut-off answer without its last definition, if the target's is in the rest.

    Models that repeat the whole file run out of tokens in what nobody asked for.
    """
    from gearshift.languages.syntax import error_count

    if target.symbol is None:
        return None
    lines = code.split("\n")
    starts = [n for n, line in enumerate(lines) if line[:1].isalpha() or line.startswith("@")]
    part = "\n".join(lines[: starts[-1]]) + "\n" if starts else ""
    names = {symbol.name for symbol in answered_symbols(part, language)}
    return part if target.symbol.name in names and error_count(language, part) == 0 else None


def chosen_fence(answer: Answer, target: Target) -> Fence | None:
    """Return the block that holds the target's symbol, else the longest; None: there is none."""
    blocks = [f for f in fences(answer.text) if f.text.strip()]
    if target.symbol is not None:
        name = re.compile(rf"\b{re.escape(target.symbol.name)}\b")
        # Of several versions the last one is the corrected one.
        holding = [b for b in blocks if name.search(b.text)]
        blocks = (
            [b for b in holding if len(b.text) * 2 > len(target.text)][-1:] or holding or blocks
        )
    return max(blocks, key=lambda b: len(b.text), default=None)


def bare_code(text: str, language: str, target: Target) -> str | None:
    """Return the code of an answer without a fence; None if nothing in it parses.

    Tried: the whole, then from the line that begins like the target, cut at its end until it
    parses.
    """
    from gearshift.languages.syntax import error_count

    lines = split_lines(text.strip("\n") + "\n")
    first = _header_line(lines, target)
    if first is None:
        return None
    for end in range(len(lines), first, -1):
        code = "".join(lines[first:end])
        if code.strip() and error_count(language, code) == 0:
            return code
        if len(lines) - end > 40:
            break
    return None


def _header_line(lines: list[str], target: Target) -> int | None:
    """Return the line where code begins: a decorator, an import or what the target begins with."""
    if target.symbol is None:
        return 0 if any(c in "".join(lines) for c in "=({") else None
    named = target.symbol.name_range.start.line - target.range.start.line
    firsts = [line.split()[:1] for line in target.text.split("\n")[: named + 1]]
    starts = ("@", "import ", "from ", "class ", *(word[0] for word in firsts if word))
    for number, line in enumerate(lines):
        if line.lstrip().startswith(starts):
            return number
    return None


def _joined(code: str, snapshot: Snapshot, target: Target) -> Draft | Unreadable:
    code = code.replace("\r\n", "\n").strip("\n") + "\n"
    if target.kind == "file":
        return Draft(in_style(code, snapshot))
    if target.symbol is None:
        return Draft(placed(code, snapshot, target))
    if answered_symbols(code, snapshot.language):
        return Draft(with_symbol(code, snapshot, target))
    return Unreadable(f"The answer does not define `{target.symbol.name}`.")
