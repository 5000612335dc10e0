"""The engine as it is, and without one part at a time, over the same reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gearshift.completion.begun import NOTHING_BEGUN, Begun
from gearshift.completion.engine import offer
from gearshift.completion.fit import fit
from gearshift.completion.hole import Hole
from gearshift.completion.joined import Joined
from gearshift.completion.screen import reason_to_withhold
from gearshift.completion.stop import Stop, from_start
from gearshift.core.results import Skip

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply to the request for a hole."""

    hole: Hole
    sent_head: str
    pieces: Sequence[str]
    begun: Begun = NOTHING_BEGUN

    @property
    def whole(self) -> str:
        """All that the model wrote, with what the prompt began it with."""
        return from_start("".join(self.pieces), self.begun)

    def stopped(self) -> str:
        """What the stop rules leave."""
        stop = Stop(self.hole, self.sent_head, self.begun)
        for piece in self.pieces:
            if stop.feed(piece):
                break
        return stop.end()

    def literal(self, text: str) -> str:
        """Return `text` as it stands, without the white space that the cursor's line has."""
        missing = self.hole.head[len(self.sent_head) :]
        return text.removeprefix(missing)


def _engine(reply: Reply) -> str | None:
    return _offered(reply, reply.stopped())


def _no_stop(reply: Reply) -> str | None:
    return _offered(reply, reply.whole)


def _no_post_step(reply: Reply) -> str | None:
    text = reply.literal(reply.stopped())
    return None if _is_withheld(text, reply) else text


def _no_gate(reply: Reply) -> str | None:
    text = reply.stopped()
    return fit(text, reply.hole, Joined(reply.hole), reply.sent_head) if text.strip() else None


def _nothing(reply: Reply) -> str | None:
    return reply.literal(reply.whole) or None


def _offered(reply: Reply, text: str) -> str | None:
    result = offer(text, reply.hole, reply.sent_head)
    return None if isinstance(result, Skip) else result.text


def _is_withheld(text: str, reply: Reply) -> bool:
    return reason_to_withhold(text, reply.hole, Joined(reply.hole)) is not None


VARIANTS: dict[str, Callable[[Reply], str | None]] = {
    "engine": _engine,
    "without stop rule": _no_stop,
    "without post-step": _no_post_step,
    "without gate": _no_gate,
    "without all three": _nothing,
}
"""From a reply to what would be inserted; None: nothing is offered."""
