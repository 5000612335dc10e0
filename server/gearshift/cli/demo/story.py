"""What happens in the demo: every step is done by the real server, and counts only if it was."""

from __future__ import annotations

import asyncio
import re
import sys
import time
from typing import TYPE_CHECKING, Any

from gearshift import __version__
from gearshift.app.models import EMBEDDED
from gearshift.cli import status
from gearshift.cli.demo.buffer import CAPABILITIES, Buffers, utf16
from gearshift.cli.demo.client import EditorClient
from gearshift.cli.demo.workshop import BUDGET_USD, BUDGET_WINDOW, Workshop
from gearshift.cli.pulling import pull_shown
from gearshift.cli.words import seconds, tokens
from gearshift.core.errors import GearshiftError

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.cli.demo.screen import Screen
    from gearshift.quota.entry import Entry

SERVER = (sys.executable, "-m", "gearshift", "serve")
TYPED = '''

def total_grams(teas: tuple[Tea, ...]) -> float:
    """Return how many grams of leaves the teas take together."""
    '''
"""What the demo types at the end of `leaves.py`; the model does the rest."""
SUBJECT = "strength"
"""The function of `brew.py` that gets tests."""
CONTEXT_LINES = 8
"""Lines shown above what is typed."""


class Unfinished(GearshiftError):
    """A step did not happen; the text is the server's own reason."""


async def play(screen: Screen) -> None:
    """Show it all. Raises Unfinished, or another GearshiftError, at the step that failed."""
    with Workshop() as shop:
        screen.title(*_opening(shop))
        screen.step(1, "The models: on this machine, no account, no key")
        await pull_shown([model.model for model in EMBEDDED.values()], screen.console)
        await _Story(screen, shop).run()


def _opening(shop: Workshop) -> tuple[str, list[str]]:
    lines = [
        "The real language server, driven over stdio as an editor does, in a copy of a small",
        f"project under {shop.folder}.",
        "Your own settings and ledger stay untouched.",
        "",
    ]
    prices = [
        f"  {tier} as [bold]{name}[/]: ${price.input:.2f} in, ${price.output:.2f} out a million"
        for tier, (name, price) in shop.prices.items()
    ]
    lines += [
        "[yellow]The embedded models cost nothing.[/] To show the quota at work, the demo counts",
        f"their tokens at hosted models' prices, against ${BUDGET_USD:.2f} in {BUDGET_WINDOW}:",
        *prices,
    ]
    return f"Gearshift {__version__} · what it does, for real", lines


