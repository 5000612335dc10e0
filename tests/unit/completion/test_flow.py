"""What goes on between key presses: a person types, in virtual time."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import virtual_time
from tests.support.typist import FIRST_SECONDS, PIECE_SECONDS, SlowModel, Typist, ghost

from gearshift.completion import runs
from gearshift.completion.engine import offer
from gearshift.completion.generation import BETWEEN_SECONDS, MOST_FORESEEN
from gearshift.core.errors import Unavailable
from gearshift.core.results import Skip, Suggestion

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine
    from typing import Any

    from gearshift.core.model import Chunk, Request

_T = TypeVar("_T")

LINE = "def total(prices):\n    result = |\n    return result\n"
BLOCK = "def total(prices):\n    |\n\n\nlast = 1\n"
BODY = "result = 0\n    for price in prices:\n        result += price\n    return result"


def in_virtual_time(work: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Make a test of a coroutine function that runs in virtual time."""

    def test() -> None:
        virtual_time.run(work())

    test.__name__, test.__doc__ = work.__name__, work.__doc__
    return test


def says(text: str) -> SlowModel:
    return SlowModel(lambda _: text)


def line_typist(*replies: str) -> Typist:
    """Return someone at `LINE`; the model gives its replies in turn, then the last again."""
    waiting = list(replies)
    return Typist(LINE, SlowModel(lambda _: waiting.pop(0) if len(waiting) > 1 else waiting[0]))


def text_of(result: Suggestion | Skip) -> str:
    assert isinstance(result, Suggestion), result
    return result.text


@in_virtual_time
async def test_typing_deleting_and_undoing_ask_the_model_once() -> None:
    typist = line_typist("sum(prices)\n")
    assert text_of((await typist.answer()).result) == "sum(prices)"
    typist.put("su")
    assert text_of((await typist.answer()).result) == "m(prices)"
    typist.put("m(")
    answer = await typist.answer()
    assert (text_of(answer.result), answer.how) == ("prices)", "recalled")
    typist.delete(3)
    assert text_of((await typist.answer()).result) == "um(prices)"
    typist.put("um(pri")  # undone
    assert text_of((await typist.answer()).result) == "ces)"
    assert len(typist.model.prefixes) == 1


async def judged_while_answering(typist: Typist) -> tuple[list[tuple[str, float]], float]:
    """Return what was judged of the reply and when, and when it was answered, in seconds."""
    now = asyncio.get_running_loop().time
    begun, judged = now(), []

    def judge(text: str, *others: Any) -> Suggestion | Skip:
        judged.append((text, round(now() - begun, 3)))
        return offer(text, *others)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "offer", judge)
        await typist.answer(is_explicit=True)
    return judged, round(now() - begun, 3)


@in_virtual_time
async def test_a_reply_that_may_be_at_its_end_is_judged_before_it_is() -> None:
    judged, answered = await judged_while_answering(line_typist("list(prices)\n"))
    last = FIRST_SECONDS + 2 * PIECE_SECONDS

    assert judged == [("list(prices)", round(last + BETWEEN_SECONDS, 3))]
    assert answered == round(last + PIECE_SECONDS, 3)


@in_virtual_time
async def test_a_reply_is_not_judged_early_time_and_again() -> None:
    judged, _ = await judged_while_answering(
        line_typist("".join(f" ({n})" for n in range(6)) + "\n")
    )

    assert len(judged) == MOST_FORESEEN + 1
    assert judged[-1][0].endswith("(5)")


@in_virtual_time
async def test_a_suggestion_is_accepted_in_parts() -> None:
    typist = Typist(BLOCK, says(BODY + "\n\n"))
    first = (await typist.answer(is_explicit=True)).result
    assert text_of(first) == BODY
    typist.accept(first, len("result = 0\n"))
    second = (await typist.answer()).result
    assert text_of(second) == BODY.removeprefix("result = 0\n")
    typist.accept(second, len("    for"))
    assert text_of((await typist.answer()).result).startswith(" price in prices:")
    assert len(typist.model.prefixes) == 1
    assert typist.counted == ["accepted_part", "accepted_part"]


