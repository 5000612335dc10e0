"""The demo's own editor and folder; the whole demo runs in tests/real."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from gearshift.app.models import EMBEDDED
from gearshift.cli.demo.buffer import edited, path_of, utf16
from gearshift.cli.demo.workshop import BUDGET_USD, Workshop
from gearshift.routing.catalogue import load
from gearshift.settings.sources import SettingsSources

if TYPE_CHECKING:
    from pathlib import Path


def change(start: tuple[int, int], end: tuple[int, int], text: str) -> dict[str, Any]:
    places = [{"line": line, "character": character} for line, character in (start, end)]
    return {"range": {"start": places[0], "end": places[1]}, "newText": text}


@pytest.mark.parametrize(
    ("text", "edits", "result"),
    [
        pytest.param("", [change((0, 0), (0, 0), "x\n")], "x\n", id="into an empty file"),
        pytest.param("a\nb\n", [change((1, 0), (1, 1), "c")], "a\nc\n", id="a word"),
        pytest.param("a\n", [change((5, 0), (5, 0), "z")], "a\nz", id="beyond the end"),
        pytest.param("🍵ab", [change((0, 2), (0, 3), "x")], "🍵xb", id="utf-16 columns"),
        pytest.param(
            "abc",
            [change((0, 0), (0, 1), "1"), change((0, 2), (0, 3), "3")],
            "1b3",
            id="several refer to the text as it was",
        ),
    ],
)
def test_the_demos_editor_makes_edits(text: str, edits: list[dict[str, Any]], result: str) -> None:
    assert edited(text, edits) == result


def test_columns_are_counted_in_utf_16() -> None:
    assert utf16("a🍵") == 3


def test_uris_lead_back_to_files(tmp_path: Path) -> None:
    file = tmp_path / "tea time%20.py"

    assert path_of(file.as_uri()) == file


def test_the_folder_is_gone_whatever_happened() -> None:
    shop = Workshop()
    with contextlib.suppress(RuntimeError), shop:
        assert (shop.project / "teatime" / "brew.py").is_file()
        raise RuntimeError

    assert not shop.folder.exists()


def test_the_demos_settings_are_taken_whole_and_price_the_embedded_models() -> None:
    with Workshop() as shop:
        sources = SettingsSources()
        sources.set_user_text((shop.config / "config.toml").read_text(encoding="utf-8"))
        parsed = sources.resolve()
        catalogue = load(shop.config / "models.toml")

    assert parsed.problems == ()
    assert catalogue.problems == ()
    assert parsed.settings.quota.budgets[0].usd == BUDGET_USD
    for tier, model in EMBEDDED.items():
        shown = catalogue.facts("openai", catalogue.defaults[tier]).price
        counted = catalogue.facts("local", model.model).price
        assert counted is not None
        assert shown is not None
        assert (counted.input, counted.output) == (shown.input, shown.output)
