"""The files whose text a prompt may show: what the audit of a heavy request names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gearshift.actions.context import prepare
from gearshift.core.document import Snapshot
from gearshift.core.text import Position, Range

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("tests", "names"),
    [
        pytest.param("def test_old():\n    assert 1\n", ["cups.py", "test_cups.py"], id="tests"),
        pytest.param("", ["cups.py"], id="empty tests"),
        pytest.param(None, ["cups.py"], id="no tests"),
    ],
)
async def test_an_existing_test_file_is_among_them(
    tmp_path: Path, tests: str | None, names: list[str]
) -> None:
    source = tmp_path / "cups.py"
    source.write_text("def cups():\n    return 1\n", encoding="utf-8")
    if tests is not None:
        (tmp_path / "test_cups.py").write_text(tests, encoding="utf-8")
    text = source.read_text(encoding="utf-8")
    snapshot = Snapshot.from_text(text, language="python", path=source)
    request = await prepare(snapshot, Range.at(Position(0, 5)), project=tmp_path)
    assert [path.name for path in request.files] == names


async def test_files_that_lines_are_quoted_from_are_among_them(tmp_path: Path) -> None:
    source = tmp_path / "cups.py"
    source.write_text("def cups():\n    return 1\n", encoding="utf-8")
    (tmp_path / "shelf.py").write_text("full = cups()\n", encoding="utf-8")
    (tmp_path / "conftest.py").write_text("@fixture\ndef tea(): ...\n", encoding="utf-8")
    snapshot = Snapshot.from_text(source.read_text("utf-8"), language="python", path=source)
    at = Range.at(Position(0, 5))
    request = await prepare(snapshot, at, project=tmp_path, needs="tests")
    assert [path.name for path in request.files] == ["cups.py", "shelf.py", "conftest.py"]
