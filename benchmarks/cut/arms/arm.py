"""What an arm is, and what several of them need: the budget, Qwen's tokens, comments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from benchmarks.cut.view import View

PROMPT_TOKENS = 768
"""Of every arm; peers' own budgets are scaled to it in their own proportions."""
CHARACTERS_PER_TOKEN = 3.6
"""One estimate for all arms, Gearshift's; what the model really read is reported."""
REPLY_TOKENS = 96
"""Longest reply that is generated. The longest answer has 400 characters, about 110 tokens."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to the model."""

    prompt: str
    """As the model reads it, with its special tokens."""
    max_tokens: int = REPLY_TOKENS
    is_enough: Callable[[str], bool] = lambda text: False
    """Whether the arm needs no more than this beginning of the reply."""
    beginning: str = ""
    """What the model has to say first, by a grammar; the arm gets what follows it."""


class Arm(Protocol):
    """An engine: what it asks, and what of the reply it shows."""

    @property
    def name(self) -> str:
        """What the table calls it."""
        ...

    def ask(self, view: View, model: str) -> Asked:
        """Return the request for the hole."""
        ...

    def shown(self, view: View, reply: str, model: str) -> str:
        """Return what is put in at the cursor, after the arm's own post-processing."""
        ...


def characters(share: float, tokens: int = PROMPT_TOKENS) -> int:
    """Return how many characters a share of the budget holds."""
    return int(tokens * share * CHARACTERS_PER_TOKEN)


def fill(prefix: str, suffix: str, extra: str = "") -> str:
    """Return the fill-in-the-middle prompt of Qwen2.5-Coder (its technical report, 3.2.1)."""
    return f"{extra}<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>"


def from_top(text: str, room: int) -> str:
    """Return the last whole lines of `text` that fit."""
    kept: list[str] = []
    for line in reversed(text.splitlines(keepends=True)):
        room -= len(line)
        if room < 0 and kept:
            break
        kept.append(line)
        if room < 0:
            break
    return "".join(reversed(kept))


def from_bottom(text: str, room: int) -> str:
    """Return the first whole lines of `text` that fit."""
    kept: list[str] = []
    for line in text.splitlines(keepends=True):
        room -= len(line)
        if room < 0:
            break
        kept.append(line)
    return "".join(kept)


def commented(path: str, text: str, intro: str = "Path: ") -> str:
    """Return a snippet as the comment that engines put before the prefix."""
    lines = [f"{intro}{path}", *text.rstrip("\n").split("\n")]
    return "".join(f"# {line}".rstrip() + "\n" for line in lines)


def cut_at(text: str, stops: Sequence[str]) -> str:
    """Return `text` up to the first of `stops`."""
    places = [place for stop in stops if (place := text.find(stop)) >= 0]
    return text[: min(places)] if places else text


def indentation(line: str) -> int:
    """Return the number of blanks that a line begins with."""
    return len(line) - len(line.lstrip(" \t"))
