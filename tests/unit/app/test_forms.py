"""Measured prompt forms are kept per model and server, and count before the catalogue's guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gearshift.app.forms import MAX_BYTES, Forms
from gearshift.app.models import Models
from gearshift.providers.services import Services
from gearshift.routing import catalogue
from gearshift.settings.schema import ModelSettings

if TYPE_CHECKING:
    from pathlib import Path

QWEN = ModelSettings("llamacpp", "qwen2.5-coder-7b", "http://127.0.0.1:8080/v1")


def test_a_kept_form_is_found_by_another_process(tmp_path: Path) -> None:
    path = tmp_path / "new" / "forms.json"

    Forms(path).keep(QWEN, "prefill")

    assert Forms(path).of(QWEN) == "prefill"


def test_a_model_of_which_another_process_measured_another_form_is_connected_anew(
    tmp_path: Path,
) -> None:
    path = tmp_path / "forms.json"
    here = Forms(path)
    models = Models(Services, catalogue.load, lambda: here)
    models.use({"mini": QWEN, "full": ModelSettings("llamacpp", "qwen3", QWEN.base_url)})
    before, other = models.get("mini").facts.form, models.get("full")

    Forms(path).keep(QWEN, "prefill")
    models.keep_up()

    assert (before, models.get("mini").facts.form) == ("fill", "prefill")
    assert models.get("mini") is models.get("mini")
    assert models.get("full") is other


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(ModelSettings("llamacpp", "qwen3"), id="another model"),
        pytest.param(ModelSettings("fim", "qwen2.5-coder-7b", QWEN.base_url), id="provider"),
        pytest.param(ModelSettings("llamacpp", QWEN.model, "http://127.0.0.1:81"), id="server"),
    ],
)
def test_a_form_holds_for_its_own_model_and_server(tmp_path: Path, other: ModelSettings) -> None:
    forms = Forms(tmp_path / "forms.json")
    forms.keep(QWEN, "prefill")

    assert forms.of(other) is None


def test_only_the_origin_of_an_address_counts(tmp_path: Path) -> None:
    forms = Forms(tmp_path / "forms.json")
    forms.keep(QWEN, "fill")

    assert forms.of(ModelSettings("llamacpp", QWEN.model)) == "fill"


def test_two_files_of_ones_own_are_two_models(tmp_path: Path) -> None:
    forms = Forms(tmp_path / "forms.json")
    forms.keep(ModelSettings("local", path="/a.gguf"), "fill")
    forms.keep(ModelSettings("local", path="/b.gguf"), "chat")

    assert forms.of(ModelSettings("local", path="/a.gguf")) == "fill"


def test_what_another_process_wrote_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "forms.json"
    early, late = Forms(path), Forms(path)
    assert early.of(QWEN) is None
    late.keep(ModelSettings("llamacpp", "other"), "chat")

    early.keep(QWEN, "fill")

    assert Forms(path).of(ModelSettings("llamacpp", "other")) == "chat"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{", id="no JSON"),
        pytest.param("[]", id="no table"),
        pytest.param('{"llamacpp qwen2.5-coder-7b http://127.0.0.1:8080": "telepathy"}', id="form"),
        pytest.param('{"llamacpp qwen2.5-coder-7b http://127.0.0.1:8080": []}', id="no text"),
        pytest.param(" " * MAX_BYTES + "{}", id="too large"),
    ],
)
def test_a_file_that_cannot_be_used_counts_as_empty(tmp_path: Path, text: str) -> None:
    path = tmp_path / "forms.json"
    path.write_text(text, "utf-8")

    assert Forms(path).of(QWEN) is None


def test_a_measured_form_counts_before_the_catalogues_guess(tmp_path: Path) -> None:
    forms = Forms(tmp_path / "forms.json")
    models = Models(Services, catalogue.load, lambda: forms)
    models.use({"mini": QWEN})
    guessed = models.get("mini").facts

    models.measured("mini", "prefill")

    assert guessed.form == "fill"
    assert models.get("mini").facts.form == "prefill"
    assert models.get("mini").facts.fill_family == guessed.fill_family