class _Story:
    """The conversation with one server."""

    def __init__(self, screen: Screen, shop: Workshop) -> None:
        self._screen = screen
        self._shop = shop
        self._buffers = Buffers(screen)
        self._client: EditorClient

    async def run(self) -> None:
        """Do every step in order; the server is ended however it goes."""
        self._screen.step(2, "The server")
        self._client = await EditorClient.start(
            SERVER,
            self._buffers.handlers,
            folder=self._shop.project,
            environment=self._shop.environment,
            log=self._shop.folder / "server.log",
        )
        try:
            await self._greet()
            await self._complete()
            tests = await self._generate_tests()
            await self._run_tests(tests)
            await self._account()
        finally:
            await self._client.close()

    async def _greet(self) -> None:
        begun = time.monotonic()
        uri = self._shop.project.as_uri()
        params = {
            "processId": None,
            "rootUri": uri,
            "workspaceFolders": [{"uri": uri, "name": "teatime"}],
            "capabilities": CAPABILITIES,
        }
        result = await self._client.request("initialize", params)
        took = time.monotonic() - begun
        self._client.notify("initialized", {})
        capabilities = result["capabilities"]
        self._screen.good(
            f"`gearshift serve` answered initialize after {took * 1000:.0f} ms "
            f"[dim](process {self._client.pid}, columns in {capabilities['positionEncoding']})[/]"
        )
        await self._show_status()
        self._screen.pause()

    # --- a completion ----------------------------------------------------------------------

    async def _complete(self) -> None:
        self._screen.step(3, "You type, the mini model completes")
        path = self._shop.project / "teatime" / "leaves.py"
        before = self._buffers.open(self._client, path)
        self._buffers.type(self._client, path, 2, TYPED)
        lines = self._buffers.text(path).split("\n")
        place = {"line": len(lines) - 1, "character": utf16(lines[-1])}
        first = max(before.count("\n") - CONTEXT_LINES, 1)
        visible = "\n".join(before.split("\n")[first - 1 :])
        params = {
            "textDocument": {"uri": path.as_uri()},
            "position": place,
            "context": {"triggerKind": 2},
        }
        asked = asyncio.ensure_future(self._client.request("textDocument/inlineCompletion", params))
        begun = time.monotonic()
        try:
            with self._screen.typing("teatime/leaves.py", visible, TYPED, first):
                result = await asyncio.shield(asked)
        finally:
            asked.cancel()
        took = time.monotonic() - begun
        why = await self._why({"uri": path.as_uri(), "position": place})
        if not result or not result["items"]:
            raise Unfinished(f"No completion came: {why}")
        item = result["items"][0]
        self._client.notify("textDocument/didShowCompletion", {"item": item})
        self._show_ghost(visible + TYPED, first, item)
        await self._show_request(took, why)
        await self._accept(path, item)

    def _show_ghost(self, code: str, first: int, item: dict[str, Any]) -> None:
        """Show what is offered; the item's text begins with what is on its line already."""
        lines = code.split("\n")
        head = item["range"]["start"]["character"]
        typed = len(lines[-1])
        full = code[: len(code) - typed + head] + item["insertText"]
        ends = full.split("\n")
        start = (len(lines), typed)
        self._screen.ghost("teatime/leaves.py", full, first, start, (len(ends), len(ends[-1])))

    async def _accept(self, path: Path, item: dict[str, Any]) -> None:
        """Take the completion as Tab does: the text goes in, the server is told."""
        typed = self._buffers.text(path).split("\n")[-1]
        rest = item["insertText"][len(typed) - item["range"]["start"]["character"] :]
        self._buffers.type(self._client, path, 3, rest)
        params: dict[str, Any] = {"command": "gearshift.didAccept", "arguments": []}
        await self._client.request("workspace/executeCommand", params)
        self._screen.good("Tab: accepted")
        self._screen.pause()

    async def _show_request(self, took: float, why: str) -> None:
        entry = await self._first_request()
        self._screen.facts(
            [
                ("model", f"{entry.model} ({entry.tier}), gear {entry.gear}"),
                ("tokens", tokens(entry.usage)),
                ("took", f"{seconds(took)} from the request to the answer"),
                ("cost", cost(entry.usd)),
                ("why", why),
            ]
        )
        self._screen.pause(1.5)

    # --- generated tests -------------------------------------------------------------------

    async def _generate_tests(self) -> Path:
        self._screen.step(4, "You ask for tests, the full model writes, the server runs them first")
        path = self._shop.project / "teatime" / "brew.py"
        text = self._buffers.open(self._client, path)
        line = next(n for n, t in enumerate(text.split("\n")) if t.startswith(f"def {SUBJECT}("))
        place = {"line": line, "character": len("def ")}
        body = text.split("\n\n\n")[1]
        self._screen.code("teatime/brew.py", body.rstrip(), first=line + 1)
        action = await self._choose(path, place)
        command = action["command"]
        with self._screen.working("Asking the full model"):
            self._screen.pause(0.4)
            started = await self._client.request(
                "workspace/executeCommand",
                {"command": command["command"], "arguments": command["arguments"]},
            )
            if not started:
                raise Unfinished("The server did not take the command.")
            finished = await self._buffers.until_finished()
        self._show_end(finished)
        if finished["outcome"] != "applied" or not self._buffers.written:
            raise Unfinished(finished["reason"] or "The edit did not come.")
        if finished["label"] != "verified":
            raise Unfinished("The tests came without having been run, which is not the whole job.")
        return self._show_tests(finished)

    async def _choose(self, path: Path, place: dict[str, int]) -> dict[str, Any]:
        params: dict[str, Any] = {
            "textDocument": {"uri": path.as_uri()},
            "range": {"start": place, "end": place},
            "context": {"diagnostics": [], "triggerKind": 1},
        }
        begun = time.monotonic()
        actions = await self._client.request("textDocument/codeAction", params)
        took = time.monotonic() - begun
        wanted = [n for n, each in enumerate(actions) if each["kind"].endswith(".generateTests")]
        if not wanted:
            raise Unfinished("The server offers no tests for this function.")
        self._screen.menu([each["title"] for each in actions], wanted[0])
        self._screen.say(f"[dim]listed in {took * 1000:.0f} ms: listing never asks a model[/]")
        self._screen.pause()
        return actions[wanted[0]]

    def _show_end(self, finished: dict[str, Any]) -> None:
        for number, attempt in enumerate(finished["attempts"], 1):
            usage = attempt["usage"]
            self._screen.facts(
                [
                    (f"attempt {number}", f"{attempt['model']} ({attempt['tier']})"),
                    ("outcome", attempt["outcome"]),
                    ("tokens", f"{usage['input']:,} in + {usage['output']:,} out"),
                    ("took", seconds(attempt["seconds"])),
                    ("cost", cost(attempt["usd"])),
                ]
            )

    def _show_tests(self, finished: dict[str, Any]) -> Path:
        tests = self._buffers.written[-1]
        name = tests.relative_to(self._shop.project).as_posix()
        self._screen.pause()
        self._screen.code(
            name,
            tests.read_text(encoding="utf-8").rstrip(),
            subtitle="[dim]applied by the server[/]",
        )
        evidence = ", ".join(finished["evidence"])
        self._screen.good(f"label [bold green]{finished['label']}[/]   evidence: {evidence}")
        self._screen.pause(1.5)
        return tests

    # --- the end ---------------------------------------------------------------------------

    async def _run_tests(self, tests: Path) -> None:
        self._screen.step(5, "The new tests once more, before your eyes")
        from gearshift.verify.environment import environment_of
        from gearshift.verify.isolation import Limits
        from gearshift.verify.runners import run_file, runner_of
        from gearshift.verify.sandbox import Sandbox
        from gearshift.verify.workbench import Workbench

        project = self._shop.project
        bench = Workbench(project, environment_of(project), Sandbox(), Limits(wall_seconds=60))
        async with bench:
            runner = await runner_of(bench)
            run = await run_file(bench, runner, tests, project)
        words = [*(f"✔ {test}" for test in run.passed), *(f"✘ {test}" for test in run.failed)]
        said = run.output if run.failed else run.output.split("\n")[-1]
        self._screen.output(f"{runner.name}, sandbox {run.sandbox}", "\n".join([*words, "", said]))
        if run.failed or not run.passed:
            raise Unfinished("The generated tests do not pass here.")

    async def _account(self) -> None:
        self._screen.step(6, "What it used")
        await self._show_status()
        entries = await self._requests()
        self._screen.facts(
            [
                (entry.task, f"{entry.model} · {tokens(entry.usage)} · {cost(entry.usd)}")
                for entry in reversed(entries)
            ]
        )

    async def _show_status(self) -> None:
        payload = await self._client.request("gearshift/status")
        gear = f"gear [bold]{payload['gear']}[/] · {payload['state']}"
        self._screen.say(
            f"{gear} · mini {payload['models']['mini']} · full {payload['models']['full']}"
        )
        for window in payload["quota"]["windows"]:
            self._screen.say(status.window_line(window).strip())
        self._screen.say(f"today  {status.today_words(payload['today'])}")

    async def _why(self, argument: dict[str, Any]) -> str:
        params = {"command": "gearshift.why", "arguments": [argument]}
        with self._buffers.silent():  # the answer is shown in its place, not as a message too
            answer = str(await self._client.request("workspace/executeCommand", params))
        return re.sub(r"^\d\d:\d\d:\d\d ", "", answer)  # the time is now

    async def _first_request(self) -> Entry:
        """Return the request behind the ghost text; one made ahead of the user came after it."""
        entry = (await self._requests())[-1]
        for _ in range(100):  # it settles just after the answer
            if entry.state != "reserved":
                break
            await asyncio.sleep(0.05)
            entry = (await self._requests())[-1]
        return entry

    async def _requests(self) -> tuple[Entry, ...]:
        """Return the requests in the demo's ledger, latest first."""
        from gearshift.quota.bookkeeper import Bookkeeper

        ledger = Bookkeeper(self._shop.state / "ledger.sqlite")
        try:
            return await ledger.recent()
        finally:
            await ledger.close()


def cost(usd: float | None) -> str:
    """Return an amount with all the digits that these small requests need."""
    return "price unknown" if usd is None else f"${usd:.6f}"
