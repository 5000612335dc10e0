"""What is sent for a hole: own tokens, a server's `suffix`, other files, what servers refuse."""
# ruff: noqa: RUF001 - DeepSeek's tokens are spelt so.

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.support.dialects import CHAT, CONTINUE, DIALECTS, FILL
from tests.support.stub_server import Answer, StubServer

from gearshift.core.errors import BadReply, ContextTooLong, Refused, Unavailable
from gearshift.core.model import ContextFile, FillRequest, ModelFacts, Request
from gearshift.providers import connect
from gearshift.providers.credentials import Credentials
from gearshift.providers.fim_templates import families
from gearshift.providers.services import Services
from gearshift.routing.catalogue import load
from gearshift.settings.schema import ModelSettings

HOLE = FillRequest("a = {", "}\n", "src/a.py")
WITH_FILE = replace(HOLE, context=(ContextFile("src/b.py", "b = {1}"),))
AT_END = replace(HOLE, suffix="")


@pytest.fixture
async def services():
    bundle = Services(credentials=Credentials({}, read_keyring=lambda *_: None))
    yield bundle
    await bundle.aclose()


async def bodies(
    services: Services,
    name: str,
    *requests: Request,
    family: str | None = None,
    refusals: tuple[Answer, ...] = (),
) -> list[dict[str, Any]]:
    """What arrives when `requests` are asked in turn, after the server's `refusals`."""
    dialect = DIALECTS[name]
    async with StubServer(*refusals, dialect.answer(["x"])) as server:
        settings = ModelSettings(
            dialect.provider,  # type: ignore[arg-type]
            "m",
            server.origin + dialect.base_path,
        )
        model = connect(settings, ModelFacts(fill_family=family), services)
        for request in requests:
            assert [chunk async for chunk in model.stream(request)]
    return [json.loads(seen.body) for seen in server.seen]


@pytest.mark.parametrize(
    ("family", "prompt"),
    [
        pytest.param("qwen", "<|fim_prefix|>a = {<|fim_suffix|>}\n<|fim_middle|>", id="qwen"),
        pytest.param("starcoder", "<fim_prefix>a = {<fim_suffix>}\n<fim_middle>", id="starcoder"),
        pytest.param("codellama", "<PRE> a = { <SUF>}\n <MID>", id="codellama"),
        pytest.param(
            "deepseek", "<｜fim▁begin｜>a = {<｜fim▁hole｜>}\n<｜fim▁end｜>", id="deepseek"
        ),
        pytest.param("codestral", "[SUFFIX]}\n[PREFIX]a = {", id="codestral"),
    ],
)
def test_a_hole_in_the_tokens_of_a_family(family: str, prompt: str):
    assert families()[family].prompt(HOLE) == prompt


@pytest.mark.parametrize(
    ("family", "prompt"),
    [
        pytest.param(
            "qwen",
            "<|repo_name|>project\n<|file_sep|>src/b.py\nb = {1}\n<|file_sep|>src/a.py\n"
            "<|fim_prefix|>a = {<|fim_suffix|>}\n<|fim_middle|>",
            id="qwen",
        ),
        pytest.param(
            "starcoder",
            "<repo_name>project<file_sep>src/b.py\nb = {1}"
            "<file_sep><fim_prefix>src/a.py\na = {<fim_suffix>}\n<fim_middle>",
            id="starcoder",
        ),
        pytest.param(
            "deepseek",
            "<｜fim▁begin｜>#src/b.py\nb = {1}\n#src/a.py\na = {<｜fim▁hole｜>}\n<｜fim▁end｜>",
            id="deepseek",
        ),
        pytest.param(
            "codestral",
            "[SUFFIX]}\n[PREFIX]+++++ src/b.py\nb = {1}\n\n+++++ src/a.py\na = {",
            id="codestral",
        ),
        pytest.param("codellama", "<PRE> a = { <SUF>}\n <MID>", id="never-trained-on-files"),
    ],
)
def test_other_files_in_the_form_of_a_family(family: str, prompt: str):
    assert families()[family].prompt(WITH_FILE) == prompt