@in_virtual_time
async def test_what_was_accepted_is_not_offered_again() -> None:
    typist = line_typist("sum(prices)\n", "max(prices)\n")
    suggestion = (await typist.answer()).result
    typist.accept(suggestion)
    await typist.answer()
    assert typist.counted == ["accepted"]
    typist.delete(len("sum(prices)"))
    assert text_of((await typist.answer()).result) == "max(prices)"


@in_virtual_time
async def test_the_line_that_a_reply_broke_off_in_is_offered_when_the_others_are_accepted() -> None:
    typist = Typist(BLOCK, says("result = 0\n    total = max(prices"))
    first = (await typist.answer()).result
    assert text_of(first) == "result = 0"
    typist.accept(first)
    answer = await typist.answer()
    assert (text_of(answer.result), answer.how) == ("\n    total = max(prices)", "recalled")
    typist.put("\n    tot")
    assert text_of((await typist.answer()).result) == "al = max(prices)"
    assert len(typist.model.prefixes) == 1


@in_virtual_time
async def test_a_line_that_a_reply_broke_off_in_is_asked_for_anew_ahead_of_the_user() -> None:
    replies = ["result = 0\n    total = max(pri", "    total = max(prices)\n"]
    typist = Typist(BLOCK, SlowModel(lambda _: replies.pop(0)))
    typist.may_look_ahead = True
    await typist.answer()
    await typist.answer()  # asked again where nothing was typed, as editors do
    await asyncio.sleep(1)
    assert typist.model.prefixes[1].endswith("    result = 0\n")
    typist.put("result = 0\n")
    assert text_of((await typist.answer()).result) == "    total = max(prices)"


@in_virtual_time
async def test_typing_on_past_the_end_of_a_broken_line_is_no_miss() -> None:
    replies = ["result = 0\n    total = max(prices.val", "())"]
    typist = Typist(BLOCK, SlowModel(lambda _: replies.pop(0)))
    await typist.answer()
    typist.put("result = 0\n    total = max(")
    assert text_of((await typist.answer()).result) == "prices.val)"
    typist.put("prices.values")
    assert text_of((await typist.answer()).result) == "())"
    assert typist.pace.n_misses == 0


@in_virtual_time
async def test_typing_on_past_the_end_of_a_suggestion_is_no_miss() -> None:
    typist = line_typist("sum(prices)\n")
    await typist.answer()
    typist.put("sum(prices) + len(prices)")
    await typist.answer()
    assert typist.pace.n_misses == 0


@in_virtual_time
async def test_a_reply_that_begins_with_an_unknown_name_is_stopped_there() -> None:
    typist = Typist(BLOCK, says("receipts.append(total) and so on and on, for a long line\n"))
    result = (await typist.answer()).result
    assert isinstance(result, Skip)
    assert "`receipts`" in result.reason
    assert typist.model.n_sent == 3
    assert typist.model.n_closed_early == 1


@in_virtual_time
async def test_a_line_of_megabytes_is_never_completed() -> None:
    typist = Typist("data = [" + "1, " * 1_000_000 + "|", says("2]"))
    result = (await typist.answer(is_explicit=True)).result
    assert isinstance(result, Skip)
    assert "longer than 2000 characters" in result.reason
    assert typist.model.prefixes == []


@in_virtual_time
async def test_typing_is_not_counted_as_acceptance() -> None:
    typist = line_typist("sum(prices)\n")
    await typist.answer()
    for character in "sum(prices)":
        await typist.key(character)
    assert typist.counted == []


@in_virtual_time
async def test_another_text_below_asks_again() -> None:
    typist = line_typist("sum(prices)\n", "max(prices)\n")
    await typist.answer()
    typist.edit(typist.text.replace("return result", "return -result"))
    assert text_of((await typist.answer()).result) == "max(prices)"
    assert len(typist.model.prefixes) == 2


