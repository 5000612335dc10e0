"""The completion benchmark: holes, their validity, the leak guard, scores and statistics."""

from __future__ import annotations

import ast
import asyncio
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest
from benchmarks.cut import packages as shelf
from benchmarks.cut import validity
from benchmarks.cut.arms import ARMS
from benchmarks.cut.arms.arm import CHARACTERS_PER_TOKEN, characters
from benchmarks.cut.arms.gearshift import hole_of, offered
from benchmarks.cut.candidates import LEAST, MOST, candidates
from benchmarks.cut.generate import job_of
from benchmarks.cut.hole import KINDS, Cut, load, save
from benchmarks.cut.job import Job
from benchmarks.cut.judge import Judge
from benchmarks.cut.mutants import mutant
from benchmarks.cut.names import needed
from benchmarks.cut.outcomes import Shown, outcome_of
from benchmarks.cut.packages import Package, is_test, packages
from benchmarks.cut.replies import Replies, Reply
from benchmarks.cut.report import against, lines
from benchmarks.cut.select import QUOTAS, kinds_in_turn
from benchmarks.cut.statistics import interval, paired_test
from benchmarks.cut.trial import Record, Trial
from benchmarks.cut.validity import MOST_SECONDS, covering, is_valid, wrong_answers
from benchmarks.cut.view import leaks, view

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SHAPES = '''"""Shapes."""

from sample.numbers import double_area


def area_of(width, height):
    """Return the area."""
    if width < 0:
        raise ValueError("negative width")
    # A comment.
    result = double_area(width, height)
    halved = result // 2
    return halved
'''
NUMBERS = '''"""Numbers."""


def double_area(width, height):
    return width * height * 2
'''
ANSWER = "result = double_area(width, height)"
MODEL = "qwen2.5-coder-0.5b"


@pytest.fixture
def hole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cut:
    """The middle of a function in a package of two modules, a test and things to keep out."""
    package = Package("sample", tmp_path.name, "", 2026, "sample", "sample/tests")
    monkeypatch.setattr(shelf, "TREES", tmp_path)
    monkeypatch.setitem(packages(), "sample", package)
    files = {
        "sample/shapes.py": SHAPES,
        "sample/numbers.py": NUMBERS,
        "sample/tests/test_shapes.py": "from sample.shapes import area_of\n",
        "build/lib/sample/shapes.py": SHAPES,
        "sample/shapes.pyc": SHAPES,
    }
    for path, text in files.items():
        file = package.tree / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    start = SHAPES.index(ANSWER)
    needs = ("double_area",)
    return Cut("sample", "sample/shapes.py", "statement", start, start + len(ANSWER), needs, ("t",))


# --- candidates --------------------------------------------------------------------------------


def test_candidates_are_sized_and_hold_neither_comment_nor_docstring() -> None:
    spans = candidates(SHAPES, Random(1))
    pieces = [SHAPES[span.start : span.end] for span in spans]
    assert all(LEAST <= len(piece) <= MOST for piece in pieces)
    assert not any("#" in piece or '"""' in piece for piece in pieces)


def test_there_are_candidates_of_every_kind() -> None:
    without_comment = SHAPES.replace("    # A comment.\n", "")
    found = {span.kind for seed in range(5) for span in candidates(without_comment, Random(seed))}
    assert found == {*KINDS}


def test_a_hole_inside_a_word_leaves_two_of_its_letters() -> None:
    for span in (s for seed in range(9) for s in candidates(SHAPES, Random(seed))):
        if span.kind == "inside":
            assert SHAPES[span.start - 2 : span.start + 1].isidentifier()


def test_a_name_counts_as_needed_if_only_another_file_defines_it() -> None:
    assert needed(ANSWER, SHAPES, {"numbers.py": NUMBERS}) == ("double_area",)
    assert needed("area_of(1, 2).append(3)", SHAPES, {"numbers.py": NUMBERS}) == ()


def test_kinds_come_in_turn_and_keep_to_the_quotas() -> None:
    kinds = list(kinds_in_turn())
    assert {kind: kinds.count(kind) for kind in QUOTAS} == QUOTAS
    assert {*kinds[:20]} == {*QUOTAS}


# --- validity ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("a == b", "a != b"),
        ("f(a, b)", "f(b, a)"),
        ("return f(x)", "return None"),
        ("from a.b import c, d", "from a.b import c as missing, d"),
        ("import a.b", "import a.b as missing"),
    ],
)
def test_a_mutant_is_one_small_change(answer: str, expected: str) -> None:
    assert mutant("def g():\n    ", answer, "\n") == expected


