"""Generate tests: written by the model, run before they are offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.actions.action import Action, Place, Prompt, Rejection
from gearshift.actions.answer import CUT_OFF, Answer, bare_code, chosen_fence
from gearshift.actions.context import module_of
from gearshift.actions.edits import minimal_edits
from gearshift.actions.offering import is_code, label
from gearshift.actions.other_tests import beginning, joined_cases
from gearshift.actions.prompts import CODE_ONLY, SYSTEM, fenced, target_code
from gearshift.actions.python_tests import example, order
from gearshift.actions.salvage import whole_part, without_unreadable, without_unreadable_cases
from gearshift.actions.subject import subject_of, target_lines
from gearshift.actions.testfile import joined
from gearshift.actions.usage import known_tests
from gearshift.core.errors import UserError
from gearshift.core.results import FileEdit, Proposal
from gearshift.core.text import Edit, Position, Range
from gearshift.languages import language_of
from gearshift.verify.screening import Trial, TrialResult, UnderTest

if TYPE_CHECKING:
    from gearshift.actions.request import ActionRequest, ExistingTests
    from gearshift.actions.subject import Subject
    from gearshift.verify.verifier import Verifier

MOST_TESTS = 4
EXPECTED = 1000
"""Characters of four small tests with their imports."""
MARKING = (
    "Where the docstring says that a test is right and the code wrong, keep that test and write "
    "`# BUG: ` with the reason into it."
)
ROOMY = 6000
"""Characters from which a prompt shows the project's style, fixtures and calls."""
STYLE_LINES = 14
"""Lines of an existing test file shown as its style."""


def _prompt(request: ActionRequest, room: int) -> Prompt:
    tests = _place(request)
    if request.language.name != "Python":
        return _other_prompt(request, tests)
    subject = subject_of(request)
    parts = [f"The Python code under test, `{request.snapshot.name}`:"]
    parts.append(fenced(subject.source[: max(room - 1500, 400)], "python"))
    if tests.text.strip() and room > ROOMY:
        head = "\n".join(tests.text.splitlines()[:STYLE_LINES])
        parts.append(f"The tests of this project look like this:\n{fenced(head, 'python')}")
    parts += _leanings(request, tests, subject, room)
    parts.append(order(subject, request.name, MOST_TESTS, tests.framework))
    shown = fenced(example(subject, tests.framework), "python")
    parts.append(f"{CODE_ONLY} It begins like this:\n{shown}")
    return Prompt(SYSTEM, "\n\n".join(parts), EXPECTED)


def _leanings(
    request: ActionRequest, tests: ExistingTests, subject: Subject, room: int
) -> list[str]:
    """Return what the project has already: tests of the target, fixtures, calls of it."""
    parts: list[str] = []
    if known := known_tests(subject.names[-1], tests.text):
        names = ", ".join(known[:12])
        parts.append(f"There are tests already: {names}. Write tests for other paths.")
    if room < ROOMY:
        return parts
    if tests.fixtures:
        listed = "\n".join(f"- {each}" for each in tests.fixtures[:8])
        parts.append(f"Fixtures that tests may take as arguments:\n{listed}")
    if request.calls:
        calls = "\n".join(request.calls)
        parts.append(f"How it is called elsewhere:\n{fenced(calls, 'python')}")
    return parts


