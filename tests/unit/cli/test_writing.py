"""Edits on the disk: diffs, all or none, line endings, files that changed meanwhile."""

from __future__ import annotations

import io
import stat
import sys
from pathlib import Path

import pytest

from gearshift.cli.terminal import TerminalEditor
from gearshift.cli.writing import rewrites, write_all
from gearshift.core.results import FileEdit
from gearshift.core.text import Edit, Position, Range


def replacing(path: Path, line: int, new: str) -> FileEdit:
    """Return an edit that replaces the three characters of a line."""
    return FileEdit(path, (Edit(Range(Position(line, 0), Position(line, 3)), new),))


def creating(path: Path, text: str) -> FileEdit:
    return FileEdit(path, (Edit(Range.at(Position(0, 0)), text),), is_new=True)


def test_a_diff_can_be_applied_with_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "a.py"
    file.write_text("one\ntwo", encoding="utf-8")

    (found,) = rewrites([replacing(file, 1, "2")], {})

    assert found.diff == (
        "--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n one\n-two\n\\ No newline at end of file\n"
        "+2\n\\ No newline at end of file\n"
    )


def test_a_new_file_is_a_diff_from_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    (found,) = rewrites([creating(tmp_path / "tests" / "test_a.py", "x = 1\n")], {})

    assert found.diff == "--- /dev/null\n+++ b/tests/test_a.py\n@@ -0,0 +1 @@\n+x = 1\n"


def test_files_keep_their_line_endings_and_modes(tmp_path: Path) -> None:
    file = tmp_path / "run.py"
    file.write_bytes(b"one\r\ntwo\r\n")
    file.chmod(0o755)

    write_all(rewrites([replacing(file, 1, "2")], {}))

    assert file.read_bytes() == b"one\r\n2\r\n"
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o755


def test_a_new_file_gets_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "tests" / "deep" / "test_a.py"

    write_all(rewrites([creating(file, "x = 1\n")], {}))

    assert file.read_text(encoding="utf-8") == "x = 1\n"
    assert [path.name for path in file.parent.iterdir()] == ["test_a.py"]


def test_when_one_file_can_not_be_written_none_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, fresh = tmp_path / "a.py", tmp_path / "b.py", tmp_path / "c.py"
    first.write_text("one\n", encoding="utf-8")
    second.write_text("two\n", encoding="utf-8")
    replace = Path.replace

    def full(self: Path, target: Path) -> Path:
        if Path(target).name == "b.py":
            raise OSError(28, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    edits = [creating(fresh, "3\n"), replacing(first, 0, "1"), replacing(second, 0, "2")]

    with pytest.raises(OSError, match="No space"):
        write_all(rewrites(edits, {}))

    assert first.read_text(encoding="utf-8") == "one\n"
    assert second.read_text(encoding="utf-8") == "two\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.py", "b.py"]


async def test_the_terminal_only_keeps_a_diff_unless_told_to_apply(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("one\n", encoding="utf-8")
    editor = TerminalEditor()

    assert await editor.apply_edits("change", [replacing(file, 0, "1")]) is None

    assert file.read_text(encoding="utf-8") == "one\n"
    assert "+1" in editor.rewrites[0].diff


async def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("one\n", encoding="utf-8")
    editor = TerminalEditor("apply")
    editor.opened[file] = "before\n"

    why = await editor.apply_edits("change", [replacing(file, 0, "1")])

    assert why == "a.py was changed meanwhile; run it again"
    assert file.read_text(encoding="utf-8") == "one\n"
    assert not editor.rewrites


async def test_without_a_terminal_nobody_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("1\n"))

    assert await TerminalEditor().ask("May it?", ("Yes", "No")) is None
    assert capsys.readouterr().err == ""


async def test_messages_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    TerminalEditor().notify("warning", "Mind the gap.")

    assert capsys.readouterr() == ("", "gearshift: warning: Mind the gap.\n")


async def test_progress_without_a_terminal_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    progress = await TerminalEditor().start_progress("Tests", "1")
    progress.report("writing", 10)
    progress.end("done")

    assert capsys.readouterr() == ("", "")
