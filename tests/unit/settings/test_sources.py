"""Settings come from four levels; a broken file never costs the last good one."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gearshift.settings.folders import project_settings_file, user_settings_file
from gearshift.settings.schema import Settings
from gearshift.settings.sources import LARGEST_FILE, SettingsFiles, SettingsSources

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def files(tmp_path: Path) -> tuple[SettingsSources, SettingsFiles, Path, Path]:
    sources = SettingsSources()
    user, project = tmp_path / "config.toml", tmp_path / ".gearshift.toml"
    return sources, SettingsFiles(sources, user, [project]), user, project


def test_higher_levels_win_key_by_key() -> None:
    sources = SettingsSources()
    sources.set_user_text("[inline]\nmaxTokens = 10\ndebounceMs = 1\nprefetch = false\n")
    sources.set_project_text("[inline]\nmaxTokens = 20\ndebounceMs = 2\n")
    sources.set_editor({"gearshift": {"inline": {"maxTokens": 30}}})
    parsed = sources.resolve()
    assert parsed.problems == ()
    inline = parsed.settings.inline
    assert (inline.max_tokens, inline.debounce_ms, inline.prefetch) == (30, 2, False)


def test_the_editors_latest_message_replaces_its_earlier_ones() -> None:
    sources = SettingsSources()
    sources.set_editor({"inline": {"maxTokens": 30}, "log": {"level": "debug"}})
    sources.set_editor({"inline": {"prefetch": False}})
    settings = sources.resolve().settings
    assert settings.inline.max_tokens == Settings().inline.max_tokens
    assert settings.log.level == "info"
    assert settings.inline.prefetch is False


def test_problems_carry_the_name_of_their_source() -> None:
    sources = SettingsSources()
    sources.set_user_text("speed = 1", "/u/config.toml")
    sources.set_project_text("[models.mini]\nbaseUrl = 'http://e.vil'", "/p/.gearshift.toml")
    sources.set_editor({"inlin": {}})
    parsed = sources.resolve()
    assert [(p.source, p.path) for p in parsed.problems] == [
        ("/u/config.toml", "speed"),
        ("/p/.gearshift.toml", "models"),
        ("editor", "inlin"),
    ]
    assert parsed.settings == Settings()


def test_a_broken_file_is_named_with_its_line_and_the_last_good_content_stays() -> None:
    sources = SettingsSources()
    sources.set_user_text("[log]\nlevel = 'debug'\n")
    sources.set_user_text("[log]\nlevel = debug-sk-abc\n", "/u/config.toml")
    parsed = sources.resolve()
    assert parsed.settings.log.level == "debug"
    (problem,) = parsed.problems
    assert "config.toml is not valid TOML at line 2" in problem.message
    assert "sk-abc" not in problem.message
    sources.set_user_text("[log]\nlevel = 'error'\n")
    assert sources.resolve().settings.log.level == "error"
    assert sources.resolve().problems == ()


def test_a_removed_file_no_longer_counts() -> None:
    sources = SettingsSources()
    sources.set_user_text("[log]\nlevel = 'debug'\n")
    sources.set_user_text(None)
    assert sources.resolve().settings == Settings()


def test_files_are_read_only_when_they_change(
    files: tuple[SettingsSources, SettingsFiles, Path, Path],
) -> None:
    sources, reader, user, project = files
    assert reader.refresh() is False
    user.write_text("[log]\nlevel = 'debug'\n", encoding="utf-8-sig")
    project.write_text("[inline]\nmaxTokens = 9\n", encoding="utf-8")
    assert reader.refresh() is True
    assert reader.refresh() is False
    settings = sources.resolve().settings
    assert (settings.log.level, settings.inline.max_tokens) == ("debug", 9)
    project.unlink()
    assert reader.refresh() is True
    assert sources.resolve().settings.inline.max_tokens == Settings().inline.max_tokens


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"\xff\xfe\x00", "not UTF-8", id="not-utf8"),
        pytest.param(b"#" * (LARGEST_FILE + 1), "larger than", id="too-large"),
        pytest.param(b"a = " + b"[" * 100_000, "not valid TOML", id="nested-without-end"),
        pytest.param(b"a = " + b"9" * 5000, "not valid TOML", id="endless-number"),
    ],
)
def test_an_unreadable_file_is_a_problem_and_nothing_more(
    files: tuple[SettingsSources, SettingsFiles, Path, Path], content: bytes, words: str
) -> None:
    sources, reader, user, _ = files
    user.write_bytes(content)
    reader.refresh()
    parsed = sources.resolve()
    assert parsed.settings == Settings()
    assert words in parsed.problems[0].message
    assert parsed.problems[0].source == str(user)


def test_the_user_file_is_named_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEARSHIFT_CONFIG", str(tmp_path / "mine.toml"))
    assert user_settings_file() == tmp_path / "mine.toml"
    monkeypatch.setenv("GEARSHIFT_CONFIG", str(tmp_path))
    assert user_settings_file() == tmp_path / "config.toml"
    monkeypatch.delenv("GEARSHIFT_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert user_settings_file().name == "config.toml"
    assert project_settings_file(tmp_path) == tmp_path / ".gearshift.toml"


def test_reading_settings_imports_no_toml_reader_until_a_file_exists() -> None:
    program = (
        "import sys; from gearshift.settings.sources import SettingsSources as S; S().resolve();"
        "assert not {'tomllib', 'tomli', 'platformdirs'} & set(sys.modules), 'imported'"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False)
    assert done.returncode == 0


def test_every_open_project_tightens_until_its_folder_is_closed(tmp_path: Path) -> None:
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.write_text('[privacy]\nexclude = ["one"]\n')
    two.write_text('[privacy]\nexclude = ["two"]\n[inline]\nenable = false\n')
    sources = SettingsSources()
    files = SettingsFiles(sources, None, [one, two])
    files.refresh()
    settings = sources.resolve().settings
    assert {"one", "two"} <= set(settings.privacy.exclude)
    assert not settings.inline.enable

    assert files.use_projects([one])
    settings = sources.resolve().settings
    assert "one" in settings.privacy.exclude
    assert "two" not in settings.privacy.exclude
    assert settings.inline.enable
    assert files.paths == (one,)


@pytest.mark.parametrize("level", ["user", "editor"])
def test_projects_files_are_left_out_where_their_owner_says_so(level: str) -> None:
    sources = SettingsSources()
    sources.set_project_text("speed = 1\n[inline]\nmaxTokens = 4096\n", "/p/.gearshift.toml")
    if level == "user":
        sources.set_user_text("[project]\nenable = false\n")
    else:
        sources.set_editor({"project": {"enable": False}})
    parsed = sources.resolve()
    assert parsed.problems == ()
    assert parsed.settings.inline.max_tokens == Settings().inline.max_tokens


def test_a_project_cannot_switch_its_own_file_off() -> None:
    sources = SettingsSources()
    sources.set_project_text("[project]\nenable = false\n[inline]\nmaxTokens = 20\n", "p.toml")
    parsed = sources.resolve()
    assert [problem.path for problem in parsed.problems] == ["project.enable"]
    assert parsed.settings.inline.max_tokens == 20
