"""What a first completion would wait for is there before it; nothing of it where none can come."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import asyncio, sys
from gearshift.app.warm_up import warm_up
from gearshift.routing.catalogue import load
from gearshift.settings.schema import InlineSettings, ModelSettings, Settings
models = {"mini": ModelSettings(provider="llamacpp")}
settings = eval(sys.argv[1])
asyncio.run(warm_up(settings, lambda: {"python", "klingon"}, load))
print(*sorted(sys.modules))
"""
NEEDED = {"gearshift.completion.engine", "gearshift.providers.llamacpp", "tree_sitter"}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param("Settings(models=models)", NEEDED, id="a model is set up"),
        pytest.param("Settings()", set[str](), id="no model"),
        pytest.param(
            "Settings(models=models, inline=InlineSettings(enable=False))",
            set[str](),
            id="no inline completions",
        ),
    ],
)
def test_what_is_loaded_before_the_first_completion(settings: str, expected: set[str]) -> None:
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, settings], capture_output=True, text=True, check=True
    )
    assert NEEDED & set(run.stdout.split()) == expected
