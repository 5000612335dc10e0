"""The worker: reads a job from standard input, has it done, writes the changed texts.

rope is asked for changes and never told to make them. Its own folder in a project is not looked
at: the settings there are a program, and a cloned repository must not be able to run one.
"""

from __future__ import annotations

import ast
import contextlib
import json
import sys
from pathlib import Path
from typing import Any

from rope.base.exceptions import RopeError
from rope.base.fscommands import FileSystemCommands
from rope.base.project import Project
from rope.contrib import findit
from rope.refactor.extract import ExtractMethod
from rope.refactor.rename import Rename

from gearshift.restructure.calls import without_function
from gearshift.restructure.inlining import without_variable
from gearshift.restructure.moving import Moving, Unfit
from gearshift.restructure.places import line_offsets, name_offset
from gearshift.restructure.remains import exported, remains
from gearshift.restructure.root import Root

OPTIONS: dict[str, Any] = {
    "ropefolder": None,
    "automatic_soa": False,
    "import_dynload_stdmods": False,
    "extension_modules": [],
    "ignored_resources": ["node_modules", ".git", ".venv", "venv", "*.pyc", "site-packages"],
}


class Overlay(FileSystemCommands):
    """Reads texts as they are in the editor and after the steps taken so far; writes nothing."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts

    def read(self, path: Any) -> bytes:
        """Return the bytes of a file."""
        known = self.texts.get(str(path))
        return Path(path).read_bytes() if known is None else known.encode()


class Work:
    """One job under way."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.job = job
        self.root = Path(job["project"]).resolve()
        self.file = str(Path(job["file"]).resolve())
        self.files = [str(Path(file).resolve()) for file in job["files"]]
        self.texts = {str(Path(p).resolve()): text for p, text in job["texts"].items()}
        self.changed: dict[str, str] = {}
        self.notes: list[str] = []
        self.imports: dict[str, list[str]] = {}

    def text(self, path: str) -> str:
        """Return a file's text as it is by now, with plain line endings."""
        return Overlay(self.texts).read(path).decode("utf-8").replace("\r\n", "\n")

    def project(self) -> Any:
        """Return rope's project for the texts as they are by now."""
        return Project(str(self.root), fscommands=Overlay(self.texts), **OPTIONS)

    def take(self, step: dict[str, Any]) -> None:
        """Take one step: its changes are what the next one finds."""
        if step["kind"] == "inline variable":
            self._inline_variable(step)
        elif step["kind"] == "move":
            self._move(step)
        else:
            self._take_with_rope(step)

    def _take_with_rope(self, step: dict[str, Any]) -> None:
        project = self.project()
        try:
            if step["kind"] == "inline function":
                self._inline_function(project, step)
                return
            changes = self._rename(project, step) if step["kind"] == "rename" else None
            changes = changes or self._extract(project, step)
            for change in changes.changes:
                path = str(Path(change.resource.real_path).resolve())
                self.texts[path] = self.changed[path] = change.new_contents.replace("\r\n", "\n")
        finally:
            project.close()
        if step["kind"] == "rename":
            self._finish_rename(step)

    def _rename(self, project: Any, step: dict[str, Any]) -> Any:
        offset = name_offset(self.text(self.file), step["symbol"], step["old"])
        if offset is None:
            raise Unfit(f"`{step['old']}` is not bound in `{step['symbol']}`.")
        is_method = "." in step["symbol"] and step["symbol"].endswith(f".{step['old']}")
        renaming: Any = Rename(project, self._resource(project, self.file), offset)
        # Files outside the list (environments, other people's code) are not touched.
        resources = [self._resource(project, file) for file in self.files]
        return renaming.get_changes(step["new"], in_hierarchy=is_method, resources=resources)

    def _finish_rename(self, step: dict[str, Any]) -> None:
        if step["symbol"].rpartition(".")[2] != step["old"]:
            return  # a local name: rope sees all of it
        for path in self.files:
            with contextlib.suppress(OSError, UnicodeDecodeError):
                self._finish_in(path, step)

    def _finish_in(self, path: str, step: dict[str, Any]) -> None:
        text = self.text(path)
        if step["old"] not in text:
            return
        if path in self.changed and (renamed := exported(text, step["old"], step["new"])):
            self.texts[path] = self.changed[path] = text = renamed
        # Of a module's own names rope sees every use; whose attribute it is often nobody can tell.
        for line in remains(text, step["old"]) if "." in step["symbol"] else ():
            place = f"{Path(path).relative_to(self.root).as_posix()} line {line + 1}"
            self.notes.append(f"Whether `{step['old']}` in {place} is the same, nobody can tell.")

    def _extract(self, project: Any, step: dict[str, Any]) -> Any:
        start, end = line_offsets(self.text(self.file), step["first"], step["last"])
        extraction: Any = ExtractMethod(project, self._resource(project, self.file), start, end)
        everywhere = bool(step["everywhere"])
        return extraction.get_changes(step["name"], similar=everywhere, global_=everywhere)

    def _inline_variable(self, step: dict[str, Any]) -> None:
        after = without_variable(self.text(self.file), step["symbol"], step["name"])
        if after is None:
            raise Unfit(f"`{step['name']}` can't be put in its places without changing something")
        self.texts[self.file] = self.changed[self.file] = after

    def _inline_function(self, project: Any, step: dict[str, Any]) -> None:
        text, name = self.text(self.file), step["name"]
        offset = name_offset(text, name, name)
        if offset is None:
            raise Unfit(f"`{name}` is not defined in {Path(self.file).name}.")
        resources = [self._resource(project, file) for file in self.files]
        home = self._resource(project, self.file)
        # rope knows which of the same words mean this function.
        rope: Any = findit
        places = rope.find_occurrences(project, home, offset, unsure=False, resources=resources)
        found: dict[str, list[int]] = {}
        for place in places:
            path = str(Path(place.resource.real_path).resolve())
            found.setdefault(path, []).append(int(place.offset))
        texts = {path: self.text(path) for path in {*found, self.file}}
        self._refuse_unsure(name, set(found))
        self.changed |= without_function(texts, self.file, name, found)
        self.texts |= self.changed

    def _refuse_unsure(self, name: str, known: set[str]) -> None:
        """Attributes and texts of that name may mean it as well, and nobody can tell."""
        for path in self.files:
            text = self.text(path) if path not in known else ""
            if name in text and (lines := remains(text, name)):
                place = f"{Path(path).relative_to(self.root).as_posix()} line {lines[0] + 1}"
                raise Unfit(f"Whether `{name}` in {place} is the same, nobody can tell.")

    def _move(self, step: dict[str, Any]) -> None:
        paths = [self.file, str(Path(step["goal"]).resolve())]
        texts = {Path(p): t for p in {*self.files, *paths} if (t := self._parsed(p)) is not None}
        home, goal = Path(paths[0]), Path(paths[1])
        for path in (home, goal):
            if path not in texts:
                raise Unfit(f"{path.name} can't be read or does not parse.")
        moving = Moving(step["name"], home, goal, Root(Path(step["root"]).resolve()), texts)
        moving.take()
        self.changed |= {str(path): text for path, text in moving.changed.items()}
        self.imports |= {str(path): lines for path, lines in moving.imports.items()}

    def _parsed(self, path: str) -> str | None:
        """Return a file's text; None where it is no Python that could import anything."""
        try:
            text = self.text(path)
            ast.parse(text)
        except (OSError, UnicodeDecodeError, SyntaxError, ValueError):
            return None
        return text

    def _resource(self, project: Any, path: str) -> Any:
        return project.get_resource(Path(path).relative_to(self.root).as_posix())


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """Return the changed texts and notes, or the problem."""
    work = Work(job)
    try:
        for step in job["steps"]:
            work.take(step)
    except (RopeError, Unfit) as error:
        return {"problem": f"{str(error).strip().rstrip('.')}."}
    except SyntaxError as error:
        return {"problem": f"rope can't read the code: {error.msg} in line {error.lineno}."}
    except RecursionError:
        return {"problem": "The code is nested too deeply for rope."}
    return {"texts": work.changed, "notes": work.notes, "imports": work.imports}


def main() -> None:
    """Do one job."""
    output = sys.stdout
    sys.stdout = sys.stderr
    json.dump(answer(json.load(sys.stdin)), output)


if __name__ == "__main__":
    main()
