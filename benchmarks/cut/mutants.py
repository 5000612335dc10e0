"""One small change of a hole's answer that a test worth its name notices."""

from __future__ import annotations

import ast
import builtins
import keyword
import re

RULES: tuple[tuple[str, str], ...] = (
    (r"\A((?:from [\w.]+ )?import \(?\s*[\w.]+)(?: as \w+)?", r"\1 as missing"),
    (r"==", "!="),
    (r"!=", "=="),
    (r"\bis not\b", "is"),
    (r"\bis\b", "is not"),
    (r"\bnot in\b", "in"),
    (r"\bnot ", ""),
    (r"<=", ">"),
    (r">=", "<"),
    (r"(?<![-<])<(?![=<])", ">="),
    (r"(?<![->])>(?![=>])", "<="),
    (r"\band\b", "or"),
    (r"\bor\b", "and"),
    (r"\bTrue\b", "False"),
    (r"\bFalse\b", "True"),
    (r" \+ ", " - "),
    (r" - ", " + "),
    (r"\bNone\b", "0"),
    (r"(?<![\w.])(\d+)(?![\w.])", r"\g<1>1"),
    (r"\breturn .+", "return None"),
    (r"\b(\w+), (\w+)\b", r"\2, \1"),
    (r"(['\"])(\w)", r"\1_\2"),
)
"""Pattern and replacement, the gentlest first; one place is changed, the first one."""
NAME = re.compile(r"(?<![\w'\"])[A-Za-z_]\w*")
KNOWN = frozenset(keyword.kwlist) | frozenset(dir(builtins))


def mutant(before: str, answer: str, after: str) -> str | None:
    """Return `answer` with one change, such that the whole parses; None: there is no such."""
    for pattern, replacement in RULES:
        changed = re.sub(pattern, replacement, answer, count=1)
        if changed != answer and _parses(before + changed + after):
            return changed
    for match in NAME.finditer(answer):
        if match.group() not in KNOWN:
            changed = f"{answer[: match.start()]}None{answer[match.end() :]}"
            if _parses(before + changed + after):
                return changed
    return None


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True
