"""What an editor's message says of Gearshift's settings."""

from __future__ import annotations

from typing import Any

import pytest

from gearshift.lsp.configuration import own

SETTINGS = {"inline": {"enable": False}}
COPILOTS = {"editorInfo": {"name": "Emacs"}, "editorPluginInfo": {"name": "copilot.el"}}


@pytest.mark.parametrize(
    ("sent", "settings"),
    [
        pytest.param(SETTINGS, SETTINGS, id="the settings alone"),
        pytest.param({"gearshift": SETTINGS}, SETTINGS, id="with the root"),
        pytest.param({}, {}, id="nothing is set"),
        pytest.param({"gearshift": {}}, {}, id="nothing is set below the root"),
        pytest.param(None, None, id="null"),
        pytest.param({"gearshift": None}, None, id="null below the root"),
        pytest.param({**COPILOTS, **SETTINGS}, SETTINGS, id="beside what Copilot's clients say"),
        pytest.param(COPILOTS, None, id="what Copilot's clients say, alone"),
        pytest.param({"telemetry": {"telemetryLevel": "all"}}, None, id="Copilot's settings"),
        pytest.param({"inlin": {}}, {"inlin": {}}, id="a misspelt key is left, to be told of"),
    ],
)
def test_what_is_gearshifts_is_taken(sent: Any, settings: Any) -> None:
    assert own(sent) == settings
