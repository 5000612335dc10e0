"""Secrets that new code holds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gearshift.core.results import Finding

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.verify.change import Change
    from gearshift.verify.verifier import SecretsIn


def secret_findings(change: Change, path: Path, secrets_in: SecretsIn) -> list[Finding]:
    """Return the secrets that were not in the file before; the text of one is never told."""
    known = Counter(text for _, text in secrets_in(change.before))
    found: list[Finding] = []
    for kind, text in secrets_in(change.after):
        if known[text] > 0:
            known[text] -= 1
            continue
        line = change.after[: max(change.after.find(text), 0)].count("\n")
        message = f"The new code holds a secret ({kind}); read it from the environment instead."
        found.append(Finding("security", "high", f"secret:{kind}", message, path, line))
    return found
