"""JSON that is written and read often: what the fast way refuses goes the slow one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from gearshift.app.warm_up import use_orjson
from gearshift.core.compact_json import decode, encode, encode_strictly, use

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True, params=["orjson", "the standard library"])
def _with_and_without_orjson(request: pytest.FixtureRequest) -> Iterator[None]:
    use(None, None)
    if request.param == "orjson":
        use_orjson()
    yield
    use(None, None)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(
            {"a": ["é🙂", 1, 0.5, None, True]}, '{"a":["é🙂",1,0.5,null,true]}', id="utf-8"
        ),
        pytest.param(("a", 1), '["a",1]', id="a tuple"),
        pytest.param({"a": "\ud83d"}, '{"a":"?"}', id="half of a surrogate pair"),
        pytest.param({"a": 2**70}, '{"a":1180591620717411303424}', id="a long number"),
    ],
)
def test_what_is_written(value: Any, text: str) -> None:
    assert encode(value).decode() == text


def test_what_utf_8_can_not_hold_is_not_written_strictly() -> None:
    assert encode_strictly({"a": "é"}) == '{"a":"é"}'.encode()
    assert encode_strictly({"a": "\ud83d"}) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"a": "\\ud83d"}', id="half of a surrogate pair"),
        pytest.param('{"a": NaN}', id="no number"),
        pytest.param(' {"a": "é"}\r', id="blanks around it"),
    ],
)
def test_what_is_read_is_what_the_standard_library_reads(text: str) -> None:
    assert repr(decode(text)) == repr(json.loads(text))
    assert repr(decode(bytearray(text, "utf-8"))) == repr(json.loads(text))


@pytest.mark.parametrize("text", ["{a", "{} {}", ""])
def test_what_is_no_json_is_a_value_error(text: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        decode(text)


def test_what_is_nested_too_deeply_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="deep"):
        decode("[" * 100_000 + "]" * 100_000)


def test_what_is_no_utf_8_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="utf-8"):
        decode(bytearray(b'{"a": "\xff"}'))
