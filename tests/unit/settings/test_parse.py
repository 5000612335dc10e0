"""Settings are read leniently: every bad value falls back alone, with a sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gearshift.settings.fields import settings_of
from gearshift.settings.parse import parse
from gearshift.settings.schema import (
    Budget,
    InlineSettings,
    ModelSettings,
    QuotaSettings,
    Settings,
    VerifySettings,
)

SECRET = "sk-proj-0123456789abcdef0123456789"


def messages(options: object, level: Any = "editor") -> dict[str, str]:
    return {p.path: p.message for p in parse(options, level=level).problems}


def test_nothing_set_gives_the_defaults_without_a_word() -> None:
    for options in (None, {}, [], {"gearshift": {}}, {"gearshift": None}):
        parsed = parse(options)
        assert parsed.settings == Settings()
        assert parsed.problems == ()


def test_values_are_taken_with_and_without_the_root_key() -> None:
    options = {
        "models": {"mini": {"provider": "openai", "model": "gpt-6-luna", "timeoutSeconds": 5}},
        "quota": {"budgets": [{"window": "5h", "usd": 2}], "warnPercent": 70},
        "inline": {"debounceMs": 40, "languages": {"markdown": False}},
        "strategy": {"tests": "cascade"},
    }
    settings = parse(options).settings
    assert parse({"gearshift": options, "python": {}}).settings == settings
    assert settings.models["mini"] == ModelSettings("openai", "gpt-6-luna", timeout_seconds=5.0)
    assert settings.quota.budgets == (Budget("5h", 2.0),)
    assert settings.inline.debounce_ms == 40
    assert settings.inline.languages["markdown"] is False
    assert settings.strategy == {"*": "direct", "tests": "cascade"}


def test_null_keeps_the_value_of_the_level_below() -> None:
    base = Settings(inline=InlineSettings(max_tokens=7))
    parsed = parse({"inline": {"maxTokens": None}, "quota": None, "models": {"mini": None}}, base)
    assert parsed.settings == base
    assert parsed.problems == ()


@pytest.mark.parametrize(
    ("options", "path", "words"),
    [
        pytest.param(
            {"quota": {"budget": []}},
            "quota.budget",
            "`quota.budget` is not a setting; did you mean `quota.budgets`?",
            id="near-key",
        ),
        pytest.param(
            {"debounceMs": 3}, "debounceMs", "did you mean `inline.debounceMs`", id="level-too-high"
        ),
        pytest.param(
            {"inline": {"debounce_ms": 3}},
            "inline.debounce_ms",
            "did you mean `inline.debounceMs`",
            id="snake-case",
        ),
        pytest.param(
            {"quota": {"mode": "atuo"}}, "quota.mode", "did you mean `auto`?", id="near-word"
        ),
        pytest.param(
            {"inline": {"maxTokens": 0}}, "inline.maxTokens", "from 1 to 4,096", id="too-small"
        ),
        pytest.param(
            {"inline": {"maxTokens": 4097}}, "inline.maxTokens", "from 1 to 4,096", id="too-big"
        ),
        pytest.param(
            {"inline": {"maxTokens": True}}, "inline.maxTokens", "whole number", id="bool-as-number"
        ),
        pytest.param(
            {"inline": {"maxTokens": 1.5}}, "inline.maxTokens", "whole number", id="fraction"
        ),
        pytest.param(
            {"inline": {"debounceMs": "fast"}},
            "inline.debounceMs",
            "a whole number from 0 to 60,000 or `adaptive`",
            id="number-or-word",
        ),
        pytest.param(
            {"quota": {"warnPercent": float("nan")}}, "quota.warnPercent", "0 to 100", id="nan"
        ),
        pytest.param(
            {"quota": {"budgets": [{"usd": 10**400}]}},
            "quota.budgets[0].usd",
            "a number",
            id="number-beyond-floats",
        ),
        pytest.param({"inline": 3}, "inline", "must be an object", id="object-expected"),
        pytest.param(
            {"privacy": {"exclude": "**/x"}}, "privacy.exclude", "brackets", id="list-expected"
        ),
        pytest.param(
            {"routing": {"test": "mini"}}, "routing.test", "did you mean `routing.tests`", id="task"
        ),
        pytest.param(
            {"strategy": {"tests": "direkt"}}, "strategy.tests", "`direct`", id="strategy"
        ),
        pytest.param(
            {"models": {"mini": {"provider": "opneai"}}},
            "models.mini.provider",
            "did you mean `openai`?",
            id="provider",
        ),
        pytest.param(
            {"verify": {"timeoutSeconds": 0}}, "verify.timeoutSeconds", "above 0", id="zero-timeout"
        ),
        pytest.param("mini", "", "must be an object", id="not-an-object"),
    ],
)
def test_a_bad_value_is_named_with_what_would_be_right(
    options: object, path: str, words: str
) -> None:
    parsed = parse(options)
    assert words in {p.path: p.message for p in parsed.problems}[path]
    assert parsed.settings.inline == InlineSettings()
    assert replace(parsed.settings.quota, budgets=()) == QuotaSettings()


def test_a_bad_value_falls_back_alone() -> None:
    base = Settings(inline=InlineSettings(max_tokens=7))
    options = {"inline": {"maxTokens": "many", "prefetch": False, "debounceMs": -1}}
    parsed = parse(options, base)
    assert parsed.settings.inline == InlineSettings(max_tokens=7, prefetch=False)
    assert [p.path for p in parsed.problems] == ["inline.maxTokens", "inline.debounceMs"]


def test_models_merge_by_name_and_key() -> None:
    base = parse(
        {"models": {"mini": {"provider": "openai", "model": "a"}, "full": {"model": "b"}}}
    ).settings
    merged = parse({"models": {"mini": {"effort": "low"}}}, base).settings.models
    assert merged["mini"] == ModelSettings("openai", "a", effort="low")
    assert merged["full"].model == "b"


def test_another_provider_inherits_neither_address_nor_key() -> None:
    base = parse(
        {
            "models": {
                "mini": {
                    "provider": "openai-chat",
                    "model": "a",
                    "baseUrl": "http://127.0.0.1:8000/v1",
                    "apiKeyEnv": "MY_KEY",
                    "apiKeyCommand": ["pass", "x"],
                }
            }
        }
    ).settings
    merged = parse({"models": {"mini": {"provider": "mistral", "model": "codestral"}}}, base)
    assert merged.settings.models["mini"] == ModelSettings("mistral", "codestral")


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param({"provider": "mistrall"}, id="provider"),
        pytest.param({"provider": "mistral", "baseUrl": "my-server:8000"}, id="address"),
    ],
)
def test_a_model_with_a_bad_destination_is_not_used_at_all(bad: dict[str, Any]) -> None:
    options = {"models": {"mini": {"model": "m", "apiKeyEnv": "MISTRAL_KEY", **bad}}}
    assert "mini" not in parse(options).settings.models
    assert "models.mini" in messages(options)


@pytest.mark.parametrize("key", ["apiKey", "api_key", "token", "secret", "password", "API-KEY"])
def test_keys_in_clear_are_refused_and_never_repeated(key: str) -> None:
    parsed = parse({"models": {"mini": {"provider": "openai", key: SECRET}}})
    (problem,) = parsed.problems
    assert "gearshift setup" in problem.message
    assert "apiKeyEnv" in problem.message
    assert SECRET not in repr(parsed)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"models": {"mini": {"apiKeyEnv": SECRET}}}, id="key-for-its-variable"),
        pytest.param({"models": {"mini": {"provider": SECRET}}}, id="key-for-provider"),
        pytest.param({"quota": {"mode": SECRET}}, id="key-for-a-word"),
        pytest.param({"models": {"mini": {"baseUrl": f"http://me:{SECRET}@h/v1"}}}, id="address"),
    ],
)
def test_a_misplaced_secret_is_not_repeated(options: object) -> None:
    parsed = parse(options)
    assert parsed.problems
    assert SECRET not in repr(parsed)


def test_a_budgets_token_slip_is_no_secret() -> None:
    assert "did you mean `quota.budgets[0].tokens`" in str(
        messages({"quota": {"budgets": [{"token": 5}]}})
    )


def test_a_command_with_one_bad_word_is_not_run_without_it() -> None:
    options = {"models": {"mini": {"provider": "openai", "apiKeyCommand": ["pass", 3, "x"]}}}
    assert parse(options).settings.models["mini"].api_key_command == ()


def test_exclusions_of_every_level_add_up() -> None:
    base = parse({"privacy": {"exclude": ["a", "b"]}}).settings
    assert parse({"privacy": {"exclude": ["b", "c"]}}, base).settings.privacy.exclude == (
        "**/.env*",
        "a",
        "b",
        "c",
    )


@pytest.mark.parametrize(
    ("options", "path"),
    [
        pytest.param({"models": {"mini": {"baseUrl": "http://e.vil/v1"}}}, "models", id="address"),
        pytest.param({"models": {"mini": {"model": "dear"}}}, "models", id="model"),
        pytest.param({"routing": {"inline": "full"}}, "routing", id="routing"),
        pytest.param({"verify": {"testCommand": {"python": "rm"}}}, "verify.testCommand", id="run"),
        pytest.param({"verify": {"run": "always"}}, "verify.run", id="run-unasked"),
        pytest.param({"privacy": {"redact": False}}, "privacy.redact", id="redact"),
        pytest.param({"privacy": {"audit": "off"}}, "privacy.audit", id="audit"),
        pytest.param({"http": {"proxy": "http://e.vil:1"}}, "http.proxy", id="proxy"),
        pytest.param({"http": {"caFile": "evil.pem"}}, "http.caFile", id="authority"),
        pytest.param({"quota": {"mode": "off"}}, "quota.mode", id="gears-off"),
        pytest.param({"quota": {"switchPercent": 100}}, "quota.switchPercent", id="threshold"),
    ],
)
def test_a_project_file_cannot_reach_out_or_loosen(options: object, path: str) -> None:
    parsed = parse(options, level="project")
    assert parsed.settings == Settings()
    assert [p.path for p in parsed.problems] == [path]
    assert parse(options, level="user").problems == ()


def test_a_project_file_cannot_switch_on_what_the_user_switched_off() -> None:
    own = {"inline": {"enable": False, "languages": {"markdown": False}}}
    base = parse(own, level="user").settings
    theirs = {"inline": {"enable": True, "languages": {"markdown": True, "c": True}}}
    parsed = parse(theirs, base, "project")
    assert parsed.settings.inline.enable is False
    assert parsed.settings.inline.languages == {"markdown": False, "c": True}
    assert [p.path for p in parsed.problems] == ["inline.enable", "inline.languages.markdown"]


def test_a_project_file_may_tighten_and_add() -> None:
    base = parse({"quota": {"budgets": [{"usd": 5}]}}).settings
    options = {
        "privacy": {"exclude": ["secret/"], "redact": True},
        "verify": {"run": "never"},
        "quota": {"budgets": [{"usd": 1}], "switchPercent": 50, "reservePercent": 10},
        "inline": {"enable": False, "debounceMs": 10},
    }
    parsed = parse(options, base, "project")
    assert parsed.problems == ()
    assert parsed.settings.privacy.exclude == ("**/.env*", "secret/")
    assert parsed.settings.quota.budgets == (Budget(usd=5.0), Budget(usd=1.0))
    assert parsed.settings.verify.run == "never"
    assert parsed.settings.inline.enable is False


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
DECLARED = {
    name
    for entry in (Settings, ModelSettings, QuotaSettings, InlineSettings, Budget, VerifySettings)
    for name in settings_of(entry)
}
KEYS = st.sampled_from(sorted(DECLARED | {"mini", "*", "gearshift", "exclude", "redact", "audit"}))
LIKELY = st.recursive(
    JSON | st.sampled_from(["openai", "auto", "day", "never", "adaptive", "http://h", -1, 2.5]),
    lambda inner: st.dictionaries(KEYS, inner, max_size=5) | st.lists(inner, max_size=3),
    max_leaves=25,
)
LEVELS = st.sampled_from(["user", "project", "editor"])


@given(LIKELY, LEVELS)
def test_no_input_raises_and_the_result_is_read_again_unchanged(
    options: object, level: Any
) -> None:
    parsed = parse(options, level=level)
    again = parse({}, parsed.settings)
    assert again.settings == parsed.settings
    assert all(p.message and "\n" not in p.path for p in parsed.problems)


@given(JSON.filter(lambda value: value is not None))
def test_junk_beside_good_values_never_costs_them(junk: object) -> None:
    options = {"inline": {"maxTokens": 33}, "log": {"level": "debug"}, "junk": junk, "quota": junk}
    settings = parse(options).settings
    assert settings.inline.max_tokens == 33
    assert settings.log.level == "debug"


@given(LIKELY)
def test_a_project_file_never_changes_where_code_goes_or_what_runs(options: object) -> None:
    settings = parse(options, level="project").settings
    fresh = Settings()
    assert settings.models == fresh.models
    assert settings.routing == fresh.routing
    assert settings.http == fresh.http
    assert settings.verify.test_command == fresh.verify.test_command
    assert settings.verify.run != "always"
    assert settings.privacy.redact
    assert settings.privacy.audit == "metadata"
    assert set(fresh.privacy.exclude) <= set(settings.privacy.exclude)