@in_virtual_time
async def test_a_bracket_that_the_editor_closes_is_not_doubled() -> None:
    typist = line_typist("sum(prices)\n")
    await typist.answer()
    typist.put("sum()")
    typist.cursor -= 1
    assert text_of((await typist.answer()).result) == "prices"
    assert len(typist.model.prefixes) == 1


@in_virtual_time
async def test_who_types_as_the_model_will_say_waits_for_the_same_request() -> None:
    typist = line_typist("um(prices)\n")  # it is asked after the first key
    shown = [await typist.key(character) for character in "sum(pri"]
    assert shown == [None, None, None, "prices)", "rices)", "ices)", "ces)"]
    assert len(typist.model.prefixes) == 1


@in_virtual_time
async def test_a_second_request_for_the_same_hole_joins() -> None:
    typist = line_typist("sum(prices)\n")
    first = typist.ask(is_explicit=True)
    await asyncio.sleep(0.01)
    typist.pending = None
    second = await typist.answer(is_explicit=True)
    assert ((await first).how, second.how) == ("asked", "joined")
    assert text_of(second.result) == text_of((await first).result) == "sum(prices)"
    assert len(typist.model.prefixes) == 1


@in_virtual_time
async def test_a_line_is_shown_as_soon_as_it_is_complete() -> None:
    model = says("sum(prices)\n" + "    more = 1\n" * 50)
    typist = Typist(LINE, model)
    await typist.answer()
    await asyncio.sleep(0)
    assert (model.n_sent, model.n_open, model.n_closed_early) == (3, 0, 1)


@in_virtual_time
async def test_typing_something_else_closes_the_stream_at_once() -> None:
    typist = line_typist("sum(prices) + " + "x" * 4000)
    task = typist.ask(is_explicit=True)
    await asyncio.sleep(0.2)
    assert typist.model.n_open == 1
    typist.put("z")
    typist.ask()
    await asyncio.sleep(0.001)
    assert (typist.model.n_open, typist.model.n_closed_early) == (0, 1)
    assert task.cancelled()


@in_virtual_time
async def test_the_first_piece_that_disagrees_closes_the_stream() -> None:
    typist = line_typist("sum(prices) + " + "x" * 4000)
    typist.ask(is_explicit=True)
    await asyncio.sleep(0.01)
    typist.put("z")
    typist.ask()
    await asyncio.sleep(0.16)
    assert (typist.model.n_sent, typist.model.n_open) == (1, 0)


@in_virtual_time
async def test_a_cancelled_request_goes_on_for_one_that_agrees_in_time() -> None:
    typist = line_typist("sum(prices)\n")
    task = typist.ask(is_explicit=True)
    await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.sleep(0.05)
    assert typist.model.n_open == 1
    typist.put("s")
    assert text_of((await typist.answer()).result) == "um(prices)"
    assert len(typist.model.prefixes) == 1


@in_virtual_time
async def test_a_cancelled_request_is_stopped_when_none_that_agrees_comes() -> None:
    typist = line_typist("sum(prices)\n")
    task = typist.ask(is_explicit=True)
    await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.sleep(0.05)
    assert typist.model.n_open == 1
    await asyncio.sleep(0.02)
    assert (typist.model.n_open, typist.model.n_closed_early) == (0, 1)


@in_virtual_time
async def test_closing_the_document_closes_its_streams() -> None:
    typist = line_typist("sum(prices)\n")
    task = typist.ask(is_explicit=True)
    await asyncio.sleep(0.01)
    typist.flow.close("file:///typed.py")
    result = (await task).result
    assert isinstance(result, Skip)
    assert typist.model.n_open == 0


@in_virtual_time
async def test_the_end_waits_for_the_streams_to_close() -> None:
    typist = line_typist("sum(prices)\n")
    task = typist.ask(is_explicit=True)
    await asyncio.sleep(0.01)
    task.cancel()
    await typist.flow.aclose()
    assert typist.model.n_open == 0


