"""Which files are never sent: built-in rules, `privacy.exclude`, .gitignore, .gearshiftignore."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.core.clock import SystemClock
from gearshift.privacy.patterns import BUILT_IN, Patterns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.core.clock import Clock
    from gearshift.settings.schema import PrivacySettings

GIT_IGNORE = ".gitignore"
OWN_IGNORE = ".gearshiftignore"
_KINDS = (GIT_IGNORE, OWN_IGNORE)
RECHECK_SECONDS = 1.0
"""How long a verdict is kept before the ignore files are looked at again."""
_LARGEST_FILE = 1_000_000
"""Bytes of an ignore file that are read."""


class IgnoreRules:
    """The rules of one workspace folder; cheap to ask again for the same path.

    Built-in rules can't be taken back by a `!` line. `.gitignore` and `.gearshiftignore` files are
    judged apart: either keeps a file in. A path outside `root` (an installed package) is judged
    by the built-in rules and `privacy.exclude` only.
    """

    def __init__(
        self, root: Path | None, settings: PrivacySettings, clock: Clock | None = None
    ) -> None:
        self.root = root
        self._clock = clock or SystemClock()
        self._built_in = built_in()
        self._exclude = Patterns(settings.exclude, ignores_case=True)
        tops = _names_of(root) if root else ()
        self._trees = [_IgnoreTree(folder) for folder in tops]
        self._package_trees = [_IgnoreTree(folder, (OWN_IGNORE,)) for folder in tops]
        self._verdicts: dict[tuple[str, bool], str | None] = {}
        self._checked_at = float("-inf")

    def reason_to_withhold(self, path: Path, *, of_package: bool = False) -> str | None:
        """Return one sentence that names the rule and where it stands; None: it may be sent.

        A link is judged by its own name and by that of what it leads to. `of_package`: only
        signatures of an installed package are meant, for which `.gitignore` says nothing: nearly
        every project names the folder of its packages there.
        """
        self.look()
        key = (str(path), of_package)
        if key not in self._verdicts:
            self._verdicts[key] = self._judge(
                path, self._package_trees if of_package else self._trees
            )
        return self._verdicts[key]

    def look(self) -> float:
        """Return when the ignore files were looked at last, after another look if it is time.

        Until then every verdict stays.
        """
        now = self._clock.monotonic()
        if now - self._checked_at >= RECHECK_SECONDS:
            self._checked_at = now
            self._verdicts.clear()
            for tree in (*self._trees, *self._package_trees):
                tree.forget()
        return self._checked_at

    def ignores_folder(self, folder: Path) -> bool:
        """Whether ignore files keep in everything below `folder`, so that none of it is read."""
        return any(
            tree.root in folder.parents and tree.folder_rule(folder) is not None
            for tree in self._trees
        )

    def _judge(self, path: Path, trees: Sequence[_IgnoreTree]) -> str | None:
        given, *real = _names_of(path)
        for name in (given, *real):
            rule = self._rule_for(name, trees)
            if rule:
                link = "" if name == given else f", a link to `{name.name}`,"
                return f"`{given.name}`{link} is not sent: {rule}."
        return None

    def _rule_for(self, path: Path, candidates: Sequence[_IgnoreTree]) -> str | None:
        """Return the first rule against an absolute path."""
        trees = [tree for tree in candidates if tree.root in path.parents]
        inner = "/".join(path.relative_to(trees[0].root).parts if trees else path.parts[1:])
        if match := self._built_in.match(inner):
            return f"it matches `{match.pattern}`, a built-in rule for files that hold secrets"
        match = self._exclude.match(inner)
        if match and match.is_ignored:
            return f"it matches `{match.pattern}` in the setting `privacy.exclude`"
        for tree in trees:
            if rule := tree.rule_for(path):
                return rule
        return None


@cache
def built_in() -> Patterns:
    """Return the rules that no setting takes back."""
    # 15 ms for the process, not for each folder and each change of settings.
    return Patterns(BUILT_IN, ignores_case=True)


class _IgnoreTree:
    """The ignore files from the top of the repository down."""

    def __init__(self, root: Path, kinds: Sequence[str] = _KINDS) -> None:
        self.root = root
        self._kinds = kinds
        self._top = _repository_of(root) or root
        self._git_exclude = _git_folder(self._top) / "info" / "exclude"
        self._files: dict[Path, tuple[tuple[int, int] | None, Patterns | None]] = {}
        self._seen: set[Path] = set()
        self._folders: dict[tuple[str, ...], str | None] = {}

    def forget(self) -> None:
        """Look at every ignore file again when it is next needed."""
        self._seen.clear()
        self._folders.clear()

    def folder_rule(self, folder: Path) -> str | None:
        """Return the rule that ignores a folder below the root, or one above it."""
        return self._folder_rule(folder.relative_to(self._top).parts)

    def rule_for(self, path: Path) -> str | None:
        """Return the rule that ignores a file below the root, or a folder above it."""
        parts = path.relative_to(self._top).parts
        return self._folder_rule(parts[:-1]) or self._own_rule(parts, "")

    def _folder_rule(self, parts: tuple[str, ...]) -> str | None:
        if not parts:
            return None
        if parts not in self._folders:
            rule = self._folder_rule(parts[:-1]) or self._own_rule(parts, "/")
            self._folders[parts] = rule
        return self._folders[parts]

    def _own_rule(self, parts: tuple[str, ...], ending: str) -> str | None:
        for kind in self._kinds:
            if rule := self._rule_of_kind(kind, parts, ending):
                return rule
        return None

    def _rule_of_kind(self, kind: str, parts: tuple[str, ...], ending: str) -> str | None:
        """Return what the nearest file of a kind that knows the path says."""
        sources = [
            (self._top.joinpath(*parts[:depth], kind), depth)
            for depth in reversed(range(len(parts)))
        ]
        if kind == GIT_IGNORE:
            sources.append((self._git_exclude, 0))
        for file, depth in sources:
            patterns = self._patterns_in(file)
            match = patterns.match("/".join(parts[depth:]) + ending) if patterns else None
            if match:
                if not match.is_ignored:
                    return None
                return f"it matches `{match.pattern}` in {file}, line {match.line}"
        return None

    def _patterns_in(self, file: Path) -> Patterns | None:
        known = self._files.get(file)
        if file in self._seen and known:
            return known[1]
        self._seen.add(file)
        stamp = _stamp(file)
        if known and known[0] == stamp:
            return known[1]
        patterns = _read_patterns(file) if stamp else None
        self._files[file] = (stamp, patterns)
        return patterns


def _names_of(path: Path) -> tuple[Path, ...]:
    """Return the path as it is written and, if another, with every link followed."""
    given = Path(os.path.abspath(path))  # noqa: PTH100 (`resolve` would follow links)
    try:
        real = Path(os.path.realpath(given))
    except (OSError, ValueError):  # links in a circle, a zero byte in a name
        return (given,)
    return (given,) if real == given else (given, real)


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(file)  # noqa: PTH116 (one call; asked for every folder above a file)
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size


def _read_patterns(file: Path) -> Patterns | None:
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            text = lines.read(_LARGEST_FILE)
    except OSError:
        return None
    return Patterns(text.lstrip("\ufeff").split("\n"))


def _repository_of(folder: Path) -> Path | None:
    """Return the top of the git work tree that `folder` is in."""
    return next((f for f in (folder, *folder.parents) if (f / ".git").exists()), None)


def _git_folder(top: Path) -> Path:
    """Return where git keeps its files for a work tree, shared ones for a linked work tree."""
    folder = top / ".git"
    try:
        if not folder.is_file():
            return folder
        folder = top / folder.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
        common = folder / "commondir"
        return folder / common.read_text(encoding="utf-8").strip() if common.is_file() else folder
    except (OSError, UnicodeDecodeError):
        return top / ".git"
