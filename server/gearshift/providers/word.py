"""The word or mark at a prompt's end, which a model has to say again: half a token is none.

A prompt that ends within a word makes it go on as if the word ended there (`sel` becomes
`sel.lock`), one that ends in `field.` takes away the token `.name`. Servers that can be told how an
answer begins get the prompt without it.
"""

from __future__ import annotations

import json
import re

_quoted = json.JSONEncoder(ensure_ascii=False).encode
LAST_WORD = re.compile(r"[^\w\r\n]?\w+\Z")
"""With the blank or mark before it, which most vocabularies hold in the same token."""
LAST_MARKS = re.compile(r"[^\S\r\n]?[.(\[{\"'`/\\@$<>*+-]{1,2}\Z")
"""Marks that vocabularies join with the word that follows them."""
LONGEST = 64
"""Characters; what is longer is no word that anybody completes."""


def without_last_word(text: str) -> tuple[str, str]:
    """Return `text` up to its last word, and that word with the character before it."""
    found = LAST_WORD.search(text, max(0, len(text) - LONGEST - 1))
    if found is None or len(found.group()) > LONGEST:
        return text, ""
    return text[: found.start()], found.group()


def without_ending(text: str) -> tuple[str, str]:
    """Return `text` up to its last word or the marks that it ends in, and those."""
    begun, word = without_last_word(text)
    marks = None if word else LAST_MARKS.search(text, max(0, len(text) - 3))
    return (text[: marks.start()], marks.group()) if marks else (begun, word)


def grammar_for(beginning: str) -> str:
    """Return the llama.cpp grammar of all answers that begin with `beginning`."""
    # Its strings are quoted as JSON's are, for all that stands in a word or before it.
    return f"root ::= {_quoted(beginning)} [^\\x00]*"
