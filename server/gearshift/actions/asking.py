"""One request to a model: what of a prompt fits it, and what came of its answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gearshift.core.errors import ContextTooLong, SetupNeeded
from gearshift.core.model import ChatRequest, Usage, estimate_tokens, request_text

if TYPE_CHECKING:
    from gearshift.actions.action import Action, Prompt
    from gearshift.actions.request import ActionRequest
    from gearshift.core.model import Chunk, Model
    from gearshift.core.tasks import Task

LOOP_LINES = 8
"""Equal lines in a row after which an answer is not read on."""
CYCLES = {2: 16, 3: 18, 4: 20}
"""Lines in a row that repeat after so many: twice as many, since code has pairs of lines too."""
COUNTED_LINES = 12
"""Lines of tests in a row that differ in their numbers alone."""
SMALLEST_ROOM = 400
"""Characters below which a prompt says nothing."""


def expected_usage(action: Action, request: ActionRequest, model: Model) -> Usage:
    """Return what the first request to `model` is likely to use; raises what `run` would."""
    prompt, _ = fitted(action, request, model)
    sent = estimate_tokens(prompt.system + prompt.text)
    return Usage(input=sent, output=estimate_tokens("x" * prompt.expected), is_estimate=True)


def fitted(action: Action, request: ActionRequest, model: Model) -> tuple[Prompt, int]:
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


@dataclass(slots=True)
class Heard:
    """What came of an answer so far."""

    pieces: list[str] = field(default_factory=list[str])
    length: int = 0
    usage: Usage | None = None
    is_cut_off: bool = False

    def add(self, chunk: Chunk) -> None:
        """Take over the next piece."""
        self.pieces.append(chunk.text)
        self.length += len(chunk.text)
        self.usage = chunk.usage or self.usage
        self.is_cut_off = self.is_cut_off or chunk.finish == "length"

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.pieces)


def is_looping(text: str, task: Task) -> bool:
    """Whether the last whole lines repeat each other as no code does, or tests that count on."""
    lines = text.split("\n")[-max(CYCLES.values()) - 1 : -1]
    if not lines or not lines[-1].strip():
        return False
    if any(_repeats(lines, step, count) for step, count in {1: LOOP_LINES, **CYCLES}.items()):
        return True
    counted = [re.sub(r"\d+", "0", line) for line in lines]
    return task == "tests" and _repeats(counted, 1, COUNTED_LINES)


def _repeats(lines: list[str], step: int, count: int) -> bool:
    """Whether each of the last `count` lines is the one `step` lines before it."""
    last = lines[-count:]
    return len(last) == count and last[step:] == last[:-step]


def estimated(request: ChatRequest, text: str) -> Usage:
    """Return a usage for a stream that reported none; no text at all is no request."""
    if not text:
        return Usage(is_estimate=True)
    sent = estimate_tokens(request_text(request))
    return Usage(input=sent, output=estimate_tokens(text), is_estimate=True)
