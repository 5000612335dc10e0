"""Gearshift: the engine of this repository, asked through the door that the server uses."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from benchmarks.cut.arms.arm import PROMPT_TOKENS, REPLY_TOKENS, Asked, fill

from gearshift.completion.begun import NOTHING_BEGUN
from gearshift.completion.context.reader import Reader
from gearshift.completion.engine import offer
from gearshift.completion.forms import SUFFIX_FORMS, Prompt
from gearshift.completion.hole import Hole
from gearshift.completion.prompt import Limits, build
from gearshift.completion.stop import Stop
from gearshift.core.document import Snapshot
from gearshift.core.model import (
    Chunk,
    ContextFile,
    ContextSource,
    ContinueRequest,
    FillRequest,
    ModelFacts,
    Request,
    Route,
)
from gearshift.core.results import Skip
from gearshift.core.text import position_at, split_lines
from gearshift.providers.fim_templates import find_family
from gearshift.providers.local.catalogue import find_weights
from gearshift.providers.word import without_ending, without_last_word

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from benchmarks.cut.view import View

    from gearshift.completion.begun import Begun

AROUND_TOKENS = 64
"""What the turns of a chat take, and the names of files."""
CONTEXT_SHARE = Limits().context_tokens / (Limits().context_tokens + Limits().prompt_tokens)
"""The engine's own proportion, scaled to the budget of all arms."""
CONTEXT: tuple[ContextSource, ...] = tuple(
    s for s in get_args(ContextSource) if s in {"definitions", "similar"}
)
"""There are neither recent edits nor diagnostics in an unpacked package."""


class _Paper:
    """A model of which only the request is wanted."""

    provider = "local"
    routes: frozenset[Route] = frozenset({"fill", "continue", "chat"})

    def __init__(self, name: str) -> None:
        self.name = name
        weights = find_weights(name)
        self.facts = ModelFacts(weights.context, form=weights.form, fill_family=weights.fill_family)

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        raise NotImplementedError(request)
        yield Chunk()


class Gearshift:
    """Context from `sources`, the model's probed form, the stop rules, the post-step."""

    def __init__(
        self,
        name: str,
        sources: tuple[ContextSource, ...],
        *,
        is_begun: bool = True,
        says_again: bool = True,
    ) -> None:
        """`is_begun`: replies begin with what the code needs. `says_again`: the model says what
        the prompt would end in."""
        self.name = name
        self._sources = sources
        self._start = None if is_begun else NOTHING_BEGUN
        self._says_again = says_again

    @property
    def _limits(self) -> Limits:
        """Both parts together are the budget; without context the file takes all of it."""
        room = PROMPT_TOKENS - AROUND_TOKENS
        context = int(room * CONTEXT_SHARE) if self._sources else 0
        return Limits(REPLY_TOKENS, room - context, context)

    def ask(self, view: View, model: str) -> Asked:
        paper = _Paper(model)
        hole = hole_of(view, is_suffix_seen=paper.facts.form in SUFFIX_FORMS)
        prompt = self._prompt(hole, paper, self._context(view, hole))
        text, beginning = rendered(prompt.request, says_again=self._says_again)
        return Asked(
            text,
            prompt.request.max_tokens,
            lambda text: Stop(hole, prompt.sent_head, prompt.begun).feed(text),
            beginning,
        )

    def shown(self, view: View, reply: str, model: str) -> str:
        """Return the reply cut by the stop rules, without the post-step."""
        paper = _Paper(model)
        hole = hole_of(view, is_suffix_seen=paper.facts.form in SUFFIX_FORMS)
        prompt = self._prompt(hole, paper)
        text = stopped(hole, prompt.sent_head, reply, prompt.begun)
        left_out = hole.head[len(prompt.sent_head) :]
        return text.removeprefix(left_out)

    def offered(self, view: View, reply: str, model: str) -> str:
        """Return what the server would show: the stop rules, the post-step, the screen."""
        paper = _Paper(model)
        hole = hole_of(view, is_suffix_seen=paper.facts.form in SUFFIX_FORMS)
        prompt = self._prompt(hole, paper)
        return offered(hole, reply, prompt.sent_head, prompt.begun)

    def _prompt(self, hole: Hole, paper: _Paper, context: tuple[ContextFile, ...] = ()) -> Prompt:
        prompt = build(hole, paper, self._limits, context, self._start)
        assert not isinstance(prompt, Skip)
        return prompt

    def _context(self, view: View, hole: Hole) -> tuple[ContextFile, ...]:
        if not self._sources:
            return ()
        folder = _room(view)
        reader = Reader([folder], lambda path: None, variables={})
        reader.index.look()
        while reader.index.is_busy:
            reader.index.step()
        for path in reversed(view.opened):
            reader.library.open(folder / path, view.others[path])
        return reader.files(hole.snapshot, hole.position, self._limits, self._sources)


