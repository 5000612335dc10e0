"""The scripted provider: which line answers which request."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gearshift.core.errors import BadReply, ProviderError, RateLimited, SetupNeeded, Unavailable
from gearshift.core.model import ContinueRequest, Model, ModelFacts, Request, Usage
from gearshift.providers import connect
from gearshift.providers.scripted import ERRORS
from gearshift.providers.services import Services
from gearshift.settings.schema import ModelSettings

if TYPE_CHECKING:
    from pathlib import Path

ASK = ContinueRequest("def total(items):")


def write(path: Path, *answers: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(answer) + "\n" for answer in answers))
    stamp = path.stat().st_mtime_ns + 10**9
    os.utime(path, ns=(stamp, stamp))
    return path


def model_of(path: Path, services: Services | None = None) -> Model:
    settings = ModelSettings(provider="scripted", model="m", path=str(path))
    return connect(settings, ModelFacts(), services or Services())


async def say(model: Model, request: Request = ASK) -> str:
    return "".join([chunk.text async for chunk in model.stream(request)])


async def test_lines_are_used_in_turn_and_once(tmp_path: Path):
    model = model_of(write(tmp_path / "a.jsonl", {"text": "one"}, {"text": "two"}))
    assert [await say(model), await say(model)] == ["one", "two"]
    with pytest.raises(Unavailable, match="no unused line"):
        await say(model)


async def test_task_and_match_choose_the_line(tmp_path: Path):
    model = model_of(
        write(
            tmp_path / "a.jsonl",
            {"task": "tests", "text": "for tests"},
            {"match": "other", "text": "for other"},
            {"match": r"def \w+\(items", "text": "by pattern"},
            {"match": "total(items)", "text": "by substring"},
        )
    )
    assert await say(model) == "by pattern"
    assert await say(model) == "by substring"
    assert await say(model, replace(ASK, task="tests")) == "for tests"


async def test_text_comes_in_pieces_and_usage_last(tmp_path: Path):
    text = "    total = 0\n    for item in items:\n\n        total += item\n"
    usage = {"input": 10, "cached": 4, "output": 7}
    model = model_of(write(tmp_path / "a.jsonl", {"text": text, "usage": usage}))
    *pieces, last = [chunk async for chunk in model.stream(ASK)]
    assert len(pieces) > 3
    assert "".join(piece.text for piece in pieces) == text
    assert (last.usage, last.finish) == (Usage(10, 4, 7), "stop")


async def test_usage_is_estimated_where_the_line_has_none(tmp_path: Path):
    model = model_of(write(tmp_path / "a.jsonl", {"text": "x" * 36}))
    chunks = [chunk async for chunk in model.stream(ASK)]
    assert chunks[-1].usage == Usage(5, 0, 10, is_estimate=True)


@pytest.mark.parametrize("name", list(ERRORS))
async def test_an_error_line_raises_it(tmp_path: Path, name: str):
    model = model_of(write(tmp_path / "a.jsonl", {"error": name}))
    with pytest.raises(ProviderError) as caught:
        await say(model)
    assert type(caught.value) is ERRORS[name]


async def test_an_error_may_come_after_some_text(tmp_path: Path):
    model = model_of(write(tmp_path / "a.jsonl", {"text": "half", "error": "rate_limited"}))
    answer = model.stream(ASK)
    assert (await anext(answer)).text == "half"
    with pytest.raises(RateLimited):
        await anext(answer)


async def test_the_delay_goes_through_the_given_sleep(tmp_path: Path):
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    path = write(tmp_path / "a.jsonl", {"text": "x", "delayMs": 250})
    assert await say(model_of(path, Services(sleep=sleep))) == "x"
    assert slept == [0.25]


async def test_two_models_of_one_file_use_up_the_same_lines(tmp_path: Path):
    path, services = write(tmp_path / "a.jsonl", {"text": "one"}, {"text": "two"}), Services()
    assert await say(model_of(path, services)) == "one"
    assert await say(model_of(path, services)) == "two"


async def test_added_lines_are_seen_and_a_rewritten_file_starts_afresh(tmp_path: Path):
    path = write(tmp_path / "a.jsonl", {"text": "one"})
    model = model_of(path)
    assert await say(model) == "one"
    write(path, {"text": "one"}, {"text": "two"})
    assert await say(model) == "two"
    write(path, {"text": "new"}, {"text": "two"})
    assert await say(model) == "new"


@pytest.mark.parametrize("line", ["{nope", "[1]", '{"text": "x", "delayMs": "soon"}'])
async def test_a_line_that_is_no_answer_names_its_number(tmp_path: Path, line: str):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "one"}\n' + line + "\n")
    with pytest.raises(BadReply, match="Answer 2"):
        await say(model_of(path))


async def test_a_missing_file_says_what_to_set(tmp_path: Path):
    with pytest.raises(SetupNeeded, match="`path`"):
        await say(model_of(tmp_path / "none.jsonl"))
    with pytest.raises(SetupNeeded, match="`path`"):
        connect(ModelSettings(provider="scripted"), ModelFacts(), Services())
