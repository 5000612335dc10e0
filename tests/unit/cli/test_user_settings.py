"""What set-up writes, and what it leaves as it was."""

from __future__ import annotations

import stat
import sys
from typing import TYPE_CHECKING

import pytest

from gearshift.cli.presets import PRESETS, Preset, models_of, usable
from gearshift.cli.user_settings import write_settings
from gearshift.core.errors import SettingsError, SetupNeeded
from gearshift.settings.sources import SettingsSources

if TYPE_CHECKING:
    from pathlib import Path

LOCAL = {
    "mini": {"provider": "local", "model": "small"},
    "full": {"provider": "local", "model": "large"},
}
OLD = """\
# mine
[models.mini]
provider = "openai"
baseUrl = "https://old.test/v1"

[models.judge]  # my own
provider = "openai"
model = "x"

[quota]
warnPercent = 70  # early
"""


def read(file: Path) -> SettingsSources:
    sources = SettingsSources()
    sources.set_user_text(file.read_text(encoding="utf-8"))
    return sources


def test_comments_and_other_keys_stay(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(OLD, encoding="utf-8")

    write_settings(file, LOCAL, inline=True)

    text = file.read_text(encoding="utf-8")
    assert "# mine" in text
    assert "[models.judge]  # my own" in text
    assert "warnPercent = 70  # early" in text


def test_earlier_files_are_kept_the_latest_five(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    for number in range(7):
        file.write_text(f"# {number}\n", encoding="utf-8")
        backup = write_settings(file, LOCAL, inline=True)
        assert backup is not None

    kept = [file.with_name(f"config.toml.old{end}") for end in ("", ".1", ".2", ".3", ".4")]
    assert [each.read_text(encoding="utf-8") for each in kept] == [
        f"# {number}\n" for number in (6, 5, 4, 3, 2)
    ]
    assert not file.with_name("config.toml.old.5").exists()


def test_writing_the_same_again_keeps_the_backups(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(OLD, encoding="utf-8")
    write_settings(file, LOCAL, inline=True)

    assert write_settings(file, LOCAL, inline=True) is None
    assert file.with_name("config.toml.old").read_text(encoding="utf-8") == OLD


def test_no_key_of_the_earlier_provider_is_left(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(OLD, encoding="utf-8")

    write_settings(file, LOCAL, inline=True)

    parsed = read(file).resolve()
    assert parsed.problems == ()
    assert parsed.settings.models["mini"].provider == "local"
    assert parsed.settings.models["mini"].base_url is None
    assert parsed.settings.models["full"].model == "large"


def test_the_old_file_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(OLD, encoding="utf-8")

    backup = write_settings(file, LOCAL, inline=True)

    assert backup is not None
    assert backup.read_text(encoding="utf-8") == OLD
    if sys.platform != "win32":
        assert {stat.S_IMODE(path.stat().st_mode) for path in (file, backup)} == {0o600}


def test_the_first_file_has_its_folder_made_and_no_backup(tmp_path: Path) -> None:
    file = tmp_path / "gearshift" / "config.toml"

    assert write_settings(file, LOCAL, inline=False) is None

    settings = read(file).resolve().settings
    assert settings.models["mini"].model == "small"
    assert settings.inline.enable is False


def test_ghost_text_can_be_switched_on_again(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    write_settings(file, LOCAL, inline=False)

    write_settings(file, LOCAL, inline=True)

    assert read(file).resolve().settings.inline.enable is True


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("models = [", id="no TOML"),
        pytest.param('models = "mini"', id="no table"),
    ],
)
def test_a_file_that_is_not_understood_is_left_as_it_is(text: str, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(SettingsError):
        write_settings(file, LOCAL, inline=True)

    assert file.read_text(encoding="utf-8") == text
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


def test_a_link_into_dot_files_stays_one(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text(OLD, encoding="utf-8")
    link = tmp_path / "config.toml"
    link.symlink_to(real)

    write_settings(link, LOCAL, inline=True)

    assert link.is_symlink()
    assert 'model = "large"' in real.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [row.name for row in PRESETS.values() if row.is_usable])
def test_what_a_preset_writes_is_taken_whole(name: str, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"

    write_settings(file, models_of(usable(name)), inline=True)

    parsed = read(file).resolve()
    assert parsed.problems == ()
    assert set(parsed.settings.models) == {"mini", "full"}


def test_a_preset_without_its_provider_says_what_works(monkeypatch: pytest.MonkeyPatch) -> None:
    row = Preset("later", "a plan", "absent", "absent", "use `--preset local`.")
    monkeypatch.setattr("gearshift.cli.presets.PRESETS", {"later": row})

    with pytest.raises(SetupNeeded, match="use `--preset local`"):
        usable("later")
