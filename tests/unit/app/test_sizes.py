"""How much, and what, a model is asked to read."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from tests.support.scripted_model import ScriptedModel

from gearshift.app.sizes import FILE_ALONE, limits_for, reason_for_file_alone, sources_for
from gearshift.core.model import CONTEXT_SOURCES
from gearshift.settings.schema import InlineSettings


def model(provider: str = "openai", context: int = 100_000) -> ScriptedModel:
    made = ScriptedModel("")
    made.provider = provider
    made.facts = replace(made.facts, context=context)
    return made


def test_the_embedded_model_reads_less_and_the_file_alone() -> None:
    settings = InlineSettings()
    embedded, hosted = limits_for(model("local"), settings), limits_for(model(), settings)
    assert embedded.prompt_tokens < hosted.prompt_tokens
    assert embedded.context_tokens == 0
    assert sources_for(model("local"), settings) == ()
    assert sources_for(model(), settings) == ("definitions", "similar", "edits", "diagnostics")


def test_a_prompt_takes_at_most_a_quarter_of_what_the_model_can_read() -> None:
    limits = limits_for(model(context=4096), InlineSettings())
    assert limits.prompt_tokens + limits.context_tokens <= 1024
    assert limits.prompt_tokens > limits.context_tokens > 0


def test_sources_are_switched_off_by_name() -> None:
    settings = InlineSettings(context=MappingProxyType({"similar": False, "definitions": False}))
    assert sources_for(model(), settings) == ("edits", "diagnostics")
    assert sources_for(model("local"), settings) == ()


def test_an_embedded_model_says_why_it_is_shown_the_file_alone() -> None:
    settings = InlineSettings()
    assert reason_for_file_alone(model("local"), settings) == FILE_ALONE
    assert reason_for_file_alone(model(), settings) == ""
    none = InlineSettings(context=MappingProxyType(dict.fromkeys(CONTEXT_SOURCES, False)))
    assert reason_for_file_alone(model("local"), none) == ""