def test_tokens_that_stand_in_the_code_are_left_out():
    request = FillRequest("s = '<|fim_middle|>'", "<|file_sep|>", "a.py")
    prompt = families()["qwen"].prompt(request)
    assert prompt == "<|fim_prefix|>s = ''<|fim_suffix|><|fim_middle|>"


def test_every_family_of_the_catalogue_has_a_prompt():
    named = {row.fill_family for row in load().rows.values()} - {None}
    assert named <= set(families())


async def test_fim_sends_own_tokens_and_their_stops(services: Services):
    request = replace(HOLE, stop=("\n\n",), max_tokens=9)
    [body] = await bodies(services, "fim-fill", request, family="qwen")
    assert body == {
        "model": "m",
        "prompt": "<|fim_prefix|>a = {<|fim_suffix|>}\n<|fim_middle|>",
        "stop": ["\n\n", "<|endoftext|>", "<|file_sep|>", "<|fim_pad|>"],
        "skip_special_tokens": False,
        "max_tokens": 9,
        "temperature": 0.0,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


async def test_stops_beyond_those_that_a_server_takes_are_cut_here(services: Services):
    dialect = DIALECTS["fim-fill"]
    async with StubServer(dialect.answer(["a", "<|im_", "end|>b"])) as server:
        settings = ModelSettings("fim", "m", server.origin + "/v1")
        model = connect(settings, ModelFacts(fill_family="qwen"), services)
        assert "".join([chunk.text async for chunk in model.stream(HOLE)]) == "a"


@pytest.mark.parametrize(
    ("name", "request_", "family", "fields"),
    [
        pytest.param("fim-fill", HOLE, None, {"prompt": "a = {", "suffix": "}\n"}, id="fim"),
        pytest.param(
            "fim-fill",
            WITH_FILE,
            None,
            {"prompt": "# src/b.py\nb = {1}\n\n# src/a.py\na = {", "suffix": "}\n"},
            id="fim-with-file",
        ),
        pytest.param("fim-fill", AT_END, None, {"prompt": "a = {"}, id="fim-at-the-end"),
        pytest.param("fim-continue", CONTINUE, "qwen", {"prompt": "def f("}, id="fim-continue"),
        pytest.param(
            "mistral-fill",
            WITH_FILE,
            "codestral",
            {"prompt": "+++++ src/b.py\nb = {1}\n\n+++++ src/a.py\na = {", "suffix": "}\n"},
            id="mistral-with-file",
        ),
        pytest.param("mistral-fill", CONTINUE, None, {"prompt": "def f("}, id="mistral-continue"),
        pytest.param(
            "deepseek-fill",
            WITH_FILE,
            None,
            {"prompt": "#src/b.py\nb = {1}\n\n#src/a.py\na = {", "suffix": "}\n"},
            id="deepseek-with-file",
        ),
        pytest.param(
            "ollama-fill", HOLE, "qwen", {"prompt": "a = {", "suffix": "}\n"}, id="ollama"
        ),
        pytest.param(
            "ollama-fill",
            WITH_FILE,
            "codestral",
            {"prompt": families()["codestral"].prompt(WITH_FILE), "raw": True},
            id="ollama-with-file",
        ),
        pytest.param(
            "ollama-fill",
            AT_END,
            None,
            {"prompt": "a = {", "raw": True},
            id="ollama-at-the-end-is-no-chat",
        ),
        pytest.param(
            "ollama-fill",
            replace(HOLE, prefix=""),
            None,
            {"prompt": "\n", "suffix": "}\n"},
            id="ollama-at-the-beginning-is-not-empty",
        ),
        pytest.param(
            "ollama-continue", CONTINUE, None, {"prompt": "def f(", "raw": True}, id="ollama-raw"
        ),
    ],
)
async def test_how_a_hole_is_asked_for(
    services: Services, name: str, request_: Request, family: str | None, fields: dict[str, Any]
):
    [body] = await bodies(services, name, request_, family=family)
    kinds = ("prompt", "suffix", "raw", "skip_special_tokens")
    assert {name: body[name] for name in kinds if name in body} == fields


@pytest.mark.parametrize(
    ("status", "message"),
    [
        pytest.param(400, "suffix is not currently supported", id="vllm"),
        pytest.param(500, "Unsupported param: suffix", id="docker"),
        pytest.param(400, "Unrecognized request argument supplied: suffix", id="openai"),
        pytest.param(422, "body.suffix: Extra inputs are not permitted", id="pydantic"),
    ],
)
async def test_a_server_without_suffix_is_shown_tokens_from_then_on(
    services: Services, status: int, message: str
):
    refusal = Answer([json.dumps({"error": {"message": message}}).encode()], status=status)
    first, *later = await bodies(services, "fim-fill", HOLE, HOLE, refusals=(refusal,))
    assert first["suffix"] == "}\n"
    assert len(later) == 2
    for body in later:
        assert body["prompt"] == families()["qwen"].prompt(HOLE)
        assert "suffix" not in body


async def test_fim_refuses_chats_and_names_the_provider_that_takes_them(services: Services):
    model = connect(ModelSettings("fim", "m"), ModelFacts(), services)
    with pytest.raises(Refused, match="openai-chat"):
        await anext(model.stream(CHAT))


NO_INSERT = Answer(
    [b'{"error":"registry.ollama.ai/library/m:latest does not support insert"}'], 400
)


async def test_an_ollama_template_without_a_hole_gives_way_to_tokens(services: Services):
    first, *later = await bodies(
        services, "ollama-fill", HOLE, HOLE, family="qwen", refusals=(NO_INSERT,)
    )
    assert first["suffix"] == "}\n"
    for body in later:
        assert body["raw"] is True
        assert body["prompt"] == families()["qwen"].prompt(HOLE)
        assert "<|fim_pad|>" in body["options"]["stop"]


async def test_an_ollama_model_that_can_not_fill_says_so(services: Services):
    with pytest.raises(BadReply, match=r"`m` can't fill in the middle.*qwen2\.5-coder"):
        await bodies(services, "ollama-fill", HOLE, refusals=(NO_INSERT,))


async def test_what_ollama_is_told_of_the_model(services: Services):
    [body] = await bodies(services, "ollama-fill", replace(FILL, max_tokens=7, stop=("z",)))
    assert body["keep_alive"] == "30m"
    assert (body["think"], body["truncate"]) == (False, False)
    assert body["options"] == {
        "num_predict": 7,
        "num_ctx": 8192,
        "temperature": 0.0,
        "stop": ["z"],
    }


async def test_an_ollama_model_that_is_not_pulled_names_the_command(services: Services):
    missing = Answer([b'{"error":"model \'m\' not found"}'], 404)
    with pytest.raises(Exception, match="run `ollama pull m`"):
        await bodies(services, "ollama-fill", HOLE, refusals=(missing, missing))


async def test_an_ollama_that_is_not_running_names_the_command(services: Services):
    async with StubServer(Answer()) as server:
        model = connect(ModelSettings("ollama", "m", server.origin), ModelFacts(), services)
    with pytest.raises(Unavailable, match="ollama serve"):
        await anext(model.stream(HOLE))


@pytest.mark.parametrize("is_in_stream", [True, False])
async def test_a_prompt_too_long_for_ollama_is_told(services: Services, is_in_stream: bool):
    content = {"error": "the input length exceeds the context length", "status": 400}
    dialect = DIALECTS["ollama-fill"]
    piece = dialect.event(content)
    async with StubServer(
        dialect.answer([], pieces=[piece]) if is_in_stream else Answer([piece], 400)
    ) as server:
        model = connect(ModelSettings("ollama", "m", server.origin), ModelFacts(), services)
        with pytest.raises(ContextTooLong):
            await anext(model.stream(HOLE))


async def test_ollama_leaves_out_the_counts_of_a_prompt_read_before(services: Services):
    dialect = DIALECTS["ollama-fill"]
    end = dialect.event({"response": "", "done": True, "done_reason": "stop", "eval_count": 4})
    async with StubServer(dialect.answer([], pieces=[end])) as server:
        model = connect(ModelSettings("ollama", "m", server.origin), ModelFacts(), services)
        [last] = [chunk async for chunk in model.stream(HOLE)]
    assert last.usage is None
