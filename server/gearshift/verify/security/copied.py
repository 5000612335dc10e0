"""Licence headers that came along with new code: a sign of text that was copied."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gearshift.core.results import Finding
from gearshift.verify.security.lines import new_lines

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.verify.change import Change

HEADER = re.compile(
    r"copyright\s+(?:\(c\)|©|\d{4})|spdx-license-identifier|all rights reserved"
    r"|licen[cs]ed (?:under|to)|(?:gnu|apache|mozilla|mit|bsd)\b.{0,30}\blicen[cs]e"
    r"|permission is hereby granted|redistribution and use in source",
    re.IGNORECASE,
)


def licence_findings(change: Change, path: Path) -> list[Finding]:
    """Return at most one finding: the first line of a licence that was not there before."""
    for number, line in new_lines(change):
        if HEADER.search(line):
            message = (
                f"The new code brings a licence header along (`{line[:60]}`); it may be a copy "
                "of somebody's file."
            )
            return [Finding("security", "medium", "licence", message, path, number)]
    return []
