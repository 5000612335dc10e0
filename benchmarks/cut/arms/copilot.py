"""Copilot's open completion core (microsoft/vscode-copilot-chat, `completions-core`), scaled from
its 7,692 prompt tokens. Its model takes prefix and suffix; here both go into Qwen's tokens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmarks.cut.arms.arm import (
    Asked,
    characters,
    commented,
    cut_at,
    fill,
    from_bottom,
    from_top,
    indentation,
)

if TYPE_CHECKING:
    from benchmarks.cut.view import View

PREFIX, SUFFIX, STABLE, VOLATILE = 0.35, 0.15, 0.35, 0.15
"""Shares of the budget (`completionsPromptFactory`). There are no recent edits here: what stable
and volatile context leave over cascades to the prefix."""
WINDOW = 60
"""Lines of a window of a similar file, and of the reference before the cursor; step 1."""
SNIPPETS = 4
FILE_CHARACTERS = 10_000
LINE_TOKENS, BLOCK_TOKENS = 20, 200
"""`maxTokens` of single-line and multi-line requests."""
LINE_LIMIT = 3
"""Lines after which a block is ended at the next compound statement or blank line."""
STOPS = ("\ndef ", "\nclass ", "\nif ", "\n\n#", "<|endoftext|>", "<|fim_", "<|file_sep|>")
"""Stops for Python."""
WORD = re.compile(r"[A-Za-z0-9]+")
STOP_WORDS = frozenset(
    {"a", "an", "and", "as", "at", "be", "by", "for", "from", "if", "in", "is", "it", "not", "of"}
    | {"on", "or", "return", "self", "the", "this", "to", "with", "def", "class", "import", "else"}
    | {"elif", "while", "try", "except", "None", "True", "False"}
)
COMPOUND = re.compile(r"\s*(?:if|for|while|with|try|def|class|async)\b")
CLOSING = re.compile(r"\s*[)\]}]+\s*$")


class Copilot:
    """Best windows of open files, shares of the budget, terse blocks."""

    name = "Copilot"

    def ask(self, view: View, model: str) -> Asked:
        del model
        suffix = from_bottom(view.below, characters(SUFFIX))
        stable = self._stable(view, characters(STABLE))
        prefix = from_top(view.before, characters(1) - len(suffix) - len(stable))
        if not self._is_block(view):
            return Asked(fill(stable + prefix, suffix), LINE_TOKENS, lambda text: "\n" in text)
        return Asked(
            fill(stable + prefix, suffix),
            BLOCK_TOKENS,
            lambda text: cut_at(text, STOPS) != text or self._terse(view, text + "\n") != text,
        )

    def _is_block(self, view: View) -> bool:
        """Whether several lines are asked for: on any empty line.

        Elsewhere than at the start of a block a learned model decides, which isn't published as
        constants; this reading is the one that is kinder to it.
        """
        return not view.head.strip() and not view.tail.strip()

    def _stable(self, view: View, room: int) -> str:
        shown = f"# Path: {view.path}\n"
        best: list[tuple[float, str, str]] = []
        reference = _words("".join(view.lines_above[-WINDOW:]))
        for path in view.opened:
            score, window = self._window(view.others[path][:FILE_CHARACTERS], reference)
            if score > 0:
                best.append((score, path, window))
        left = room - len(shown)
        for _, path, window in sorted(best, reverse=True)[:SNIPPETS]:
            piece = commented(path, window, "Compare this snippet from ")
            piece = piece if len(piece) <= left else from_bottom(piece, left)
            if piece.count("\n") > 1:
                left -= len(piece)
                shown = piece + shown  # the best one is nearest to the prefix
        return shown

    def _window(self, text: str, reference: frozenset[str]) -> tuple[float, str]:
        """Return the window with the highest Jaccard similarity, and that."""
        lines = text.splitlines(keepends=True)
        found = (0.0, "")
        for first in range(max(1, len(lines) - WINDOW + 1)):
            piece = "".join(lines[first : first + WINDOW])
            said = _words(piece)
            score = len(said & reference) / max(1, len(said | reference))
            found = max(found, (score, piece), key=lambda pair: pair[0])
        return found

    def shown(self, view: View, reply: str, model: str) -> str:
        del model
        text = cut_at(reply, STOPS)
        text = self._terse(view, text) if self._is_block(view) else text.partition("\n")[0]
        lines = text.rstrip().split("\n")
        if view.next_line and (view.head + lines[0]).strip() == view.next_line.strip():
            return ""
        while len(lines) > 1 and CLOSING.match(lines[-1]) and lines[-1] == view.next_line:
            lines.pop()
        return self._without_tail("\n".join(lines), view)

    def _terse(self, view: View, text: str) -> str:
        """Return the block up to its end, its first blank line, or the next compound statement."""
        level = indentation(view.head)
        kept: list[str] = []
        for number, line in enumerate(text.split("\n")):
            if number and line.strip() and indentation(line) < level:
                break
            if kept and not line.strip() and any(k.strip() for k in kept):
                break
            if len(kept) >= LINE_LIMIT and COMPOUND.match(line) and indentation(line) == level:
                break
            kept.append(line)
        return "\n".join(kept)

    def _without_tail(self, text: str, view: View) -> str:
        """Return `text` without the rest of the line, which it replaces if it contains it."""
        tail = view.tail.strip()
        return text[: -len(tail)] if tail and text.rstrip().endswith(tail) else text


def _words(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(text)) - STOP_WORDS
