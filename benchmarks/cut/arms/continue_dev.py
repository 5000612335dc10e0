"""Continue's autocomplete (continuedev/continue, `core/autocomplete`), scaled from 1024 tokens."""

from __future__ import annotations

from difflib import SequenceMatcher
from random import Random

from benchmarks.cut.arms.arm import (
    CHARACTERS_PER_TOKEN,
    Asked,
    characters,
    commented,
    cut_at,
    fill,
    from_bottom,
    from_top,
)
from benchmarks.cut.names import words
from benchmarks.cut.view import View, definitions

PREFIX, SUFFIX = 0.3, 0.2
"""`prefixPercentage`, `maxSuffixPercentage` (core/util/parameters.ts)."""
OPENED = 5
"""Recently opened files that are used (snippets/getAllSnippets.ts)."""
LEAST_OPENED_TOKENS = 125
"""A file cut shorter is left out (context/ranking, openedFilesLruCache)."""
SPARE_TOKENS = 10
"""Kept free for each snippet (templating/filtering.ts)."""
SYMBOL_LINES = 5
"""Lines above the cursor whose symbols are looked up (context/root-path, import definitions)."""
STOPS = ("/src/", "#- coding: utf-8", "```", "<|endoftext|>", "<|fim_", "<|file_sep|>", "<|im_")
"""templating/getStopTokens.ts and the Qwen template."""
SUFFIX_HEAD = 20
"""Characters of the suffix at which a reply stops (StreamTransformPipeline.ts)."""
MOST_EQUAL = 3
"""`filterMaxRepeatingLines`."""
SIMILAR = 0.9
"""Levenshtein under 10 % (lineStream.ts); a ratio stands in for it here."""
LEAST_SIMILAR = 5


class ContinueDev:
    """Snippets as comments, prefix and suffix, then a pipeline of stops."""

    name = "Continue"

    def ask(self, view: View, model: str) -> Asked:
        del model
        prefix = from_top(view.before, characters(PREFIX))
        suffix = from_bottom(view.after, characters(SUFFIX)) or "\n"
        room = characters(1) - len(prefix) - len(suffix)
        snippets = self._snippets(view, room)
        return Asked(fill(f"{snippets}\n{prefix}", suffix), is_enough=_has_stopped)

    def _snippets(self, view: View, room: int) -> str:
        shown, seen = "", set[str]()
        for path, text in [*self._opened(view, room), *self._definitions(view)]:
            piece = commented(path, text)
            size = len(piece) + int(SPARE_TOKENS * CHARACTERS_PER_TOKEN)
            if path not in seen and size <= room:
                seen.add(path)
                room -= size
                shown += piece
        return shown

    def _opened(self, view: View, room: int) -> list[tuple[str, str]]:
        """Return the opened files, each cut to its share by recency (1.15 to the minus rank)."""
        paths = view.opened[:OPENED]
        weights = [1.15**-rank for rank in range(len(paths))]
        least = LEAST_OPENED_TOKENS * CHARACTERS_PER_TOKEN
        found: list[tuple[str, str]] = []
        for path, weight in zip(paths, weights, strict=True):
            text = from_bottom(view.others[path], int(room * weight / sum(weights)))
            if len(text) >= least or text == view.others[path]:
                found.append((path, text))
        return found

    def _definitions(self, view: View) -> list[tuple[str, str]]:
        near = "".join(view.lines_above[-SYMBOL_LINES:]) + view.head
        wanted = words(near)
        found = [
            (path, text)
            for path in view.opened
            for name, text in definitions(view.others[path]).items()
            if name in wanted
        ]
        Random(view.path).shuffle(found)  # they are shuffled at random (filtering.ts)
        return found

    def shown(self, view: View, reply: str, model: str) -> str:
        del model
        text = cut_at(reply, STOPS)
        head = view.after.strip()[:SUFFIX_HEAD]
        if head and head in text:
            text = text[: text.index(head)]
        kept = self._lines(text.split("\n"), view.next_line)
        text = "\n".join(kept)
        if not text.strip() or self._rewrites_line_above(text, view):
            return ""
        if view.head.strip() and view.head.endswith(" ") and text.startswith(" "):
            text = text[1:]
        return text.removeprefix(" ")  # "Qwen often adds an extra space" (postprocessing)

    def _lines(self, lines: list[str], below: str) -> list[str]:
        kept: list[str] = []
        for number, line in enumerate(lines):
            if number and not line.strip():
                break  # noDoubleNewLine
            if below and (line == below or _is_similar(line, below)):
                break
            kept.append(line)
            if len(kept) >= MOST_EQUAL and len({*kept[-MOST_EQUAL:]}) == 1:
                kept = kept[: -MOST_EQUAL + 1]
                break
        return kept

    def _rewrites_line_above(self, text: str, view: View) -> bool:
        above = next((s for s in reversed(view.before.split("\n")) if s.strip()), "")
        first = next(line for line in text.split("\n") if line.strip())
        return _is_similar(above, first)


def _is_similar(one: str, other: str) -> bool:
    if min(len(one), len(other)) < LEAST_SIMILAR:
        return False
    return SequenceMatcher(None, one.strip(), other.strip()).ratio() > SIMILAR


def _has_stopped(reply: str) -> bool:
    is_blank_line = "\n\n" in reply.lstrip("\n")
    return is_blank_line or cut_at(reply, STOPS) != reply
