"""Parts of reading an answer: fences, patches, indentation, edits, places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gearshift.actions.context import module_of, prepare
from gearshift.actions.edits import minimal_edits
from gearshift.actions.fences import fences
from gearshift.actions.imports import add_imports
from gearshift.actions.indentation import reindented
from gearshift.actions.patches import Patch, Unmatched, apply_patches, patches
from gearshift.actions.prompts import surroundings
from gearshift.actions.target import target_at
from gearshift.core.document import Snapshot
from gearshift.core.text import Position, Range, apply_edits

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("```python\na\n```", [("a\n", "python", True)], id="plain"),
        pytest.param(
            "~~~\na\n~~~\nb\n```\nc\n```", [("a\n", "", True), ("c\n", "", True)], id="two"
        ),
        pytest.param("````md\n```\nx\n```\n````", [("```\nx\n```\n", "md", True)], id="nested"),
        pytest.param("```py\na", [("a\n", "py", False)], id="not closed"),
        pytest.param(
            "1. so:\n   ```\n   a\n     b\n   ```", [("a\n  b\n", "", True)], id="in a list"
        ),
        pytest.param("inline ```code``` only", [], id="inline"),
    ],
)
def test_fences_are_found(text: str, found: list[tuple[str, str, bool]]) -> None:
    assert [(f.text, f.info, f.is_closed) for f in fences(text)] == found


TEXT = "class A:\n    def f(self):\n        return 1\n\n    def g(self):\n        return 1\n"


@pytest.mark.parametrize(
    ("search", "replace", "expected"),
    [
        pytest.param("    def f(self):\n", "    def h(self):\n", "    def h(self):", id="exact"),
        pytest.param(
            "\ndef f(self):\n    return 1\n",
            "def f(self):\n    x = 2\n\n    return x\n",
            "    def f(self):\n        x = 2\n\n        return x\n",
            id="shifted, blank line first",
        ),
    ],
)
def test_patches_are_applied_where_they_fit(search: str, replace: str, expected: str) -> None:
    after = apply_patches(TEXT, [Patch(search, replace)])
    assert isinstance(after, str)
    assert expected in after
    assert after.endswith("        return 1\n")


@pytest.mark.parametrize(
    ("search", "reason"),
    [
        pytest.param("return 2\n", "matches nothing", id="nowhere"),
        pytest.param("return 1\n", "matches more than one place", id="twice"),
        pytest.param("def f(self):\n  return 1\n", "matches nothing", id="uneven shift"),
        pytest.param("\n", "was empty", id="empty"),
    ],
)
def test_patches_that_fit_nowhere_say_so(search: str, reason: str) -> None:
    result = apply_patches(TEXT, [Patch(search, "x\n")])
    assert isinstance(result, Unmatched)
    assert reason in result.reason


def test_patches_keep_crlf() -> None:
    block = "<<<<<<< SEARCH\nb\n=======\nc\nd\n>>>>>>> REPLACE\n"
    assert apply_patches("a\r\nb\r\n", patches(block)) == "a\r\nc\r\nd\r\n"


@pytest.mark.parametrize(
    ("code", "indent", "expected"),
    [
        pytest.param("a\n  b", "    ", "    a\n      b", id="in"),
        pytest.param("    a\n      b\n\n    c", "", "a\n  b\n\nc", id="out"),
        pytest.param(
            'def f():\n    x = """\ny"""', "  ", '  def f():\n      x = """\ny"""', id="text"
        ),
        pytest.param(
            'def f():\n    """A\n    b."""', "  ", '  def f():\n      """A\n      b."""', id="doc"
        ),
    ],
)
def test_code_is_shifted_but_not_its_strings(code: str, indent: str, expected: str) -> None:
    assert reindented(code, indent, "python") == expected


LINES = st.lists(st.sampled_from(["a\n", "b\n", "\n", "c\r\n"]), max_size=8).map("".join)


@given(LINES, LINES, st.sampled_from(["", "x"]))
def test_edits_lead_from_one_text_to_the_other(before: str, after: str, end: str) -> None:
    assert apply_edits(before, minimal_edits(before, after + end)) == after + end


def test_edits_touch_only_what_differs() -> None:
    edits = minimal_edits("a\nb\nc\nd\n", "a\nB\nc\nd\n")
    assert [(e.range, e.new_text) for e in edits] == [
        (Range(Position(1, 0), Position(2, 0)), "B\n")
    ]


@pytest.mark.parametrize(
    ("text", "statements", "expected"),
    [
        pytest.param("import a\nx\n", ["import b"], "import a\nimport b\nx\n", id="after imports"),
        pytest.param(
            '"""D."""\nx\n', ["import b"], '"""D."""\n\nimport b\n\n\nx\n', id="after docs"
        ),
        pytest.param("#!x\n\nx\n", ["import b"], "#!x\nimport b\n\nx\n", id="after the shebang"),
        pytest.param("x\n", ["from a import *"], "x\n", id="a star binds unknown names"),
        pytest.param("from a import b\n", ["import b"], "from a import b\n", id="bound already"),
    ],
)
def test_imports_join_the_imports(text: str, statements: list[str], expected: str) -> None:
    assert add_imports(text, statements) == expected


@pytest.mark.parametrize(
    ("packages", "source", "root", "module"),
    [
        pytest.param([], "m.py", "", "m", id="at the root"),
        pytest.param(["src/p"], "src/p/m.py", "src", "p.m", id="src layout"),
        pytest.param(["p", "p/q"], "p/q/m.py", "", "p.q.m", id="packages"),
        pytest.param(["p"], "p/__init__.py", "", "p", id="package itself"),
        pytest.param([], "tools/m.py", "", "tools.m", id="namespace"),
        pytest.param([], "src/a/m.py", "src", "a.m", id="namespace in src"),
        pytest.param([], "my-tools/m.py", "my-tools", "m", id="a folder that is no name"),
    ],
)
def test_modules_are_imported_as_python_would(
    tmp_path: Path, packages: list[str], source: str, root: str, module: str
) -> None:
    for package in packages:
        (tmp_path / package).mkdir(parents=True)
        (tmp_path / package / "__init__.py").touch()
    assert module_of(tmp_path / source, tmp_path) == (tmp_path / root, module)


CODE = "import os\n\nX = 1\n\n\nclass A:\n    def f(self):\n        return 1\n\n    y = 2\n"


@pytest.mark.parametrize(
    ("span", "kind", "text"),
    [
        pytest.param(((7, 10), (7, 10)), "symbol", "def f(self):\n        return 1", id="cursor"),
        pytest.param(((5, 2), (5, 2)), "symbol", CODE[CODE.index("class") :].rstrip(), id="class"),
        pytest.param(((7, 8), (8, 0)), "symbol", "def f(self):\n        return 1", id="some lines"),
        pytest.param(((0, 3), (3, 0)), "selection", "import os\n\nX = 1", id="lines"),
        pytest.param(((1, 0), (1, 0)), "file", CODE, id="nothing there"),
    ],
)
def test_a_place_means_the_smallest_fair_thing(
    span: tuple[tuple[int, int], tuple[int, int]], kind: str, text: str
) -> None:
    snapshot = Snapshot.from_text(CODE, language="python")
    target = target_at(snapshot, Range(Position(*span[0]), Position(*span[1])))
    assert target is not None
    assert (target.kind, target.text) == (kind, text)


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        pytest.param(20_000, "import re\nclass A:", id="a small model sees what is used"),
        pytest.param(
            100_000,
            "import os\nimport re\n\n\nclass A:\n    x = 1\n\n# … `A.f` is here …\n\nZ = 2",
            id="a large model sees what is around",
        ),
    ],
)
async def test_what_a_prompt_shows_around_its_target(room: int, shown: str) -> None:
    text = (
        "import os\nimport re\n\n\nclass A:\n    x = 1\n\n"
        "    def f(self):\n        return re.sub('a', 'b', '')\n\n\nZ = 2\n"
    )
    snapshot = Snapshot.from_text(text, language="python")
    request = await prepare(snapshot, Range.at(Position(8, 10)))
    assert surroundings(request, room) == shown
