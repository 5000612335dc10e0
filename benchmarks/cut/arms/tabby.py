"""Tabby: its agent and its server (TabbyML/tabby, `clients/tabby-agent`, `crates/tabby`)."""

from __future__ import annotations

from difflib import SequenceMatcher

from benchmarks.cut.arms.arm import Asked, commented, cut_at, fill, indentation
from benchmarks.cut.names import words
from benchmarks.cut.view import View, definitions

LINES = 20
"""`maxPrefixLines`, `maxSuffixLines` (tabby-agent, config/default.ts)."""
SNIPPET_CHARACTERS = 768
"""MAX_SNIPPET_CHARS_IN_PROMPT (completion_prompt.rs). All fits 768 tokens: nothing is scaled."""
DECLARATIONS, DECLARATION_CHARACTERS = 5, 500
"""`fillDeclarations` (config/default.ts)."""
OPENED, OPENED_CHARACTERS = 5, 500
"""`collectSnippetsFromRecentOpenedFiles` (config/default.ts)."""
TOKENS = 64
"""`max_decoding_tokens` (crates/tabby-common, config.rs)."""
STOPS = ("\n#", "\ndef", "\nfrom", "\nclass", "\nimport", "<|endoftext|>", "<|fim_", "<|file_sep|>")
"""Line comment and `top_level_keywords` of Python (languages.toml, `get_stop_words`)."""
LEAST = 4
"""Characters; a shorter completion is dropped (postprocess/dropMinimum)."""
DUPLICATE = 0.95
"""Near equality with the next three lines at which it is dropped (dropDuplicated)."""


class Tabby:
    """Declarations and opened files as comments, twenty lines on either side."""

    name = "Tabby"

    def ask(self, view: View, model: str) -> Asked:
        del model
        prefix = "".join(view.lines_above[-LINES:]) + view.head
        suffix = "".join(view.after.splitlines(keepends=True)[: LINES + 1]) or "\n"
        snippets = "#\n".join(self._snippets(view))
        return Asked(
            fill(snippets + prefix, suffix),
            max_tokens=TOKENS,
            is_enough=lambda text: cut_at(text, STOPS) != text,
        )

    def _snippets(self, view: View) -> list[str]:
        shown: list[str] = []
        room = SNIPPET_CHARACTERS
        for path, text in [*self._declarations(view), *self._opened(view)]:
            if len(text) > room:
                break
            room -= len(text)
            shown.append(commented(path, text))
        return shown

    def _declarations(self, view: View) -> list[tuple[str, str]]:
        wanted = words("".join(view.lines_above[-LINES:]) + view.head)
        found = [
            (path, text[:DECLARATION_CHARACTERS])
            for path in view.opened
            for name, text in definitions(view.others[path]).items()
            if name in wanted
        ]
        return found[:DECLARATIONS]

    def _opened(self, view: View) -> list[tuple[str, str]]:
        return [(p, view.others[p][:OPENED_CHARACTERS]) for p in view.opened[:OPENED]]

    def shown(self, view: View, reply: str, model: str) -> str:
        del model
        text = cut_at(reply, STOPS)
        lines = text.split("\n")
        if view.tail.strip(" \t)]}\"'`:;,"):
            lines = lines[:1]  # trimMultiLineInSingleLineMode
        kept = self._in_scope(lines, indentation(view.head))
        text = "\n".join(kept).rstrip()
        is_short = len(text.strip()) < LEAST
        return "" if is_short or self._is_duplicate(text, view) else text

    def _in_scope(self, lines: list[str], level: int) -> list[str]:
        """Return the lines up to one indented less than the cursor's (limitScope)."""
        for number, line in enumerate(lines[1:], 1):
            if line.strip() and indentation(line) < level:
                return lines[:number]
        return lines

    def _is_duplicate(self, text: str, view: View) -> bool:
        below = [line for line in view.below.split("\n") if line.strip()][:3]
        said = [line for line in text.split("\n") if line.strip()][:3]
        if not below:
            return False
        ratio = SequenceMatcher(None, "\n".join(said), "\n".join(below[: len(said)])).ratio()
        return ratio >= DUPLICATE
