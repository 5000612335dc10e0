"""What a model is shown of the code that it is to test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.actions.context import prepare
from gearshift.actions.subject import MOST_LINES, Subject, subject_of
from gearshift.core.document import Snapshot
from gearshift.core.text import Position, Range

if TYPE_CHECKING:
    from pathlib import Path

LONG = "".join(f"\n    def other_{n}(self):\n        return {n}\n" for n in range(MOST_LINES))
CLASS = f'''\
class Cup:
    """Holds coffee."""

    size = 3

    def __init__(self, owner):
        self.owner = owner

    def fill(self, amount):
        return min(amount, self.size)
{LONG}
'''


async def _subject(folder: Path, code: str, name: str) -> Subject:
    text = f"{CLASS}\n\n{code}"
    path = folder / "cups.py"
    path.write_text(text)
    snapshot = Snapshot.from_text(text, language="python", path=path)
    line = text[: text.index(f"def {name}(")].count("\n")
    request = await prepare(snapshot, Range.at(Position(line, 4)), project=folder)
    return subject_of(request)


async def test_a_class_of_which_values_are_taken_is_shown_and_imported(tmp_path: Path) -> None:
    code = "def poured(cup, amount):\n    return cup.owner, cup.fill(amount)\n"
    found = await _subject(tmp_path, code, "poured")
    assert found.statement == "from cups import Cup, poured"
    assert "self.owner = owner" in found.source
    assert "def fill(self, amount):" in found.source
    assert "other_1" not in found.source
    assert found.used == {"poured"}


async def test_a_class_that_is_only_named_is_shown_and_not_imported(tmp_path: Path) -> None:
    code = "def new(owner) -> Cup:\n    return Cup(owner)\n"
    found = await _subject(tmp_path, code, "new")
    assert found.statement == "from cups import new"
    assert "self.owner = owner" in found.source
    assert "def fill" not in found.source


async def test_what_built_in_values_have_says_nothing_of_a_class(tmp_path: Path) -> None:
    bag = "class Bag:\n    def count(self, what):\n        return 0\n\n\n"
    code = "def ones(parts):\n    return parts.count(1)"
    found = await _subject(tmp_path, bag + code, "ones")
    assert found.source == code
