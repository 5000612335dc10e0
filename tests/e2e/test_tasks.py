"""Heavy actions over stdio: an id at once, progress, a verified edit, or a reason."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.stdio_client import GEARSHIFT, NEVER

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.e2e.conftest import Desk

SOURCE = '''def clamp(value, low, high):
    """Return the value moved into the range from low to high."""
    return max(low, min(value, high))


def other():
    return 1
'''
TESTS = """```python
from bounds import clamp


def test_a_value_inside_stays():
    assert clamp(5, 0, 10) == 5


def test_a_value_below_becomes_low():
    assert clamp(-5, 0, 10) == 0
```"""
WRONG_TESTS = TESTS.replace("== 5", "== 6").replace("== 0", "== 1")
DOCUMENTED = '''```python
def other():
    """Return one."""
    return 1
```'''


async def test_generated_tests_are_run_before_they_are_offered(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"task": "tests", "text": TESTS}])
    uri = desk.open("bounds.py", SOURCE)

    finished = await desk.task("gearshift.generateTests", uri, 1)

    assert (finished["outcome"], finished["label"]) == ("applied", "verified"), finished["reason"]
    assert "tests" in finished["evidence"]
    assert any(item.startswith("sandbox:") for item in finished["evidence"])
    (attempt,) = finished["attempts"]
    assert attempt["tier"] == "full"
    assert attempt["usage"]["output"] > 0
    (created,) = [name for name in desk.texts if name != uri]
    assert created.endswith("test_bounds.py")
    assert "def test_a_value_below_becomes_low" in desk.texts[created]


async def test_tests_that_fail_are_refused_with_the_reason_and_kept(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"task": "tests", "text": WRONG_TESTS}] * 5)
    uri = desk.open("bounds.py", SOURCE)

    finished = await desk.task("gearshift.generateTests", uri, 1)

    assert (finished["outcome"], finished["label"]) == ("refused", "none")
    assert "failed" in finished["reason"]
    assert list(desk.texts) == [uri]
    assert "clamp(5, 0, 10) == 6" in await desk.command("gearshift.why", {})


async def test_without_leave_to_run_tests_are_only_checked(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"task": "tests", "text": TESTS}], settings={"verify": {"run": "never"}})
    uri = desk.open("bounds.py", SOURCE)

    finished = await desk.task("gearshift.generateTests", uri, 1)

    assert (finished["outcome"], finished["label"]) == ("applied", "checked")
    assert "tests" not in finished["evidence"]


async def test_leave_to_run_is_asked_once_a_workspace(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"task": "tests", "text": TESTS}] * 2, settings={"verify": {"run": "ask"}})
    desk.client.answers["window/showMessageRequest"] = lambda params: params["actions"][0]
    uri = desk.open("bounds.py", SOURCE)

    first = await desk.task("gearshift.generateTests", uri, 1)
    second = await desk.task("gearshift.generateTests", uri, 1)

    asked = [r for r in desk.client.requests if r["method"] == "window/showMessageRequest"]
    assert len(asked) == 1
    assert (first["label"], second["outcome"]) == ("verified", "applied")


async def test_progress_is_shown_and_ends(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit([{"task": "docs", "text": DOCUMENTED}])
    uri = desk.open("bounds.py", SOURCE)

    finished = await desk.task("gearshift.document", uri, 6)

    assert finished["label"] == "checked"
    assert '"""Return one."""' in desk.texts[uri]
    values = [
        n["params"]["value"] for n in desk.client.notifications if n["method"] == "$/progress"
    ]
    assert [values[0]["kind"], values[-1]["kind"]] == ["begin", "end"]
    assert values[0]["cancellable"] is True
    percentages = [value["percentage"] for value in values[:-1]]
    assert percentages == sorted(percentages)


async def test_cancelling_the_progress_stops_the_action(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"task": "docs", "text": DOCUMENTED, "delayMs": 60000}])
    uri = desk.open("bounds.py", SOURCE)
    place = desk.place(uri, 6)
    argument = {"uri": uri, "range": {"start": place, "end": place}}
    task_id = (await desk.command("gearshift.document", argument))["taskId"]
    await desk.client.notification("$/progress", lambda p: p["value"]["kind"] == "report")

    desk.client.notify("window/workDoneProgress/cancel", {"token": task_id})

    finished = await desk.finished(task_id)
    assert finished["outcome"] == "cancelled"
    assert [attempt["outcome"] for attempt in finished["attempts"]] == ["cancelled"]
    assert desk.texts[uri] == SOURCE


async def test_an_edit_that_nothing_was_run_for_says_why(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    simple = "```python\ndef clamp(low, value):\n    return low if value < low else value\n```"
    before = "def clamp(low, value):\n    if value < low:\n        return low\n    return value\n"
    desk = await sit([{"text": simple}], settings={"verify": {"run": "never"}})
    uri = desk.open("clamp.py", before)

    finished = await desk.task("gearshift.refactor", uri, 0)

    assert (finished["outcome"], finished["label"]) == ("applied", "checked")
    assert "running generated code was not allowed" in finished["reason"]


async def test_a_language_that_nothing_can_parse_gets_no_label(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    answer = {"text": "```\nputs 2\n```"}
    desk = await sit([answer])
    uri = desk.open("a.tcl", "puts [expr 1+1]\n", language="tcl")

    finished = await desk.task("gearshift.refactor", uri, 0, instruction="Fold the constant.")

    assert (finished["outcome"], finished["label"]) == ("applied", "none"), finished
    assert "unchecked" in finished["reason"]


async def test_a_task_that_is_switched_off_is_not_offered_and_refused(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([], settings={"tasks": {"docs": False}})
    uri = desk.open("bounds.py", SOURCE)
    place = desk.place(uri, 6)

    offered = await desk.client.request(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": uri},
            "range": {"start": place, "end": place},
            "context": {"diagnostics": []},
        },
    )
    finished = await desk.task("gearshift.document", uri, 6)

    kinds = [action["kind"] for action in offered]
    assert kinds
    assert not [kind for kind in kinds if "document" in kind]
    assert finished["outcome"] == "refused"
    assert "`tasks.docs`" in finished["reason"]


async def test_a_symbol_that_moved_gets_its_edit_where_it_is_now(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"task": "docs", "text": DOCUMENTED, "delayMs": 1500}])
    uri = desk.open("bounds.py", SOURCE)
    place = desk.place(uri, 6)
    argument = {"uri": uri, "range": {"start": place, "end": place}}
    task_id = (await desk.command("gearshift.document", argument))["taskId"]
    desk.type(uri, 0, 0, "# first\n# second\n")

    finished = await desk.finished(task_id)

    assert finished["outcome"] == "applied", finished["reason"]
    moved = "# first\n# second\n" + SOURCE
    documented = 'def other():\n    """Return one."""\n    return 1'
    assert desk.texts[uri] == moved.replace("def other():\n    return 1", documented)


async def test_a_symbol_that_changed_is_not_overwritten(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"task": "docs", "text": DOCUMENTED, "delayMs": 1500}])
    uri = desk.open("bounds.py", SOURCE)
    place = desk.place(uri, 6)
    argument = {"uri": uri, "range": {"start": place, "end": place}}
    task_id = (await desk.command("gearshift.document", argument))["taskId"]
    desk.type(uri, 6, len("    return 1"), "00")

    finished = await desk.finished(task_id)

    assert finished["outcome"] == "refused"
    assert "changed meanwhile" in finished["reason"]
    assert desk.texts[uri].endswith("return 100\n")
    assert "Return one." in await desk.command("gearshift.why", {})


async def test_an_editor_that_refuses_the_edit_loses_nothing(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"task": "docs", "text": DOCUMENTED}])
    refusal = {"applied": False, "failureReason": "the file is read-only"}
    desk.client.answers["workspace/applyEdit"] = lambda params: refusal
    uri = desk.open("bounds.py", SOURCE)

    finished = await desk.task("gearshift.document", uri, 6)

    assert finished["outcome"] == "refused"
    assert "read-only" in finished["reason"]
    assert "Return one." in await desk.command("gearshift.why", {})


async def test_an_explanation_is_a_page_and_no_edit(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit([{"task": "explain", "text": "It keeps a value in range."}])
    shown: list[Any] = []
    desk.client.answers["window/showDocument"] = lambda params: (
        shown.append(params) or {"success": True}
    )
    uri = desk.open("bounds.py", SOURCE)

    finished = await desk.task("gearshift.explain", uri, 1)

    assert (finished["outcome"], finished["label"]) == ("applied", "none")
    assert finished["attempts"][0]["tier"] == "mini"
    assert shown[0]["uri"].endswith(".md")
    assert desk.texts == {uri: SOURCE}


FAULTY = "def area(radius):\n    return 3.14 * radus**2\n"
FIXED = "```python\ndef area(radius):\n    return 3.14 * radius**2\n```"


async def test_a_diagnostic_is_fixed(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit([{"task": "fix", "text": FIXED}])
    uri = desk.open("area.py", FAULTY)
    span = {"start": desk.place(uri, 1, 18), "end": desk.place(uri, 1, 23)}
    diagnostic = {"range": span, "message": "undefined name 'radus'", "source": "ruff"}

    actions = await desk.client.request(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": uri},
            "range": span,
            "context": {"diagnostics": [diagnostic], "only": ["quickfix"]},
        },
    )
    (action,) = actions
    started = await desk.client.request("workspace/executeCommand", action["command"])
    finished = await desk.finished(started["taskId"])

    assert action["kind"] == "quickfix.gearshift"
    assert action["diagnostics"] == [diagnostic]
    assert finished["outcome"] == "applied", finished["reason"]
    assert "radius**2" in desk.texts[uri]


async def test_a_problem_in_the_users_own_words_is_fixed(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"task": "fix", "match": "radus is misspelt", "text": FIXED}])
    uri = desk.open("area.py", FAULTY)

    finished = await desk.task("gearshift.fix", uri, 1, instruction="radus is misspelt")

    assert finished["outcome"] == "applied", finished["reason"]
    assert "radius**2" in desk.texts[uri]


@pytest.mark.parametrize(
    ("argument", "advice"),
    [
        pytest.param({}, "open document", id="no document"),
        pytest.param({"uri": "file:///not/open.py"}, "open document", id="not open"),
    ],
)
async def test_a_command_that_can_not_be_meant_says_what_it_needs(
    sit: Callable[..., Awaitable[Desk]], argument: dict[str, Any], advice: str
) -> None:
    desk = await sit()

    assert await desk.command("gearshift.document", argument) is None

    shown = await desk.client.notification("window/showMessage")
    assert advice in shown["message"]


async def test_a_question_left_open_does_not_hold_the_server(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"task": "tests", "text": TESTS}], settings={"verify": {"run": "ask"}})
    desk.client.answers["window/showMessageRequest"] = lambda params: NEVER
    uri = desk.open("bounds.py", SOURCE)
    place = desk.place(uri, 1)
    argument = {"uri": uri, "range": {"start": place, "end": place}}
    task_id = (await desk.command("gearshift.generateTests", argument))["taskId"]
    await desk.client.until(
        lambda: [r for r in desk.client.requests if r["method"] == "window/showMessageRequest"],
        "the question",
    )

    status = await desk.client.request("gearshift/status")
    desk.client.notify("window/workDoneProgress/cancel", {"token": task_id})

    assert status["state"] == "busy"
    assert (await asyncio.wait_for(desk.finished(task_id), 60))["outcome"] == "cancelled"


async def test_the_log_says_what_came_of_each_request(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"task": "tests", "text": WRONG_TESTS}, {"task": "tests", "text": TESTS}])
    uri = desk.open("bounds.py", SOURCE)
    await desk.task("gearshift.generateTests", uri, 1)

    done = await asyncio.create_subprocess_exec(
        *GEARSHIFT, "log", "--json", stdout=asyncio.subprocess.PIPE
    )
    output, _ = await done.communicate()

    rows = json.loads(output)
    assert [(row["label"], row["kept"]) for row in rows] == [("verified", True), ("none", False)]


async def test_a_test_file_that_is_never_sent_is_not_shown_to_the_model(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"task": "tests", "text": TESTS}])
    (desk.folder / ".gearshiftignore").write_text("tests/\n")
    (desk.folder / "tests").mkdir()
    (desk.folder / "tests" / "test_bounds.py").write_text("CUSTOMER = 'of ours'\n")
    uri = desk.open("bounds.py", SOURCE)

    finished = await desk.task("gearshift.generateTests", uri, 1)

    assert (finished["outcome"], finished["attempts"]) == ("refused", [])
    assert "`test_bounds.py` is not sent" in finished["reason"]


async def test_a_test_file_that_is_no_text_stops_only_tests(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"task": "docs", "text": DOCUMENTED}])
    (desk.folder / "tests").mkdir()
    (desk.folder / "tests" / "test_bounds.py").write_bytes(b"# caf\xe9\n")
    uri = desk.open("bounds.py", SOURCE)

    assert (await desk.task("gearshift.document", uri, 6))["outcome"] == "applied"
    assert "UTF-8" in (await desk.task("gearshift.generateTests", uri, 1))["reason"]


@pytest.mark.parametrize(
    ("name", "argument", "advice"),
    [
        pytest.param("why", 4, "one object", id="no object"),
        pytest.param("useFull", {"scope": "now"}, "`window`", id="an unknown scope"),
        pytest.param("why", {"position": "z"}, "`position`", id="no position"),
        pytest.param("refactor", {"instruction": 7}, "`instruction`", id="no text"),
        pytest.param("document", {"version": 0}, "choose it again", id="an older version"),
    ],
)
async def test_an_argument_that_can_not_be_meant_is_named(
    sit: Callable[..., Awaitable[Desk]], name: str, argument: Any, advice: str
) -> None:
    desk = await sit()
    uri = desk.open("bounds.py", SOURCE)
    if isinstance(argument, dict):
        argument = {"uri": uri, **argument}

    assert await desk.command(f"gearshift.{name}", argument) is None

    shown = await desk.client.notification("window/showMessage")
    assert advice in shown["message"]


async def test_a_page_that_can_not_be_written_is_shown_as_a_message(
    sit: Callable[..., Awaitable[Desk]], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("GEARSHIFT_STATE", str(tmp_path / "file" / "state"))
    desk = await sit([{"task": "explain", "text": "It keeps a value in a range."}])
    uri = desk.open("bounds.py", SOURCE)

    finished = await desk.task("gearshift.explain", uri, 1)

    assert finished["outcome"] == "applied"
    shown = [n["params"] for n in desk.client.notifications if n["method"] == "window/showMessage"]
    assert any("keeps a value" in params["message"] for params in shown)


async def test_the_state_folder_is_its_users_own(
    sit: Callable[..., Awaitable[Desk]], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEARSHIFT_STATE", str(tmp_path / "state"))
    desk = await sit([{"task": "explain", "text": "It keeps a value in a range."}])
    uri = desk.open("bounds.py", SOURCE)

    await desk.task("gearshift.explain", uri, 1)

    assert (tmp_path / "state").stat().st_mode & 0o077 == 0


async def test_a_binary_document_is_refused(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit([{"task": "refactor", "text": "```\nx\n```"}])
    uri = desk.open("image.bin", "PNG\0\0\1", "plaintext")

    finished = await desk.task("gearshift.refactor", uri, 0, instruction="shorten")

    assert finished["outcome"] == "refused"
    assert "no text" in finished["reason"]


async def test_a_draft_that_is_not_offered_is_kept_in_memory_only(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"task": "tests", "text": WRONG_TESTS}] * 5)
    uri = desk.open("bounds.py", SOURCE)
    await desk.task("gearshift.generateTests", uri, 1)

    done = await asyncio.create_subprocess_exec(*GEARSHIFT, "why", stdout=asyncio.subprocess.PIPE)
    output, _ = await done.communicate()

    assert b"clamp(5, 0, 10) == 6" not in output


async def test_a_failed_run_does_not_show_the_model_a_withheld_file(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    """The repair turn sends the runner's words: without the lines of ignored files."""
    broken = (
        TESTS.replace("import clamp", "import clamp\nfrom private import tariff")
        .replace("clamp(5, 0, 10)", "clamp(5, 0, tariff())")
        .replace("clamp(-5, 0, 10)", "clamp(-5, 0, tariff())")
    )
    leaked = {"task": "tests", "match": "internal_price", "text": "leaked"}
    answers = [leaked, {"task": "tests", "text": broken}, {"task": "tests", "text": TESTS}]
    desk = await sit(answers)
    (desk.folder / ".gitignore").write_text("private.py\n", encoding="utf-8")
    (desk.folder / "private.py").write_text(
        "def tariff():\n    raise ValueError('internal_price')\n", encoding="utf-8"
    )
    uri = desk.open("bounds.py", SOURCE)

    finished = await desk.task("gearshift.generateTests", uri, 1)

    assert finished["outcome"] == "applied", finished["reason"]
    assert len(finished["attempts"]) == 2
    (created,) = [name for name in desk.texts if name != uri]
    assert "leaked" not in desk.texts[created]


