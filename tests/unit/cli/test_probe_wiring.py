"""Pulling and set-up measure how the models that they bring are asked best."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import TYPE_CHECKING, Any

import pytest

from gearshift.cli import models, probing, pulling, setup

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gearshift.app import App


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[str, str]]:
    """Collect the models that were measured: provider and name; nothing is pulled or asked."""
    found: list[tuple[str, str]] = []

    async def probe(app: App, names: Sequence[str]) -> None:
        named = app.settings.models
        found.extend((named[name].provider, named[name].model) for name in names)

    async def pull(names: Sequence[str], console: Any = None) -> None:
        del names, console

    monkeypatch.setattr(probing, "probe_shown", probe)
    monkeypatch.setattr(pulling, "pull_shown", pull)
    monkeypatch.setenv("GEARSHIFT_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("GEARSHIFT_STATE", str(tmp_path / "state"))
    return found


def run(command: Any, *words: str) -> int:
    parser = ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(words))


def test_pulled_models_are_measured(measured: list[tuple[str, str]]) -> None:
    assert run(models, "pull", "qwen2.5-coder-0.5b") == 0
    assert measured == [("local", "qwen2.5-coder-0.5b")]


def test_measuring_can_be_left_out(measured: list[tuple[str, str]]) -> None:
    assert run(models, "pull", "qwen2.5-coder-0.5b", "--no-probe") == 0
    assert measured == []


def test_set_up_measures_the_model_that_serves_completions(
    measured: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from gearshift.core.results import Suggestion
    from gearshift.core.text import Position, Range

    async def complete() -> Suggestion:
        return Suggestion("return number % 2 == 0", Range.at(Position(2, 4)))

    monkeypatch.setattr(setup, "_complete_sample", complete)
    assert run(setup, "--preset", "local", "--yes") == 0
    assert measured == [("local", "qwen2.5-coder-0.5b")]
