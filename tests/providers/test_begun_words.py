"""A llama.cpp server says a begun word again, since half a word is none of its tokens."""

from __future__ import annotations

import json
from contextlib import aclosing

import pytest
from tests.support.stub_server import Answer, StubServer

from gearshift.core.model import ChatRequest, ContinueRequest, FillRequest, Message, Request
from gearshift.providers import connect
from gearshift.providers.services import Services
from gearshift.providers.word import LONGEST, grammar_for, without_ending, without_last_word
from gearshift.routing.catalogue import load
from gearshift.settings.schema import ModelSettings


@pytest.mark.parametrize(
    ("text", "begun", "beginning"),
    [
        ("lock = sel", "lock =", " sel"),
        ("if self.ge", "if self", ".ge"),
        ("f:\n    sel", "f:\n   ", " sel"),
        ("f()\nsel", "f()\n", "sel"),
        ("f()\r\nsel", "f()\r\n", "sel"),
        ("f(", "f(", ""),
        ("return ", "return ", ""),
        ("", "", ""),
    ],
)
def test_the_last_word_goes_with_the_mark_before_it(text: str, begun: str, beginning: str) -> None:
    assert without_last_word(text) == (begun, beginning)


@pytest.mark.parametrize(
    ("text", "begun", "beginning"),
    [
        ("compose(", "compose", "("),
        ("field_obj.", "field_obj", "."),
        ("mode = 'w+", "mode = 'w", "+"),
        ('print("', "print", '("'),
        ("total = (", "total =", " ("),
        ("lock = sel", "lock =", " sel"),
        ("total =", "total =", ""),
        ("(\n", "(\n", ""),
    ],
)
def test_marks_that_join_with_the_next_word_go_too(text: str, begun: str, beginning: str) -> None:
    assert without_ending(text) == (begun, beginning)


def test_what_is_too_long_for_a_word_stays() -> None:
    text = "a" * (LONGEST + 1)
    assert without_last_word(text) == (text, "")


def test_the_grammar_quotes_the_mark() -> None:
    assert grammar_for('"ab') == 'root ::= "\\"ab" [^\\x00]*'
    assert grammar_for("\tab") == 'root ::= "\\tab" [^\\x00]*'


async def asked(request: Request, *pieces: bytes) -> tuple[dict[str, object], str]:
    """Return the body that the server was sent, and the text of its answer."""
    services = Services()
    async with StubServer(Answer(list(pieces))) as server:
        settings = ModelSettings(provider="llamacpp", model="m", base_url=server.origin)
        model = connect(settings, load().facts("llamacpp", "m"), services)
        async with aclosing(model.stream(request)) as chunks:
            text = "".join([chunk.text async for chunk in chunks])
        body = json.loads(server.seen[0].body)
    await services.aclose()
    return body, text


def event(value: object) -> bytes:
    return f"data: {json.dumps(value)}\n\n".encode()


async def test_a_continuation_says_the_word_again_and_it_is_taken_off() -> None:
    ending = {"content": "", "stop": True, "stop_type": "eos"}
    pieces = [event({"content": text}) for text in (" se", "lf.", "lock")]
    body, text = await asked(ContinueRequest("lock = sel"), *pieces, event(ending))
    assert body["prompt"] == "lock ="
    assert body["grammar"] == grammar_for(" sel")
    assert text == "f.lock"


async def test_a_begun_chat_answer_says_the_word_again_and_it_is_taken_off() -> None:
    said = [event({"choices": [{"delta": {"content": text}}]}) for text in (" self", ".lock")]
    ending = event({"choices": [{"delta": {}, "finish_reason": "stop"}]})
    messages = (Message("user", "Write."), Message("assistant", "lock = sel"))
    body, text = await asked(ChatRequest(messages), *said, ending, b"data: [DONE]\n\n")
    assert body["messages"] == [
        {"role": "user", "content": "Write."},
        {"role": "assistant", "content": "lock ="},
    ]
    assert body["grammar"] == grammar_for(" sel")
    assert text == "f.lock"


async def test_a_filling_says_the_word_again_and_marks_stay() -> None:
    ending = {"content": "", "stop": True, "stop_type": "eos"}
    said = [event({"content": " self.lock"}), event(ending)]
    body, text = await asked(FillRequest("lock = sel", "\n", "a.py"), *said)
    assert (body["input_prefix"], body["grammar"]) == ("lock =", grammar_for(" sel"))
    assert text == "f.lock"
    body, _ = await asked(FillRequest("lock = f(", ")\n", "a.py"), event(ending))
    assert body["input_prefix"] == "lock = f("
    assert "grammar" not in body


async def test_a_question_is_asked_as_it_is() -> None:
    said = event({"choices": [{"delta": {"content": "Yes"}, "finish_reason": "stop"}]})
    messages = (Message("user", "Is it sel"),)
    body, text = await asked(ChatRequest(messages), said, b"data: [DONE]\n\n")
    assert body["messages"] == [{"role": "user", "content": "Is it sel"}]
    assert "grammar" not in body
    assert text == "Yes"
