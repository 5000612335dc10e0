"""A running request: its text so far can be read, and whoever waits for it may leave."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from gearshift.completion.joined import Joined
from gearshift.completion.origin import Origin
from gearshift.completion.overlap import trim_head
from gearshift.completion.reindent import readings
from gearshift.completion.stop import Stop, goes_on_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from gearshift.completion.forms import Prompt
    from gearshift.completion.hole import Hole
    from gearshift.core.document import Snapshot
    from gearshift.core.model import Model
    from gearshift.core.text import Position

AHEAD_CHARACTERS = 12
"""How far the user may type past what the model has said. Beginning anew would lose the time that
has passed already; with each character it gets less likely that the reply agrees."""

SLOW_SECONDS = 0.005
"""A model that has said nothing after this leaves time to look how sound the document is."""
BETWEEN_SECONDS = 0.001
"""A model that says no more for so long leaves time to judge what it has said."""
ENDS = (")", "]", "}", '"', "'")
"""What half of all statements end with, and few tokens in the middle of one."""
MOST_FORESEEN = 3
"""How often one reply is judged before its end: each time costs as much as at the end."""


class Generation:
    """One request for one hole; asked at most once, stopped at most once."""

    def __init__(self, hole: Hole, prompt: Prompt, model: Model) -> None:
        self.hole = hole
        self.origin = Origin.at(hole.snapshot, hole.position)
        self.sent_head = prompt.sent_head
        self.error: BaseException | None = None
        """What went wrong, once it is done."""
        self.is_done = False
        """Whether the reply has ended, in whatever way."""
        self.is_stopped = False
        """Whether nobody wanted the rest of it."""
        self.first_seconds: float | None = None
        """How long the model took to begin; None: it has not."""
        self.n_waiting = 0
        """Requests of the editor that wait for it."""
        self.judge: Callable[[str], bool] | None = None
        """Says of the text so far whether the rest can't matter."""
        self.foresee: Callable[[str], object] | None = None
        """Judges the text so far as if it were all, so that it need not be at the end."""
        self._n_foreseen = 0
        self._prompt = prompt
        self._model = model
        self._stop = Stop(hole, prompt.sent_head, prompt.begun)
        self._task: asyncio.Task[None] | None = None
        self._changes: list[asyncio.Future[None]] = []
        self._draft = ("", "")

    @property
    def text(self) -> str:
        """What counts of the reply so far, as `engine.offer` takes it."""
        return self._stop.text

    @property
    def is_cut(self) -> bool:
        """Whether a rule ended the reply, not the model or its limit."""
        return self._stop.reason is not None

    @cached_property
    def joined(self) -> Joined:
        """The document with replies put in, for all that is said of this one."""
        return Joined(self.hole)

    @property
    def whole_lines(self) -> str:
        """The lines of `text` that will not change any more; empty if there is none."""
        return self.text if self.is_done else self.text.rpartition("\n")[0]

    def vary(self, temperature: float) -> None:
        """Ask for an answer that is less likely, before it begins; `temperature` from 0 to 2."""
        request = replace(self._prompt.request, temperature=temperature)
        self._prompt = self._prompt._replace(request=request)

    async def read(self, told: Callable[[], None] | None = None) -> None:
        """Ask the model and read until the rest can't matter. Raises what the model raises.

        `told` is called as soon as the whole reply is there; the stream is closed, and what it cost
        noted, once who waits for the reply has gone on.
        """
        now = asyncio.get_running_loop().time
        begun = now()
        async with aclosing(self._model.stream(self._prompt.request)) as chunks:
            async for chunk in chunks:
                if self.is_stopped:
                    raise asyncio.CancelledError  # it was lost on its way down to the connection
                if not chunk.text:
                    continue
                if self.first_seconds is None:
                    self.first_seconds = now() - begun
                if self._take(chunk.text):
                    break
            self._stop.end()
            if told is not None:
                told()
                await asyncio.sleep(0)

    def _take(self, text: str) -> bool:
        """Take what has come; return whether the rest can't matter."""
        is_enough = self._stop.feed(text)
        self._tell()
        if is_enough or (self.judge is not None and self.judge(self.text)):
            return True
        if self.text.endswith(ENDS) and self._n_foreseen < MOST_FORESEEN:
            self._n_foreseen += 1
            loop = asyncio.get_running_loop()
            loop.call_later(BETWEEN_SECONDS, self._foresee, self.text)
        return False

    def _foresee(self, text: str) -> None:
        if self.foresee is not None and not self.is_done and self.text == text:
            self.foresee(text)

    def start(
        self,
        finished: Callable[[], None],
        ended: Callable[[], None],
        closed: Callable[[], None],
    ) -> None:
        """Begin in the background.

        `finished` is called when the whole reply is there, what it raises becomes `error`; then,
        or when the generation failed or was stopped, `ended`; once its stream is closed, `closed`.
        """

        def end() -> None:
            self.is_done = True
            ended()
            self._tell()

        def finish() -> None:
            finished()
            end()

        def close(task: asyncio.Task[None]) -> None:
            error = None if task.cancelled() else task.exception()
            if not self.is_done:
                self.is_stopped = task.cancelled()
                self.error = error
                end()
            closed()

        loop = asyncio.get_running_loop()
        self._task = loop.create_task(self.read(finish))
        self._task.add_done_callback(close)
        # Behind the task's first step, which sends the request: while the model thinks.
        loop.call_soon(self._prepare)

    def _prepare(self) -> None:
        """Look up what the reply will be judged by, so that its first lines need not wait."""
        if not self.joined.warm():
            asyncio.get_running_loop().call_later(SLOW_SECONDS, self._look_around)

    def _look_around(self) -> None:
        if not self.is_done and not self.text:
            self.joined.look_around()

    def stop(self) -> None:
        """Close the stream to the model at once, if the reply has not ended."""
        if self._task is not None and not self.is_done:
            self.is_stopped = True
            self._task.cancel()

    async def stopped(self) -> None:
        """Stop, and wait until the stream is closed."""
        self.stop()
        if self._task is not None:
            await asyncio.wait({self._task})

    async def changed(self, seconds: float | None = None) -> None:
        """Wait until there is more text or the end, at most `seconds`."""
        if self.is_done:
            return
        change = asyncio.get_running_loop().create_future()
        self._changes.append(change)
        try:
            # Once for each piece of each reply, and `asyncio.wait` costs ten times as much.
            await (change if seconds is None else asyncio.wait({change}, timeout=seconds))
        finally:
            if change in self._changes:
                self._changes.remove(change)

    def _tell(self) -> None:
        changes, self._changes = self._changes, []
        for change in changes:
            if not change.done():
                change.set_result(None)

    # --- what the user types meanwhile -----------------------------------------------------

    def agrees(self, snapshot: Snapshot, position: Position) -> bool:
        """Whether what was typed since may still be the beginning of the reply."""
        if self.is_stopped:
            return False
        draft = self.draft
        since = self.origin.typed(snapshot, position, draft.count("\n") + 1)
        if since is None:
            return False
        typed = since.text
        if draft.startswith(typed):
            return True
        is_early = not self.is_done and len(typed) - len(draft) <= AHEAD_CHARACTERS
        return is_early and (typed.startswith(draft) or not self._tells_anything)

    @property
    def draft(self) -> str:
        """The reply so far in its most literal reading, as it would be inserted at the origin."""
        text, draft = self._draft
        if text != self.text:
            text = self.text
            draft = literal(text, self.hole, self.sent_head)
            self._draft = text, draft
        return draft

    @property
    def _tells_anything(self) -> bool:
        """Whether the reply has come to what it adds: chat models first say the line again."""
        said = self.text.strip()
        return bool(said) and not self.hole.head.strip().startswith(said)


def literal(text: str, hole: Hole, sent_head: str) -> str:
    """Return a reply as it would be inserted if its indentation is meant as it stands."""
    if not text.strip():
        return ""
    whole = trim_head(text, hole)
    head = goes_on_from(hole, sent_head, whole) if whole == text else ""
    return next(readings(whole, hole, head))
