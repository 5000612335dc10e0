"""The results of `gearshift tests` for machines: JSON, JUnit XML, SARIF."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from gearshift import __version__
from gearshift.core.errors import SettingsError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from gearshift.cli.tests import Batch, Result
    from gearshift.cli.writing import Rewrite

NOT_BEGUN = "It was not begun."
LEVELS = {"low": "note", "medium": "warning", "high": "error"}
"""SARIF's word for each severity."""
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def written(batch: Batch, files: Sequence[Rewrite], arguments: Namespace) -> str:
    """Write the report that was asked for; return what of it is to be printed, or nothing.

    Raises SettingsError if its file can't be written.
    """
    if arguments.json:
        return as_json(batch, files, is_applied=arguments.apply)
    for target, make in ((arguments.junit, as_junit), (arguments.sarif, as_sarif)):
        if target is not None and str(target) == "-":
            return make(batch)
        if target is not None:
            _put(target, make(batch))
    return ""


def _put(target: Path, text: str) -> None:
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{target} can't be written: {error.strerror}.") from error


def as_json(batch: Batch, files: Sequence[Rewrite], *, is_applied: bool) -> str:
    """Return every end as its `gearshift/taskFinished`, with its symbol, and the whole edit."""
    from gearshift.app.payloads import task_finished_payload

    tasks: list[dict[str, Any]] = []
    for result in batch.results:
        place = {
            "file": str(result.job.file),
            "symbol": result.job.name,
            "line": result.job.line + 1,
        }
        if result.finished is None:
            tasks.append({**place, "outcome": None, "reason": batch.stopped or NOT_BEGUN})
            continue
        payload = task_finished_payload(result.finished)
        tasks.append({**place, **payload, "summary": result.finished.summary or None})
    whole = {
        "tasks": tasks,
        "usd": batch.usd,
        "stopped": batch.stopped,
        "written": [str(file.path) for file in files] if is_applied else [],
        "diff": "".join(file.diff for file in files) or None,
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def as_junit(batch: Batch) -> str:
    """Return a suite with a case for each symbol: refused ones failed, later ones skipped."""
    ends = [result.finished for result in batch.results]
    suite = Element("testsuite", name="gearshift tests", tests=str(len(ends)))
    counts = {"failures": 0, "errors": 0, "skipped": 0}
    for result in batch.results:
        kind = _junit_case(suite, result, batch.stopped)
        if kind is not None:
            counts[kind] += 1
    for name, count in counts.items():
        suite.set(name, str(count))
    suites = Element("testsuites")
    suites.append(suite)
    indent(suites)
    return tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _junit_case(suite: Element, result: Result, stopped: str | None) -> str | None:
    """Add one case; return what it counts as, None for a good one."""
    job, end = result.job, result.finished
    case = SubElement(suite, "testcase", classname=job.file.as_posix(), name=job.name)
    if end is None:
        SubElement(case, "skipped", message=_plain(stopped or NOT_BEGUN))
        return "skipped"
    case.set("time", f"{sum(attempt.seconds for attempt in end.attempts):.3f}")
    if end.outcome == "applied" and not end.findings:
        SubElement(case, "system-out").text = _plain(end.summary)
        return None
    is_error = end.outcome in ("failed", "cancelled")
    said = [found.message for found in end.findings] or [end.reason or end.outcome]
    kind = "bug" if end.findings else end.outcome
    fault = SubElement(case, "error" if is_error else "failure", type=kind)
    fault.set("message", _plain(said[0]))
    fault.text = _plain("\n".join(said))
    return "errors" if is_error else "failures"


def _plain(text: str) -> str:
    """Return the text without characters that XML can't hold."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and not _is_surrogate(c)))


def _is_surrogate(character: str) -> bool:
    return "\ud800" <= character <= "\udfff" or character in "\ufffe\uffff"


def as_sarif(batch: Batch) -> str:
    """Return bugs found as results, and symbols without tests as notes."""
    results: list[dict[str, Any]] = []
    for result in batch.results:
        end, job = result.finished, result.job
        for found in end.findings if end else ():
            line = found.line if found.line is not None else job.line
            file = found.path or job.file
            results.append(_sarif(found.kind, LEVELS[found.severity], found.message, file, line))
        if end is None or end.outcome != "applied":
            reason = (end.reason if end else batch.stopped) or NOT_BEGUN
            text = f"`{job.name}` got no tests: {reason}"
            results.append(_sarif("untested", "note", text, job.file, job.line))
    driver = {
        "name": "gearshift",
        "version": __version__,
        "rules": [
            {"id": "bug", "shortDescription": {"text": "A generated test shows a bug."}},
            {"id": "security", "shortDescription": {"text": "A generated test is dangerous."}},
            {"id": "untested", "shortDescription": {"text": "No generated test was proved."}},
        ],
    }
    runs = [{"tool": {"driver": driver}, "results": results}]
    whole = {"$schema": SCHEMA, "version": "2.1.0", "runs": runs}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _sarif(rule: str, level: str, text: str, file: Path, line: int) -> dict[str, Any]:
    here = Path.cwd()
    path = file.absolute()
    is_here = path.is_relative_to(here)
    # SARIF takes addresses, not paths: a space or a `#` in a name is written as its number.
    shown = quote(path.relative_to(here).as_posix()) if is_here else path.as_uri()
    place = {"artifactLocation": {"uri": shown}, "region": {"startLine": line + 1}}
    return {
        "ruleId": rule,
        "level": level,
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
    }
