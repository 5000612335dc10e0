"""What the user makes of suggestions: typed, accepted or contradicted, and what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from gearshift.completion.ask import Answer, Ask, How
from gearshift.completion.seen import Seen

if TYPE_CHECKING:
    from collections.abc import Callable

    from gearshift.completion.pace import Pace
    from gearshift.completion.recall import Entry, Recall
    from gearshift.completion.runs import Run, Runs
    from gearshift.core.document import Snapshot
    from gearshift.core.suggestions import Suggestion


class Reception:
    """Follows what stands at each document's cursor; tells the pace, recall and whoever counts."""

    def __init__(
        self,
        pace: Pace,
        recall: Recall,
        runs: Runs,
        accepted: Callable[[Literal["accepted", "accepted_part"]], None],
        watch: Callable[[Snapshot, int, int], None],
    ) -> None:
        self._pace = pace
        self._recall = recall
        self._runs = runs
        self._accepted = accepted
        self._watch = watch
        self._seen: dict[str, Seen] = {}

    def edited(self, uri: str) -> None:
        """Note an edit of a document."""
        if uri in self._seen:
            self._seen[uri].n_edits += 1

    def forget(self, uri: str) -> None:
        """Forget a document."""
        self._seen.pop(uri, None)

    def show(self, ask: Ask, entry: Entry, result: Suggestion, text: str, how: How) -> Answer:
        """Return the answer that shows `result`, the rest of `text`, which `entry` gave."""
        n_typed = len(text) - len(result.text.replace("\r\n", "\n"))
        seen = self._seen.get(ask.snapshot.uri)
        n_first = seen.n_first if seen and seen.entry is entry else n_typed
        self._seen[ask.snapshot.uri] = Seen(entry, text, n_first, n_typed)
        return Answer(result, how, entry)

    def look_back(self, ask: Ask) -> None:
        """Learn from what was typed since the last suggestion."""
        seen = self._seen.get(ask.snapshot.uri)
        if seen is None:
            return
        news = seen.look(ask.snapshot, ask.position)
        if news == "gone":
            del self._seen[ask.snapshot.uri]
        elif news == "contradicted":
            del self._seen[ask.snapshot.uri]
            run = self._runs.of(ask.snapshot.uri)
            if run is not None and run.entry is seen.entry:
                run.is_missed = True
            self._pace.missed()
        elif news in ("agreed", "accepted", "accepted_part"):
            self._pace.agreed()
        if news == "accepted" or news == "accepted_part":
            self._accepted(news)
        if news == "accepted":
            seen.entry.is_over = True
            if not seen.entry.cut_off:
                self._recall.drop(seen.entry)
            self._take(seen, ask.snapshot)

    def taken(self, snapshot: Snapshot) -> None:
        """Note that the editor says the suggestion in a document was accepted."""
        seen = self._seen.get(snapshot.uri)
        if seen is not None:
            self._take(seen, snapshot)

    def _take(self, seen: Seen, snapshot: Snapshot) -> None:
        place = None if seen.is_taken else seen.find(snapshot)
        if place is not None:
            seen.is_taken = True
            self._watch(snapshot, *place)

    def miss(self, run: Run, ask: Ask) -> None:
        """Note that a running reply is not what was typed, if it has said anything."""
        draft = run.generation.draft
        typed = run.entry.origin.typed(ask.snapshot, ask.position, draft.count("\n") + 1)
        if run.is_missed or typed is None or not draft.strip():
            return
        run.is_missed = True
        self._pace.missed()