def hole_of(view: View, *, is_suffix_seen: bool = True) -> Hole:
    """Return the engine's own idea of the hole."""
    position = position_at(split_lines(view.before), len(view.before))
    return Hole.at(_snapshot(view), position, is_suffix_seen=is_suffix_seen)


def offered(hole: Hole, reply: str, sent_head: str, begun: Begun | None = None) -> str:
    """Return what the stop rules and the post-step make of any engine's reply; "" for nothing."""
    text = stopped(hole, sent_head, reply, begun)
    result = offer(text, hole, sent_head)
    return "" if isinstance(result, Skip) else result.text


def stopped(hole: Hole, sent_head: str, reply: str, begun: Begun | None = None) -> str:
    """Return what the stop rules leave of a reply."""
    stop = Stop(hole, sent_head, begun)
    stop.feed(reply)
    stop.end()
    return stop.text


def rendered(request: Request, *, says_again: bool = True) -> tuple[str, str]:
    """Return a request as the text that llama.cpp makes of it for Qwen2.5-Coder, and what the
    answer has to begin with, as `providers.llamacpp` asks for it."""
    if isinstance(request, ContinueRequest):
        return without_ending(request.prompt) if says_again else (request.prompt, "")
    if isinstance(request, FillRequest):
        begun, beginning = without_last_word(request.prefix) if says_again else (request.prefix, "")
        return _filled(replace(request, prefix=begun)), beginning
    *turns, last = request.messages
    asked = "".join(f"<|im_start|>{m.role}\n{m.text}<|im_end|>\n" for m in turns)
    if last.role != "assistant":
        return f"{asked}<|im_start|>{last.role}\n{last.text}<|im_end|>\n<|im_start|>assistant\n", ""
    begun, beginning = without_ending(last.text) if says_again else (last.text, "")
    return f"{asked}<|im_start|>assistant\n{begun}", beginning


def _filled(request: FillRequest) -> str:
    family = find_family("qwen")
    assert family is not None
    if request.context:
        files = "".join(f"<|file_sep|>{c.path}\n{c.text}\n" for c in request.context)
        extra = f"<|repo_name|>myproject\n{files}<|file_sep|>{request.path}\n"
        return fill(request.prefix, request.suffix, extra)
    return fill(request.prefix, request.suffix)


def _snapshot(view: View) -> Snapshot:
    file = _room(view) / view.path
    lines = tuple(split_lines(view.before + view.after))
    return Snapshot(file.as_uri(), file, "python", 0, lines)


def _room(view: View) -> Path:
    """Return a folder that holds nothing but the other files that the arm may see."""
    return _written(view.package, view.path, tuple(sorted(view.others.items())))


@lru_cache(maxsize=256)
def _written(package: str, path: str, others: tuple[tuple[str, str], ...]) -> Path:
    mark = hashlib.sha256(repr((path, others)).encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / "gearshift-cut" / f"{package}-{mark}"
    for name, text in (("pyproject.toml", ""), *others):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder
