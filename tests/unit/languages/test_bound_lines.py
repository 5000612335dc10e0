"""Which names a text that is not parsed may bind."""

from __future__ import annotations

import pytest

from gearshift.languages.bound_lines import begins_word, can_bind_unseen, may_be_bound


@pytest.mark.parametrize(
    "text",
    [
        "name = 1",
        "    name: int = 1",
        "a, name = 1, 2",
        "(name,\n other) = pair",
        "import os, name",
        "from a import name as other",
        "with f() as name:",
        "for name in rows:",
        "for a, name in rows:",
        "global name",
        "def name():",
        "async def name():",
        "class name(Base):",
        "def f(a, name=1):",
        "    name,",
        "    name",
    ],
)
def test_lines_that_may_bind_a_name(text: str) -> None:
    assert may_be_bound(text, "name")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "names = 1",
        "a_name = 1",
        "obj.name = 1",
        "print(name)",
        "x = name + 1",
        "if name == 1: pass",
        "# a naméname = 1",
        "import names\nfilename = 1",
    ],
)
def test_lines_that_bind_no_such_name(text: str) -> None:
    assert not may_be_bound(text, "name")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from os import *", True),
        ("exec(code)", True),
        ("x = globals()", True),
        ("    def __getattr__(self, name):", True),
        ("my_exec(code)", False),
        ("# exec() failed.", False),
        ("self.exec(code)", False),
        ("a.exec(1)\nexec(2)", True),
        ("import os", False),
    ],
)
def test_what_binds_names_unseen(text: str, expected: bool) -> None:
    assert can_bind_unseen(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("total = 1", True), ("subtotal = tot", False), ("x = tot", False), ("a.total", True)],
)
def test_whether_a_longer_word_begins_so(text: str, expected: bool) -> None:
    assert begins_word(text, "tot") is expected
