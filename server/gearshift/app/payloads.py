"""The payloads that clients and `--json` are given, as plain data in the protocol's own names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gearshift.core.results import Attempt, Finding, TaskFinished


def task_finished_payload(finished: TaskFinished) -> dict[str, Any]:
    """Return the payload of `gearshift/taskFinished`; an unknown cost is None, never 0."""
    return {
        "taskId": finished.task_id,
        "action": finished.action,
        "outcome": finished.outcome,
        "label": finished.label,
        "evidence": list(finished.evidence),
        "reason": finished.reason,
        "attempts": [_attempt(attempt) for attempt in finished.attempts],
        "findings": [_finding(finding) for finding in finished.findings],
        "summary": finished.summary,
        "files": [str(path) for path in finished.files],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "severity": finding.severity,
        "rule": finding.rule,
        "message": finding.message,
        "path": str(finding.path) if finding.path else None,
        "line": finding.line,
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    usage = attempt.usage
    return {
        "model": attempt.model,
        "tier": attempt.tier,
        "outcome": attempt.outcome,
        "usage": {"input": usage.input, "cached": usage.cached, "output": usage.output},
        "usd": attempt.usd,
        "seconds": round(attempt.seconds, 3),
    }
