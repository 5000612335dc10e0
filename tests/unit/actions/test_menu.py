"""What is offered where."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from gearshift.actions import ACTIONS, menu
from gearshift.actions.describe import actions_markdown
from gearshift.actions.menu import MOST_CHARACTERS, offers, reason_against
from gearshift.core.diagnostic import Diagnostic
from gearshift.core.document import Snapshot
from gearshift.core.text import Position, Range

SOURCE = "import os\n\n\ndef f(a):\n    return a\n"
HERE = Range.at(Position(4, 4))


def _snapshot(name: str = "m.py", text: str = SOURCE, language: str = "python") -> Snapshot:
    return Snapshot.from_text(text, language=language, path=Path("/project") / name)


def test_a_function_has_the_whole_menu_in_order() -> None:
    found = offers(_snapshot(), HERE)
    assert [o.title for o in found] == [
        "Change `f` as you say…",
        "Simplify `f`",
        "Add types to `f`",
        "Modernize `f`",
        "Handle errors in `f`",
        "Move `f` to another module",
        "Rename well in `f`",
        "Generate tests for `f`",
        "Document `f`",
        "Explain `f`",
    ]
    assert all(o.range == HERE for o in found)


LONG = """\
def total(prices):
    result = 0
    for price in prices:
        if price > 0:
            result += price
    if result > 100:
        result -= 5
    elif result > 50:
        result -= 3
    else:
        result -= 1
    names = []
    for price in prices:
        names.append(str(price))
    return result, names


def other(prices):
    result = 1
    for price in prices:
        if price > 0:
            result += price
    return result
"""


def test_a_long_function_can_be_taken_apart() -> None:
    snapshot = _snapshot(text=LONG)
    titles = [o.title for o in offers(snapshot, Range.at(Position(1, 4)))]
    assert "Extract a function from `total`" in titles
    assert "Split `total`" in titles
    assert "Remove what `total` repeats" in titles
    extract = offers(snapshot, Range.at(Position(1, 4)), (), ["refactor.extract"])
    assert [o.kind for o in extract] == ["refactor.extract.gearshift.function"]


def test_what_no_neighbour_repeats_is_not_offered_to_be_removed() -> None:
    snapshot = _snapshot(text=LONG.partition("\n\n\n")[0] + "\n")
    assert "deduplicate" not in [o.action for o in offers(snapshot, Range.at(Position(1, 4)))]


def test_each_diagnostic_has_a_quick_fix_of_its_own() -> None:
    problems = [Diagnostic(Range.at(Position(4, n)), f"problem {n}") for n in (4, 11)]
    found = offers(_snapshot(), HERE, problems, ["quickfix"])
    assert [(o.kind, o.title, o.diagnostics) for o in found] == [
        ("quickfix.gearshift", "Fix: problem 4", (problems[0],)),
        ("quickfix.gearshift", "Fix: problem 11", (problems[1],)),
    ]


@pytest.mark.parametrize(
    ("only", "names"),
    [
        pytest.param(
            ["source"],
            ["generateTests", "document", "readme", "apiPage"],
            id="whole file",
        ),
        pytest.param(["refactor.rewrite.gearshift.simplify"], ["simplify"], id="one kind"),
        pytest.param(["refactor.extract"], [], id="another kind"),
        pytest.param(["quickfix"], [], id="no diagnostics"),
    ],
)
def test_only_the_wanted_kinds_are_offered(only: list[str], names: list[str]) -> None:
    assert [o.action for o in offers(_snapshot(), HERE, (), only)] == names


@pytest.mark.parametrize(
    ("snapshot", "missing"),
    [
        pytest.param(_snapshot("test_m.py"), "generateTests", id="tests of tests"),
        pytest.param(
            _snapshot(text="import os\n\n\ndef f(a: int) -> int:\n    return a\n"),
            "addTypes",
            id="typed already",
        ),
        pytest.param(_snapshot("m.js", "function f() {}\n", "javascript"), "addTypes", id="js"),
    ],
)
def test_what_makes_no_sense_is_not_offered(snapshot: Snapshot, missing: str) -> None:
    found = {o.action for o in offers(snapshot, Range.at(Position(len(snapshot.lines) - 2, 5)))}
    assert missing not in found
    assert "simplify" in found


def test_a_language_without_a_parser_can_only_be_explained() -> None:
    found = offers(_snapshot("notes.txt", "some words\n", "plaintext"), Range.at(Position(0, 0)))
    assert [o.action for o in found] == ["explain"]


def test_one_actions_fault_does_not_hide_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: object) -> bool:
        raise ValueError("broken")

    rows = [replace(a, applies=broken) if a.name == "simplify" else a for a in ACTIONS]
    monkeypatch.setattr(menu, "ACTIONS", tuple(rows))
    with caplog.at_level(logging.ERROR):
        found = [o.action for o in offers(_snapshot(), HERE)]
    assert "simplify" not in found
    assert "document" in found
    assert "simplify could not be offered" in caplog.text


def test_the_documentation_has_every_action() -> None:
    text = actions_markdown()
    for action in ACTIONS:
        assert f"| `{action.name}` | `{action.task}` |" in text


def test_names_and_kinds_are_unique() -> None:
    kinds = [kind for action in ACTIONS for kind in action.kinds]
    assert len(set(kinds)) == len(kinds)
    assert len({action.name for action in ACTIONS}) == len(ACTIONS)


def test_nothing_is_offered_in_generated_data_and_the_reason_is_told() -> None:
    data = _snapshot(text="data = [" + "1, " * (MOST_CHARACTERS // 3) + "]\n" + SOURCE)

    assert offers(data, Range.at(Position(5, 4))) == ()
    assert "longer than 1,000,000 characters" in (reason_against(data) or "")
    assert reason_against(_snapshot()) is None


def test_types_are_offered_for_a_long_symbol_without_looking_through_it() -> None:
    body = "".join(f"    value_{n}: int = {n}\n" for n in range(3_000))
    typed = f"def f(a: int) -> int:\n{body}    return a\n"

    assert "Add types to `f`" in [o.title for o in offers(_snapshot(text=typed), HERE)]
