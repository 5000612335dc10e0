"""The rules of the house, kept by tests: sizes, first lines, tables, what is imported when."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVER = ROOT / "server" / "gearshift"
FILES = sorted(SERVER.rglob("*.py"))
MAX_LINES = 400


def test_no_file_grows_without_limit() -> None:
    long = [f"{path.relative_to(ROOT)}" for path in FILES if len(_lines(path)) > MAX_LINES]

    assert not long, f"over {MAX_LINES} lines: find the room that is missing in {long}"


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split("\n")


def test_every_module_says_what_lives_there() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in FILES
        if path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert not silent


COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def _awaits(node: ast.AST) -> bool:
    """Whether a comprehension itself awaits; its first source is looked up outside of it."""
    first = node.generators[0].iter  # type: ignore[attr-defined]
    outside = {id(inner) for inner in ast.walk(first)}
    inside = [inner for inner in ast.walk(node) if id(inner) not in outside]
    return any(isinstance(inner, ast.Await) or getattr(inner, "is_async", 0) for inner in inside)


def _nested_awaits(text: str) -> list[int]:
    outer = [node for node in ast.walk(ast.parse(text)) if isinstance(node, COMPREHENSIONS)]
    return [
        inner.lineno
        for node in outer
        for inner in ast.walk(node)
        if isinstance(inner, COMPREHENSIONS[:3]) and inner is not node and _awaits(inner)
    ]


def test_no_comprehension_awaits_within_another_one() -> None:
    """Python 3.10 takes it for a syntax error, and no checker of a newer one says so."""
    assert _nested_awaits("async def f():\n    return [{await x: 1 for x in y} for y in z]") == [2]
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in FILES
        for line in _nested_awaits(path.read_text(encoding="utf-8"))
    }

    assert not found


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        pytest.param(
            "import gearshift.lsp.entry",
            ["asyncio", "dataclasses", "typing", "pygls", "lsprotocol", "httpx", "logging"],
            id="the front door imports next to nothing",
        ),
        pytest.param(
            "import gearshift.lsp.session",
            ["pygls", "lsprotocol", "attrs", "cattrs", "httpx", "tree_sitter", "rich", "sqlite3"],
            id="a session starts without pygls, httpx and grammars",
        ),
        pytest.param(
            "import gearshift.app",
            ["pygls", "lsprotocol", "httpx", "keyring", "platformdirs"],
            id="the engine runs without pygls",
        ),
        pytest.param(
            "import gearshift.cli",
            ["asyncio", "httpx", "rich", "pygls", "tree_sitter", "sqlite3"],
            id="help is fast",
        ),
    ],
)
def test_heavy_modules_are_imported_late(statement: str, absent: list[str]) -> None:
    code = f"{statement}\nimport sys\nprint(*[m for m in {absent} if m in sys.modules])"

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.split() == []