PREVIEW = {"edits": {"preview": "always"}}
OTHER = "def other():\n    return 1\n"


async def test_an_editor_that_can_show_edits_is_asked_to_confirm_every_change(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"task": "docs", "text": DOCUMENTED}] * 2, settings=PREVIEW)
    uri = desk.open("a.py", OTHER)
    seen: list[dict[str, Any]] = []

    def discard(params: dict[str, Any]) -> dict[str, Any]:
        seen.append(params["edit"])
        return {"applied": False}

    accept = desk.client.answers["workspace/applyEdit"]
    desk.client.answers["workspace/applyEdit"] = discard
    discarded = await desk.task("gearshift.document", uri, 0)
    desk.client.answers["workspace/applyEdit"] = accept
    accepted = await desk.task("gearshift.document", uri, 0)

    (edit,) = seen
    (annotation,) = edit["changeAnnotations"].values()
    assert annotation["needsConfirmation"] is True
    changes = [each for change in edit["documentChanges"] for each in change["edits"]]
    assert {each["annotationId"] for each in changes} == set(edit["changeAnnotations"])
    assert discarded["outcome"] == "refused"
    assert "you discarded it" in discarded["reason"]
    assert accepted["outcome"] == "applied"


async def test_an_editor_that_cannot_is_shown_a_page_and_asked(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"task": "docs", "text": DOCUMENTED}], "neovim-0.12", settings=PREVIEW)
    uri = desk.open("a.py", OTHER)
    desk.client.answers["window/showMessageRequest"] = lambda params: {"title": "Discard"}

    finished = await desk.task("gearshift.document", uri, 0)

    assert (finished["outcome"], finished["reason"]) == ("refused", "You discarded the edit.")
    assert desk.texts[uri] == OTHER


async def test_a_long_document_has_its_menu_and_data_has_a_reason(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([])
    long = desk.open("long.py", SOURCE + "\n\n" + "value = 1\n" * 5_000)
    data = desk.open("data.py", SOURCE + "rows = [" + "12345, " * 200_000 + "]\n")

    assert "Document `other`" in await _titles(desk, long)
    assert await _titles(desk, data) == []
    finished = await desk.task("gearshift.document", data, 6)

    assert finished["outcome"] == "refused"
    assert "longer than 1,000,000 characters" in finished["reason"]


async def _titles(desk: Desk, uri: str) -> list[str]:
    place = {"line": 6, "character": 4}
    params = {
        "textDocument": {"uri": uri},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": []},
    }
    return [a["title"] for a in await desk.client.request("textDocument/codeAction", params)]
