"""Completing a request: what is meant, where its tests live, how its module is imported."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from gearshift.actions.destinations import modules_for
from gearshift.actions.package import package_of
from gearshift.actions.request import ActionRequest, ExistingTests
from gearshift.actions.target import Target, target_at, whole_file
from gearshift.actions.usage import calls_of, fixtures_for
from gearshift.core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gearshift.actions.action import Need
    from gearshift.core.diagnostic import Diagnostic
    from gearshift.core.document import Snapshot
    from gearshift.core.text import Range

    OpenText = Callable[[Path], tuple[str, int | None] | None]
    """Returns the text and version of a file that is open in the editor; None: not open."""
    ReasonToWithhold = Callable[[Path], str | None]
    """Returns why a file is never sent to a model; None: it may be."""

SOURCE_FOLDERS = frozenset({"src", "lib", "python"})
"""Folders that are put on the module path by common project layouts."""
MOST_TEST_FILES = 2000


async def prepare(
    snapshot: Snapshot,
    span: Range,
    *,
    instruction: str = "",
    diagnostics: Sequence[Diagnostic] = (),
    project: Path | None = None,
    open_text: OpenText | None = None,
    reason_to_withhold: ReasonToWithhold | None = None,
    opened: Sequence[Snapshot] = (),
    is_whole_file: bool = False,
    needs: Need = "nothing",
) -> ActionRequest:
    """Return the request for `span`; raises UserError if nothing of a fair size is meant.

    The project is searched for what the action `needs`.
    """
    target: Target | None = whole_file(snapshot) if is_whole_file else target_at(snapshot, span)
    if target is None:
        raise UserError(
            "There is no function or class here; put the cursor in one or select some lines."
        )
    tests = await asyncio.to_thread(_existing_tests, snapshot, project, open_text)
    if tests and tests.exists and reason_to_withhold and (why := reason_to_withhold(tests.path)):
        tests = ExistingTests(tests.path, "", True, problem=why)
    if tests and project:
        from gearshift.actions.other_tests import framework_of

        framework = await asyncio.to_thread(framework_of, snapshot, project)
        tests = replace(tests, framework=framework)
    found = ActionRequest(
        *(snapshot, span, target, instruction, tuple(diagnostics), project, tests),
        opened=tuple(opened),
    )
    return await _supplied(found, needs, reason_to_withhold or _shows_all)


async def _supplied(
    request: ActionRequest, needs: Need, reason_to_withhold: ReasonToWithhold
) -> ActionRequest:
    """Return the request with what the project has for it."""
    path, project, symbol = request.snapshot.path, request.project, request.target.symbol
    if path is None or project is None or not path.is_relative_to(project):
        return request
    name = symbol.name if symbol else ""
    if needs == "tests" and request.tests is not None:
        return await asyncio.to_thread(_with_usage, request, name, reason_to_withhold)
    if needs == "modules" and name:
        about = (name, path, project, reason_to_withhold)
        return replace(request, modules=await asyncio.to_thread(modules_for, *about))
    if needs == "package":
        about = (path, *module_of(path, project), project, reason_to_withhold)
        return replace(request, package=await asyncio.to_thread(package_of, *about))
    return request


def _with_usage(
    request: ActionRequest, name: str, reason_to_withhold: ReasonToWithhold
) -> ActionRequest:
    tests, path, project = request.tests, request.snapshot.path, request.project
    assert tests is not None
    assert path is not None
    assert project is not None
    fixtures = fixtures_for(tests.path, project, reason_to_withhold)
    calls = calls_of(name, path, project, reason_to_withhold) if name else {}
    return replace(
        request,
        tests=replace(tests, fixtures=tuple(fixtures)),
        calls=tuple(calls),
        quoted=tuple(dict.fromkeys((*calls.values(), *fixtures.values()))),
    )


def _shows_all(path: Path) -> str | None:
    del path
    return None


def _existing_tests(
    snapshot: Snapshot, project: Path | None, open_text: OpenText | None
) -> ExistingTests | None:
    from gearshift.languages import language_of

    facts = language_of(snapshot.language)
    if facts.tests is None or snapshot.path is None or project is None:
        return None
    if not snapshot.path.is_relative_to(project):
        return None
    wanted = facts.test_path(snapshot.path.relative_to(project))
    assert wanted is not None
    path = project / wanted
    if not path.exists():
        path = _elsewhere(project, snapshot.path, path.name) or path
    if open_text is not None and (opened := open_text(path)) is not None:
        return ExistingTests(path, opened[0], True, opened[1])
    try:
        return ExistingTests(path, path.read_text(encoding="utf-8"), True)
    except FileNotFoundError:
        return ExistingTests(path, "", False)
    except UnicodeDecodeError:
        problem = f"The test file {path.name} is not UTF-8 text; save it as UTF-8."
    except OSError as error:
        problem = f"The test file {path.name} can't be read: {error.strerror}."
    return ExistingTests(path, "", True, problem=problem)


def _elsewhere(project: Path, source: Path, name: str) -> Path | None:
    """Return a file of that name beside the source or anywhere under a tests folder."""
    beside = source.with_name(name)
    if beside.exists():
        return beside
    for folder in ("tests", "test"):
        for found in islice((project / folder).rglob("*"), MOST_TEST_FILES):
            if found.name == name:
                return found
    return None


def module_of(source: Path, project: Path) -> tuple[Path, str]:
    """Return the folder from which Python imports `source`, and the module's dotted name.

    Packages are followed up to the first folder without `__init__.py`; folders below the project
    that are no usual source folder count as namespace packages.
    """
    root = source.parent
    while root != project and (root / "__init__.py").is_file():
        root = root.parent
    if root != project and root.name not in SOURCE_FOLDERS:
        parts = root.relative_to(project).parts
        if all(part.isidentifier() for part in parts):
            after = [n for n, part in enumerate(parts) if part in SOURCE_FOLDERS]
            root = project.joinpath(*parts[: after[-1] + 1]) if after else project
    names = [*source.relative_to(root).parent.parts]
    if source.stem != "__init__":
        names.append(source.stem)
    return root, ".".join(names)
