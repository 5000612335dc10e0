"""The fallback for languages without facts of their own: indentation and brackets only."""

from __future__ import annotations

from gearshift.languages.language import Language

PLAIN = Language(name="text", ids=("plaintext",), extensions=(".txt",), block_opener=r"[:{(\[]\s*$")
