"""The one loop of all heavy actions: draft, verify, repair, escalate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from gearshift.actions.action import Action, Prompt, Rejection
from gearshift.actions.answer import Answer
from gearshift.actions.asking import Heard, estimated, fitted, is_looping
from gearshift.actions.inspection import inspected
from gearshift.actions.purse import Purse
from gearshift.actions.request import ActionRequest
from gearshift.core.clock import Clock, SystemClock
from gearshift.core.editor import Progress
from gearshift.core.errors import (
    BudgetReached,
    ContextTooLong,
    GearshiftError,
    ProviderError,
    SetupNeeded,
    UserError,
)
from gearshift.core.model import (
    ChatRequest,
    Message,
    Model,
    Usage,
)
from gearshift.core.results import Attempt, Finding, Proposal, Refusal
from gearshift.core.tasks import Tier
from gearshift.verify.verifier import Verifier
from gearshift.workspace.project import display_path

REPAIRS = 2
"""Repair turns of the last model; published curves flatten at the third attempt."""
REPAIRS_BEFORE_ESCALATION = 2
"""Repair turns of a model after which a better one follows, as long as each brings something new:
the same fault twice is the end of its turns."""
REPAIRS_AFTER_ESCALATION = 1
"""Repair turns of the better model, whose tokens are the dearer ones."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A model that may be asked, in the order of escalation."""

    model: Model
    tier: Tier
    price: Callable[[Usage], float | None] = lambda _: None
    """Returns what a request cost in US dollars; None: unknown."""


@dataclass(slots=True)
class _Run:
    """One action under way."""

    action: Action
    request: ActionRequest
    verifier: Verifier
    progress: Progress
    clock: Clock
    purse: Purse = field(default_factory=Purse)
    attempts: list[Attempt] = field(default_factory=list[Attempt])
    findings: list[Finding] = field(default_factory=list[Finding])
    """Of all drafts so far: what one shows of the code holds whatever becomes of it."""
    rejected: tuple[Rejection, str] | None = None
    """The latest draft, and what was wrong with it."""
    percent: int = 0

    def report(self, message: str, percent: int) -> None:
        """Show progress; the percentage never falls, whatever starts over."""
        self.percent = max(self.percent, min(percent, 99))
        self.progress.report(message, self.percent)


async def run(
    action: Action,
    request: ActionRequest,
    contenders: Sequence[Contender],
    verifier: Verifier,
    progress: Progress,
    clock: Clock | None = None,
    attempts: list[Attempt] | None = None,
    purse: Purse | None = None,
) -> Proposal | Refusal:
    """Return the first draft that passes its checks, or why none did, with all attempts.

    Each contender is asked, told what was wrong, and asked again; then the next one starts afresh.
    A contender that can't be reached is passed over; if none could, its error is raised. What ends
    the drafts after a rejected one, such as an empty `purse`, is the refusal's cause. Raises
    UserError for requests that can't be met, BudgetReached where `purse` allows no first request.
    Cancelling the task stops the request under way;
    `attempts` then holds what was asked until then.
    """
    if request.snapshot.path is None and action.task != "explain":
        raise UserError("Save the document first: edits need a file to go to.")
    state = _Run(action, request, verifier, progress, clock or SystemClock(), purse or Purse())
    if attempts is not None:
        state.attempts = attempts
    try:
        return await _in_turn(state, contenders)
    finally:
        await verifier.close()


async def _in_turn(state: _Run, contenders: Sequence[Contender]) -> Proposal | Refusal:
    """Ask one contender after the other; raises the last one's error if none could be asked."""
    rejection: Rejection | None = None
    failure: GearshiftError | None = None
    cause: GearshiftError | None = None
    kept: str | None = None
    for number, contender in enumerate(contenders):
        is_last = number == len(contenders) - 1
        repairs = REPAIRS_BEFORE_ESCALATION
        if is_last:
            repairs = REPAIRS_AFTER_ESCALATION if rejection else REPAIRS
        try:
            result, text = await _contend(state, contender, repairs, is_last=is_last)
        except (ProviderError, SetupNeeded, BudgetReached) as error:
            failure = cause = error
            continue
        if isinstance(result, Proposal):
            return replace(result, attempts=tuple(state.attempts))
        rejection, kept, cause = result, text or kept, None
    if rejection is None and state.purse.is_closed and state.rejected:
        rejection, kept = state.rejected
    if rejection is None:
        raise failure or UserError("There is no model for this task.")
    return replace(_refusal(state, rejection, kept, failure), cause=cause)


