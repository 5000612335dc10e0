"""How Python's runners are started and what they leave: one JSON object a line."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gearshift.verify.runners import tracing
from gearshift.verify.runners.runner import Conditions, Launch, Outcome, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.verify.sandbox import Execution
    from gearshift.verify.workbench import Workbench

SCRIPT = "gearshift_outcomes"
"""Name under which a runner's own script can be imported."""
OPTIONS = f"-p {SCRIPT} -p no:cacheprovider --tb=short -q --color=no"
"""For pytest; a user's own command gets them too."""


async def has_module(bench: Workbench, module: str) -> bool:
    """Whether the environment can import `module`; a user's own command is taken for pytest."""
    if bench.environment.is_custom:
        return module == "pytest"
    probe = f"import importlib.util as u, sys; sys.exit(not u.find_spec({module!r}))"
    return (await bench.run([*bench.environment.command, "-c", probe])).code == 0


async def launch(
    place: Place, conditions: Conditions, script: str, arguments: Sequence[str]
) -> Launch:
    """Return the start of a runner whose `script` is put beside the results.

    `arguments` follow the interpreter; `{file}` in them is the test file.
    """
    bench = place.bench
    _put(bench.reports / f"{SCRIPT}.py", script)
    _put(bench.reports / f"{tracing.NAME}.py", tracing.SCRIPT)
    seen = str(await bench.seen(place.file))
    paths = [bench.reports, await bench.seen(place.import_root), await bench.seen(bench.project)]
    variables = {
        "PYTHONHASHSEED": str(conditions.seed),
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "GEARSHIFT_REPORT": str(place.report),
        "GEARSHIFT_ORDER": str(conditions.order),
        "GEARSHIFT_ONLY": "\n".join(conditions.only),
    }
    if not bench.environment.loads_plugins:
        variables["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    if conditions.traced is not None:
        traced = conditions.traced
        variables["GEARSHIFT_TRACED"] = str(await bench.seen(traced.file))
        variables["GEARSHIFT_LINES"] = f"{traced.first}-{traced.last}"
    command = bench.environment.command
    if bench.environment.is_custom:
        variables["PYTEST_ADDOPTS"] = OPTIONS
    else:
        command = (*command, *arguments)
    line = tuple(part.replace("{file}", seen) for part in command)
    return Launch(line, variables, may_write=bench.environment.is_custom)


def _put(path: Path, text: str) -> None:
    # Only when it changes, and at once: runs at the same time must not see half of it.
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        fresh = path.with_suffix(f".{os.getpid()}.new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)


def outcomes(place: Place, ended: Execution) -> list[Outcome]:
    """Return what the script wrote down."""
    del ended
    if not place.report.is_file():
        return []
    found: list[Outcome] = []
    for line in place.report.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            item: Any = json.loads(line)
        except ValueError:
            continue  # the run was killed while it wrote this line
        if isinstance(item, dict):
            found.append(_outcome(cast("dict[str, Any]", item)))
    return found


def _outcome(entry: dict[str, Any]) -> Outcome:
    hits = entry.get("hits")
    path = entry.get("path")
    return Outcome(
        str(entry.get("test")),
        entry.get("outcome"),
        str(entry.get("message", "")),
        Path(path) if isinstance(path, str) else None,
        entry.get("line"),
        frozenset((int(a), int(b)) for a, b in hits) if hits is not None else None,
    )
