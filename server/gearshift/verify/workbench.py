"""A scratch copy of a project, in which tests run and which is thrown away afterwards."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.core.errors import UserError
from gearshift.verify.environment import Environment
from gearshift.verify.isolation import Limits, Mount
from gearshift.verify.output import without_withheld
from gearshift.verify.project_copy import copy_project, environments_in
from gearshift.verify.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from gearshift.verify.sandbox import Execution


def _shows_all(path: Path) -> str | None:
    del path
    return None


@dataclass(slots=True)
class Workbench:
    """A project to run tests in; used as `async with`, which makes and removes the copy.

    Raises UserError from entering it if the disk does not allow the copy.
    """

    project: Path
    environment: Environment
    sandbox: Sandbox
    limits: Limits
    reason_to_withhold: Callable[[Path], str | None] = _shows_all
    """Why a file of the project is never shown to a model; None: it may be."""
    copy: Path = field(init=False)
    """The copy of the project."""
    reports: Path = field(init=False)
    """A folder of its own, where runners leave their results."""
    left_out: int = field(default=0, init=False)
    """Files that were not copied because of their size or number."""
    _folder: Path = field(init=False)
    _turns: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    """Without isolation, runs with other texts take turns: all see the same files."""

    def shown(self, output: str) -> str:
        """Return what a run said, without the code of withheld files."""

        def is_withheld(path: Path) -> bool:
            if path.is_relative_to(self.copy):
                path = path.relative_to(self.copy)
            return self.reason_to_withhold(self.project / path) is not None

        return without_withheld(output, is_withheld)

    async def __aenter__(self) -> Workbench:
        self._folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="gearshift-"))
        self.copy, self.reports = self._folder / "project", self._folder / "reports"
        self.reports.mkdir()
        try:
            self.left_out = await asyncio.to_thread(copy_project, self.project, self.copy)
        except OSError as error:
            await self.__aexit__()
            raise UserError(
                f"The project could not be copied to run tests in: {error.strerror}."
            ) from error
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    async def seen(self, path: Path) -> Path:
        """Return where the running code sees `path` of the project.

        Isolated code finds the copy at the project's own place, so that editable installs and
        absolute paths lead to the copy; without isolation the copy is where it is.
        """
        if await self.sandbox.isolation() != "none":
            return path
        return self._copied(path)

    def write(self, path: Path, text: str) -> None:
        """Put `text` in the copy in place of the project's file `path`."""
        _write(self._copied(path), text)

    async def run(
        self,
        command: Sequence[str],
        variables: Mapping[str, str] | None = None,
        *,
        wall_seconds: float | None = None,
        texts: Mapping[Path, str] | None = None,
        mounts: Sequence[Mount] = (),
        limits: Limits | None = None,
        is_alone: bool = False,
        may_write: bool = False,
        writable: Sequence[Path] = (),
        is_private: bool = False,
    ) -> Execution:
        """Run `command` in the copy; the environment gets `variables` besides Python's own.

        `wall_seconds` shortens the limit, `texts` of project files hold in this run alone, so that
        several runs with different ones can go on at once. `is_alone`: the command changes files
        of the copy, so nothing else may run. Where there is isolation the copy is read-only but for
        the files `writable`, which must be in it, or all of it with `may_write`. `is_private`: the
        run has a copy of the copy to write in, which is thrown away with all that it left there.
        """
        limits = limits or self.limits
        if wall_seconds is not None:
            limits = replace(limits, wall_seconds=min(wall_seconds, limits.wall_seconds))
        settings = {
            "PATH": os.pathsep.join([str(Path(self.environment.command[0]).parent), *_PROGRAMS]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONNOUSERSITE": "1",
            # Thread pools of one keep numpy's reservations and the machine's other users in peace.
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            # What tools would put into the project, which is read-only.
            "COVERAGE_FILE": str(self.reports / ".coverage"),
            "HYPOTHESIS_STORAGE_DIRECTORY": str(self.reports / "hypothesis"),
        }
        async with (
            self._with(texts or {}, is_alone=is_alone) as laid_over,
            self._thrown_away(is_private=is_private) as own,
        ):
            own_mounts = [Mount(own, self.project, writable=True)] if own else []
            known = self._mounts(writable, may_write=may_write)
            return await self.sandbox.run(
                command,
                await self.seen(self.project),
                mounts=[*_without(known, own_mounts), *own_mounts, *mounts, *laid_over],
                environment={**settings, **(variables or {})},
                limits=limits,
            )

    @asynccontextmanager
    async def _thrown_away(self, *, is_private: bool) -> AsyncGenerator[Path | None, None]:
        """Yield a copy of the copy for one run; None where none is wanted or nothing isolates."""
        if not is_private or await self.sandbox.isolation() == "none":
            yield None
            return
        folder = self._folder / "private" / uuid.uuid4().hex
        try:
            await asyncio.to_thread(shutil.copytree, self.copy, folder, symlinks=True)
            yield folder
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    @asynccontextmanager
    async def _with(
        self, texts: Mapping[Path, str], *, is_alone: bool
    ) -> AsyncGenerator[list[Mount], None]:
        """Have `texts` in place: as mounts over the files, or without isolation in the files."""
        if is_alone or await self.sandbox.isolation() == "none":
            async with self._turns:
                before = await asyncio.to_thread(self._exchange, texts)
                try:
                    yield []
                finally:
                    await asyncio.to_thread(self._put_back, before)
            return
        folder = self._folder / "texts" / uuid.uuid4().hex
        found: list[Mount] = []
        for number, (path, text) in enumerate(texts.items()):
            folder.mkdir(parents=True, exist_ok=True)
            source = folder / f"{number}{path.suffix}"
            await asyncio.to_thread(_write, source, text)
            target = self._copied(path)
            if not target.exists():  # something must be there to mount it over
                self.write(path, text)
            found.append(Mount(source, path))
        yield found

    def _exchange(self, texts: Mapping[Path, str]) -> dict[Path, bytes | None]:
        before: dict[Path, bytes | None] = {}
        for path, text in texts.items():
            target = self._copied(path)
            before[target] = target.read_bytes() if target.is_file() else None
            self.write(path, text)
        return before

    def _put_back(self, before: Mapping[Path, bytes | None]) -> None:
        for target, content in before.items():
            if content is None:
                target.unlink(missing_ok=True)
            else:
                target.write_bytes(content)

    def _mounts(self, writable: Sequence[Path], *, may_write: bool) -> list[Mount]:
        mounts = [Mount(f, f) for f in self.environment.folders if not self._has_copy_of(f)]
        mounts += [Mount(f, f) for f in environments_in(self.project)]
        for mount in mounts:
            if mount.target.is_relative_to(self.project):
                # In a read-only copy nobody could make the place for it.
                self._copied(mount.target).mkdir(parents=True, exist_ok=True)
        mounts.append(Mount(self.copy, self.project, writable=may_write))
        mounts += [Mount(self._copied(file), file, writable=True) for file in writable]
        mounts.append(Mount(self.reports, self.reports, writable=True))
        return list({m.target: m for m in mounts}.values())

    def _copied(self, path: Path) -> Path:
        return self.copy / path.relative_to(self.project)

    def _has_copy_of(self, folder: Path) -> bool:
        """Whether `folder` is part of the copied project (environments in it are not)."""
        if not folder.is_relative_to(self.project):
            return False
        return not any(folder.is_relative_to(e) for e in environments_in(self.project))


_PROGRAMS = (
    ("/usr/local/bin", "/usr/bin", "/bin") if os.name == "posix" else (os.environ.get("PATH", ""),)
)


def _without(mounts: Sequence[Mount], others: Sequence[Mount]) -> list[Mount]:
    """Return the mounts whose places are not those of others."""
    taken = {mount.target for mount in others}
    return [mount for mount in mounts if mount.target not in taken]


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8", newline="")