def _refusal(
    state: _Run, rejection: Rejection, kept: str | None, failure: GearshiftError | None
) -> Refusal:
    # What a test runner says holds code and fills a screen: it is kept with the draft.
    first, _, rest = rejection.reason.partition("\n")
    reason = f"No draft was good enough: {first.rstrip(':')}"
    if rejection.check == "unchanged":
        reason = "There is nothing to change, as the model sees it: the code came back as it was."
    if isinstance(failure, BudgetReached):
        reason += f" {failure}"
    elif failure is not None:
        reason += f" Another model could not be asked: {failure}"
    whole = f"{kept}\n\n{rest}" if rest else kept
    return Refusal(reason, tuple(state.attempts), whole, rejection.findings)


async def _contend(
    state: _Run, contender: Contender, repairs: int, *, is_last: bool
) -> tuple[Proposal | Rejection, str]:
    """Ask one model until a draft passes, it repeats itself, or its turns are used up.

    Where another follows, the same fault twice is a repetition too.
    """
    prompt, limit = _prompt(state, contender)
    first = (Message("system", prompt.system), Message("user", prompt.text))
    messages = first
    seen: set[str] = set()
    """Answers so far, and the faults found in them."""
    result: Proposal | Rejection = Rejection("answer", "Nothing was asked.")
    text = ""
    for _ in range(repairs + 1):
        answer = await _ask(state, contender, messages, prompt, limit)
        text = answer.text
        result = await _judged(state, answer)
        outcome = result.reason if isinstance(result, Rejection) else "accepted"
        state.attempts[-1] = replace(state.attempts[-1], outcome=_first_line(outcome))
        if isinstance(result, Proposal) or text in seen or (not is_last and outcome in seen):
            break
        seen |= {text, outcome}
        state.rejected = result, text
        # Only the last draft goes along: earlier ones cost tokens and tempt to be repeated.
        repair = Message("user", f"That is not right. {result.reason}\nCorrect it. {prompt.shape}")
        messages = (*first, Message("assistant", text), repair)
    return result, text


def _prompt(state: _Run, contender: Contender) -> tuple[Prompt, int]:
    """Return what `fitted` does; a refusal is written down as an attempt."""
    try:
        return fitted(state.action, state.request, contender.model)
    except (ContextTooLong, SetupNeeded) as error:
        state.attempts.append(Attempt(contender.model.name, contender.tier, str(error)))
        raise


async def _ask(
    state: _Run,
    contender: Contender,
    messages: tuple[Message, ...],
    prompt: Prompt,
    limit: int,
) -> Answer:
    """Stream one answer, and write the attempt down however it ends."""
    model = contender.model
    state.purse.check(contender.price)
    path = state.request.snapshot.path
    request = ChatRequest(
        messages,
        max_tokens=limit,
        cache_key=display_path(path) if path else None,
        prediction=prompt.prediction,
        task=state.action.task,
    )
    started = state.clock.monotonic()
    heard = Heard()
    outcome = "cancelled"
    said = f"{model.name} is {_doing(state, contender)}"
    state.report(said, 5)
    try:
        async with aclosing(model.stream(request)) as stream:
            async for chunk in stream:
                heard.add(chunk)
                state.report(said, 5 + int(65 * min(heard.length / prompt.expected, 1.0)))
                if "\n" in chunk.text and is_looping("".join(heard.pieces), state.action.task):
                    # Small models get stuck; leaving the loop closes the stream at once.
                    heard.is_cut_off = True
                    break
        outcome = "answered"
    except GearshiftError as error:
        outcome = str(error)
        raise
    finally:
        usage = heard.usage or estimated(request, heard.text)
        seconds = state.clock.monotonic() - started
        cost = contender.price(usage)
        state.purse.pay(cost)
        state.attempts.append(Attempt(model.name, contender.tier, outcome, usage, cost, seconds))
    return Answer(heard.text, heard.is_cut_off)


def _doing(state: _Run, contender: Contender) -> str:
    """Say what a request is for: the first, one with evidence, or one of a better model."""
    if not state.attempts:
        return "writing"
    if state.attempts[-1].tier != contender.tier:
        return "taking over"
    return f"correcting (attempt {len(state.attempts) + 1})"


async def _judged(state: _Run, answer: Answer) -> Proposal | Rejection:
    state.report("Checking the draft", 75)
    # Each thing that a long check tells is a step of the bar; how many come is not known.
    state.verifier.tell = lambda message: state.report(message, min(max(state.percent, 75) + 2, 98))
    result = await state.action.judge(state.request, answer, state.verifier)
    # A bug in the user's code stays one, whichever draft showed it.
    bugs = [found for found in result.findings if found.kind == "bug"]
    state.findings += [found for found in bugs if found not in state.findings]
    result = replace(result, findings=tuple(state.findings))
    if isinstance(result, Rejection):
        return result
    return await inspected(result, state.request, state.verifier)


def _first_line(text: str) -> str:
    return text.split("\n", 1)[0]
