"""The forms that a request can take, made of the texts around the cursor."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from gearshift.completion.begun import NOTHING_BEGUN, Begun
from gearshift.core.model import (
    ChatRequest,
    ContextFile,
    ContinueRequest,
    FillRequest,
    Message,
    PromptForm,
    Request,
    Route,
)
from gearshift.languages import language_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from gearshift.completion.window import Windows
    from gearshift.core.document import Snapshot
    from gearshift.core.model import Model
    from gearshift.core.tasks import Task

MARKER = "<HOLE/>"
SYSTEM_CHAT = (
    "You complete code at the place marked "
    f"{MARKER}. Answer with nothing but the text that replaces {MARKER}, exactly as it must be "
    "inserted: no explanation, no fence, nothing of the text around it. Keep it short: the rest "
    "of the statement, or the body of the block that begins there."
)
EXAMPLE_ASKED = (
    "File: area.py\n```python\nimport math\n\n\ndef area(radius):\n"
    f'    """Return the area of a circle."""\n    {MARKER}\n\n\nprint(area(2.0))\n```'
)
EXAMPLE_ANSWER = "return math.pi * radius**2"
SYSTEM_PREFILL = "You write source code. Answer with the text of the file and nothing else."
TASK: Task = "inline"
"""What the requests serve unless another task asks for them."""
EFFORTS = ("none", "minimal", "low")
"""Reasoning efforts that suit a completion, the quickest first."""


class Prompt(NamedTuple):
    """A request, and the part of the cursor's line that its reply goes on from."""

    request: Request
    sent_head: str
    begun: Begun = NOTHING_BEGUN
    """What the reply has been told to begin with, so that the model goes on from it."""


class Parts(NamedTuple):
    """The texts that every form is made of."""

    path: str
    fence: str
    comment: str
    """What begins a comment."""
    line: str
    """The cursor's line up to the cursor."""
    head: str
    """The same without white space at its end."""
    windows: Windows
    """Those around the cursor's line."""
    snapshot: Snapshot
    row: int
    """The cursor's line."""
    room: int
    """How many characters there is room for before the cursor."""
    suffix: str
    """The window from the cursor on."""
    below: str
    """The window from the next line on."""
    context: tuple[ContextFile, ...]
    max_tokens: int
    begun: Begun
    """How the reply has to begin."""

    @property
    def begun_at_head(self) -> Begun:
        """`begun` as it follows `head`.

        White space at a prompt's end takes the tokens away that would begin with it, so it is left
        to the model unless more follows.
        """
        space = self.line[len(self.head) :] if self.begun.text else ""
        return self.begun._replace(text=space + self.begun.text)

    @property
    def above(self) -> str:
        """The window of whole lines before the cursor's line."""
        return self.windows.prefix(self.snapshot, self.row, "", self.room)

    @property
    def prefix(self) -> str:
        """The window up to the cursor."""
        return self.windows.prefix(self.snapshot, self.row, self.line, self.room)


def _fill(parts: Parts, model: Model) -> Prompt:
    del model
    prefix = parts.prefix + parts.begun.text
    request = FillRequest(
        prefix, parts.suffix, parts.path, parts.context, parts.max_tokens, task=TASK
    )
    return Prompt(request, parts.line, parts.begun)


def _continue(parts: Parts, model: Model) -> Prompt:
    del model
    shown = "".join(_noted(c, parts.comment) for c in parts.context)
    start = parts.begun_at_head
    going_on = parts.above + parts.head + start.text
    request = ContinueRequest(shown + going_on, parts.max_tokens, task=TASK)
    return Prompt(request, parts.head, start)


def _noted(file: ContextFile, comment: str) -> str:
    """Return a file as text goes on from it: code below its name, anything else in comments."""
    lines = [f"{comment} {file.path}"]
    is_code = language_of(PurePath(file.path)).grammar is not None
    lines += [line if is_code else f"{comment} {line}" for line in file.text.split("\n")]
    return "\n".join(lines) + "\n\n"


def _prefill(parts: Parts, model: Model) -> Prompt:
    shown = "".join(f"File {c.path}:\n```\n{c.text}\n```\n" for c in parts.context)
    after = f"It ends with:\n```{parts.fence}\n{parts.below}```\n" if parts.below.strip() else ""
    asked = f"{shown}{after}Write {parts.path}."
    start = parts.begun_at_head
    answer = f"```{parts.fence}\n{parts.above}{parts.head}{start.text}"
    messages = (
        Message("system", SYSTEM_PREFILL),
        Message("user", asked),
        Message("assistant", answer),
    )
    return Prompt(_chat_request(messages, parts, model), parts.head, start)


def _chat(parts: Parts, model: Model) -> Prompt:
    shown = "".join(f"File: {c.path}\n```\n{c.text}\n```\n" for c in parts.context)
    code = f"{parts.prefix}{MARKER}{parts.suffix}"
    messages = (
        Message("system", SYSTEM_CHAT),
        Message("user", EXAMPLE_ASKED),
        Message("assistant", EXAMPLE_ANSWER),
        Message("user", f"{shown}File: {parts.path}\n```{parts.fence}\n{code}\n```"),
    )
    return Prompt(_chat_request(messages, parts, model), "")


def _chat_request(messages: tuple[Message, ...], parts: Parts, model: Model) -> ChatRequest:
    known = model.facts.efforts
    return ChatRequest(
        messages,
        max_tokens=parts.max_tokens,
        effort=next((effort for effort in EFFORTS if effort in known), None),
        cache_key=parts.path,
        task=TASK,
    )


SUFFIX_FORMS: frozenset[PromptForm] = frozenset({"fill", "chat"})
"""Forms in which the model fills a hole; in the others it goes on from the prefix."""
FORMS: dict[PromptForm, tuple[Route, Callable[[Parts, Model], Prompt]]] = {
    "fill": ("fill", _fill),
    "chat": ("chat", _chat),
    "prefill": ("chat", _prefill),
    "continue": ("continue", _continue),
}
"""Each form with the route it needs, in the order in which they stand in for a form that the
provider can't serve."""
