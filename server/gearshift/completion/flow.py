"""What goes on between key presses: replies recalled, running requests joined, the pause before a
new one, and the suggestion that comes next prepared."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from gearshift.completion.ahead import LookAhead
from gearshift.completion.ask import Answer, Ask, How
from gearshift.completion.engine import offer
from gearshift.completion.hole import Hole
from gearshift.completion.origin import Origin
from gearshift.completion.recall import Entry, Recall, Recalled
from gearshift.completion.reception import Reception
from gearshift.completion.runs import Run, Runs, plain
from gearshift.completion.trigger import reason_to_skip
from gearshift.core.suggestions import Skip, Suggestion

if TYPE_CHECKING:
    from collections.abc import Callable

    from gearshift.completion.pace import Pace
    from gearshift.core.clock import Clock
    from gearshift.core.document import Snapshot

LINES_SECONDS = 0.1
"""How long a request waits for the rest of a block once whole lines of it are there."""


def _watch_nothing(snapshot: Snapshot, first: int, last: int) -> None:
    del snapshot, first, last


class Flow:
    """Answers asks; keeps what models said and what runs. One for all documents."""

    def __init__(
        self,
        clock: Clock,
        pace: Pace,
        *,
        failed: Callable[[BaseException], None],
        accepted: Callable[[Literal["accepted", "accepted_part"]], None],
        watch: Callable[[Snapshot, int, int], None] = _watch_nothing,
    ) -> None:
        """`watch` is given the lines of what was accepted whole, once."""
        self._clock = clock
        self._pace = pace
        self.recall = Recall()
        self.runs = Runs(self.recall, failed, pace.answered)
        self._reception = Reception(pace, self.recall, self.runs, accepted, watch)
        self._look_ahead = LookAhead(self.recall, self.runs)

    async def answer(self, ask: Ask) -> Answer:
        """Return a suggestion, or why there is none. Raises what the model raises."""
        arrived = self._clock.monotonic()
        self._look_ahead.cancel(ask.snapshot.uri)
        self._reception.look_back(ask)
        is_worth_asking = False
        while True:
            found = self._recalled(ask)
            if found is not None:
                return found
            run, how = await self._running(ask), "joined"
            if run is None:
                if not is_worth_asking:
                    skip = reason_to_skip(ask.snapshot, ask.position, is_explicit=ask.is_explicit)
                    if skip is not None:
                        return Answer(skip, "skipped")
                    is_worth_asking = True
                await self._wait(ask, arrived)
                run = await self._running(ask)
            if run is None:
                generation = ask.begin(ask.snapshot, ask.position)
                if isinstance(generation, Skip):
                    return Answer(generation, "skipped")
                run, how = self.runs.start(generation, ask.model), "asked"
            answer = await self._follow(run, ask, how)
            if answer is not None:
                return answer

    def edited(self, uri: str) -> None:
        """Note an edit of a document."""
        self._pace.key()
        self._reception.edited(uri)

    def close(self, uri: str) -> None:
        """Stop what runs for a document that was closed."""
        self._look_ahead.cancel(uri)
        self._reception.forget(uri)
        self.runs.stop(uri)
        if self.runs.ahead is not None and self.runs.ahead.uri == uri:
            self.runs.drop_ahead()

    def taken(self, snapshot: Snapshot) -> None:
        """Note that the editor says the suggestion in a document was accepted."""
        self._reception.taken(snapshot)

    def clear(self) -> None:
        """Forget what models said: other models or rules may be in force."""
        self.recall.clear()

    async def aclose(self) -> None:
        """Stop everything and wait until all streams are closed."""
        self._look_ahead.cancel_all()
        await self.runs.aclose()

    # --- where answers come from -----------------------------------------------------------

    def _recalled(
        self, ask: Ask, how: How = "recalled", found: Recalled | None = None
    ) -> Answer | None:
        """Return what earlier replies say; `found`: the one that does, where it is known."""
        found = found or self.recall.find(ask.model, ask.snapshot, ask.position) or self._begun(ask)
        if found is None:
            return None
        if found.entry.skip is not None:
            is_new = how != "recalled"
            skip = Answer(found.entry.skip, "skipped", found.entry)
            return skip if is_new or not ask.is_explicit else None
        rest = found.rest
        if found.closers:
            result = self._within_closers(found, ask)
            if isinstance(result, Skip):
                return None
            return self._reception.show(ask, found.entry, result, found.typed + result.text, how)
        answer = self._reception.show(ask, found.entry, ask.insert(rest), found.entry.text, how)
        self._look_ahead.after(ask, found)
        return answer

    def _begun(self, ask: Ask) -> Recalled | None:
        """Return what a reply that broke off had begun to say at the cursor, as far as it fits."""
        begun = self.recall.begun(ask.model, ask.snapshot, ask.position)
        if not begun.strip():
            return None
        hole = Hole.at(ask.snapshot, ask.position)
        result = offer(begun, hole, hole.head)
        if isinstance(result, Skip):
            return None
        entry = Entry(Origin.at(ask.snapshot, ask.position), ask.model, begun=begun)
        entry.text = plain(result.text, hole.newline)
        self.recall.add(entry)
        return Recalled(entry, "", "")

    def _within_closers(self, found: Recalled, ask: Ask) -> Suggestion | Skip:
        """Return the rest without what the editor has closed behind the cursor by itself."""
        hole = Hole.at(ask.snapshot, ask.position)
        return offer(found.rest, hole, hole.head)

    async def _running(self, ask: Ask) -> Run | None:
        """Return the running generation to join; one that disagrees is stopped."""
        uri = ask.snapshot.uri
        run = self.runs.find(ask.model, ask.snapshot, ask.position)
        if run is None and (other := self.runs.of(uri)) is not None:
            if other.entry.model == ask.model:
                self._reception.miss(other, ask)
            self.runs.stop(uri)
            await asyncio.sleep(0)  # its socket is closed before anything else is done
        ahead = self.runs.ahead
        before = ahead.before if ahead is not None and ahead.uri == uri else None
        if before is not None and before.typed(ask.snapshot, ask.position) is None:
            self.runs.drop_ahead()
        return run

    async def _wait(self, ask: Ask, arrived: float) -> None:
        if ask.is_explicit:
            return
        seconds = self._pace.debounce(ask.pause)
        ask.stage = f"You typed on within the pause of {seconds * 1000:.0f} ms before a request."
        keys = self._pace.keys_to_wait
        if keys:
            seconds = max(seconds, self._pace.look_up_seconds)
            ask.stage = (
                f"After {self._pace.n_misses} suggestions in a row that you did not type, the next "
                f"request waits for {keys} more keys or a pause of {seconds:.1f} s."
            )
        left = arrived + seconds - self._clock.monotonic()
        if left > 0:
            await asyncio.sleep(left)

    async def _follow(self, run: Run, ask: Ask, how: How) -> Answer | None:
        """Wait for `run` as far as the ask needs it; None: it does not agree any more."""
        ask.stage = "You typed on before the model answered."
        self.runs.join(run)
        is_cancelled = False
        try:
            answer = await self._read(run, ask, how)
        except asyncio.CancelledError:
            is_cancelled = True
            raise
        finally:
            self.runs.leave(run, is_cancelled=is_cancelled)
        if answer is not None:
            return answer
        generation = run.generation
        if generation.error is not None:
            raise generation.error
        if run.is_missed:
            return None
        if generation.is_stopped:
            return Answer(Skip("The request to the model was stopped for a newer one."), "skipped")
        if run.entry.skip is not None and not ask.is_explicit:
            self._pace.missed()
        is_own = how == "asked" and run.entry.skip is None and run.entry.text
        return self._recalled(ask, how, Recalled(run.entry, "", "") if is_own else None)

    async def _read(self, run: Run, ask: Ask, how: How) -> Answer | None:
        generation = run.generation
        lines_since: float | None = None
        while not generation.is_done:
            # Whoever asked for it has typed nothing since; only its end can come in between.
            is_own = how == "asked" and not generation.is_stopped
            if not is_own and not generation.agrees(ask.snapshot, ask.position):
                self._reception.miss(run, ask)
                run.is_missed = True
                self.runs.stop(run.uri)
                return None
            left: float | None = None
            text = "" if ask.is_explicit else self._partial(run, ask)
            if text:
                now = self._clock.monotonic()
                lines_since = now if lines_since is None else lines_since
                # Who joins is typing: the answer is for the moment until the next key.
                left = 0.0 if how == "joined" else lines_since + LINES_SECONDS - now
                if left <= 0:
                    return self._show_lines(run, ask, text, how)
            await generation.changed(left)
        return None

    def _partial(self, run: Run, ask: Ask) -> str:
        n_lines = run.generation.draft.count("\n") + 1
        typed = run.generation.origin.typed(ask.snapshot, ask.position, n_lines)
        return run.partial(typed.text) if typed is not None and not typed.closers else ""

    def _show_lines(self, run: Run, ask: Ask, text: str, how: How) -> Answer | None:
        typed = run.entry.origin.typed(ask.snapshot, ask.position, text.count("\n"))
        if typed is None:
            return None
        return self._reception.show(ask, run.entry, ask.insert(text[len(typed.text) :]), text, how)
