"""The demo's tests: asked for in the menu, written by the full model, run before your eyes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from gearshift.cli.demo.stage import Unfinished, cost
from gearshift.cli.words import seconds

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.cli.demo.stage import Stage

SUBJECT = "strength"
"""The function of `brew.py` that gets tests."""


async def generate_tests(stage: Stage) -> Path:
    """Have tests made for `SUBJECT`; return their file. Raises Unfinished."""
    stage.screen.step(4, "You ask for tests, the full model writes, the server runs them first")
    path = stage.shop.project / "teatime" / "brew.py"
    text = stage.buffers.open(stage.client, path)
    line = next(n for n, t in enumerate(text.split("\n")) if t.startswith(f"def {SUBJECT}("))
    place = {"line": line, "character": len("def ")}
    body = text.split("\n\n\n")[1]
    stage.screen.code("teatime/brew.py", body.rstrip(), first=line + 1)
    action = await _choose(stage, path, place)
    command = action["command"]
    with stage.screen.working("Asking the full model"):
        stage.screen.pause(0.4)
        started = await stage.client.request(
            "workspace/executeCommand",
            {"command": command["command"], "arguments": command["arguments"]},
        )
        if not started:
            raise Unfinished("The server did not take the command.")
        finished = await stage.buffers.until_finished()
    _show_end(stage, finished)
    if finished["outcome"] != "applied" or not stage.buffers.written:
        raise Unfinished(finished["reason"] or "The edit did not come.")
    if finished["label"] != "verified":
        raise Unfinished("The tests came without having been run, which is not the whole job.")
    return _show_tests(stage, finished)


async def _choose(stage: Stage, path: Path, place: dict[str, int]) -> dict[str, Any]:
    params: dict[str, Any] = {
        "textDocument": {"uri": path.as_uri()},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": [], "triggerKind": 1},
    }
    begun = time.monotonic()
    actions = await stage.client.request("textDocument/codeAction", params)
    took = time.monotonic() - begun
    wanted = [n for n, each in enumerate(actions) if each["kind"].endswith(".generateTests")]
    if not wanted:
        raise Unfinished("The server offers no tests for this function.")
    stage.screen.menu([each["title"] for each in actions], wanted[0])
    stage.screen.say(f"[dim]listed in {took * 1000:.0f} ms: listing never asks a model[/]")
    stage.screen.pause()
    return actions[wanted[0]]


def _show_end(stage: Stage, finished: dict[str, Any]) -> None:
    for number, attempt in enumerate(finished["attempts"], 1):
        usage = attempt["usage"]
        stage.screen.facts(
            [
                (f"attempt {number}", f"{attempt['model']} ({attempt['tier']})"),
                ("outcome", attempt["outcome"]),
                ("tokens", f"{usage['input']:,} in + {usage['output']:,} out"),
                ("took", seconds(attempt["seconds"])),
                ("cost", cost(attempt["usd"])),
            ]
        )


def _show_tests(stage: Stage, finished: dict[str, Any]) -> Path:
    tests = stage.buffers.written[-1]
    name = tests.relative_to(stage.shop.project).as_posix()
    stage.screen.pause()
    stage.screen.code(
        name,
        tests.read_text(encoding="utf-8").rstrip(),
        subtitle="[dim]applied by the server[/]",
    )
    evidence = ", ".join(finished["evidence"])
    stage.screen.good(f"label [bold green]{finished['label']}[/]   evidence: {evidence}")
    stage.screen.pause(1.5)
    return tests


async def run_tests(stage: Stage, tests: Path) -> None:
    """Run the tests once more, in a sandbox of the demo's own. Raises Unfinished."""
    stage.screen.step(5, "The new tests once more, before your eyes")
    from gearshift.verify.environment import environment_of
    from gearshift.verify.isolation import Limits
    from gearshift.verify.runners import run_file, runner_of
    from gearshift.verify.sandbox import Sandbox
    from gearshift.verify.workbench import Workbench

    project = stage.shop.project
    bench = Workbench(project, environment_of(project), Sandbox(), Limits(wall_seconds=60))
    async with bench:
        runner = await runner_of(bench)
        run = await run_file(bench, runner, tests, project)
    words = [*(f"✔ {test}" for test in run.passed), *(f"✘ {test}" for test in run.failed)]
    said = run.output if run.failed else run.output.split("\n")[-1]
    stage.screen.output(f"{runner.name}, sandbox {run.sandbox}", "\n".join([*words, "", said]))
    if run.failed or not run.passed:
        raise Unfinished("The generated tests do not pass here.")
