"""semgrep, where it is installed, on a file before and after."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, cast

from gearshift.core.results import Finding, FindingSeverity
from gearshift.languages import language_of
from gearshift.verify.programs import find_program
from gearshift.verify.security.scanner import Result, Scanner, Spot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.verify.change import Change

RULES = Path(__file__).with_name("rules.yml")
LANGUAGES = frozenset(
    {"javascript", "javascriptreact", "typescript", "typescriptreact", "go", "java", "php"}
)
"""Language ids of which `rules.yml` has rules."""
OWN_FILES = {"SEMGREP_SETTINGS_FILE": ".settings.yml", "SEMGREP_LOG_FILE": ".semgrep.log"}
"""In the folder of the scan, so that the user's own are neither read nor made."""
SEVERITIES: dict[str, FindingSeverity] = {"ERROR": "high", "WARNING": "medium", "INFO": "low"}


async def semgrep_findings(change: Change, path: Path) -> list[Finding]:
    """Return what semgrep finds after the change and not before; nothing where it is missing."""
    found = await asyncio.to_thread(find_program, "semgrep")
    if change.language not in LANGUAGES or found is None:
        return []
    program = str(found.path)

    def command(folder: Path, files: Sequence[Path]) -> Sequence[str]:
        del files
        asked = (program, "scan", "--config", str(RULES), "--json", "--quiet")
        # Nothing is sent anywhere; a draft could say `nosem` itself.
        silent = ("--metrics=off", "--disable-version-check", "--disable-nosem", "--no-git-ignore")
        return (*asked, *silent, str(folder))

    suffix = path.suffix or language_of(change.language).extensions[0]
    results = await SEMGREP.new_results(change, suffix, command, variables=OWN_FILES)
    return [_finding(result, path) for result in results]


def _spot(result: Result) -> Spot:
    # semgrep puts the folders of the rules' file before a rule's own name.
    rule = str(result["check_id"]).rpartition(".")[2]
    return Spot(str(result["path"]), rule, int(result["start"]["line"]) - 1)


SEMGREP = Scanner("semgrep", 60.0, _spot)
"""The program takes some seconds to start."""


def _finding(result: Result, path: Path) -> Finding:
    extra, spot = cast("Result", result["extra"]), _spot(result)
    severity = SEVERITIES.get(str(extra.get("severity")), "medium")
    text = " ".join(str(extra.get("message")).split())
    return Finding("security", severity, f"semgrep:{spot.rule}", text, path, spot.line)
