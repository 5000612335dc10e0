"""Tools that report problems in Python files and can be asked again; a row is one tool."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.verify.workbench import Workbench

SECONDS = 60.0
_LINE = re.compile(r"^(?P<file>[^\n:]+):(?P<line>\d+)(?::\d+)?:? (?P<text>.+)$", re.MULTILINE)
_MYPY_CODE = re.compile(r"^error: (?P<text>.*?)(?:\s+\[(?P<code>[\w-]+)\])?$")


@dataclass(frozen=True, slots=True)
class Problem:
    """What a tool reports; compared without its line, which moves with the code."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Linter:
    """One tool."""

    name: str
    sources: tuple[str, ...]
    """What diagnostics of it call their source, in lower case."""
    module: str
    """It is run as this module of the project's interpreter."""
    arguments: tuple[str, ...]
    """What stands before the file."""
    read: Callable[[str], list[Problem] | None]
    """Reads its output; None: that is none of its own."""
    marks: tuple[str, ...] = ()
    """What in a project's settings says that types are checked with it; empty: no type checker."""


def _ruff(output: str) -> list[Problem] | None:
    found = _json(output)
    if not isinstance(found, list):
        return None
    items = cast("list[dict[str, Any]]", found)
    return [Problem(str(i.get("code") or "syntax"), str(i.get("message"))) for i in items]


def _pyright(output: str) -> list[Problem] | None:
    found = _json(output)
    if not isinstance(found, dict):
        return None
    report = cast("dict[str, Any]", found)
    items = cast("list[dict[str, Any]]", report.get("generalDiagnostics", []))
    errors = [i for i in items if i.get("severity") == "error"]
    return [Problem(str(i.get("rule") or ""), str(i.get("message"))) for i in errors]


def _mypy(output: str) -> list[Problem] | None:
    errors = [_MYPY_CODE.match(line["text"]) for line in _LINE.finditer(output)]
    found = [Problem(error["code"] or "", error["text"]) for error in errors if error]
    # It says so when it found nothing, and something else when it could not run.
    return found if found or "Success" in output else None


def _pyflakes(output: str) -> list[Problem] | None:
    found = [Problem("", line["text"]) for line in _LINE.finditer(output)]
    return found if found or not output.strip() else None


def _flake8(output: str) -> list[Problem] | None:
    found: list[Problem] = []
    for line in _LINE.finditer(output):
        code, _, text = line["text"].partition(" ")
        found.append(Problem(code, text))
    return found if found or not output.strip() else None


def _json(output: str) -> object:
    start = min((i for i in (output.find("["), output.find("{")) if i >= 0), default=-1)
    try:
        found: object = json.loads(output[start:]) if start >= 0 else None
    except ValueError:
        return None
    return found


LINTERS: tuple[Linter, ...] = (
    Linter(
        *("ruff", ("ruff",), "ruff"),
        ("check", "--output-format=json", "--no-cache", "--no-fix", "--exit-zero", "--quiet"),
        _ruff,
    ),
    Linter(
        *("pyright", ("pyright", "pylance", "basedpyright"), "pyright"),
        *(("--outputjson",), _pyright),
        ("[tool.pyright]", "pyrightconfig.json"),
    ),
    Linter(
        *("mypy", ("mypy", "dmypy"), "mypy"),
        (
            "--no-color-output",
            "--no-incremental",
            "--follow-imports=silent",
        ),
        _mypy,
        ("[tool.mypy]", "mypy.ini", ".mypy.ini", "[mypy]"),
    ),
    Linter("flake8", ("flake8",), "flake8", (), _flake8),
    Linter("pyflakes", ("pyflakes",), "pyflakes", (), _pyflakes),
)


def linter_of(source: str) -> Linter | None:
    """Return the tool behind a diagnostic's source; None: unknown, or it can't be asked again."""
    return next((row for row in LINTERS if source.lower().strip() in row.sources), None)


def type_checker(project: Path) -> Linter | None:
    """Return the type checker that the project's own files configure; None: there is none."""
    texts = [project / name for name in ("pyproject.toml", "setup.cfg")]
    said = "".join(t.read_text(encoding="utf-8", errors="replace") for t in texts if t.is_file())
    for row in LINTERS:
        if any(mark in said or (project / mark).is_file() for mark in row.marks):
            return row
    return None


async def problems(
    bench: Workbench, linter: Linter, file: Path, text: str
) -> Sequence[Problem] | None:
    """Return what the tool says of a project's file with that text; None: it is not there."""
    python = bench.environment.command[0]
    seen = str(await bench.seen(file))
    command = [python, "-m", linter.module, *linter.arguments, seen]
    ended = await bench.run(command, wall_seconds=SECONDS, texts={file: text}, may_write=True)
    if "No module named" in ended.output or ended.stopped:
        return None
    return linter.read(ended.output)