@in_virtual_time
async def test_a_request_that_is_replaced_within_the_pause_asks_nothing() -> None:
    typist = line_typist("sum(prices)\n")
    for character in "something":
        await typist.key(character, 0.04)
    assert typist.model.prefixes == []
    assert typist.asked is not None
    assert "pause" in typist.asked.stage


@in_virtual_time
async def test_an_explicit_request_does_not_wait() -> None:
    typist = line_typist("sum(prices)\n")
    typist.pause = 5.0
    typist.ask(is_explicit=True)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(typist.model.prefixes) == 1


@in_virtual_time
async def test_after_misses_more_and_more_keys_pass_before_the_next_request() -> None:
    typist = line_typist("0 + 0 + 0\n")
    asked_at: list[int] = []
    for number in range(40):
        await typist.key("a")
        asked_at += [number] * (len(typist.model.prefixes) - len(asked_at))
    gaps = [later - earlier for earlier, later in pairwise(asked_at)]
    # Two to three keys until the first piece shows the miss, then 2, 4, 8, 8 keys of waiting.
    assert gaps[:4] == sorted(gaps[:4])
    assert gaps[2] >= 8
    assert len(asked_at) <= 6


@in_virtual_time
async def test_a_pause_in_typing_ends_the_back_off() -> None:
    typist = line_typist("0 + 0\n")
    for _ in range(3):
        typist.pace.missed()
    task = typist.ask()
    await asyncio.sleep(0.19)
    assert typist.model.prefixes == []
    assert typist.asked is not None
    assert "3 suggestions" in typist.asked.stage
    assert text_of((await task).result) == "0 + 0"


@in_virtual_time
async def test_agreement_ends_the_back_off() -> None:
    typist = line_typist("sum(prices)\n")
    typist.pace.missed()
    await typist.answer()
    for character in "sum":
        await typist.key(character)
    assert typist.pace.n_misses == 0


@in_virtual_time
async def test_a_key_that_contradicts_what_is_shown_is_a_miss() -> None:
    typist = line_typist("sum(prices)\n")
    await typist.answer()
    await typist.key("s")
    await typist.key("q")
    assert typist.pace.n_misses == 1


@in_virtual_time
async def test_whole_lines_of_a_long_block_are_shown_before_its_end() -> None:
    typist = Typist(BLOCK, says("result = 0\n" + "    result += 1\n" * 200))
    result = (await typist.answer()).result
    assert text_of(result).startswith("result = 0\n    result += 1")
    assert typist.model.n_open == 1
    await typist.flow.aclose()


@in_virtual_time
async def test_a_reply_that_can_only_break_the_file_is_not_read_to_its_end() -> None:
    block = BLOCK.replace("    |", "    result = 0\n    |")
    typist = Typist(block, says("result in = 0\n" + "    result += 1\n" * 200))
    result = (await typist.answer()).result
    assert isinstance(result, Skip)
    assert typist.model.n_closed_early == 1
    assert typist.model.n_sent < 10


@in_virtual_time
async def test_the_next_suggestion_is_there_when_one_was_accepted() -> None:
    replies = ["one = 1\n    two = 2\n\n\n", "\n    return two\n"]
    model = SlowModel(lambda _: replies.pop(0))
    typist = Typist("def f():\n    |\n\n\nlast = 1\n", model)
    typist.may_look_ahead = True
    suggestion = (await typist.answer()).result
    assert text_of(suggestion) == "one = 1\n    two = 2"
    await asyncio.sleep(1)
    assert len(model.prefixes) == 2
    typist.accept(suggestion)
    answer = await typist.answer()
    assert answer.how == "recalled"
    assert len(model.prefixes) == 2


@in_virtual_time
async def test_one_suggestion_is_prepared_and_only_once() -> None:
    typist = line_typist("sum(prices)\n")
    typist.may_look_ahead = True
    await typist.answer()
    for _ in range(3):
        await asyncio.sleep(1)
        await typist.answer()
    assert len(typist.model.prefixes) == 2
    assert typist.model.most_open == 1


