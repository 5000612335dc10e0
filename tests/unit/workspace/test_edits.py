"""Recent edits, found by comparing versions."""

from __future__ import annotations

from pathlib import Path

from gearshift.core.document import Snapshot
from gearshift.workspace.edits import LONGEST, MOST, EditHistory

LINES = [f"line {number}" for number in range(100)]


def version(lines: list[str], name: str = "a.py") -> Snapshot:
    return Snapshot.from_text("\n".join(lines), language="python", path=Path(f"/p/{name}"))


def changed(lines: list[str], at: int, *new: str, count: int = 1) -> list[str]:
    return [*lines[:at], *new, *lines[at + count :]]


def test_the_first_version_has_no_edits() -> None:
    assert EditHistory().look(version(LINES)) == ()


def test_an_edit_that_goes_on_is_one_hunk() -> None:
    history = EditHistory()
    history.look(version(LINES))
    history.look(version(changed(LINES, 10, "line ten")))

    (hunk,) = history.look(version(changed(LINES, 10, "line ten", "and more", count=2)))

    assert hunk.line == 10
    assert hunk.removed == ("line 10\n", "line 11\n")
    assert hunk.added == ("line ten\n", "and more\n")


def test_edits_far_apart_are_two_the_latest_last() -> None:
    history = EditHistory()
    history.look(version(LINES))
    one = changed(LINES, 10, "first")
    history.look(version(one))

    first, second = history.look(version(changed(one, 80, count=1)))

    assert (first.removed, first.added) == (("line 10\n",), ("first\n",))
    assert (second.removed, second.added) == (("line 80\n",), ())


def test_what_was_taken_back_is_no_edit() -> None:
    history = EditHistory()
    history.look(version(LINES))
    history.look(version(changed(LINES, 10, "other")))

    assert history.look(version(LINES)) == ()


def test_a_pasted_text_is_no_edit_that_goes_on() -> None:
    history = EditHistory()
    history.look(version(LINES))
    pasted = changed(LINES, 50, *map(str, range(LONGEST + 5)))

    assert history.look(version(pasted)) == ()
    (hunk,) = history.look(version(changed(pasted, 3, "typed")))
    assert hunk.added == ("typed\n",)


def test_edits_of_other_documents_are_told_too_and_stay_when_they_are_closed() -> None:
    history = EditHistory()
    history.look(version(LINES, "a.py"))
    history.look(version(changed(LINES, 1, "in a"), "a.py"))
    (in_a,) = history.look(version(LINES, "b.py"))

    path = history.forget(version(LINES, "a.py").uri)

    assert path == Path("/p/a.py")
    assert in_a.file == Path("/p/a.py")
    assert history.look(version(LINES, "b.py")) == (in_a,)


def test_only_the_latest_are_kept() -> None:
    history = EditHistory()
    lines = [f"line {number}" for number in range(2000)]
    history.look(version(lines))
    for number in range(3 * MOST):
        lines = changed(lines, number * 50, "changed")
        hunks = history.look(version(lines))

    assert len(hunks) == MOST + 1
    assert hunks[-1].line == (3 * MOST - 1) * 50
