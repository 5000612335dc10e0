"""The corpus: functions with right refactorings of them, and wrong ones made of these by chance."""

from __future__ import annotations

import random
import re
import signal
import sys
import textwrap
import types
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from benchmarks.edits.spoil import spoiled

FILE = Path(__file__).with_name("corpus.md")
BLOCK = re.compile(r"^~~~~ (\w+)\n(.*?)^~~~~$", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r"^- (\w+): (.+)$", re.MULTILINE)
OBVIOUS = {"stolen comment", "lost default", "changed default", "renamed parameter"}
"""Ways whose result is wrong whatever tests say: readers and callers lose something."""
SEED = 20261122
WRONG_OF_EACH = 4


@dataclass(frozen=True)
class Function:
    """One section of the corpus."""

    name: str
    action: str
    before: str
    afters: tuple[str, ...]
    tests: str
    has_tests: bool
    """Whether the verifier sees the tests."""


@dataclass(frozen=True)
class Case:
    """One edit."""

    function: Function
    code: str
    """The answer of the model: the function, or the method, as it is to be."""
    way: str
    """How it was spoiled; `right`: it was not."""
    fails_tests: bool = False


def functions() -> list[Function]:
    """Return the sections."""
    _, *sections = re.split(r"^## ", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    found: list[Function] = []
    for section in sections:
        options = dict(OPTION.findall(section))
        blocks = BLOCK.findall(section)
        texts = dict(blocks)
        name = options.get("symbol", section.partition("\n")[0])
        afters = tuple(text for kind, text in blocks if kind == "after")
        found.append(
            Function(
                *(name, options["action"], texts["before"], afters, texts["tests"]),
                has_tests=options["tests"] == "shown",
            )
        )
    return found


def cases() -> list[Case]:
    """Return the right edits, and for each function some wrong ones, of different ways."""
    found: list[Case] = []
    chance = random.Random(SEED)
    used: dict[str, int] = {}
    for function in functions():
        found += [Case(function, after, "right") for after in function.afters]
        possible = [s for after in function.afters for s in spoiled(after)]
        chance.shuffle(possible)
        # The ways that were taken least come first.
        possible.sort(key=lambda s: used.get(s.way, 0))
        taken: set[str] = set()
        for each in possible:
            if each.way in taken:
                continue
            fails = not passes(function, each.code)
            if fails or each.way in OBVIOUS:
                taken.add(each.way)
                used[each.way] = used.get(each.way, 0) + 1
                found.append(Case(function, each.code, each.way, fails))
            if len(taken) == WRONG_OF_EACH:
                break
    return found


def passes(function: Function, code: str) -> bool:
    """Whether the function's own tests pass with the code in its place; run here, within 5 s."""
    signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(5)
    try:
        shop = types.ModuleType("shop")
        exec(whole(function, code), vars(shop))
        sys.modules["shop"] = shop
        tests: dict[str, Any] = {}
        exec(function.tests, tests)
        for name, test in tests.items():
            if name.startswith("test_"):
                test()
    except (Exception, pytest.fail.Exception):  # noqa: BLE001 - whatever it is, it is not right
        return False
    finally:
        signal.alarm(0)
    return True


def _give_up(*_: object) -> None:
    raise TimeoutError


def whole(function: Function, code: str) -> str:
    """Return the file with the code in place of the function; methods are put into their class."""
    lines = function.before.split("\n")
    first = next(n for n, line in enumerate(lines) if re.match(rf"\s*def {function.name}\(", line))
    indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    last = next(
        (
            n
            for n in range(first + 1, len(lines))
            if lines[n].strip() and len(lines[n]) - len(lines[n].lstrip()) <= len(indent)
        ),
        len(lines),
    )
    new = textwrap.indent(code.rstrip("\n"), indent).split("\n")
    return "\n".join([*lines[:first], *new, *lines[last:]]) + "\n"
