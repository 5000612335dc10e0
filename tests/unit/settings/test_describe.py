"""The settings page and VS Code's manifest are made of the declarations, and nothing is missing."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from scripts import gen

from gearshift.settings.describe import entries, settings_markdown
from gearshift.settings.manifest import vscode_configuration
from gearshift.settings.parse import parse
from gearshift.settings.schema import Settings

if TYPE_CHECKING:
    from pathlib import Path


def properties() -> dict[str, Any]:
    return {k: v for section in vscode_configuration() for k, v in section["properties"].items()}


def test_every_setting_has_a_text_that_is_a_sentence() -> None:
    for entry in entries():
        assert entry.text.rstrip().endswith("."), entry.path


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(
            "| `inline.debounceMs` | a whole number from 0 to 60,000 or `adaptive` |"
            ' `"adaptive"` |',
            id="number-or-word",
        ),
        pytest.param("| `models.<name>.provider` | `openai`, `openai-chat`,", id="named-models"),
        pytest.param("| `quota.budgets[].usd` | a number from 0 to 1,000,000, or null", id="list"),
        pytest.param("`ask`: asks once per workspace<br>", id="choices"),
    ],
)
def test_the_page_says_type_default_and_choices(row: str) -> None:
    assert row in settings_markdown()


@pytest.mark.parametrize(
    ("path", "note"),
    [
        pytest.param("models.<name>.baseUrl", "no", id="owner-only"),
        pytest.param("privacy.exclude", "adds to the list", id="adds"),
        pytest.param("quota.switchPercent", "only lower", id="number"),
        pytest.param("verify.run", "`always` → `ask` → `never`", id="words"),
        pytest.param("inline.debounceMs", "yes", id="free"),
    ],
)
def test_the_page_says_what_a_project_file_may_do(path: str, note: str) -> None:
    (row,) = [line for line in settings_markdown().splitlines() if line.startswith(f"| `{path}`")]
    assert row.rsplit(" | ", 1)[1].rstrip(" |").endswith(note)


def test_the_defaults_in_the_manifest_are_the_settings_own() -> None:
    options: dict[str, Any] = {}
    for key, setting in properties().items():
        *sections, leaf = key.removeprefix("gearshift.").split(".")
        place = options
        for section in sections:
            place = place.setdefault(section, {})
        place[leaf] = setting["default"]
    parsed = parse(options)
    assert parsed.problems == ()
    assert parsed.settings == Settings()


def test_the_manifest_is_json_and_keeps_reach_out_of_workspace_settings() -> None:
    found = json.loads(json.dumps(properties()))
    reach = ("models", "routing", "verify.testCommand", "verify.run", "privacy.redact")
    assert {found[f"gearshift.{key}"]["scope"] for key in reach} == {"machine"}
    assert found["gearshift.inline.enable"]["scope"] == "window"
    model = found["gearshift.models"]["additionalProperties"]["properties"]
    assert re.match(model["baseUrl"]["pattern"], "http://127.0.0.1:8000/v1")
    assert not re.match(model["apiKeyEnv"]["pattern"], "sk-abc")


def test_generation_updates_stale_files_and_leaves_the_clients_own_section(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = tmp_path / "clients" / "vscode" / "package.json"
    package.parent.mkdir(parents=True)
    own = {"title": "Editor", "properties": {"gearshift.serverCommand": {"type": "array"}}}
    old = {"title": "Old", "properties": {"gearshift.gone": {}}}
    manifest = {"name": "x", "contributes": {"configuration": [own, old], "commands": []}}
    package.write_text(json.dumps(manifest), encoding="utf-8")
    assert gen.main(["--check"], tmp_path) == 1
    assert "docs/settings.md is stale: run `make gen`" in capsys.readouterr().out
    assert gen.main([], tmp_path) == 0
    assert gen.main(["--check"], tmp_path) == 0
    written = json.loads(package.read_text(encoding="utf-8"))
    assert written["contributes"]["configuration"] == [own, *vscode_configuration()]
    assert written["name"] == "x"


def test_a_client_that_is_not_there_is_left_out(tmp_path: Path) -> None:
    assert gen.main([], tmp_path) == 0
    assert not (tmp_path / "clients").exists()
