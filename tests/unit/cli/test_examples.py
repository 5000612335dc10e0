"""The settings in `examples/` are what the server takes, whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from gearshift.providers import PROVIDERS
from gearshift.settings.schema import Settings
from gearshift.settings.sources import SettingsSources

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.toml")), ids=lambda file: file.name)
def test_an_example_for_a_user_is_taken_whole(file: Path) -> None:
    sources = SettingsSources()
    sources.set_user_text(file.read_text(encoding="utf-8"))

    parsed = sources.resolve()

    assert parsed.problems == ()
    assert {"mini", "full"} <= set(parsed.settings.models)
    assert {model.provider for model in parsed.settings.models.values()} <= set(PROVIDERS)


def test_the_example_for_a_project_keeps_to_what_a_project_may_set() -> None:
    text = (EXAMPLES / "project" / ".gearshift.toml").read_text(encoding="utf-8")
    sources = SettingsSources()
    sources.set_project_text(text)

    parsed = sources.resolve()

    assert parsed.problems == ()
    assert parsed.settings != Settings()


def test_the_list_of_examples_is_complete() -> None:
    listed = (EXAMPLES / "README.md").read_text(encoding="utf-8")

    files = [p.relative_to(EXAMPLES).as_posix() for p in EXAMPLES.rglob("*.toml")]
    assert [name for name in files if f"]({name})" not in listed] == []
