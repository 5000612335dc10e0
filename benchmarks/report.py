"""From figures to rows: what was measured, the target, and whether it is met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Figures = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    quantity: str
    gearshift: float
    peer: float | None
    """The same of the server it is compared with."""
    peer_name: str
    target: float
    """Bound of the value itself."""
    unit: str
    ratio: float | None = None
    """Bound of the value as a multiple of the peer's; None: only the value counts."""
    is_more_better: bool = False

    @property
    def measured_ratio(self) -> float | None:
        """The value as a multiple of the peer's."""
        return self.gearshift / self.peer if self.peer else None

    @property
    def verdict(self) -> str:
        """`met`, by value or ratio, or `not met`.

        Where there is a bound for the ratio it decides: a busy machine slows both sides.
        """
        value, bound = self.gearshift, self.target
        if self.ratio is not None and self.measured_ratio is not None:
            value, bound = self.measured_ratio, self.ratio
        is_met = value >= bound if self.is_more_better else value <= bound
        return "met" if is_met else "not met"

    def cells(self) -> list[str]:
        sign = "≥" if self.is_more_better else "≤"
        target = f"{sign} {self.target:g} {self.unit}"
        if self.ratio is not None:
            target += f", {sign} {self.ratio:.3g} x {self.peer_name}"
        ratio = self.measured_ratio
        return [
            self.quantity,
            f"{self.gearshift:,.4g} {self.unit}",
            "-" if self.peer is None else f"{self.peer:,.4g} ({self.peer_name})",
            "-" if ratio is None else f"{ratio:,.2f}",
            target,
            self.verdict,
        ]


HEADS = ["quantity", "Gearshift", "beside it", "ratio", "target", ""]


def rows(figures: Figures) -> list[Row]:
    """Return the rows of the measures that were run."""
    makers = {
        "start_up": _start_up,
        "latency_at_once": lambda found: _latency(found, "answers at once"),
        "latency_paced": lambda found: _latency(found, "first token after 20 ms"),
        "recall": _recall,
        "memory": _memory,
        "rest": _rest,
        "edits": _edits,
        "stopping": _stopping,
        "typing_steady": lambda found: _typing(found, "steadily"),
        "typing_pauses": lambda found: _typing(found, "with pauses"),
        "blocks": _blocks,
    }
    return [row for name, found in figures.items() for row in makers[name](found)]


def _start_up(found: Figures) -> list[Row]:
    init, first = found["initialize_ms"], found["first_completion_ms"]
    mine, bare = init["gearshift"]["p50"], init["bare"]["p50"]
    return [
        Row("spawn to `initialize`, p50", mine, bare, "bare pygls", 120, "ms", 0.25),
        Row(
            "spawn to first completion, p50",
            first["gearshift"]["p50"],
            first["naive"]["p50"],
            "naive",
            200,
            "ms",
            1 / 3,
        ),
    ]


def _latency(found: Figures, how: str) -> list[Row]:
    targets = {"p50": (1.5, 0.45), "p95": (5.0, None), "p99": (15.0, None)}
    return [
        Row(
            f"added to a completion, model {how}, {name}",
            found["gearshift"][name],
            found["naive"][name],
            "naive",
            target,
            "ms",
            ratio,
        )
        for name, (target, ratio) in targets.items()
    ]


def _recall(found: Figures) -> list[Row]:
    targets, mine = {"p50": 0.5, "p95": 5.0}, found["gearshift"]
    return [
        Row(
            f"answer from an earlier reply, {name}", found["gearshift"][name], None, "", bound, "ms"
        )
        for name, bound in targets.items()
        if name in mine
    ]


def _memory(found: Figures) -> list[Row]:
    mine, naive = found["gearshift"], found["naive"]
    first, *_, last = mine
    return [
        Row(f"RSS, {first}", mine[first], naive[first], "naive", 50, "MB"),
        Row(f"RSS, 50 files, {last}", mine[last], naive[last], "naive", 80, "MB"),
    ]


def _rest(found: Figures) -> list[Row]:
    mine, naive = found["gearshift"], found["naive"]
    wake_ups = "wake_ups_per_second"
    return [
        Row("threads at rest", mine["threads"], naive["threads"], "naive", 3, ""),
        Row("wake-ups at rest", mine[wake_ups], naive[wake_ups], "naive", 0, "/s"),
    ]


def _edits(found: Figures) -> list[Row]:
    mine, naive = (runs[len(runs) // 2] for runs in (f["runs"] for f in found.values()))
    quantity = "edits on 20,000 lines"
    return [Row(quantity, mine, naive, "naive", 20_000, "/s", 100, is_more_better=True)]


def _stopping(found: Figures) -> list[Row]:
    targets = {"p50": 1.0, "p95": 5.0}
    return [
        Row(
            f"decided stop to closed socket, {name}",
            found["gearshift"][name],
            found["naive"].get(name),
            "naive",
            target,
            "ms",
        )
        for name, target in targets.items()
    ]


def table(found: list[Row]) -> str:
    """Return the rows as Markdown."""
    lines = [HEADS, ["---"] * len(HEADS), *(row.cells() for row in found)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _typing(found: Figures, how: str) -> list[Row]:
    mine, naive = found["gearshift"], found["naive"]
    share = [each["shown"] / each["keys"] * 100 for each in (mine, naive)]
    without = [each["shown_without_model"] / each["keys"] * 100 for each in (mine, naive)]
    reread = [
        each["reread_characters"] / max(each["prompt_characters"], 1) * 100
        for each in (mine, naive)
    ]
    more = {"is_more_better": True}
    asked = [each["requests"] / each["keys"] * 100 for each in (mine, naive)]
    vain = [each["tokens_never_shown"] / each["keys"] * 100 for each in (mine, naive)]
    what = f"typing {how}:"
    soon = mine["to_shown_ms"]["p50"]
    return [
        Row(f"{what} keys with ghost text", *share, "naive", 67, "%", **more),
        Row(f"{what} the same, no model asked", *without, "naive", 60, "%", **more),
        Row(f"{what} requests a 100 keys", *asked, "naive", 12, ""),
        Row(f"{what} tokens never shown a 100 keys", *vain, "naive", 10, ""),
        Row(f"{what} time to ghost text, p50", soon, None, "", 0.5, "ms"),
        Row(f"{what} prompt read anew", *reread, "naive", 50, "%"),
    ]


def _blocks(found: Figures) -> list[Row]:
    return [
        Row(f"event loop blocked, {name}", value, None, "", 50, "ms")
        for name, value in found["gearshift_ms"].items()
    ]
