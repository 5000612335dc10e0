"""The security pass: what new code brings in that should not be there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gearshift.verify.security.bandit import bandit_findings
from gearshift.verify.security.copied import licence_findings
from gearshift.verify.security.dangerous import call_findings
from gearshift.verify.security.lines import new_lines
from gearshift.verify.security.secrets import secret_findings
from gearshift.verify.security.semgrep import semgrep_findings

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.core.results import Finding
    from gearshift.verify.change import Change
    from gearshift.verify.verifier import SecretsIn


async def security_findings(
    change: Change, path: Path, secrets_in: SecretsIn
) -> tuple[Finding, ...]:
    """Return what is dangerous in the file after the change and was not there before."""
    if not new_lines(change):
        return ()
    found = await asyncio.to_thread(_here, change, path, secrets_in)
    if change.language == "python":
        found += await bandit_findings(change, path)
    else:
        found += await semgrep_findings(change, path)
    return tuple(found)


def _here(change: Change, path: Path, secrets_in: SecretsIn) -> list[Finding]:
    return [
        *secret_findings(change, path, secrets_in),
        *licence_findings(change, path),
        *call_findings(change, path),
    ]
