"""How much of a prompt a model server reads again with each key, with and without context.

`python -m benchmarks.reread [--json FILE]`; no model is asked: a server that keeps what it has read
reads again what stands behind the first character that changed since the last prompt.
"""

from __future__ import annotations

import argparse
import ast
import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from benchmarks.__main__ import circumstances

from gearshift.completion.context.block import Block, context_files, merged
from gearshift.completion.context.piece import Site
from gearshift.completion.context.place import scope_of
from gearshift.completion.context.reader import Reader
from gearshift.completion.forms import FORMS, Prompt
from gearshift.completion.hole import Hole
from gearshift.completion.prompt import Limits, build, lines_shown
from gearshift.core.document import Snapshot
from gearshift.core.model import (
    ChatRequest,
    ContextFile,
    FillRequest,
    ModelFacts,
    PromptForm,
    Request,
    Route,
)
from gearshift.core.text import Position
from gearshift.providers.fim_templates import families

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator

    from gearshift.core.model import Chunk

CHECKOUT = Path(__file__).parent.parent
ROOM = CHECKOUT / "server/gearshift/actions"
LIMITS = Limits(prompt_tokens=400, context_tokens=240)
"""As for the embedded model, where reading costs the most."""
MOST_FUNCTIONS = 12
KEY_SECONDS = 0.2
STEADY_SECONDS = 2.0
"""As `app.surroundings` has it."""


class Paper:
    """A model of which only the prompt is wanted."""

    name = provider = "paper"
    routes: frozenset[Route] = frozenset({"fill", "continue", "chat"})

    def __init__(self, form: PromptForm) -> None:
        self.facts = ModelFacts(form=form)

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        raise NotImplementedError(request)
        yield


class Kept:
    """Context as the server keeps it: gathered every two seconds, moved as little as can be."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._block: Block | None = None

    def __call__(self, snapshot: Snapshot, position: Position, now: float) -> Any:
        block = self._block
        is_for_here = block is not None and block.covers(snapshot, position)
        if block is None or not is_for_here or now - block.at >= STEADY_SECONDS:
            new = self._gathered(snapshot, position, now)
            self._block = merged(block, new) if block is not None and is_for_here else new
        assert self._block is not None
        return self._block.files

    def _gathered(self, snapshot: Snapshot, position: Position, now: float) -> Block:
        site = Site(snapshot, position, lines_shown(snapshot, position, LIMITS))
        pieces = self._reader.gather(site, LIMITS.context_characters).pieces
        n_lines, characters = len(snapshot.lines), LIMITS.context_characters
        files = context_files(pieces)
        return Block(characters, scope_of(site), n_lines, 0, now, pieces, files)


def gathered_anew(reader: Reader, snapshot: Snapshot, position: Position, now: float) -> Any:
    """Return what a server without memory would show: gathered with every key."""
    del now
    return reader.files(snapshot, position, LIMITS)


def nothing(snapshot: Snapshot, position: Position, now: float) -> tuple[ContextFile, ...]:
    """Return no context."""
    del snapshot, position, now
    return ()


def typed() -> Iterator[tuple[Path, str, str, str]]:
    """Yield files of this project with one function's body to type: path, before, body, after."""
    count = 0
    for path in sorted(ROOM.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines(keepends=True)
        functions = [n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)]
        for node in functions[len(functions) // 2 : len(functions) // 2 + 1]:
            first, last = node.body[-1].lineno - 1, node.end_lineno or 0
            count += 1
            if count > MOST_FUNCTIONS:
                return
            yield path, *("".join(part) for part in _parts(lines, first, last))


def _parts(lines: list[str], first: int, last: int) -> tuple[list[str], list[str], list[str]]:
    return lines[:first], lines[first:last], lines[last:]


def rendered(request: Request) -> str:
    """Return a prompt as its server reads it."""
    if isinstance(request, FillRequest):
        return families()["qwen"].prompt(request)
    if isinstance(request, ChatRequest):
        return "\n".join(message.text for message in request.messages)
    return request.prompt


def shared(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (mine, yours) in pairs if mine != yours), min(len(one), len(other)))


def share(form: PromptForm, show: Callable[[Snapshot, Position, float], Any]) -> dict[str, float]:
    """Type every body key by key; return the share of the prompts that is read again."""
    read = written = n_keys = 0
    now = 0.0
    for path, before, body, after in typed():
        last = ""
        for n_typed in range(len(body)):
            now += KEY_SECONDS
            source = before + body[:n_typed] + "\n" + after
            snapshot = Snapshot.from_text(source, language="python", path=path)
            lines = (before + body[:n_typed]).split("\n")
            position = Position(len(lines) - 1, len(lines[-1]))
            made = build(
                Hole.at(snapshot, position), Paper(form), LIMITS, show(snapshot, position, now)
            )
            assert isinstance(made, Prompt)
            text = rendered(made.request)
            if last:
                read += len(text) - shared(last, text)
                written += len(text)
                n_keys += 1
            last = text
    return {"share": round(read / written, 4), "characters_per_key": round(read / n_keys, 1)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.reread", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    arguments = parser.parse_args()
    figures: dict[str, Any] = {}
    for form in get_args(PromptForm):
        assert form in FORMS
        reader = Reader([CHECKOUT], lambda path: None)
        ways: dict[str, Callable[[Snapshot, Position, float], Any]] = {
            "no context": nothing,
            "kept": Kept(reader),
            "gathered with every key": partial(gathered_anew, reader),
        }
        figures[form] = {name: share(form, show) for name, show in ways.items()}
        print(form, json.dumps(figures[form]), flush=True)
    if arguments.json:
        text = json.dumps({**circumstances(), "figures": figures}, indent=1)
        arguments.json.write_text(text + "\n")


if __name__ == "__main__":
    main()
