"""Where settings come from, lowest first: defaults, user file, project files, editor."""

from __future__ import annotations

import importlib
import os
import re
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gearshift.settings.parse import Level, Parsed, Problem, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gearshift.settings.schema import Settings

LARGEST_FILE = 1_000_000
"""Bytes of a settings file that are read; more is a mistake or an attack."""
_EDITOR = "editor"

Stamp = tuple[int, int, int]
"""Modification time, size and inode: unequal when a file was written or replaced."""


class _File:
    """What is known of one settings file."""

    def __init__(self) -> None:
        self.options: Mapping[str, Any] | None = None
        """The last content that could be read; None: no file."""
        self.problem: Problem | None = None
        """Why the present content could not be read."""
        self.name = ""


class SettingsSources:
    """The raw settings of every level, merged anew by `resolve`."""

    def __init__(self) -> None:
        self._user = _File()
        self._projects: dict[str, _File] = {}
        self._editor: object = None

    def set_user_text(self, text: str | None, name: str = "config.toml") -> None:
        """Take the text of the user's settings file; None: there is none.

        Text that is not TOML becomes a problem, and the last good text stays in force.
        """
        _take(self._user, text, name)

    def set_project_text(self, text: str | None, name: str = ".gearshift.toml") -> None:
        """Take the text of a project's settings file, as `set_user_text` does."""
        _take(self._projects.setdefault(name, _File()), text, name)

    def forget_project(self, name: str) -> None:
        """Leave out a project's settings file: its folder was closed."""
        self._projects.pop(name, None)

    def set_user_problem(self, message: str, name: str) -> None:
        """Note that the user's file is there and can't be read; what was read before stays."""
        self._user.problem = Problem("", message, name)

    def set_project_problem(self, message: str, name: str) -> None:
        """Note that a project's file is there and can't be read; what was read before stays."""
        self._projects.setdefault(name, _File()).problem = Problem("", message, name)

    def set_editor(self, options: object) -> None:
        """Take an editor's latest settings in place of its earlier ones; None clears them."""
        self._editor = options

    def resolve(self) -> Parsed:
        """Return the settings in force, and every problem with the name of its source.

        Projects' files are left out, their problems too, where the user or the editor says so.
        """
        found = self._merged(self._projects.values())
        return found if found.settings.project.enable else self._merged(())

    def _merged(self, projects: Iterable[_File]) -> Parsed:
        steps: list[tuple[object, Level, _File | None]] = [
            (self._user.options, "user", self._user),
            *((file.options, "project", file) for file in projects),
            (self._editor, "editor", None),
        ]
        settings: Settings | None = None
        problems: list[Problem] = []
        for options, level, file in steps:
            parsed = parse(options, settings, level)
            settings = parsed.settings
            source = file.name if file else _EDITOR
            if file and file.problem:
                problems.append(file.problem)
            problems += [problem._replace(source=source) for problem in parsed.problems]
        assert settings is not None
        return Parsed(settings, tuple(problems))


class SettingsFiles:
    """Feeds the user's file and those of the open projects into `sources` when they change."""

    def __init__(
        self,
        sources: SettingsSources,
        user: Path | None,
        projects: Sequence[Path] = (),
        stat: Callable[[Path], Stamp | None] | None = None,
    ) -> None:
        """`projects`: the settings file of each workspace folder; a later one only adds to it."""
        self._stat = stat or file_stamp
        self._sources = sources
        self._user = user
        self._projects = tuple(projects)
        self._seen: dict[Path, Stamp | None] = {}

    def use_projects(self, projects: Sequence[Path]) -> bool:
        """Take other project files; return whether settings may have changed."""
        gone = [path for path in self._projects if path not in projects]
        self._projects = tuple(projects)
        for path in gone:
            self._seen.pop(path, None)
            self._sources.forget_project(str(path))
        return self.refresh() or bool(gone)

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files to watch, existing or not."""
        return (*((self._user,) if self._user else ()), *self._projects)

    def refresh(self) -> bool:
        """Read the files that changed since the last call; return whether any did.

        Costs one `stat` a file when nothing changed. Never raises.
        """
        is_changed = False
        sources = self._sources
        for path in self.paths:
            is_users = path == self._user
            set_text = sources.set_user_text if is_users else sources.set_project_text
            set_problem = sources.set_user_problem if is_users else sources.set_project_problem
            stamp = self._stat(path)
            if path in self._seen and self._seen[path] == stamp:
                continue
            # A file that never existed is no news.
            is_changed |= stamp is not None or self._seen.get(path) is not None
            self._seen[path] = stamp
            _feed(path, stamp, set_text, partial(set_problem, name=str(path)))
        return is_changed


def file_stamp(path: Path) -> Stamp | None:
    """Return what tells one state of a file from another; None: there is no such file."""
    try:
        found = os.stat(path)  # noqa: PTH116 (one call, no Path object; on the short path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _feed(
    path: Path,
    stamp: Stamp | None,
    set_text: Callable[[str | None, str], None],
    set_problem: Callable[[str], None],
) -> None:
    if stamp is None:
        set_text(None, str(path))
        return
    if stamp[1] > LARGEST_FILE:
        set_problem(f"{path.name} is larger than {LARGEST_FILE:,} bytes, so it is not read.")
        return
    try:
        set_text(path.read_text(encoding="utf-8-sig"), str(path))
    except UnicodeDecodeError:
        set_problem(f"{path.name} is not UTF-8 text, so it is not read; save it as UTF-8.")
    except OSError as error:
        set_problem(f"{path.name} can't be read ({error.strerror}); the last settings stay.")


LAST_STAYS = "Until then the last good settings of this file stay."
NOTHING_READ = "Until then nothing in it counts."


def _take(file: _File, text: str | None, name: str) -> None:
    file.name, file.problem = name, None
    if text is None:
        file.options = None
        return
    try:
        file.options = _read_toml(text)
    except (ValueError, RecursionError) as error:
        meanwhile = NOTHING_READ if file.options is None else LAST_STAYS
        sentence = _toml_sentence(Path(name).name, str(error))
        file.problem = Problem("", f"{sentence} {meanwhile}", name)


def _read_toml(text: str) -> Mapping[str, Any]:
    # Imported only when there is a file; `tomli` is the same reader for Python 3.10.
    reader = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    return cast("Mapping[str, Any]", reader.loads(text))


def _toml_sentence(name: str, error: str) -> str:
    """Return where a TOML file is wrong; the parser's own words may hold a value, so not them."""
    place = re.search(r"line (\d+), column (\d+)", error)
    where = f"line {place[1]}, column {place[2]}" if place else "its end"
    return f"{name} is not valid TOML at {where}; correct that line (text needs quotes) and save."
