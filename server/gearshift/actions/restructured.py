"""What a tool made of the project, as a proposal: several files, each checked, then run."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from gearshift.actions.action import Rejection
from gearshift.actions.behaviour import compared
from gearshift.actions.edits import minimal_edits
from gearshift.actions.imports import add_imports
from gearshift.core.errors import UserError
from gearshift.core.results import FileEdit, Proposal
from gearshift.core.text import split_lines
from gearshift.restructure.execution import execute
from gearshift.restructure.steps import Changed, Impossible, Job
from gearshift.verify.change import Change
from gearshift.verify.project_copy import MOST_FILES, project_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gearshift.actions.request import ActionRequest
    from gearshift.core.document import Snapshot
    from gearshift.restructure.steps import Step
    from gearshift.verify.checks import CheckName
    from gearshift.verify.verifier import Verifier

MOVED: tuple[CheckName, ...] = (
    *("parse", "symbol", "names", "imports", "interface", "errors", "comments", "moved"),
)
"""What holds of every edit that only moves code about."""


async def restructured(request: ActionRequest, steps: tuple[Step, ...]) -> Changed | Rejection:
    """Return the texts that the steps lead to, with the imports that they lack."""
    path = request.snapshot.path
    assert path is not None, "the loop refuses documents without a file"
    project = request.project or path.parent
    opened = {s.path: s.text for s in (*request.opened, request.snapshot) if s.path}
    files = await asyncio.to_thread(_python_files, project, path)
    texts = {file: text for file, text in opened.items() if file in files}
    try:
        done = await execute(Job(project, path, files, texts, steps))
    except OSError as error:
        raise UserError(f"rope could not be started: {error.strerror}.") from error
    if isinstance(done, Impossible):
        return Rejection("rope", done.reason)
    if not done.texts:
        return Rejection("unchanged", "Nothing would change.")
    texts = {f: add_imports(text, [*done.imports.get(f, ())]) for f, text in done.texts.items()}
    return replace(done, texts=texts)


def _python_files(project: Path, path: Path) -> tuple[Path, ...]:
    found = {f for f in islice(project_files(project), MOST_FILES) if f.suffix in {".py", ".pyi"}}
    return tuple(sorted({*found, path}))


async def proposed(
    request: ActionRequest,
    done: Changed,
    summary: str,
    checks: tuple[CheckName, ...],
    verifier: Verifier,
    symbol_after: str | None = None,
    tool: str = "rope",
) -> Proposal | Rejection:
    """Return the checked and compared proposal that makes `done` of the project.

    `symbol_after` is the qualified name that the target has then; None: as before; `GONE`: it is
    not in its file any more.
    """
    symbol = request.target.symbol.qualified_name if request.target.symbol else None
    olds = await asyncio.to_thread(_before, request, done.texts)
    edits: list[FileEdit] = []
    for path, text in done.texts.items():
        before, version = olds[path]
        after = await asyncio.to_thread(_styled, before, text)
        is_own = path == request.snapshot.path
        own = symbol if is_own and symbol_after is None else None
        change = Change("python", before, after, own)
        verdict = await verifier.compare(change, checks)
        if not verdict.passed:
            return Rejection(verdict.check, f"In {path.name}: {verdict.detail}")
        edits.append(FileEdit(path, minimal_edits(before, after), version=version, base=before))
    edits.sort(key=lambda edit: edit.path != request.snapshot.path)
    proposal = Proposal(
        tuple(edits), label="checked", evidence=("static", f"tool:{tool}"), summary=summary
    )
    return await compared(request, proposal, verifier, "everything", symbol_after=symbol_after)


def _before(
    request: ActionRequest, texts: Mapping[Path, str]
) -> dict[Path, tuple[str, int | None]]:
    """Return each file's text and version as they were when the user asked."""
    opened: dict[Path, Snapshot] = {s.path: s for s in request.opened if s.path}
    if request.snapshot.path is not None:
        opened[request.snapshot.path] = request.snapshot
    found: dict[Path, tuple[str, int | None]] = {}
    for path in texts:
        if path in opened:
            found[path] = opened[path].text, opened[path].version
        else:
            found[path] = _on_disk(path), None
    return found


def _on_disk(path: Path) -> str:
    """Return a file's text; raises UserError where it can't be read."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except UnicodeDecodeError as error:
        raise UserError(f"{path.name} is not UTF-8 text; save it as UTF-8 first.") from error
    except OSError as error:
        raise UserError(f"{path.name} can't be read: {error.strerror}.") from error


def _styled(before: str, after: str) -> str:
    """Return the new text with two blank lines around new functions, and the old line endings."""
    from gearshift.verify.change import parse

    tree = parse(after)
    old = set(re.findall(r"^(?:async )?(?:def|class) (\w+)", before, re.MULTILINE))
    lines = split_lines(after)
    nodes = tree.body if tree else []
    rows: set[int] = set()
    for node, following in zip(nodes, [*nodes[1:], None], strict=True):
        name = getattr(node, "name", None)
        if name is None or name in old:
            continue
        rows |= {node.lineno - 1} | ({following.lineno - 1} if following is not None else set())
    # From below: what is above keeps its rows.
    for row in sorted(rows, reverse=True):
        _set_apart(lines, row)
    text = "".join(lines)
    return text.replace("\n", "\r\n") if "\r\n" in before else text


def _set_apart(lines: list[str], row: int) -> None:
    """Put two blank lines above a row of the text, whatever stands directly over it."""
    while row > 0 and lines[row - 1].lstrip().startswith(("#", "@")):
        row -= 1
    blank = row
    while blank > 0 and not lines[blank - 1].strip():
        blank -= 1
    if blank > 0:
        lines[blank:row] = ["\n", "\n"]


def is_taken(text: str, name: str) -> bool:
    """Whether a name stands anywhere in the code already."""
    return re.search(rf"\b{re.escape(name)}\b", text) is not None
