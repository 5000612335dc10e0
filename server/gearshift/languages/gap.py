"""A text with a gap, parsed once: what the parsers say with something put in costs little more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.languages.tree import parse, reparse

if TYPE_CHECKING:
    import tree_sitter

    from gearshift.languages.language import Fault, Language

BROKEN_READ = 4
"""How often a text that is broken is read, in effect: 800 characters of prose take 1.3 ms."""
MOST_BROKEN_READ = 5_000
"""So that a few texts can be tried in a long one, too."""


class Gap:
    """The text before and after a place, and how many errors there are with a text between."""

    def __init__(
        self, language: Language, before: str, after: str, tree: tree_sitter.Tree | None = None
    ) -> None:
        """`tree`: that of both texts together, where it is at hand."""
        self.before = before
        self.after = after
        self.language = language
        self._tree = tree
        self._known: dict[str, int] = {}
        self._faults: dict[str, Fault | None] = {}
        self.n_read = 0
        """Characters that parsers read so far, with a text in the gap."""

    def parses(self, text: str = "") -> bool | None:
        """Whether the language's own parser takes it with `text` in the gap; None: it has none.

        A refusal costs a tenth of what it costs to count the errors.
        """
        return self.fault(text) is None if self.language.parses is not None else None

    def fault(self, text: str = "") -> Fault | None:
        """Return where that parser stops; None: it takes all of it, or there is none."""
        first_fault = self.language.first_fault
        if text not in self._faults and first_fault is not None:
            # Without a text it is done once for the place, while the model is thinking.
            self.n_read += len(self.before) + len(text) + len(self.after) if text else 0
            self._faults[text] = first_fault(self.before + text + self.after)
        return self._faults.get(text)

    @property
    def is_sound(self) -> bool:
        """Whether it has no error without a text; for a refusal none is counted."""
        is_taken = self.parses()
        return not self.errors() if is_taken is None else is_taken

    def errors(self, text: str = "") -> int:
        """Return the number of syntax errors with `text` in the gap; see `syntax.error_count`."""
        if text not in self._known:
            self._known[text] = self._count(text)
        return self._known[text]

    def _count(self, text: str) -> int:
        language = self.language
        if self.parses(text):
            return 0
        count = 0
        if language.grammar is not None:
            if self._tree is None:
                self._tree = parse(language, self.before + self.after)
            tree, n_read = reparse(language, self._tree, self.before, text, self.after)
            if self._tree.root_node.has_error and language.parses is not None:
                length = len(self.before) + len(self.after)
                n_read = max(n_read, min(BROKEN_READ * length, MOST_BROKEN_READ))
            self.n_read += n_read
            count = error_nodes(tree.root_node)
        return max(count, 1) if language.parses is not None else count


def error_nodes(root: tree_sitter.Node) -> int:
    """Return how many nodes below `root` are errors or were missing."""
    count = 0
    pending = [root] if root.has_error else []
    while pending:
        node = pending.pop()
        count += node.is_error or node.is_missing
        pending += [child for child in node.children if child.has_error or child.is_missing]
    return count