@in_virtual_time
async def test_what_is_prepared_is_dropped_when_the_user_goes_another_way() -> None:
    replies = ["sum(prices)\n", "x = [\n" + "".join(f"    {n},\n" for n in range(900))]
    model = SlowModel(lambda _: replies.pop(0))
    typist = Typist(LINE, model)
    typist.may_look_ahead = True
    await typist.answer()
    await asyncio.sleep(0.5)
    assert model.n_open == 1
    await typist.key("z", 0.01)
    assert (model.n_open, model.n_closed_early) == (0, 2)


@in_virtual_time
async def test_nothing_is_prepared_where_it_is_not_wanted() -> None:
    typist = line_typist("sum(prices)\n")
    await typist.answer()
    await asyncio.sleep(1)
    typist.may_look_ahead = True
    await typist.answer(is_explicit=True)
    await asyncio.sleep(1)
    assert len(typist.model.prefixes) == 1


class Broken(SlowModel):
    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        async for chunk in super().stream(request):
            yield chunk
            raise Unavailable("The connection broke off.")


@in_virtual_time
async def test_an_error_reaches_whoever_waits() -> None:
    typist = Typist(LINE, Broken(lambda _: "sum(prices)\n"))
    with pytest.raises(Unavailable):
        await typist.answer()
    assert typist.failures == []


@in_virtual_time
async def test_an_error_that_nobody_waits_for_is_told() -> None:
    typist = Typist(BLOCK, Broken(lambda _: "sum(prices)\n"))
    task = typist.ask(is_explicit=True)
    await asyncio.sleep(0.12)
    task.cancel()
    await asyncio.sleep(0.1)
    assert [str(error) for error in typist.failures] == ["The connection broke off."]


KEYS = st.lists(
    st.sampled_from(["s", "u", "m", "(", "\n", "    ", "x", "<", "accept"]), max_size=12
)


@settings(max_examples=60)
@given(keys=KEYS, seconds=st.lists(st.sampled_from([0.01, 0.08, 0.4]), min_size=12, max_size=12))
def test_what_is_shown_always_goes_on_from_what_stands_there(
    keys: list[str], seconds: list[float]
) -> None:
    """Whatever is typed, a suggestion of one reply never disagrees with it."""

    async def type_all() -> None:
        typist = Typist(BLOCK, says("sum(su)\n    mum = sus\n"))
        typist.may_look_ahead = True
        task = typist.ask()
        for key, pause in zip(keys, seconds, strict=False):
            await asyncio.sleep(pause)
            shown = ghost(task)
            if key == "accept" and shown:
                typist.put(shown)
            elif key == "<" and typist.cursor > 1:
                typist.delete()
            elif key not in ("accept", "<"):
                typist.put(key)
            task = typist.ask()
            await asyncio.sleep(0)
            if task.done() and not task.cancelled() and task.result().how == "recalled":
                entry = task.result().entry
                assert entry is not None
                head, rest = typist.text[: typist.cursor], ghost(task) or ""
                near = "".join(entry.origin.above) + entry.origin.head + entry.text
                assert (head + rest).endswith(near)
        task.cancel()
        await typist.flow.aclose()
        assert typist.model.n_open == 0
        assert typist.model.most_open <= 3

    virtual_time.run(type_all())


class SlowToCloseModel(SlowModel):
    """Its server takes long to let go of an answer that is not wanted any more."""

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        try:
            async for chunk in super().stream(request):
                yield chunk
        finally:
            await asyncio.sleep(5)
            self.n_closed_early += 1


@in_virtual_time
async def test_nobody_waits_until_the_stream_of_a_whole_reply_is_closed() -> None:
    typist = Typist(LINE, SlowToCloseModel(lambda _: "sum(prices)\nmore"))
    begun = asyncio.get_running_loop().time()
    assert text_of((await typist.answer()).result) == "sum(prices)"
    assert asyncio.get_running_loop().time() - begun < 1
    assert not typist.model.n_closed_early
    await typist.flow.aclose()
    assert typist.model.n_closed_early
