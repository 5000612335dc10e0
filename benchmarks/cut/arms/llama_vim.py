"""llama.vim and llama.cpp's `/infill` (ggml-org/llama.vim, `autoload/llama.vim`).

Its `n_predict` of 128 is more than any reply here is read on to.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from benchmarks.cut.arms.arm import (
    PROMPT_TOKENS,
    Asked,
    characters,
    fill,
    from_bottom,
    from_top,
    indentation,
)

if TYPE_CHECKING:
    from benchmarks.cut.view import View

PREFIX_LINES, SUFFIX_LINES = 256, 64
"""`n_prefix`, `n_suffix`."""
BATCH = PROMPT_TOKENS * 2 // 3
"""`n_batch`, 1024 in its recommended settings. Of the scaled budget it leaves a third to chunks."""
PREFIX, SUFFIX = 0.75, 0.25
"""Of `n_batch` (llama.cpp, tools/server, `format_prompt_infill`)."""
CHUNKS = 16
"""`ring_n_chunks`."""
CHUNK_LINES = 64
"""`ring_chunk_size`; half of it is taken at random out of what is picked."""


class LlamaVim:
    """Random chunks of opened files, the lines around, a stop at lines indented less."""

    name = "llama.vim"

    def ask(self, view: View, model: str) -> Asked:
        del model
        head = view.head if view.head.strip() else ""
        tail = view.tail if view.head.strip() else ""
        above = from_top("".join(view.lines_above[-PREFIX_LINES:]), characters(PREFIX, BATCH))
        below = "".join(view.below.splitlines(keepends=True)[:SUFFIX_LINES])
        suffix = from_bottom(f"{tail}\n{below}\n", characters(SUFFIX, BATCH))
        room = characters(1) - len(above) - len(head) - len(suffix)
        prompt = fill(above + head, suffix, self._extra(view, room))
        return Asked(prompt, is_enough=lambda text: self._indented(view, text) != text)

    def _extra(self, view: View, room: int) -> str:
        """Return the ring of chunks, the last of it that fits, in the form of a repository."""
        random = Random(f"{view.package}/{view.path}")
        chunks = ""
        for path in reversed(view.opened[:CHUNKS]):
            lines = view.others[path].splitlines(keepends=True)
            if len(lines) < 3:
                continue
            first = random.randint(0, max(0, len(lines) - CHUNK_LINES // 2))
            chunk = "".join(lines[first : first + CHUNK_LINES // 2])
            chunks += f"<|file_sep|>{path}\n{chunk}\n"
        opening, ending = "<|repo_name|>myproject\n", "<|file_sep|>filename\n"
        return opening + from_top(chunks, max(0, room - 60)) + ending if chunks else ""

    def _indented(self, view: View, reply: str) -> str:
        """Return the reply up to a line indented less than the cursor's (`n_indent`)."""
        least = indentation(view.head) if view.head.strip() else 0
        lines = reply.split("\n")
        for number, line in enumerate(lines[1:], 1):
            if line.strip() and indentation(line) < least:
                return "\n".join(lines[:number])
        return reply

    def shown(self, view: View, reply: str, model: str) -> str:
        del model
        text = self._indented(view, reply).rstrip("\n")
        if not view.head.strip():
            lead = min(indentation(text), len(view.head))
            text = text[lead:]
        lines = text.split("\n")
        below = view.below.split("\n")
        is_repeated = len(lines) > 1 and not lines[0] and lines[1:] == below[: len(lines) - 1]
        is_tail = len(lines) == 1 and text == view.tail
        return "" if is_repeated or is_tail or self._repeats_next(view, lines) else text

    def _repeats_next(self, view: View, lines: list[str]) -> bool:
        """Whether the reply says the next lines again (`fim_render`)."""
        below = [line for line in view.below.split("\n") if line.strip()]
        if not below or view.head + lines[0] != below[0]:
            return False
        if len(lines) == 2:
            return len(below) > 1 and below[1].startswith(lines[1])
        return lines[1:] == below[1 : len(lines)]
