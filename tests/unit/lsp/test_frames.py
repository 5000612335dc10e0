"""Frames, cut anywhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gearshift.app.warm_up import use_orjson
from gearshift.core.compact_json import use
from gearshift.lsp.short.frames import MALFORMED, FrameReader, encode

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True, params=[None, use_orjson])
def _with_and_without_orjson(request: pytest.FixtureRequest) -> Iterator[None]:
    use(None, None)
    if request.param is not None:
        request.param()
    yield
    use(None, None)


MESSAGES: list[dict[str, Any]] = [
    {"method": "a"},
    {"method": "b", "params": "é😀\u2028" * 20},
    {"id": 1},
]


@given(st.lists(st.integers(1, 40), min_size=1))
def test_messages_arrive_whole_however_the_stream_is_cut(cuts: list[int]) -> None:
    stream = b"".join(map(encode, MESSAGES))
    reader = FrameReader()
    received: list[Any] = []
    position = number = 0

    while position < len(stream):
        step = cuts[number % len(cuts)]
        received += reader.feed(stream[position : position + step])
        position, number = position + step, number + 1

    assert received == MESSAGES


def test_a_body_that_is_not_json_does_not_stop_the_next_message() -> None:
    stream = b"Content-Length: 3\r\n\r\n{x}" + encode({"method": "a"})

    assert FrameReader().feed(stream) == [MALFORMED, {"method": "a"}]


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(b"Content-Length: 2\r\nContent-Type: x; charset=utf-8\r\n\r\n", id="two"),
        pytest.param(b"content-length:2\r\n\r\n", id="lower case"),
    ],
)
def test_headers_are_read_leniently(header: bytes) -> None:
    assert FrameReader().feed(header + b"{}") == [{}]


def test_a_lone_surrogate_is_sent_escaped() -> None:
    frame = encode({"text": "\ud800"})

    assert json.loads(frame.split(b"\r\n\r\n", 1)[1]) == {"text": "\ud800"}
