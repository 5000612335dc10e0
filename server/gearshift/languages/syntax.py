"""The syntax of documents, as other rooms ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.languages import language_of
from gearshift.languages.cursor import (
    begins_in_brackets,
    block_expected,
    body_expected,
    is_in_comment_or_string,
    opens_empty_block,
    place_of,
)
from gearshift.languages.excerpt import Excerpt, excerpt
from gearshift.languages.gap import Gap
from gearshift.languages.symbols import Symbol, enclosing_symbol, find_symbol, symbols
from gearshift.languages.tree import SyntaxTree, forget, tree_of, with_line

if TYPE_CHECKING:
    from gearshift.languages.language import Language

__all__ = [
    "Excerpt",
    "Gap",
    "Symbol",
    "SyntaxTree",
    "begins_in_brackets",
    "block_expected",
    "body_expected",
    "enclosing_symbol",
    "error_count",
    "excerpt",
    "find_symbol",
    "forget",
    "has_parser",
    "is_in_comment_or_string",
    "opens_empty_block",
    "place_of",
    "symbols",
    "tree_of",
    "with_line",
]


def has_parser(language: Language | str) -> bool:
    """Whether `error_count` can tell anything about the language."""
    facts = language_of(language) if isinstance(language, str) else language
    return facts.grammar is not None or facts.parses is not None


def error_count(language: Language | str, text: str) -> int:
    """Return the number of syntax errors in `text`; 0 also where no parser is known.

    Where the language has a stricter parser, that one's word counts: what it refuses has at least
    one error.
    """
    facts = language_of(language) if isinstance(language, str) else language
    return Gap(facts, text, "").errors()
