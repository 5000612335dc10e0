"""semgrep, where it is installed, on the file before and after; only what is new counts."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gearshift.core.results import Finding, FindingSeverity
from gearshift.core.text import split_lines
from gearshift.languages import language_of
from gearshift.verify.programs import find_program

if TYPE_CHECKING:
    from gearshift.verify.change import Change

logger = logging.getLogger(__name__)
MOST_SECONDS = 60.0
"""Longest run; the program takes some seconds to start."""
RULES = Path(__file__).with_name("rules.yml")
LANGUAGES = frozenset(
    {"javascript", "javascriptreact", "typescript", "typescriptreact", "go", "java", "php"}
)
"""Language ids of which `rules.yml` has rules."""
SEVERITIES: dict[str, FindingSeverity] = {"ERROR": "high", "WARNING": "medium", "INFO": "low"}


async def semgrep_findings(change: Change, path: Path) -> list[Finding]:
    """Return what semgrep finds after the change and not before; nothing where it is missing."""
    program = await asyncio.to_thread(find_program, "semgrep")
    if change.language not in LANGUAGES or program is None:
        return []
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="gearshift-semgrep-"))
    suffix = path.suffix or language_of(change.language).extensions[0]
    texts = {f"before{suffix}": change.before, f"after{suffix}": change.after}
    try:
        for name, text in texts.items():
            await asyncio.to_thread((folder / name).write_text, text, encoding="utf-8")
        results = await _run(program.path, folder)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    known = Counter(_key(r, change.before) for r in results if _is_of(r, f"before{suffix}"))
    found: list[Finding] = []
    for result in results:
        key = _key(result, change.after)
        if not _is_of(result, f"after{suffix}"):
            continue
        if known[key] > 0:
            known[key] -= 1
        else:
            found.append(_finding(result, path))
    return found


async def _run(program: Path, folder: Path) -> list[dict[str, Any]]:
    process = await asyncio.create_subprocess_exec(
        *(str(program), "scan", "--config", str(RULES), "--json", "--quiet"),
        # Nothing is sent anywhere; a draft could say `nosem` itself.
        *("--metrics=off", "--disable-version-check", "--disable-nosem", "--no-git-ignore"),
        str(folder),
        cwd=folder,
        env={**os.environ, "SEMGREP_SETTINGS_FILE": str(folder / ".settings.yml")},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), MOST_SECONDS)
        said: Any = json.loads(output)
    except (asyncio.TimeoutError, ValueError) as error:
        logger.warning("semgrep gave no result: %r", error)
        return []
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return cast("list[dict[str, Any]]", said.get("results", []))


def _is_of(result: dict[str, Any], name: str) -> bool:
    return Path(str(result["path"])).name == name


def _key(result: dict[str, Any], text: str) -> tuple[str, str]:
    lines = split_lines(text)
    number = int(result["start"]["line"]) - 1
    return _rule(result), lines[number].strip() if number < len(lines) else ""


def _rule(result: dict[str, Any]) -> str:
    """Return a rule's own name: semgrep puts the folders of its file before it."""
    return str(result["check_id"]).rpartition(".")[2]


def _finding(result: dict[str, Any], path: Path) -> Finding:
    extra = cast("dict[str, Any]", result["extra"])
    severity = SEVERITIES.get(str(extra.get("severity")), "medium")
    text = " ".join(str(extra.get("message")).split())
    line = int(result["start"]["line"]) - 1
    return Finding("security", severity, f"semgrep:{_rule(result)}", text, path, line)