def test_a_mutant_always_parses() -> None:
    for span in candidates(SHAPES, Random(3)):
        before, answer = SHAPES[: span.start], SHAPES[span.start : span.end]
        changed = mutant(before, answer, SHAPES[span.end :])
        if changed is not None:
            assert changed != answer
            ast.parse(before + changed + SHAPES[span.end :])


def test_tests_that_take_too_long_cover_nothing() -> None:
    lines = {"a.py": {2: ["slow", "quick"], 3: ["quick"]}}
    record = Record({"slow": MOST_SECONDS + 1, "quick": 0.1}, lines)
    text = "one\ntwo\nthree\n"
    assert covering(record, "a.py", text, text.index("three"), len(text) - 1) == ("quick",)
    assert covering(record, "a.py", text, text.index("two"), text.index("two") + 3) == ()


def test_an_import_is_covered_by_the_tests_of_its_file() -> None:
    record = Record({"one": 0.1, "two": 0.1}, {"a.py": {5: ["two"], 9: ["one"]}})
    assert covering(record, "a.py", "import abc\n", 0, 10) == ("one", "two")


def judging(monkeypatch: pytest.MonkeyPatch, check: str) -> list[str]:
    """Let tests be the expression `check` over the changed module; return what was tried."""
    tried: list[str] = []

    async def try_tests(
        package: Package, tests: Sequence[str], changed: Mapping[str, str]
    ) -> Trial:
        del package, tests
        text = next(iter(changed.values()))
        tried.append(text)
        space: dict[str, object] = {}
        try:
            exec(NUMBERS + text.replace("from sample.numbers import double_area", ""), space)
            return Trial(bool(eval(check, space)), 0.1, "")
        except Exception:
            return Trial(False, 0.1, "")

    monkeypatch.setattr(validity, "try_tests", try_tests)
    return tried


def test_a_hole_counts_whose_wrong_answers_fail(hole: Cut, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validity, "mutant", lambda *_: "result = double_area(width, width)")
    tried = judging(monkeypatch, "area_of(2, 3) == 6")
    assert asyncio.run(is_valid(hole))
    assert tried[-3:] == [SHAPES] * 3


def test_a_hole_whose_mutant_passes_does_not_count(
    hole: Cut, monkeypatch: pytest.MonkeyPatch
) -> None:
    judging(monkeypatch, "area_of(2, 3) == 6")
    assert [*wrong_answers(hole)][2] == "result = double_area(height, width)"
    assert not asyncio.run(is_valid(hole))


def test_a_hole_that_may_be_empty_does_not_count(
    hole: Cut, monkeypatch: pytest.MonkeyPatch
) -> None:
    judging(monkeypatch, "area_of")
    assert not asyncio.run(is_valid(hole))


# --- what an arm may see -----------------------------------------------------------------------


def test_an_arm_sees_the_other_modules_and_nothing_else(hole: Cut) -> None:
    seen = view(hole)
    assert [*seen.others] == ["sample/numbers.py"]
    assert ANSWER not in seen.before + seen.after + "".join(seen.others.values())


def test_tests_are_seen_only_when_asked_for(hole: Cut) -> None:
    assert "sample/tests/test_shapes.py" in view(hole, with_tests=True).others
    assert is_test("sample/conftest.py", "tests")
    assert not is_test("sample/testing.py", "tests")


def test_a_prompt_leaks_that_shows_the_answer_in_its_place(hole: Cut) -> None:
    assert leaks(SHAPES, hole)
    assert leaks("".join(f"# {line}\n" for line in SHAPES.splitlines()), hole)
    assert not leaks(hole.before + hole.after, hole)
    assert not leaks(f"{ANSWER}\n{hole.before}", hole)


@pytest.mark.parametrize("name", ARMS)
def test_no_prompt_leaks_and_each_shows_the_line_before(hole: Cut, name: str) -> None:
    job = job_of(hole, view(hole), ARMS[name], MODEL)
    assert 'raise ValueError("negative width")' in job.prompt
    assert "gearshift-cut" not in job.prompt


@pytest.mark.parametrize("name", ARMS)
def test_no_prompt_is_longer_than_the_budget(hole: Cut, name: str) -> None:
    functions = "".join(
        f"def area_{n}(width, height):\n    return double_area(width, height) // {n}\n\n\n"
        for n in range(1, 200)
    )
    long = replace(
        view(hole),
        before=f"{functions}{SHAPES[: hole.start]}",
        after=f"{SHAPES[hole.end :]}\n\n{functions}",
        others={"sample/numbers.py": f"{NUMBERS}\n\n{functions}"},
    )
    job = job_of(hole, long, ARMS[name], MODEL)
    assert 200 * CHARACTERS_PER_TOKEN < len(job.prompt) <= 1.02 * characters(1)


