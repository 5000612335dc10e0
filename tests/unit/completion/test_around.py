"""What is kept from key to key tells the same as looking anew."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gearshift.completion.around import Around
from gearshift.completion.begun import begun
from gearshift.completion.hole import Hole
from gearshift.completion.names import new_undefined
from gearshift.completion.window import prefix_window, suffix_window
from gearshift.core.text import Position, Range
from gearshift.languages.syntax import block_expected, excerpt, place_of
from gearshift.workspace.documents import Documents, TextChange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gearshift.core.document import Snapshot

CLASS = '''
class Store{n}(Base):
    """Keep things.

    By name, "as given".
    """

    limit = 3
    names = [
        "one",
        "two",  # and more
    ]

    def __init__(self, values, total=0):
        self.values = values
        self.total = total

    def add(self, name, value):
        if name in self.names:
            for each in value:
                self.values[name] = each  # the last
            return self.values
        try:
            total = int(value)
        except ValueError:
            return None
        text = f"{{name}}: {{total}}"
        return text

    def all(self):
        return {{
            "limit": self.limit,
            "names": sorted(self.names),
        }}
'''
CODE = "import re\n" + "\n".join(CLASS.format(n=n) for n in range(15))
URI = "file:///project/main.py"
TYPED = ("value = self.name", '"""Say (what', "# not code", "if a:", "except E:", "f'{x", "}\t]")
REPLY = "zip(values, total)\n"


def opened(text: str) -> Documents:
    documents = Documents()
    documents.open(URI, path=Path("/project/main.py"), language="python", version=1, text=text)
    return documents


def put(documents: Documents, place: Position, text: str) -> None:
    documents.change(URI, None, (TextChange(Range.at(place), text),))


def typing() -> Iterator[tuple[Snapshot, Position]]:
    """Yield each version while lines are typed in real code, above and below each other."""
    drawn = random.Random(3)
    documents = opened(CODE)
    for typed in TYPED * 4:
        lines = documents.lines(URI)
        line = drawn.randrange(len(lines) - 1)
        indent = len(lines[line]) - len(lines[line].lstrip(" "))
        put(documents, Position(line, 0), " " * indent + "\n")
        for n, character in enumerate(typed):
            put(documents, Position(line, indent + n), character)
            yield documents.snapshot(URI), Position(line, indent + n + 1)
        if drawn.random() < 0.5:
            put(documents, Position(0, 0), "import this\n")


def windows(hole: Hole, characters: int) -> tuple[str, str]:
    kept, snapshot, line = hole.around.windows, hole.snapshot, hole.position.line
    above = kept.prefix(snapshot, line, hole.head, characters)
    return above, kept.suffix(snapshot, line, characters)


def told(hole: Hole) -> dict[str, Any]:
    return {
        "before": hole.before,
        "after": hole.after,
        "excerpt": hole.excerpt,
        "place": hole.place,
        "unit": hole.unit,
        "is_block": hole.is_block,
        "lines": (hole.line_above, hole.line_below, hole.lines_below),
        "outside": hole.outside.text,
        "windows": [windows(hole, characters) for characters in (700, 701, 3_500)],
        "begun": begun(hole),
        "undefined": new_undefined(REPLY, hole),
    }


def test_a_hole_tells_the_same_of_a_line_being_typed_as_looked_at_for_the_first_time() -> None:
    for snapshot, position in typing():
        hole = Hole.at(snapshot, position)
        fresh = Hole(snapshot, position, Around(excerpt(snapshot, position)))
        assert told(hole) == told(fresh)


def test_what_is_typed_elsewhere_is_seen_from_a_line() -> None:
    """Though that line, and what stands next to it, is as it was."""
    far = "".join(f"step_{n}()\n" for n in range(400))
    documents = opened(f"def f():\n    \n{far}\nend = 1\n")
    last = len(documents.lines(URI)) - 2
    for character in "ab":
        put(documents, Position(last, 0), character)
        hole = Hole.at(documents.snapshot(URI), Position(1, 4))
        below = documents.text(URI).partition("    \n")[2]

        assert hole.around.windows.suffix(hole.snapshot, 1, 100_000) == below
        assert documents.lines(URI)[last] in hole.outside.text


def test_windows_are_those_of_the_document_however_much_is_typed() -> None:
    documents = opened(CODE)
    put(documents, Position(200, 0), "\n")
    for n in range(900):
        put(documents, Position(200, n), "x")
        hole = Hole.at(documents.snapshot(URI), Position(200, n + 1))
        lines = hole.snapshot.lines
        expected = prefix_window(lines, hole.head, 1_000, 200), suffix_window(lines, 1_000, 201)

        assert windows(hole, 1_000) == expected


def test_a_hole_is_what_the_syntax_says_of_its_document() -> None:
    for snapshot, position in typing():
        hole = Hole.at(snapshot, position)
        inner = excerpt(snapshot, position)
        assert hole.before == inner.snapshot.before(inner.position)
        assert hole.after == inner.snapshot.after(inner.position)
        assert hole.place == place_of(inner.snapshot, inner.position)
        if not hole.tail.strip():
            is_wanted = block_expected(inner.snapshot, inner.position)
            assert hole.is_block or not is_wanted


@pytest.mark.parametrize(
    "line",
    [
        "data = b''.join(a)",
        """a = "it's" + 'so' + "" + c  # that's it""",
        """print(f"{a['b']} {c!r}", 'd')""",
        "a = r'\\' + '\\'' + b",
        'a = """b""" + c',
        "a = 'b' 'c''d'",
    ],
)
def test_at_each_character_of_a_line_its_strings_are_told_from_code(line: str) -> None:
    documents = opened(f"import re\n{line}\nb = 1\n")
    for column in range(len(line) + 1):
        hole = Hole.at(documents.snapshot(URI), Position(1, column))
        is_prefix = hole.tail[:1] in {"'", '"'} and hole.head[-1:] in {"b", "r", "f"}
        expected = place_of(hole.excerpt.snapshot, hole.excerpt.position)
        assert is_prefix or hole.place == expected, hole.head


@pytest.mark.parametrize("line", ["def f(count):\n", "    count = 1\n"])
def test_a_name_is_missed_once_the_line_that_binds_it_is_gone(line: str) -> None:
    above = {"def f(count):\n": line, "    count = 1\n": f"def f():\n{line}"}[line]
    documents = opened(f"{above}    \n    return 1\n")
    row = above.count("\n")

    def undefined() -> tuple[str, ...]:
        return new_undefined("print(count)\n", Hole.at(documents.snapshot(URI), Position(row, 4)))

    assert undefined() == ()
    put(documents, Position(row, 4), "x")
    assert undefined() == ()
    start = Position(row - 1, line.index("count"))
    end = Position(row - 1, start.column + len("count"))
    documents.change(URI, None, (TextChange(Range(start, end), "other"),))
    assert undefined() == ("count",)


def test_a_name_that_a_class_binds_is_missed_in_its_methods_all_the_same() -> None:
    documents = opened("class A:\n    limit = 1\n    \n")
    hole = Hole.at(documents.snapshot(URI), Position(2, 4))

    assert new_undefined("size = limit\n", hole) == ()
    assert new_undefined("def f(self):\n        return limit\n", hole) == ("limit",)
