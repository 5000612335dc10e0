"""The embedded pair on executable holes, with and without each part of the engine.

`python -m benchmarks.quality [--prove] [--kept] [--threads N] [--json FILE]`
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.__main__ import circumstances
from benchmarks.quality.holes import CheckedHole, all_holes
from benchmarks.quality.judge import Judge
from benchmarks.quality.replies import Replies
from benchmarks.quality.variants import VARIANTS, Reply

from gearshift.completion.forms import SUFFIX_FORMS
from gearshift.completion.hole import Hole
from gearshift.completion.probe.measure import InForm
from gearshift.completion.prompt import Limits, build
from gearshift.core.model import ModelFacts
from gearshift.core.results import Skip
from gearshift.languages.syntax import error_count
from gearshift.providers.local import Launcher, Resident, connect_local, models_folder
from gearshift.providers.local.catalogue import catalogue
from gearshift.providers.services import Services
from gearshift.settings.schema import ModelSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.core.model import Model, PromptForm

FORMS: dict[str, tuple[PromptForm, PromptForm]] = {
    "qwen2.5-coder-0.5b": ("prefill", "fill"),
    "qwen2.5-coder-1.5b": ("fill", "prefill"),
}
"""For each model the form that the probe found, and the other one."""
LIMITS = Limits(max_tokens=96, prompt_tokens=1024)
"""The files have at most 300 tokens, the longest answer 30."""
REPLIES = Path(__file__).parent / "replies.json.gz"


Answered = tuple[CheckedHole, Reply]


async def replies_of(model: Model, holes: Sequence[CheckedHole], kept: Replies) -> list[Answered]:
    """Return the holes with the model's reply to each; asks for what is not kept, if it may."""
    found: list[Answered] = []
    for checked in holes:
        snapshot, position = checked.known.snapshot, checked.known.position
        hole = Hole.at(snapshot, position, is_suffix_seen=model.facts.form in SUFFIX_FORMS)
        prompt = build(hole, model, LIMITS)
        if isinstance(prompt, Skip):
            raise SystemExit(prompt.reason)
        request = replace(prompt.request, max_tokens=LIMITS.max_tokens)
        pieces = await kept.of(model, request)
        if pieces is not None:
            found.append((checked, Reply(hole, prompt.sent_head, pieces, prompt.begun)))
    return found


async def judged(answered: Sequence[Answered], judge: Judge) -> dict[str, dict[str, int]]:
    """Return for each variant how many holes it got right and wrong, broke, and left alone."""
    table: dict[str, dict[str, int]] = {}
    for name, offered in VARIANTS.items():
        counts = Counter(right=0, wrong=0, broken=0, silent=0)
        for checked, reply in answered:
            counts[await _verdict(checked, offered(reply), judge)] += 1
        table[name] = dict(counts)
    return table


async def _verdict(checked: CheckedHole, inserted: str | None, judge: Judge) -> str:
    if inserted is None:
        return "silent"
    if await judge.passes(checked, inserted):
        return "right"
    before, _, after = checked.known.parts
    return "broken" if error_count("python", before + inserted + after) else "wrong"


async def run(
    holes: Sequence[CheckedHole], kept: Replies, threads: int | None = None
) -> dict[str, Any]:
    """Return the counts by model, form and variant."""
    found: dict[str, Any] = {}
    judge = Judge()
    for name, forms in FORMS.items():
        services = Services(launcher=Launcher())
        base = connect_local(ModelSettings("local", name, threads=threads), ModelFacts(), services)
        for form, label in zip(forms, ("probed form", "other form"), strict=True):
            answered = await replies_of(InForm(base, form), holes, kept)
            if answered:
                part = f"{name}, {label} ({form}), {len(answered)} holes"
                found[part] = await judged(answered, judge)
        weights = catalogue()[name]
        model_file = models_folder() / weights.file
        await services.launcher.stop(Resident(name, model_file, weights.context, threads=threads))
        await services.aclose()
    return found


def table(found: dict[str, Any], n_holes: int) -> str:
    """Return the counts as Markdown."""
    lines = [
        f"| of {n_holes} holes | right | wrong | breaks the file | nothing offered |",
        "|---|---|---|---|---|",
    ]
    for model, variants in found.items():
        lines.append(f"| **{model}** | | | | |")
        for variant, counts in variants.items():
            cells = (counts[key] for key in ("right", "wrong", "broken", "silent"))
            lines.append(f"| {variant} | {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


async def prove(holes: Sequence[CheckedHole]) -> None:
    """Show that each hole's own answer passes, and that `pass` in its place does not."""
    judge = Judge()
    for checked in holes:
        own = await judge.passes(checked, checked.answer)
        empty = await judge.passes(checked, "") or await judge.passes(checked, "pass")
        if not own or empty:
            raise SystemExit(f"{checked.known.name}: own answer {own}, empty or pass {empty}")


def main() -> None:
    """Run what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("--prove", action="store_true", help="only check the holes themselves")
    parser.add_argument("--kept", action="store_true", help="ask nothing, judge what is kept")
    parser.add_argument("--threads", type=int, help="of the model; else one for each core")
    parser.add_argument("--json", type=Path, help="write the counts with machine and versions")
    asked = parser.parse_args()
    holes = all_holes()
    asyncio.run(prove(holes))
    if asked.prove:
        print(f"{len(holes)} holes: each own answer passes, neither `pass` nor nothing does")
        return
    found = asyncio.run(run(holes, Replies(REPLIES, asks=not asked.kept), asked.threads))
    print(table(found, len(holes)))
    if asked.json:
        content = {**circumstances(), "holes": len(holes), "found": found}
        asked.json.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