@pytest.mark.parametrize(
    "name", ["Continue", "llama.vim", "Tabby", "Copilot", "gearshift with definitions"]
)
def test_engines_show_the_other_file(hole: Cut, name: str) -> None:
    assert "double_area(width, height):" in job_of(hole, view(hole), ARMS[name], MODEL).prompt


def test_without_context_the_prompt_holds_the_file_alone(hole: Cut) -> None:
    assert "sample/numbers.py" not in job_of(hole, view(hole), ARMS["none"], MODEL).prompt


def test_our_post_step_cuts_any_reply_to_what_fits(hole: Cut) -> None:
    reply = f"{ANSWER}\n    halved = result // 2\n    return halved\n\n\ndef more():\n    pass"
    assert offered(hole_of(view(hole)), reply, "    ") == ANSWER


# --- replies, scores, statistics ---------------------------------------------------------------


def test_replies_are_kept_by_model_and_prompt(tmp_path: Path) -> None:
    def job(max_tokens: int, needed: str = "", beginning: str = "") -> Job:
        return Job("an arm", "a prompt", beginning, max_tokens, lambda text: text == needed)

    kept = Replies(MODEL, tmp_path)
    kept.keep(job(3), Reply("text", 3, 9, 0.5, has_ended=False))
    kept.save()
    again = Replies(MODEL, tmp_path)
    assert again.find(job(3)) == Reply("text", 3, 9, 0.5, False)
    assert again.find(job(4)) is None
    assert again.find(job(4, "text"))
    assert again.find(job(3, beginning="te")) is None
    assert Replies("other", tmp_path).find(job(3)) is None


def test_replies_that_another_process_saved_are_kept_too(tmp_path: Path) -> None:
    one, two = Replies(MODEL, tmp_path), Replies(MODEL, tmp_path)
    for replies, prompt in ((one, "first"), (two, "second")):
        job = Job("an arm", prompt, "", 3, lambda text: True)
        replies.keep(job, Reply(prompt, 3, 9, 0.5, has_ended=True))
        replies.save()
    assert len(Replies(MODEL, tmp_path)) == 2


def test_holes_are_read_as_they_were_written(hole: Cut, tmp_path: Path) -> None:
    save([hole], tmp_path / "holes.jsonl")
    assert load(tmp_path / "holes.jsonl") == [hole]


def test_the_answer_passes_and_nothing_fails_without_a_run(hole: Cut, tmp_path: Path) -> None:
    judge = Judge(tmp_path / "verdicts.json.gz")
    asyncio.run(judge.judge([(hole, ANSWER), (hole, "")]))
    assert judge.passed(hole, ANSWER)
    assert not judge.passed(hole, "")


def test_an_outcome_says_whether_it_parses_and_what_names_are_new(
    hole: Cut, tmp_path: Path
) -> None:
    judge = Judge(tmp_path / "verdicts.json.gz")

    def worth(text: str, arm: str = "none"):
        return outcome_of(Shown(hole, arm, False, text, 700, 1.0), judge)

    assert worth(ANSWER).is_exact
    assert worth(f"{ANSWER}\n    pass").is_first_line
    assert not worth("result = (").parses
    assert worth("result = triple_area(width)").has_new_names
    assert not worth("").is_shown


def test_rows_are_compared_hole_by_hole(hole: Cut, tmp_path: Path) -> None:
    judge = Judge(tmp_path / "verdicts.json.gz")
    ours = outcome_of(Shown(hole, "gearshift", True, ANSWER, 700, 1.0), judge)
    theirs = outcome_of(Shown(hole, "none", False, "", 700, 1.0), judge)
    rows = lines([ours, theirs])
    assert against(rows[0], rows[1]) == (1, 0, 1.0)


def test_the_paired_test_is_exact() -> None:
    assert paired_test(0, 0) == 1.0
    assert paired_test(10, 0) == pytest.approx(2 / 1024)
    assert paired_test(5, 1) == paired_test(1, 5) == pytest.approx(14 / 64)


def test_the_interval_draws_packages() -> None:
    low, high = interval({"a": [1.0] * 9, "b": [0.0]})
    assert (low, high) == (0.0, 1.0)
    assert interval({"a": [0.5], "b": [0.5]}) == (0.5, 0.5)
