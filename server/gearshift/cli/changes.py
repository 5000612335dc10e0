"""What git says has changed: files and their lines."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from gearshift.core.errors import SettingsError

_FILE = re.compile(r"^\+\+\+ (?:b/(?P<name>.*)|/dev/null)$")
_HUNK = re.compile(r"^@@ -\S+ \+(?P<first>\d+)(?:,(?P<count>\d+))? @@")
SECONDS = 60

Changed = dict[Path, list[tuple[int, int]]]
"""Files with their changed lines, first and last, from 1."""


def changed_lines(folder: Path, revision: str = "HEAD") -> Changed:
    """Return what differs from `revision` in the repository around `folder`, unsaved work too.

    Files that git does not know yet count whole. Raises SettingsError where git can't say.
    """
    top = Path(_git(folder, "rev-parse", "--show-toplevel").strip())
    # A revision that begins with a dash would be taken for an option.
    _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    options = ("--unified=0", "--no-color", "--no-ext-diff", "--no-renames", "--diff-filter=d")
    # Users set other prefixes, or none.
    prefixes = ("--src-prefix=a/", "--dst-prefix=b/")
    found = _hunks(top, _git(top, "diff", *options, *prefixes, revision, "--"))
    names = _git(top, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
    for name in filter(None, names):
        found[top / name] = [(1, 1 << 30)]
    return found


def _hunks(top: Path, diff: str) -> Changed:
    found: Changed = {}
    file: Path | None = None
    for line in diff.split("\n"):
        if name := _FILE.match(line):
            # git ends a name that has spaces with a tab.
            file = top / name["name"].rstrip("\t") if name["name"] else None
        elif file is not None and (hunk := _HUNK.match(line)):
            first, count = int(hunk["first"]), int(hunk["count"] or 1)
            # Lines that only went away still changed what is around them.
            found.setdefault(file, []).append((first, first + max(count, 1) - 1))
    return found


def _git(folder: Path, *arguments: str) -> str:
    try:
        ended = subprocess.run(
            ["git", "-c", "core.quotePath=false", *arguments],
            cwd=folder,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except (FileNotFoundError, NotADirectoryError) as error:
        if not folder.is_dir():
            raise SettingsError(f"{folder} is not there.") from error
        raise SettingsError("There is no git here, so it can't say what changed.") from error
    except subprocess.TimeoutExpired as error:
        raise SettingsError(f"git took more than {SECONDS} s to say what changed.") from error
    if ended.returncode:
        said = ended.stderr.decode("utf-8", "replace").strip().split("\n")[0]
        if "--verify" in arguments:
            said = f"there is no revision `{arguments[-1].removesuffix('^{commit}')}`"
        raise SettingsError(f"git can't say what changed: {said or 'it failed'}.")
    return ended.stdout.decode("utf-8", "replace")
