"""Calls that hand control to whoever chooses their arguments, by language; a row is one shape."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from gearshift.core.results import Finding, FindingSeverity
from gearshift.verify.security.lines import new_lines

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gearshift.verify.change import Change


@dataclass(frozen=True, slots=True)
class Danger:
    """One shape of dangerous code."""

    name: str
    pattern: re.Pattern[str]
    severity: FindingSeverity
    why: str


def _row(name: str, pattern: str, severity: FindingSeverity, why: str) -> Danger:
    return Danger(name, re.compile(pattern), severity, why)


RUNS_TEXT = "it runs text as code"
SHELL = "it runs a command that its arguments can change"
UNTRUSTED = "it builds whatever objects its input asks for"
TRUSTS_ALL = "it accepts any certificate"
OVERFLOWS = "it writes past the end of what it is given"
HTML = "it puts text into a page as it is"

_SCRIPT = (
    _row("eval", r"(?<![\w.])eval\s*\(|new\s+Function\s*\(", "high", RUNS_TEXT),
    _row("exec", r"(?<![\w.])exec(?:Sync)?\s*\(|child_process", "medium", SHELL),
    _row("innerHTML", r"\.(?:inner|outer)HTML\s*=|dangerouslySetInnerHTML", "medium", HTML),
    _row("document.write", r"document\.write(?:ln)?\s*\(", "medium", HTML),
    _row("rejectUnauthorized", r"rejectUnauthorized\s*:\s*false", "high", TRUSTS_ALL),
    _row("NODE_TLS", r"NODE_TLS_REJECT_UNAUTHORIZED", "high", TRUSTS_ALL),
)
_C = (
    _row("gets", r"(?<![\w.>])gets\s*\(", "high", OVERFLOWS),
    _row("strcpy", r"(?<![\w.>])(?:strcpy|strcat|sprintf|vsprintf)\s*\(", "medium", OVERFLOWS),
    _row("system", r"(?<![\w.>])(?:system|popen)\s*\(", "high", SHELL),
)
DANGERS: Mapping[str, tuple[Danger, ...]] = MappingProxyType(
    {
        # Python's are bandit's; these are the ones that no rewrite may bring in.
        "python": (
            _row("eval", r"(?<![\w.])(?:eval|exec)\s*\(", "high", RUNS_TEXT),
            _row("shell", r"shell\s*=\s*True|os\.(?:system|popen)\s*\(", "high", SHELL),
            _row("verify", r"verify\s*=\s*False|_create_unverified_context", "high", TRUSTS_ALL),
        ),
        **dict.fromkeys(
            ("javascript", "javascriptreact", "typescript", "typescriptreact"), _SCRIPT
        ),
        "go": (
            _row("InsecureSkipVerify", r"InsecureSkipVerify\s*:\s*true", "high", TRUSTS_ALL),
            _row("shell", r'exec\.Command(?:Context)?\([^)]*"(?:ba|z)?sh"', "high", SHELL),
            _row("unsafe", r"\bunsafe\.Pointer", "medium", OVERFLOWS),
        ),
        "rust": (
            _row("unsafe", r"\bunsafe\s*(?:\{|fn\b|impl\b)", "medium", OVERFLOWS),
            _row("transmute", r"\btransmute\b", "medium", OVERFLOWS),
            _row("shell", r'Command::new\(\s*"(?:ba|z)?sh"', "high", SHELL),
            _row("certificates", r"danger_accept_invalid_certs\(\s*true", "high", TRUSTS_ALL),
        ),
        "java": (
            _row("exec", r"Runtime\.getRuntime\(\)\.exec|new\s+ProcessBuilder", "medium", SHELL),
            _row("ObjectInputStream", r"\bObjectInputStream\b", "medium", UNTRUSTED),
            _row("ScriptEngine", r"\bScriptEngine\b", "high", RUNS_TEXT),
        ),
        "csharp": (
            _row("Process.Start", r"\bProcess\.Start\s*\(", "medium", SHELL),
            _row("BinaryFormatter", r"\bBinaryFormatter\b", "high", UNTRUSTED),
        ),
        "php": (
            _row("eval", r"(?<![\w>:$])eval\s*\(", "high", RUNS_TEXT),
            _row(
                "shell",
                r"(?<![\w>:$])(?:system|shell_exec|passthru|exec|popen|proc_open)\s*\(",
                "high",
                SHELL,
            ),
            _row("unserialize", r"(?<![\w>:$])unserialize\s*\(", "medium", UNTRUSTED),
        ),
        "ruby": (
            _row("eval", r"(?<![\w.])(?:instance_|class_)?eval\b", "high", RUNS_TEXT),
            _row("system", r"(?<![\w.])(?:system|exec)\b\s*\(?", "medium", SHELL),
            _row("Marshal", r"\bMarshal\.load|\bYAML\.load\b", "medium", UNTRUSTED),
        ),
        "c": _C,
        "cpp": _C,
    }
)


def call_findings(change: Change, path: Path) -> list[Finding]:
    """Return the dangerous calls that stand more often in the file than before."""
    found: list[Finding] = []
    lines = new_lines(change)
    for danger in DANGERS.get(change.language, ()):
        before = len(danger.pattern.findall(change.before))
        if len(danger.pattern.findall(change.after)) <= before:
            continue
        number = next((n for n, line in lines if danger.pattern.search(line)), None)
        message = f"New in the code: `{danger.name}`; {danger.why}."
        rule = f"calls:{danger.name}"
        found.append(Finding("security", danger.severity, rule, message, path, number))
    return found
