"""Edits made on the disk: all files or none, each replaced at once."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.core.text import apply_edits, split_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gearshift.core.results import FileEdit


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One file as it is to be."""

    path: Path
    before: str | None
    """Its present text; None: there is no file yet."""
    after: str

    @property
    def diff(self) -> str:
        """The change as a unified diff with `a/` and `b/`, for `git apply`."""
        name = _shown(self.path)
        old = "/dev/null" if self.before is None else f"a/{name}"
        new = f"b/{name}"
        found = unified_diff(_lines(self.before or ""), _lines(self.after), old, new)
        return "".join(map(_whole_line, found))


def read_text(path: Path) -> str:
    """Return the text of a file with its own line endings. Raises OSError, UnicodeDecodeError."""
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def rewrites(edits: Iterable[FileEdit], opened: Mapping[Path, str]) -> list[Rewrite]:
    """Return what `edits` make of the files; `opened` are the texts that they were made for.

    Raises OSError where a file can't be read, ValueError where it changed meanwhile.
    """
    found: list[Rewrite] = []
    for edit in edits:
        before = read_text(edit.path) if edit.path.exists() else None
        if edit.path in opened and before != opened[edit.path]:
            raise ValueError(f"{edit.path.name} was changed meanwhile; run it again")
        found.append(Rewrite(edit.path, before, apply_edits(before or "", edit.edits)))
    return found


def write_all(files: Sequence[Rewrite]) -> None:
    """Put every file in place; when one can't be, those before it are put back.

    Raises OSError.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        staged += ((_staged(file), file.path.resolve()) for file in files)
        _replace(staged, files)
    finally:
        for fresh, _ in staged:
            fresh.unlink(missing_ok=True)


def _staged(file: Rewrite) -> Path:
    """Return a complete new file beside the one that it will replace."""
    target = file.path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
        stream.write(file.after)
    if target.exists():
        shutil.copymode(target, name)
    else:
        Path(name).chmod(0o666 & ~_umask())
    return Path(name)


def _replace(staged: Sequence[tuple[Path, Path]], files: Sequence[Rewrite]) -> None:
    done: list[tuple[Path, str | None]] = []
    try:
        for (fresh, target), file in zip(staged, files, strict=True):
            fresh.replace(target)
            done.append((target, file.before))
    except OSError:
        for target, before in done:
            with contextlib.suppress(OSError):
                if before is None:
                    target.unlink()
                else:
                    with target.open("w", encoding="utf-8", newline="") as stream:
                        stream.write(before)
        raise


def _lines(text: str) -> list[str]:
    return [line for line in split_lines(text) if line]


def _whole_line(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _shown(path: Path) -> str:
    """Return the path as seen from here, with `/`."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else path.as_posix()
