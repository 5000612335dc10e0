"""Requests in each form, and windows that stay the same while one types."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import cast

import pytest
from tests.support.scripted_model import ScriptedModel

from gearshift.completion.forms import Prompt
from gearshift.completion.hole import Hole
from gearshift.completion.prompt import LINE_TOKENS, Limits, build, lines_shown
from gearshift.completion.window import prefix_window, suffix_window
from gearshift.core.document import Snapshot
from gearshift.core.model import (
    ChatRequest,
    ContextFile,
    ContinueRequest,
    FillRequest,
    PromptForm,
    Route,
    estimate_tokens,
    request_text,
)
from gearshift.core.results import Skip
from gearshift.core.text import Position, position_at

SOURCE = "import os\n\n\ndef f(a):\n    b = a\n    <|>\n    return b\n"


def hole_in(source: str) -> Hole:
    snapshot = Snapshot.from_text(
        source.replace("<|>", ""), language="python", path=Path("/project/main.py")
    )
    return Hole.at(snapshot, position_at(snapshot.lines, source.index("<|>")))


def prompt(source: str, form: PromptForm, limits: Limits | None = None, **more: object) -> Prompt:
    context = cast("tuple[ContextFile, ...]", more.get("context", ()))
    made = build(hole_in(source), ScriptedModel("", form=form), limits or Limits(), context)
    assert isinstance(made, Prompt)
    return made


def test_fill_sends_both_sides_as_they_are() -> None:
    made = prompt(SOURCE, "fill")
    assert isinstance(made.request, FillRequest)
    assert made.request.prefix == "import os\n\n\ndef f(a):\n    b = a\n    "
    assert made.request.suffix == "\n    return b\n"
    assert made.request.path == "main.py"
    assert made.sent_head == "    "


def test_continue_leaves_the_cursors_white_space_to_the_model() -> None:
    made = prompt(SOURCE, "continue")
    assert isinstance(made.request, ContinueRequest)
    assert made.request.prompt == "import os\n\n\ndef f(a):\n    b = a\n"
    assert made.sent_head == ""


def test_prefill_shows_the_suffix_first_and_begins_the_answer() -> None:
    made = prompt(SOURCE.replace("    <|>", "    c = <|>"), "prefill")
    assert isinstance(made.request, ChatRequest)
    asked, begun = made.request.messages[-2:]
    assert "    return b\n" in asked.text
    assert begun.role == "assistant"
    assert begun.text.endswith("    b = a\n    c =")


def test_chat_marks_the_hole_and_shows_an_example() -> None:
    made = prompt(SOURCE, "chat")
    assert isinstance(made.request, ChatRequest)
    roles = [message.role for message in made.request.messages]
    assert roles == ["system", "user", "assistant", "user"]
    assert "    b = a\n    <HOLE/>\n    return b\n" in made.request.messages[-1].text


@pytest.mark.parametrize(
    ("form", "routes", "kind"),
    [
        pytest.param("fill", ["chat"], ChatRequest, id="no fill: chat"),
        pytest.param("chat", ["fill", "continue"], FillRequest, id="no chat: fill"),
        pytest.param("prefill", ["continue"], ContinueRequest, id="continue only"),
    ],
)
def test_a_form_that_the_provider_lacks_is_replaced(
    form: PromptForm, routes: list[Route], kind: type
) -> None:
    made = build(hole_in(SOURCE), ScriptedModel("", form=form, routes=routes), Limits())
    assert isinstance(made, Prompt)
    assert isinstance(made.request, kind)


def test_a_provider_without_any_route_is_a_skip_with_a_reason() -> None:
    made = build(hole_in(SOURCE), ScriptedModel("", routes=[]), Limits())
    assert isinstance(made, Skip)
    assert "no way to ask" in made.reason


@pytest.mark.parametrize("form", ["fill", "continue", "prefill"])
@pytest.mark.parametrize("tokens", [100, 400, 2000])
def test_the_text_around_the_cursor_keeps_to_the_budget(form: PromptForm, tokens: int) -> None:
    source = "x = 1\n" * 3000 + "<|>\n" + "y = 2\n" * 3000
    shown = tuple(ContextFile(f"{n}.py", "z" * 200) for n in range(50))
    limits = Limits(prompt_tokens=tokens, context_tokens=tokens // 2)
    made = prompt(source, form, limits, context=shown)
    said = estimate_tokens(request_text(made.request))
    assert tokens * 0.5 < said <= tokens * 1.5 + 60  # the words around the code are not counted


def test_a_line_costs_less_than_a_block() -> None:
    line = prompt("def f(a):\n    b = <|>\n    return b\n", "fill").request
    block = prompt("def f(a):\n    <|>\n", "fill").request
    assert (line.max_tokens, block.max_tokens) == (LINE_TOKENS, 128)


def test_the_quickest_effort_that_the_model_has_is_asked_for() -> None:
    model = ScriptedModel("", form="chat", efforts=("low", "high", "minimal"))
    made = build(hole_in(SOURCE), model, Limits())
    assert isinstance(made, Prompt)
    assert isinstance(made.request, ChatRequest)
    assert made.request.effort == "minimal"


def test_the_windows_beginning_stays_while_lines_are_typed() -> None:
    lines = [f"line_{number} = {number}\n" for number in range(400)]
    begins = [
        prefix_window(lines[:count], "x", 1_000).partition("\n")[0] for count in range(300, 400)
    ]
    changes = sum(one != other for one, other in itertools.pairwise(begins))
    assert changes <= 100 // 16 + 1


def test_windows_hold_whole_lines_and_keep_to_their_length() -> None:
    lines = ["a" * 9 + "\n"] * 100
    assert suffix_window(lines, 25) == "".join(lines[:2])
    window = prefix_window(lines, "head", 500)
    assert window.endswith("\nhead")
    assert len(window) <= 500
    assert prefix_window([], "x" * 900, 500) == "x" * 500


def test_a_position_past_the_end_is_moved_to_the_end() -> None:
    snapshot = Snapshot.from_text("a = 1\n", language="python")
    assert Hole.at(snapshot, Position(9, 9)).position == Position(1, 0)


def test_the_window_stays_the_same_whatever_the_context() -> None:
    source = "x = 1\n" * 3000 + "<|>\n"
    limits = Limits(prompt_tokens=1000, context_tokens=400)
    prefixes = set[str]()
    for size in (0, 300, 1400, 3000):
        shown = (ContextFile("a.py", "z" * size),) if size else ()
        made = prompt(source, "fill", limits, context=shown).request
        assert isinstance(made, FillRequest)
        prefixes.add(made.prefix)
        assert made.context == (shown if size <= 1400 else ())
    assert len(prefixes) == 1


def test_context_that_is_no_code_continues_as_comments() -> None:
    shown = (ContextFile("a.py", "def a(): ..."), ContextFile("changes.diff", "-old\n+new"))
    made = prompt("x = <|>\n", "continue", context=shown).request
    assert isinstance(made, ContinueRequest)
    assert made.prompt == "# a.py\ndef a(): ...\n\n# changes.diff\n# -old\n# +new\n\nx ="


def test_lines_shown_are_those_of_the_prompt() -> None:
    source = "x = 1\n" * 500 + "<|>\n" + "y = 2\n" * 500
    hole, limits = hole_in(source), Limits(prompt_tokens=400)
    context = (ContextFile("a.py", "z" * 500),)

    shown = lines_shown(hole.snapshot, hole.position, limits)

    request = prompt(source, "fill", limits, context=context).request
    assert isinstance(request, FillRequest)
    assert hole.position.line - shown.start == request.prefix.count("\n")
    assert shown.stop - hole.position.line - 1 == request.suffix.count("\n") - 1
