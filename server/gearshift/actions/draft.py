"""The one loop of all heavy actions: draft, verify, repair, escalate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from gearshift.actions.action import Action, Prompt, Rejection
from gearshift.actions.answer import Answer
from gearshift.actions.inspection import inspected
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
    estimate_tokens,
    request_text,
)
from gearshift.core.results import Attempt, Finding, Proposal, Refusal
from gearshift.core.tasks import Tier
from gearshift.verify.verifier import Verifier
from gearshift.workspace.project import display_path

REPAIRS = 2
"""Repair turns of the last model; published curves flatten at the third attempt."""
REPAIRS_BEFORE_ESCALATION = 1
"""Repair turns of a model after which a better one follows: its tokens are the dearer ones."""
LOOP_LINES = 8
"""Equal lines in a row after which an answer is not read on."""
SMALLEST_ROOM = 400
"""Characters below which a prompt says nothing."""


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
    attempts: list[Attempt] = field(default_factory=list[Attempt])
    findings: list[Finding] = field(default_factory=list[Finding])
    """Of all drafts so far: what one shows of the code holds whatever becomes of it."""
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
) -> Proposal | Refusal:
    """Return the first draft that passes its checks, or why none did, with all attempts.

    Each contender is asked, told what was wrong, and asked again; then the next one starts afresh.
    A contender that can't be reached is passed over; if none could, its error is raised. Raises
    UserError for requests that can't be met. Cancelling the task stops the request under way;
    `attempts` then holds what was asked until then.
    """
    if request.snapshot.path is None and action.task != "explain":
        raise UserError("Save the document first: edits need a file to go to.")
    state = _Run(action, request, verifier, progress, clock or SystemClock())
    if attempts is not None:
        state.attempts = attempts
    rejection: Rejection | None = None
    failure: GearshiftError | None = None
    kept: str | None = None
    try:
        for number, contender in enumerate(contenders):
            is_last = number == len(contenders) - 1
            repairs = REPAIRS if is_last else REPAIRS_BEFORE_ESCALATION
            try:
                result, text = await _contend(state, contender, repairs)
            except (ProviderError, SetupNeeded, BudgetReached) as error:
                failure = error
                continue
            if isinstance(result, Proposal):
                return replace(result, attempts=tuple(state.attempts))
            rejection, kept = result, text or kept
    finally:
        await verifier.close()
    if rejection is None:
        raise failure or UserError("There is no model for this task.")
    # What a test runner says holds code and fills a screen: it is kept with the draft.
    first, _, rest = rejection.reason.partition("\n")
    reason = f"No draft was good enough: {first.rstrip(':')}"
    if failure is not None:
        reason += f" Another model could not be asked: {failure}"
    whole = f"{kept}\n\n{rest}" if rest else kept
    return Refusal(reason, tuple(state.attempts), whole, rejection.findings)


async def _contend(
    state: _Run, contender: Contender, repairs: int
) -> tuple[Proposal | Rejection, str]:
    """Ask one model until a draft passes, it repeats itself, or its turns are used up."""
    prompt, limit = _prompt(state, contender)
    first = (Message("system", prompt.system), Message("user", prompt.text))
    messages = first
    seen: set[str] = set()
    result: Proposal | Rejection = Rejection("answer", "Nothing was asked.")
    text = ""
    for _ in range(repairs + 1):
        answer = await _ask(state, contender, messages, prompt, limit)
        text = answer.text
        result = await _judged(state, answer)
        outcome = result.reason if isinstance(result, Rejection) else "accepted"
        state.attempts[-1] = replace(state.attempts[-1], outcome=_first_line(outcome))
        if isinstance(result, Proposal) or text in seen:
            break
        seen.add(text)
        # Only the last draft goes along: earlier ones cost tokens and tempt to be repeated.
        repair = Message("user", f"That is not right. {result.reason}\nCorrect it. {prompt.shape}")
        messages = (*first, Message("assistant", text), repair)
    return result, text


def expected_usage(action: Action, request: ActionRequest, model: Model) -> Usage:
    """Return what the first request to `model` is likely to use; raises what `run` would."""
    prompt, _ = _fitted(action, request, model)
    sent = estimate_tokens(prompt.system + prompt.text)
    return Usage(input=sent, output=estimate_tokens("x" * prompt.expected), is_estimate=True)


def _prompt(state: _Run, contender: Contender) -> tuple[Prompt, int]:
    """Return what `_fitted` does; a refusal is written down as an attempt."""
    try:
        return _fitted(state.action, state.request, contender.model)
    except (ContextTooLong, SetupNeeded) as error:
        state.attempts.append(Attempt(contender.model.name, contender.tier, str(error)))
        raise


def _fitted(action: Action, request: ActionRequest, model: Model) -> tuple[Prompt, int]:
    """Return the prompt and the limit on answer tokens that together fit the model."""
    if "chat" not in model.routes:
        raise SetupNeeded(f"{model.name} takes no chat requests; name another model for this.")
    expected = estimate_tokens("x" * action.prompt(request, 1 << 20).expected)
    limit = min(max(expected * 2, 300), model.facts.context // 2)
    # Half of what the answer leaves: a repair turn sends the first draft and its fault as well.
    room = (model.facts.context - 2 * limit) * 3
    if room >= SMALLEST_ROOM:
        prompt = action.prompt(request, room)
        if len(prompt.text) <= room and expected <= limit:
            return prompt, limit
    raise ContextTooLong(f"{request.name} is too long for {model.name}; select a smaller part.")


async def _ask(
    state: _Run,
    contender: Contender,
    messages: tuple[Message, ...],
    prompt: Prompt,
    limit: int,
) -> Answer:
    """Stream one answer, and write the attempt down however it ends."""
    model = contender.model
    path = state.request.snapshot.path
    request = ChatRequest(
        messages,
        max_tokens=limit,
        cache_key=display_path(path) if path else None,
        prediction=prompt.prediction,
        task=state.action.task,
    )
    started = state.clock.monotonic()
    pieces: list[str] = []
    usage: Usage | None = None
    is_cut_off, outcome, length = False, "cancelled", 0
    said = f"{model.name} is {_doing(state, contender)}"
    state.report(said, 5)
    try:
        async with aclosing(model.stream(request)) as stream:
            async for chunk in stream:
                pieces.append(chunk.text)
                length += len(chunk.text)
                usage = chunk.usage or usage
                is_cut_off = is_cut_off or chunk.finish == "length"
                share = min(length / prompt.expected, 1.0)
                state.report(said, 5 + int(65 * share))
                if "\n" in chunk.text and is_looping("".join(pieces)):
                    # Small models get stuck; leaving the loop closes the stream at once.
                    is_cut_off = True
                    break
        outcome = "answered"
    except GearshiftError as error:
        outcome = str(error)
        raise
    finally:
        text = "".join(pieces)
        usage = usage or _estimated(request, text)
        seconds = state.clock.monotonic() - started
        state.attempts.append(
            Attempt(model.name, contender.tier, outcome, usage, contender.price(usage), seconds)
        )
    return Answer("".join(pieces), is_cut_off)


def _doing(state: _Run, contender: Contender) -> str:
    """Say what a request is for: the first, one with evidence, or one of a better model."""
    if not state.attempts:
        return "writing"
    if state.attempts[-1].tier != contender.tier:
        return "taking over"
    return f"correcting (attempt {len(state.attempts) + 1})"


def is_looping(text: str) -> bool:
    """Whether the last whole lines are all the same, as no code has them."""
    lines = text.split("\n")[-LOOP_LINES - 1 : -1]
    return len(lines) == LOOP_LINES and len(set(lines)) == 1 and bool(lines[0].strip())


def _estimated(request: ChatRequest, text: str) -> Usage:
    """Return a usage for a stream that reported none; no text at all is no request."""
    if not text:
        return Usage(is_estimate=True)
    sent = estimate_tokens(request_text(request))
    return Usage(input=sent, output=estimate_tokens(text), is_estimate=True)


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
