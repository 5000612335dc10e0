"""Calls a function with many values and notes what comes out; a program that runs on its own.

Arguments: the module, the qualified name, and the one that it had before. Beside the package lies
`before.txt`, the source as it was: old and new code must be given the same values.
"""

from __future__ import annotations

import ast
import asyncio
import copy
import importlib
import inspect
import io
import itertools
import json
import re
import sys
import time
import types
from os import environ
from pathlib import Path
from typing import Any

from .values import Values, calls, guesses

SECONDS, MOST = 3.0, 400
LAZY: Any = (types.GeneratorType, map, filter, zip, enumerate, reversed)
LONGEST = 2000
"""Characters of a result that are compared."""


def shown(value: Any) -> str:
    """Return a value as a text that is the same in every run."""
    if isinstance(value, LAZY):
        return shown(_first_of(value))
    text = _without_addresses(repr(value))
    if " object>" in text and hasattr(value, "__dict__"):
        text += _without_addresses(repr(sorted(_fields(value).items())))
    return text if len(text) < LONGEST else text[:LONGEST] + "..."


def _first_of(value: Any) -> list[Any]:
    return list(itertools.islice(value, 50))


def _fields(value: Any) -> dict[str, Any]:
    return dict(value.__dict__)


def _without_addresses(text: str) -> str:
    return re.sub(r" at 0x[0-9a-fA-F]+", "", text)


class Subject:
    """What is called: a function, or a method of objects that are made for it."""

    def __init__(self, module: Any, qualified: str, old: str, source: ast.Module) -> None:
        owner, _, self.name = qualified.rpartition(".")
        node = _definition(source, old)
        self.values = Values(node or source, module)
        arguments = node.args if node else None
        named = (
            [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs] if arguments else []
        )
        self.old_names = self._old_names([a.arg for a in named], module, qualified)
        olds = guesses(node) | {a.arg: a.annotation for a in named if a.annotation}
        self.hints = {n: olds[old] for n, old in self.old_names.items() if old in olds}
        self.objects: list[Any] = [None]
        self.label, self.old_name = old, old.rpartition(".")[2]
        holder = getattr(module, owner) if owner else module
        plain = inspect.getattr_static(holder, self.name)
        self.is_property = isinstance(plain, property)
        self.is_bound = bool(owner) and not isinstance(plain, (staticmethod, classmethod))
        if self.is_bound:
            self.objects = self.values.instances(holder, 1)
        self.holder = holder

    @staticmethod
    def _old_names(before: list[str], module: Any, qualified: str) -> dict[str, str]:
        """Return for each parameter the name that it had, by its place."""
        found = module
        for name in qualified.split("."):
            found = inspect.getattr_static(found, name)
        function = getattr(found, "__func__", found)
        try:
            now = list(inspect.signature(function).parameters)
        except (TypeError, ValueError):
            now = before
        return dict(zip(now, before)) if len(now) == len(before) else {n: n for n in before}

    def calls(self) -> Any:
        """Yield (object, arguments, keyword arguments)."""
        if self.is_property:
            yield from ((found, (), {}) for found in self.objects)
            return
        each = [
            calls(getattr(o if self.is_bound else self.holder, self.name), self.hints, self.values)
            for o in self.objects
        ]
        for row in itertools.zip_longest(*each):
            for found, call in zip(self.objects, row):
                if call is not None:
                    yield found, *call

    def run(self, found: Any, arguments: Any, named: Any) -> Any:
        """Call it once and return what it gives."""
        if self.is_property:
            return getattr(found, self.name)
        result = getattr(found if self.is_bound else self.holder, self.name)(*arguments, **named)
        return asyncio.run(_awaited(result)) if inspect.iscoroutine(result) else result

    def words(self, found: Any, arguments: Any, named: Any) -> str:
        """Return the call as a user would write it."""
        names = {name: self.old_names.get(name, name) for name in named}
        words = [*map(shown, arguments), *(f"{names[k]}={shown(v)}" for k, v in named.items())]
        place = f"{shown(found)}.{self.old_name}" if self.is_bound else self.label
        return place if self.is_property else f"{place}({', '.join(words)})"


async def _awaited(result: Any) -> Any:
    return await result


def _definition(source: ast.Module, qualified: str) -> Any:
    body: Any = source.body
    node: Any = None
    for name in qualified.split("."):
        node = next((n for n in body if getattr(n, "name", None) == name), None)
        body = getattr(node, "body", [])
    return node if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else None


def outcome(subject: Subject, call: Any) -> list[str]:
    """Return `value` or `error`, and what of it."""
    found, arguments, named = copy.deepcopy(call)
    before = (shown(found), shown(arguments), shown(named))
    sys.stdout = printed = io.StringIO()
    try:
        result = shown(subject.run(found, arguments, named))
    except Exception as error:  # noqa: BLE001 - whatever it raises is what is compared
        return ["error", type(error).__name__]
    left = (shown(found), shown(arguments), shown(named))
    if left != before:
        words = left if subject.is_bound else left[1:]
        result += " and left its arguments as " + ", ".join(words)
    if printed.getvalue():
        result += " and printed " + repr(printed.getvalue()[:LONGEST])
    return ["value", result]


def main() -> None:
    """Call it until the time is over, and write each outcome down as it comes."""
    module_name, qualified, old = sys.argv[1:4]
    before = Path(__file__).parents[1] / "before.txt"
    source = ast.parse(before.read_text(encoding="utf-8"))
    sys.stdout = sys.stderr = io.StringIO()
    subject = Subject(importlib.import_module(module_name), qualified, old, source)
    deadline = time.monotonic() + SECONDS
    seen: dict[str, int] = {}
    with Path(environ["GEARSHIFT_REPORT"]).open("a", encoding="utf-8") as report:
        for call in itertools.islice(subject.calls(), MOST):
            if time.monotonic() > deadline:
                break
            words = subject.words(*call)
            seen[words] = seen.get(words, 0) + 1
            if seen[words] > 1:
                words += f"  # the {seen[words]}."
            report.write(json.dumps([words, *outcome(subject, call)]) + "\n")
            report.flush()


if __name__ == "__main__":
    main()
