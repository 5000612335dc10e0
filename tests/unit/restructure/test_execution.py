"""rope does what it is told, on texts, and runs nothing of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gearshift.restructure import execution
from gearshift.restructure.execution import execute
from gearshift.restructure.remains import exported, remains
from gearshift.restructure.steps import Changed, Extract, Impossible, Job, Rename, Step

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = "def f(a):\r\n    b = a\r\n    return b\r\n"


def _job(folder: Path, *steps: Step, texts: dict[Path, str] | None = None) -> Job:
    files = tuple(sorted(folder.rglob("*.py")))
    return Job(folder, folder / "m.py", files, texts or {}, steps)


async def test_a_projects_own_rope_settings_are_a_program_and_not_run(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text("def f(a):\n    return a\n")
    mark = tmp_path / "ran"
    (tmp_path / ".ropeproject").mkdir()
    (tmp_path / ".ropeproject" / "config.py").write_text(f"open({str(mark)!r}, 'w')\n")
    done = await execute(_job(tmp_path, Rename("f", "a", "amount")))
    assert isinstance(done, Changed)
    assert done.texts[tmp_path / "m.py"] == "def f(amount):\n    return amount\n"
    assert not mark.exists()
    assert (tmp_path / "m.py").read_text() == "def f(a):\n    return a\n"


async def test_texts_of_the_editor_count_and_steps_build_on_each_other(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text("x = 1\n")
    texts = {tmp_path / "m.py": SOURCE}
    steps = (Rename("f", "b", "result"), Rename("f", "f", "same"))
    done = await execute(_job(tmp_path, *steps, texts=texts))
    assert isinstance(done, Changed)
    after = "def same(a):\n    result = a\n    return result\n"
    assert done.texts[tmp_path / "m.py"] == after


@pytest.mark.parametrize(
    ("step", "part"),
    [
        pytest.param(Extract(1, 1, "g"), "complete statements", id="half a statement"),
        pytest.param(Rename("f", "nothing", "x"), "is not bound", id="no such name"),
    ],
)
async def test_what_rope_cannot_do_is_told(tmp_path: Path, step: Step, part: str) -> None:
    (tmp_path / "m.py").write_text("def f(a):\n    b = (a +\n         1)\n    return b\n")
    done = await execute(_job(tmp_path, step))
    assert isinstance(done, Impossible)
    assert part in done.reason


async def test_endless_work_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "MOST_SECONDS", 0.0)
    (tmp_path / "m.py").write_text("def f(a):\n    return a\n")
    done = await execute(_job(tmp_path, Rename("f", "a", "b")))
    assert isinstance(done, Impossible)
    assert "still at it" in done.reason


def test_exported_names_are_renamed_in_their_list_alone() -> None:
    text = "__all__ = ['f', 'g']\nx = 'f'\n"
    assert exported(text, "f", "h") == "__all__ = ['h', 'g']\nx = 'f'\n"
    assert exported("x = 'f'\n", "f", "h") is None


def test_attributes_and_texts_that_remain_are_named_by_line() -> None:
    assert remains("a.f()\ng()\ngetattr(a, 'f')\n", "f") == [0, 2]