def _other_prompt(request: ActionRequest, tests: ExistingTests) -> Prompt:
    facts = request.language.tests
    assert facts is not None
    language = request.language
    framework = tests.framework or facts.framework
    text = (
        f"The {language.name} code under test, `{request.snapshot.name}`:\n"
        f"{fenced(target_code(request), language.fence)}\n\n"
        f"Write {MOST_TESTS} short tests for {request.name} with {framework}, as the file "
        f"`{tests.path.name}`. Each one calls it with other arguments and checks one exact "
        f"result. No mocks, no comments. {CODE_ONLY}"
    )
    if head := beginning(request, framework):
        text += f" It begins like this:\n{fenced(head, language.fence)}"
    return Prompt(SYSTEM, text, EXPECTED * 3 // 2)


def _place(request: ActionRequest) -> ExistingTests:
    """Return the test file; raises UserError where there is none to write to."""
    tests = request.tests
    if tests is None:
        raise UserError(
            f"There is no known place for tests of this document ({request.language.name}); "
            "open a folder that holds it."
        )
    if tests.problem is not None:
        raise UserError(tests.problem)
    return tests


async def _judge(
    request: ActionRequest, answer: Answer, verifier: Verifier
) -> Proposal | Rejection:
    tests = _place(request)
    code = _code(request, answer)
    if code is None:
        return Rejection("answer", CUT_OFF if answer.is_cut_off else "There was no code block.")
    if request.language.name != "Python":
        return await _judge_cases(request, tests, code, verifier)
    subject = subject_of(request)
    code, unreadable = without_unreadable(code)
    text, new = joined(tests.text, code, subject)
    assert request.project is not None
    assert request.snapshot.path is not None
    root, _ = module_of(request.snapshot.path, request.project)
    trial = Trial(
        *(tests.path, text, new, subject.used, root, tests.text),
        _under_test(request, subject),
        unreadable=unreadable,
    )
    # What runs is the document as it is in the editor, which may not be saved.
    documents = {request.snapshot.path: request.snapshot.text}
    result = await verifier.try_tests(trial, documents)
    if not result.verdict.passed or result.text is None:
        reason = result.verdict.detail
        if result.verdict.check == "tests" and subject.doc:
            reason += f"\n{MARKING}"
        return Rejection(result.verdict.check, reason, result.findings)
    return _proposal(request, tests, result)


def _under_test(request: ActionRequest, subject: Subject) -> UnderTest:
    path = request.snapshot.path
    assert path is not None
    return UnderTest(
        *(path, request.snapshot.text, *target_lines(request), request.name, subject.doc)
    )


def _code(request: ActionRequest, answer: Answer) -> str | None:
    fence = chosen_fence(answer, request.target)
    if fence is None:
        return (
            None
            if answer.is_cut_off
            else bare_code(answer.text, request.snapshot.language, request.target)
        )
    if fence.is_closed or not answer.is_cut_off or request.language.name != "Python":
        return fence.text if fence.is_closed or not answer.is_cut_off else None
    return whole_part(fence.text)


async def _judge_cases(
    request: ActionRequest, tests: ExistingTests, code: str, verifier: Verifier
) -> Proposal | Rejection:
    """Judge tests in a language other than Python."""
    path, symbol = request.snapshot.path, request.target.symbol
    assert path is not None
    language = request.snapshot.language
    code, unreadable = without_unreadable_cases(language, code)
    text, new = joined_cases(language, tests.text, code)
    first, last = target_lines(request)
    trial = Trial(
        *(tests.path, text, new, frozenset({symbol.name}) if symbol else frozenset[str]()),
        *(path.parent, tests.text),
        UnderTest(path, request.snapshot.text, first, last, request.name),
        language,
        unreadable,
    )
    result = await verifier.try_tests(trial, {path: request.snapshot.text})
    if not result.verdict.passed or result.text is None:
        return Rejection(result.verdict.check, result.verdict.detail)
    return _proposal(request, tests, result)


def _proposal(request: ActionRequest, tests: ExistingTests, result: TrialResult) -> Proposal:
    assert result.text is not None
    count = len(result.kept)
    noun = "test" if count == 1 else "tests"
    words = [f"Added {count} {noun} for {request.name} to {tests.path.name}."]
    words += [*result.dropped, result.verdict.detail]
    return Proposal(
        (_edit(tests, result.text),),
        label="verified" if "tests" in result.verdict.evidence else "checked",
        evidence=result.verdict.evidence,
        summary=" ".join(word for word in words if word),
        reason=None if "tests" in result.verdict.evidence else result.verdict.detail or None,
        findings=result.findings,
    )


def _edit(tests: ExistingTests, text: str) -> FileEdit:
    if not tests.exists:
        start = Range.at(Position(0, 0))
        return FileEdit(tests.path, (Edit(start, text),), is_new=True)
    return FileEdit(tests.path, minimal_edits(tests.text, text), version=tests.version)


def _applies(place: Place) -> bool:
    facts = language_of(place.snapshot.language)
    path = place.snapshot.path
    if facts.tests is None or path is None or facts.is_test_file(path):
        return False
    return is_code(place)


GENERATE_TESTS = Action(
    name="generateTests",
    task="tests",
    kinds=("refactor.rewrite.gearshift.generateTests", "source.generateTests.gearshift"),
    description="Writes tests and runs them in a sandbox; only tests that pass are offered.",
    title=lambda place: f"Generate tests for {label(place)}",
    applies=_applies,
    prompt=_prompt,
    judge=_judge,
    needs="tests",
)
