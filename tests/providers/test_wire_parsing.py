"""Reading what servers send: events, lines, limits."""

from __future__ import annotations

from contextlib import nullcontext
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gearshift.core.errors import BadReply, ProviderError
from gearshift.core.model import Chunk
from gearshift.providers import PROVIDERS
from gearshift.providers.events import MAX_TOGETHER, EventStream
from gearshift.providers.limits import Limits, parse_duration, read_limits
from gearshift.providers.link import link_to
from gearshift.providers.linked import plain_chunks
from gearshift.providers.services import Services
from gearshift.providers.sse import EventParser, LineParser, LineSplitter
from gearshift.settings.schema import ModelSettings

NOW = 1_800_000_000.0
"""2027-01-15 08:00:00 UTC."""


def parse(body: bytes, cuts: list[int] | None = None) -> list[str]:
    parser = EventParser()
    places = [0, *sorted(cuts or []), len(body)]
    pieces = [body[start:end] for start, end in pairwise(places)]
    return [event for piece in pieces for event in parser.feed(piece)]


@pytest.mark.parametrize(
    ("body", "events"),
    [
        pytest.param(b"data: a\n\n", ["a"], id="one"),
        pytest.param(b"data:a\n\n", ["a"], id="no-space"),
        pytest.param(b"data:  a\n\n", [" a"], id="one-space-is-dropped"),
        pytest.param(b"data: a\r\n\r\ndata: b\r\r", ["a", "b"], id="line-ends"),
        pytest.param(b"data: a\ndata: b\n\n", ["a\nb"], id="two-data-lines"),
        pytest.param(b"data\n\n", [""], id="field-without-colon"),
        pytest.param(b": ping\n\ndata: a\n\n", ["a"], id="comment"),
        pytest.param(b"event: x\ndata: a\n\ndata: b\n\n", ["a", "b"], id="name"),
        pytest.param(b"event: x\n\ndata: b\n\n", ["b"], id="name-without-data"),
        pytest.param(b"id: 1\nretry: 5\nother: 2\ndata: a\n\n", ["a"], id="other-fields"),
        pytest.param(b"\xef\xbb\xbfdata: a\n\n", ["a"], id="byte-order-mark"),
        pytest.param(b"data: a\n", [], id="never-ended"),
        pytest.param("data: 日本🙂\u2028\x0c\n\n".encode(), ["日本🙂\u2028\x0c"], id="unicode"),
    ],
)
def test_events_are_read_as_the_standard_says(body: bytes, events: list[str]):
    assert parse(body) == events
    assert parse(body, list(range(len(body)))) == events


@given(
    st.lists(st.sampled_from(["data: é🙂", "data:", ": c", "event: n", "", "x: y"]), max_size=12),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.data(),
)
def test_how_the_stream_is_cut_does_not_matter(parts: list[str], end: str, data: st.DataObject):
    body = "".join(part + end for part in parts).encode()
    cuts = data.draw(st.lists(st.integers(0, len(body)), max_size=8))
    assert parse(body, cuts) == parse("".join(part + "\n" for part in parts).encode())


def test_a_line_without_end_is_refused():
    splitter = LineSplitter(max_line=100)
    assert list(splitter.feed(b"x" * 100)) == []
    with pytest.raises(BadReply):
        list(splitter.feed(b"x"))


def test_lines_of_newline_delimited_json():
    parser = LineParser()
    pieces = (b'{"a":', b'1}\r\n\n{"b"', b':2}\n{"cut')
    read = [event for piece in pieces for event in parser.feed(piece)]
    assert read == ['{"a":1}', '{"b":2}']


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("12ms", 0.012),
        ("1s", 1.0),
        ("6m0s", 360.0),
        ("16m17.764s", 977.764),
        ("1h2m3s", 3723.0),
        ("2d", 172800.0),
        ("30", 30.0),
        ("", None),
        ("soon", None),
        ("1s later", None),
    ],
)
def test_go_durations(text: str, seconds: float | None):
    assert parse_duration(text) == (seconds if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    ("headers", "limits"),
    [
        pytest.param({}, None, id="none"),
        pytest.param(
            {"x-ratelimit-limit-requests": "-1", "x-ratelimit-remaining-requests": "-1"},
            None,
            id="azure",
        ),
        pytest.param(
            {"x-ratelimit-limit-tokens": "x", "x-ratelimit-remaining-tokens": "1"},
            None,
            id="no-number",
        ),
        pytest.param(
            {"x-ratelimit-limit-tokens": "200", "x-ratelimit-remaining-tokens": "50"},
            Limits(25.0, None),
            id="no-reset",
        ),
        pytest.param(
            {
                "anthropic-ratelimit-requests-limit": "50",
                "anthropic-ratelimit-requests-remaining": "49",
                "anthropic-ratelimit-requests-reset": "2027-01-15T08:00:01Z",
                "anthropic-ratelimit-output-tokens-limit": "8000",
                "anthropic-ratelimit-output-tokens-remaining": "800",
                "anthropic-ratelimit-output-tokens-reset": "2027-01-15T08:00:30Z",
            },
            Limits(10.0, 30.0),
            id="anthropic",
        ),
        pytest.param(
            {
                "x-ratelimit-limit-tokens": "200",
                "x-ratelimit-remaining-tokens": "50",
                "x-ratelimit-reset-tokens": "2027-01-15T08:00:30",
            },
            Limits(25.0, None),
            id="moment-without-zone",
        ),
    ],
)
def test_limits_that_a_reply_states(headers: dict[str, str], limits: Limits | None):
    assert read_limits(headers, NOW) == limits


def events(*pieces: bytes) -> EventStream:
    rest = iter(pieces)

    async def read() -> bytes:
        return next(rest, b"")

    return EventStream(read, "server", EventParser())


def number(event: dict[str, Any]) -> str:
    return str(event["n"])


async def test_the_text_of_events_that_have_come_together_is_one():
    stream = events(b'data: {"n": 1}\n\ndata: {"n": 2}\n\nda', b'ta: {"n": 3}\n\ndata: [DONE]\n\n')

    assert [await stream.text(number) for _ in range(3)] == ["12", "3", None]
    assert stream.has_ended


async def test_a_long_text_is_handed_on_though_more_has_come():
    long = b'data: {"n": "%s"}\n\n' % (b"y" * MAX_TOGETHER)
    stream = events(long + long + b"data: [DONE]\n\n")

    texts = [await stream.text(number) for _ in range(3)]

    assert [text and len(text) for text in texts] == [MAX_TOGETHER, MAX_TOGETHER, None]


async def test_pieces_that_have_come_together_are_one_chunk_also_before_a_fault():
    stream = events(
        b'data: {"content": "de"}\n\ndata: {"content": "f "}\n\ndata: {"con',
        b'tent": "f"}\n\ndata: {"content": "()"}\n\ndata: {"error": {"code": 500}}\n\n',
    )
    link = link_to(PROVIDERS["llamacpp"], ModelSettings("llamacpp", "qwen"), Services())
    answer = plain_chunks(
        *(nullcontext(stream), link),
        end="stop",
        text=lambda event: event.get("content"),
        last=lambda _: Chunk(finish="stop"),
    )

    assert [(await anext(answer)).text for _ in range(2)] == ["def ", "f()"]
    with pytest.raises(ProviderError):
        await anext(answer)
