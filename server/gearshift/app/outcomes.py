"""What came of inline requests: noted for `gearshift.why`, the counts and the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.core.suggestions import Decision, Skip, Suggestion

if TYPE_CHECKING:
    from collections.abc import Callable

    from gearshift.app import App
    from gearshift.completion.ask import Answer, Ask
    from gearshift.core.document import Snapshot
    from gearshift.core.tasks import Route, Task
    from gearshift.core.text import Position


class Outcomes:
    """Notes each outcome with its reason, once."""

    def __init__(self, app: App, count: Callable[[str], None]) -> None:
        """`count` counts what is shown."""
        self._app = app
        self._count = count

    def answered(self, ask: Ask, route: Route, answer: Answer) -> None:
        """Note an answer: what is shown, or why nothing is."""
        entry, snapshot = answer.entry, ask.snapshot
        is_repeated = entry is not None and entry.was_shown
        reason = _reason(answer, route)
        if answer.how == "asked" or (answer.how == "skipped" and entry is not None):
            reason = f"{reason} {self._app.nearby.told(snapshot.uri, route)}".rstrip()
        self.decide(
            snapshot, ask.position, route.task, route, answer.result, reason, is_brief=is_repeated
        )
        is_shown = entry is not None and not isinstance(answer.result, Skip)
        if entry and is_shown and not is_repeated and self._app.documents.is_current(snapshot):
            entry.was_shown = True
            self._count("shown")

    def decide(
        self,
        snapshot: Snapshot,
        position: Position,
        task: Task,
        route: Route | None,
        result: Suggestion | Skip | None,
        reason: str,
        *,
        is_brief: bool = False,
    ) -> None:
        """Keep a decision; a brief one, as for each key of a suggestion, in this process only."""
        outcome = "skipped" if isinstance(result, Skip) else "shown" if result else "cancelled"
        decision = Decision(
            at=self._app.clock.time(),
            task=task,
            uri=snapshot.uri,
            line=position.line,
            outcome=outcome,
            reason=reason,
            model=route.model if route else None,
            gear=route.gear if route else None,
        )
        if result is None or is_brief:
            self._app.decisions.add(decision)
        else:
            self._app.decided(decision)


def _reason(answer: Answer, route: Route) -> str:
    if isinstance(answer.result, Skip):
        return answer.result.reason
    if answer.how == "recalled":
        return f"It goes on from an earlier reply, so nothing was asked. {route.reason}"
    if answer.how == "joined":
        return f"It comes from the request that was running already. {route.reason}"
    return route.reason
