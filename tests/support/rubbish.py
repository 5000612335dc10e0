"""What a bad model might write at a place, made from the document's own text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

OTHER_LANGUAGE = "for (int i = 0; i < n; ++i) {\n    total += values[i];\n}\n"
KINDS = (
    *("none", "fence", "margin", "deeper", "cut", "twice", "brackets", "words"),
    *("loop", "other language", "control characters", "tabs", "quotes"),
)


def rubbish(rng: random.Random, lines: Sequence[str], line: int, column: int) -> str:
    """Return a reply: some of the document's lines, spoilt in one of the ways of `KINDS`."""
    start = rng.choice([line, line + 1, rng.randrange(len(lines))])
    wanted = list(lines[start : start + rng.randint(1, 12)]) or ["pass\n"]
    if start == line:
        wanted[0] = wanted[0][column:]
    return spoilt(rng, "".join(wanted), rng.choice(KINDS))


def spoilt(rng: random.Random, text: str, kind: str) -> str:
    """Return `text` as a bad model of this kind would say it."""
    at = rng.randint(0, len(text))
    return {
        "none": text,
        "fence": f"```python\n{text}```\nThat is all.\n",
        "margin": textwrap.dedent(text),
        "deeper": textwrap.indent(text, " " * rng.randint(1, 8)),
        "cut": text[:at],
        "twice": text + text,
        "brackets": text.replace(rng.choice("([{:)"), rng.choice(")]}(")),
        "words": "Here is what you asked for. " + text,
        "loop": (text.partition("\n")[0] + "\n") * 20,
        "other language": OTHER_LANGUAGE,
        "control characters": text[:at]
        + rng.choice(["\0", "\x1b[0m", "\x0c", "\u2028"])
        + text[at:],
        "tabs": text.replace("    ", "\t"),
        "quotes": text[:at] + rng.choice(['"', "'", '"""', "`"]) + text[at:],
    }[kind]
