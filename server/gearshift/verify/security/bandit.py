"""bandit on the file before and after, in a process of its own; only what is new counts."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gearshift.core.results import Finding, FindingSeverity
from gearshift.core.text import split_lines
from gearshift.languages import language_of

if TYPE_CHECKING:
    from gearshift.verify.change import Change

logger = logging.getLogger(__name__)
MOST_SECONDS = 30.0
LEFT_OUT = frozenset({"B101", "B403", "B404"})
"""`assert`, and imports alone: their calls are found by themselves."""
SEVERE = frozenset({"B102", "B307"})
"""`exec` and `eval` of anything: no rewrite needs them, whatever bandit's own word is."""


async def bandit_findings(change: Change, path: Path) -> list[Finding]:
    """Return what bandit finds after the change and not before; in tests without trifles."""
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="gearshift-bandit-"))
    try:
        results = await _run(change, folder)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    known = Counter(_key(r, change.before) for r in results if _is_of(r, "before.py"))
    is_test = language_of(path).is_test_file(path)
    found: list[Finding] = []
    for result in results:
        if not _is_of(result, "after.py"):
            continue
        key = _key(result, change.after)
        if known[key] > 0:
            known[key] -= 1
        elif finding := _finding(result, path, is_test=is_test):
            found.append(finding)
    return found


async def _run(change: Change, folder: Path) -> list[dict[str, Any]]:
    texts = {"before.py": change.before, "after.py": change.after}
    for name, text in texts.items():
        await asyncio.to_thread((folder / name).write_text, text, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bandit", "-q", "-f", "json", "--exit-zero"),
        # A draft could say `nosec` itself.
        "--ignore-nosec",
        *(str(folder / name) for name in texts),
        # `-m` looks for modules here first; nothing that a model wrote may be found there.
        cwd=Path(__file__).parents[3],
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), MOST_SECONDS)
        found = cast("dict[str, Any]", json.loads(output))
    except (asyncio.TimeoutError, ValueError) as error:
        logger.warning("bandit gave no result: %r", error)
        return []
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return cast("list[dict[str, Any]]", found.get("results", []))


def _is_of(result: dict[str, Any], name: str) -> bool:
    return str(result["filename"]).endswith(name)


def _key(result: dict[str, Any], text: str) -> tuple[str, str]:
    lines = split_lines(text)
    number = int(result["line_number"]) - 1
    return str(result["test_id"]), lines[number].strip() if number < len(lines) else ""


def _finding(result: dict[str, Any], path: Path, *, is_test: bool) -> Finding | None:
    rule, severity = str(result["test_id"]), str(result["issue_severity"]).lower()
    if rule in LEFT_OUT or (is_test and severity == "low"):
        return None
    if rule in SEVERE:
        severity = "high"
    text = " ".join(str(result["issue_text"]).split())
    line = int(result["line_number"]) - 1
    known = cast("FindingSeverity", severity if severity in {"low", "medium"} else "high")
    return Finding("security", known, f"bandit:{rule}", text, path, line)
