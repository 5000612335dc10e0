"""New tests are written as the project writes its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gearshift.actions import action_named
from gearshift.actions.context import prepare
from gearshift.actions.python_tests import style_of
from gearshift.core.document import Snapshot
from gearshift.core.text import Position, Range

if TYPE_CHECKING:
    from pathlib import Path

CASE = "class TestA(unittest.TestCase):\n    def test_a(self):\n        pass\n"
CLASS = f"import unittest\n\n\n{CASE}"
FUNCTION = "def test_a():\n    assert 1\n"


@pytest.mark.parametrize(
    ("tests", "style"),
    [
        pytest.param([CLASS], "unittest", id="classes alone"),
        pytest.param([CLASS, FUNCTION], "pytest", id="both"),
        pytest.param([f"import pytest\n{CLASS}"], "pytest", id="classes for pytest"),
        pytest.param([], "pytest", id="none, and pytest is there"),
    ],
)
def test_the_projects_own_tests_tell(tmp_path: Path, tests: list[str], style: str) -> None:
    for number, text in enumerate(tests):
        (tmp_path / f"test_{number}.py").write_text(text)
    assert style_of(tmp_path) == style


def test_an_environment_without_pytest_has_unittest(tmp_path: Path) -> None:
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("")
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("")
    assert style_of(tmp_path) == "unittest"


async def test_a_prompt_asks_for_classes_where_the_project_has_them(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text(CLASS)
    text = "def half(n):\n    if n < 0:\n        raise ValueError\n    return n // 2\n"
    snapshot = Snapshot.from_text(text, language="python", path=tmp_path / "m.py")
    action = action_named("generateTests")
    assert action is not None
    at = Range.at(Position(0, 5))
    request = await prepare(snapshot, at, project=tmp_path, needs=action.needs)
    asked = action.prompt(request, 8000).text
    assert "class TestHalf(unittest.TestCase):" in asked
    assert "self.assertRaises" in asked
    assert "pytest functions" not in asked
