"""The catalogue: facts, prices, the user's own rows, its page of documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gearshift.core.model import ModelFacts, Usage
from gearshift.routing.catalogue import load, retirement, usd
from gearshift.routing.describe import models_markdown

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("model", "usage", "cost"),
    [
        pytest.param("gpt-6-luna", Usage(2000, 1500, 60), 0.000095, id="cached input"),
        pytest.param("gpt-6.1-sol", Usage(8000, 0, 1500), 0.031, id="plain"),
        pytest.param(
            "gpt-6.1-sol", Usage(1000, 400, 0, cache_write=500), 0.00149, id="cache write"
        ),
        pytest.param("gpt-4.1-mini", Usage(1000, 9999, 0), 0.0001, id="more cached than sent"),
    ],
)
def test_tokens_cost_what_the_vendor_bills(model: str, usage: Usage, cost: float) -> None:
    assert usd(load().facts("openai", model), usage) == pytest.approx(cost)


def test_a_service_tier_has_its_own_price_with_the_same_discount() -> None:
    price = load().facts("openai", "gpt-6.1-sol", "priority").price
    assert price
    assert (price.input, price.output, price.cached) == (4.0, 20.0, pytest.approx(0.2))


@pytest.mark.parametrize("tier", [None, "auto", "default"])
def test_other_service_tiers_have_the_ordinary_price(tier: str | None) -> None:
    price = load().facts("openai", "gpt-6.1-sol", tier).price
    assert price
    assert price.input == 2.0


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        pytest.param("openai", "gpt-99", id="a model nobody knows"),
        pytest.param("codex", "gpt-6-luna", id="a plan bills no tokens"),
        pytest.param("openai-chat", "qwen2.5-coder:7b", id="somebody's server"),
    ],
)
def test_an_unknown_price_is_none_and_never_zero(provider: str, model: str) -> None:
    assert usd(load().facts(provider, model), Usage(1000, 0, 100)) is None


@pytest.mark.parametrize("provider", ["local", "llamacpp", "ollama"])
def test_ones_own_machine_is_free(provider: str) -> None:
    assert usd(load().facts(provider, "anything"), Usage(1000, 0, 100)) == 0.0


@pytest.mark.parametrize(
    ("model", "form", "family"),
    [
        pytest.param("qwen2.5-coder-0.5b", "prefill", "qwen", id="the embedded mini"),
        pytest.param("qwen2.5-coder-1.5b", "fill", "qwen", id="the embedded full"),
        pytest.param("qwen2.5-coder:7b", "fill", "qwen", id="an Ollama tag"),
        pytest.param("Qwen/Qwen2.5-Coder-32B-Instruct", "fill", "qwen", id="a repository"),
        pytest.param("starcoder2:3b", "fill", "starcoder", id="StarCoder2"),
        pytest.param("codellama:13b-code", "fill", "codellama", id="Code Llama"),
        pytest.param("deepseek-coder:6.7b-base", "fill", "deepseek", id="DeepSeek Coder"),
        pytest.param("codegemma:2b", "fill", "codegemma", id="CodeGemma"),
        pytest.param("codestral-latest", "fill", "codestral", id="Codestral"),
        pytest.param("granite-code:3b", "fill", "granite-code", id="Granite Code"),
        pytest.param("ibm-granite/granite-4.0-tiny", "fill", "granite", id="Granite 4"),
        pytest.param("gpt-6-luna", "chat", None, id="a chat model"),
        pytest.param("unheard-of", "chat", None, id="an unknown model"),
    ],
)
def test_the_form_comes_from_the_name(model: str, form: str, family: str | None) -> None:
    facts = load().facts("openai-chat", model)
    assert (facts.form, facts.fill_family) == (form, family)


def test_an_unknown_model_has_the_defaults() -> None:
    assert load().facts("openai", "gpt-99") == ModelFacts()


def test_the_default_pair_is_in_the_catalogue_with_prices() -> None:
    catalogue = load()
    assert set(catalogue.defaults) == {"mini", "full"}
    assert all(catalogue.facts("openai", name).price for name in catalogue.defaults.values())


def test_every_price_has_the_day_it_was_read() -> None:
    assert [row.name for row in load().rows.values() if row.price and not row.priced] == []


@pytest.mark.parametrize(
    ("today", "words"),
    [
        pytest.param("2026-11-21", "will be shut down by its vendor on 2026-12-11", id="before"),
        pytest.param("2026-12-11", "was shut down by its vendor on 2026-12-11", id="on the day"),
    ],
)
def test_an_announced_shutdown_is_told(today: str, words: str) -> None:
    notice = retirement("gpt-5-mini", load().facts("openai", "gpt-5-mini"), today)
    assert notice
    assert words in notice


@pytest.mark.parametrize(
    ("today", "is_told"),
    [
        pytest.param("2026-11-10", False, id="31 days before"),
        pytest.param("2026-11-11", True, id="30 days before"),
    ],
)
def test_a_shutdown_is_told_a_month_before(today: str, *, is_told: bool) -> None:
    notice = retirement("gpt-5-mini", load().facts("openai", "gpt-5-mini"), today)
    assert (notice is not None) == is_told


def test_no_shutdown_no_notice() -> None:
    assert retirement("gpt-6-luna", load().facts("openai", "gpt-6-luna"), "2026-11-21") is None


def user_catalogue(tmp_path: Path, text: str):
    path = tmp_path / "models.toml"
    path.write_text(text, "utf-8")
    return load(path)


def test_a_users_row_replaces_its_keys_alone(tmp_path: Path) -> None:
    catalogue = user_catalogue(
        tmp_path, '[[model]]\nname = "gpt-6-luna"\nprice = { input = 7, output = 8 }\n'
    )
    facts = catalogue.facts("openai", "gpt-6-luna")
    assert facts.price
    assert (facts.price.input, facts.price.output, facts.context) == (7.0, 8.0, 272_000)
    assert catalogue.problems == ()


def test_a_users_row_adds_a_model(tmp_path: Path) -> None:
    text = '[[model]]\nname = "tuned"\nform = "fill"\nprice = { input = 0, output = 0 }\n'
    facts = user_catalogue(tmp_path, text).facts("openai-chat", "tuned")
    assert (facts.form, usd(facts, Usage(5, 0, 5))) == ("fill", 0.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("[[model]\n", "not valid TOML", id="not TOML"),
        pytest.param('model = "x"\n', "[[model]]", id="not a table"),
        pytest.param("[[model]]\ncontext = 5\n", "has no `name`", id="no name"),
        pytest.param("model = [3]\n", "has no `name`", id="a number"),
        pytest.param('[[model]]\nname = "a"\ncontext = "big"\n', "`context` of `a`", id="type"),
        pytest.param('[[model]]\nname = "a"\nform = "best"\n', "`form` of `a`", id="choice"),
        pytest.param(
            '[[model]]\nname = "a"\nprice = { input = -1, output = 1 }\n', "`price`", id="negative"
        ),
        pytest.param('[[model]]\nname = "a"\nprise = 3\n', "`prise` of `a`", id="unknown key"),
    ],
)
def test_what_is_wrong_in_the_users_file_is_told_and_left_out(
    tmp_path: Path, text: str, words: str
) -> None:
    catalogue = user_catalogue(tmp_path, text)
    assert words in catalogue.problems[0]
    assert catalogue.facts("openai", "gpt-6-luna").price
    assert catalogue.facts("openai", "a") == ModelFacts()


def test_without_a_users_file_the_shipped_rows_count(tmp_path: Path) -> None:
    assert load(tmp_path / "none.toml") == load()


def test_the_page_lists_every_model_and_its_price() -> None:
    page = models_markdown()
    assert "| gpt-6-luna | 0.1 | 0.01 | 0.125 | 0.5 | priority 0.2/1, flex 0.05/0.25 |" in page
    names = [row.name.replace("*", r"\*") for row in load().rows.values()]
    assert [name for name in names if f"| {name} |" not in page] == []
