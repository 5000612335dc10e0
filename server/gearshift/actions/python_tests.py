"""How a project writes its Python tests: functions for pytest, or classes for unittest."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from gearshift.languages import language_of
from gearshift.verify.environment import environment_of, holds_package
from gearshift.verify.project_copy import project_files

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.actions.subject import Subject

UNITTEST, PYTEST = "unittest", "pytest"
MOST_FILES = 4000
MOST_TESTS = 30
"""Test files that are looked into."""
HEAD = 20_000
"""Characters of each."""
_FUNCTION = re.compile(r"^(?:async )?def test|^import pytest|^from pytest", re.MULTILINE)
_CLASS = re.compile(r"^class \w+\(.*TestCase\):", re.MULTILINE)


def style_of(project: Path) -> str:
    """Return the framework that new tests are for, out of the project's own tests.

    Where it has none, pytest, unless the project's environment lacks it.
    """
    facts = language_of("python")
    classes = functions = 0
    files = (f for f in islice(project_files(project), MOST_FILES) if facts.is_test_file(f))
    for file in islice((f for f in files if f.suffix == ".py"), MOST_TESTS):
        text = _head(file)
        functions += _FUNCTION.search(text) is not None
        classes += _CLASS.search(text) is not None
    if classes and not functions:
        return UNITTEST
    if functions:
        return PYTEST
    return PYTEST if holds_package(environment_of(project), "pytest") else UNITTEST


def _head(file: Path) -> str:
    try:
        with file.open(encoding="utf-8", errors="replace") as stream:
            return stream.read(HEAD)
    except OSError:
        return ""


def order(subject: Subject, name: str, most: int, framework: str) -> str:
    """Return what a prompt asks for."""
    is_raising = "raise " in subject.source
    if framework == UNITTEST:
        what = f"{most} short test methods in one unittest.TestCase class"
        checks = "checks the exact result with self.assertEqual"
        raises = " For an error use `with self.assertRaises(...):`." if is_raising else ""
        rest = "No mocks, no comments, no pytest."
    else:
        what, checks = f"{most} short pytest functions", "asserts the exact result"
        raises = " For an error use `with pytest.raises(...):`." if is_raising else ""
        rest = "No classes, no mocks, no comments."
    return (
        f"Write {what} for {name}, one for each different path through it, borders included. Each "
        f"calls {subject.call} once and {checks}, worked out step by step from the code "
        f"above.{raises} {rest}"
    )


def example(subject: Subject, framework: str) -> str:
    """Return how an answer begins."""
    name = subject.names[-1]
    if framework == UNITTEST:
        title = "".join(part[:1].upper() + part[1:] for part in name.split("_"))
        return (
            f"import unittest\n\n{subject.statement}\n\n\nclass Test{title}(unittest.TestCase):\n"
            f"    def test_...(self):\n        self.assertEqual(..., ...)"
        )
    return f"{subject.statement}\n\n\ndef test_{name.lower()}_...():\n    assert ..."
