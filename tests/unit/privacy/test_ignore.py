"""Files that hold secrets, or that the user or git ignores, are never sent."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from gearshift.privacy.ignore import RECHECK_SECONDS, IgnoreRules
from gearshift.settings.schema import PrivacySettings

if TYPE_CHECKING:
    from pathlib import Path


class Hands:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "name",
    [".env", ".env.local", "deploy/.ENV", "a/b/server.pem", "tls.KEY", "id_rsa", "id_ed25519.pub",
     "x.p12", "x.pfx", "vault.kdbx", ".netrc", ".npmrc", ".pypirc", "credentials", "secrets.yaml",
     "terraform.tfstate", ".aws/config", ".ssh/known_hosts", ".gnupg/x", ".git/config",
     ".docker/config.json", "client_secret_1.json"],
)  # fmt: skip
def test_built_in_rules_keep_secret_files_in(tmp_path: Path, name: str) -> None:
    write(tmp_path / ".gitignore", "!*\n!.env\n")
    write(tmp_path / ".gearshiftignore", "!*\n")
    rules = IgnoreRules(tmp_path, PrivacySettings(exclude=("!*",)))
    assert "built-in rule" in (rules.reason_to_withhold(tmp_path / name) or "")


@pytest.mark.parametrize(
    "name",
    ["app.py", "environment.py", "src/keys.py", "token.go", "credentials.py", "a.environ", "git/x"],
)
def test_ordinary_files_may_be_sent(tmp_path: Path, name: str) -> None:
    assert IgnoreRules(tmp_path, PrivacySettings()).reason_to_withhold(tmp_path / name) is None


def test_the_users_own_patterns_count_and_are_named(tmp_path: Path) -> None:
    rules = IgnoreRules(tmp_path, PrivacySettings(exclude=("private/", "/top.py")))
    reason = rules.reason_to_withhold(tmp_path / "private" / "x.py")
    assert reason == "`x.py` is not sent: it matches `private/` in the setting `privacy.exclude`."
    assert rules.reason_to_withhold(tmp_path / "top.py")
    assert rules.reason_to_withhold(tmp_path / "sub" / "top.py") is None


def test_nested_ignore_files_follow_git(tmp_path: Path) -> None:
    write(tmp_path / ".gitignore", "# build\nbuild/\n*.log\n")
    write(tmp_path / "a" / ".gitignore", "!keep.log\n")
    rules = IgnoreRules(tmp_path, PrivacySettings())
    reason = rules.reason_to_withhold(tmp_path / "a" / "build" / "x.py")
    assert reason is not None
    assert f"`build/` in {tmp_path / '.gitignore'}, line 2" in reason
    assert rules.reason_to_withhold(tmp_path / "a" / "x.log")
    assert rules.reason_to_withhold(tmp_path / "a" / "keep.log") is None
    assert rules.reason_to_withhold(tmp_path / "keep.log")


def test_own_ignore_files_add_to_gits_and_never_undo_them(tmp_path: Path) -> None:
    write(tmp_path / ".gitignore", "*.log\n")
    write(tmp_path / "sub" / ".gearshiftignore", "!x.log\nmodel.py\n")
    rules = IgnoreRules(tmp_path, PrivacySettings())
    assert rules.reason_to_withhold(tmp_path / "sub" / "x.log")
    assert rules.reason_to_withhold(tmp_path / "sub" / "model.py")
    assert rules.reason_to_withhold(tmp_path / "model.py") is None


def test_a_workspace_inside_a_repository_obeys_the_whole_repository(tmp_path: Path) -> None:
    write(tmp_path / ".git" / "info" / "exclude", "mine.py\n")
    write(tmp_path / ".gitignore", "/packages/app/gen/\n")
    root = tmp_path / "packages" / "app"
    rules = IgnoreRules(root, PrivacySettings())
    assert rules.reason_to_withhold(root / "gen" / "x.py")
    assert "exclude, line 1" in (rules.reason_to_withhold(root / "mine.py") or "")
    assert rules.reason_to_withhold(root / "x.py") is None


def test_a_linked_work_tree_obeys_the_shared_exclude_file(tmp_path: Path) -> None:
    write(tmp_path / "main" / ".git" / "info" / "exclude", "mine.py\n")
    write(tmp_path / "main" / ".git" / "worktrees" / "w" / "commondir", "../..\n")
    tree = tmp_path / "w"
    write(tree / ".git", f"gitdir: {tmp_path / 'main' / '.git' / 'worktrees' / 'w'}\n")
    assert IgnoreRules(tree, PrivacySettings()).reason_to_withhold(tree / "mine.py")


def test_changed_ignore_files_count_after_a_moment(tmp_path: Path) -> None:
    clock = Hands()
    rules = IgnoreRules(tmp_path, PrivacySettings(), clock)
    assert rules.reason_to_withhold(tmp_path / "x.py") is None
    write(tmp_path / ".gitignore", "x.py\n")
    clock.now += RECHECK_SECONDS
    assert rules.reason_to_withhold(tmp_path / "x.py")
    (tmp_path / ".gitignore").unlink()
    clock.now += RECHECK_SECONDS
    assert rules.reason_to_withhold(tmp_path / "x.py") is None


def test_lines_that_are_no_patterns_do_not_spoil_the_rest(tmp_path: Path) -> None:
    write(tmp_path / ".gitignore", "!\n\n\ufeff\nx.py\n")
    reason = IgnoreRules(tmp_path, PrivacySettings()).reason_to_withhold(tmp_path / "x.py")
    assert "line 4" in (reason or "")


def test_links_are_judged_by_both_names(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(root / "plain.py")
    write(tmp_path / "elsewhere" / ".env")
    (root / "settings.py").symlink_to(tmp_path / "elsewhere" / ".env")
    (root / "server.pem").symlink_to(root / "plain.py")
    (root / "round").symlink_to(root / "round")
    rules = IgnoreRules(root, PrivacySettings())
    assert "a link to `.env`" in (rules.reason_to_withhold(root / "settings.py") or "")
    assert rules.reason_to_withhold(root / "server.pem")
    assert rules.reason_to_withhold(root / "round") is None


def test_files_outside_the_workspace_obey_the_built_in_rules_only(tmp_path: Path) -> None:
    root, other = tmp_path / "root", tmp_path / "other"
    write(root / ".gitignore", "*.py\n")
    write(other / ".gitignore", "*.py\n")
    rules = IgnoreRules(root, PrivacySettings())
    assert rules.reason_to_withhold(other / "x.py") is None
    assert rules.reason_to_withhold(other / ".ssh" / "config")
    assert rules.reason_to_withhold(root / ".." / "other" / "x.py") is None
    assert IgnoreRules(None, PrivacySettings()).reason_to_withhold(root / "id_rsa")


def test_verdicts_are_those_of_git(tmp_path: Path) -> None:
    git = shutil.which("git") or "git"
    subprocess.run([git, "init", "-q", str(tmp_path)], check=True)
    write(tmp_path / ".gitignore", "*.o\n/dist\n!/dist/keep\nlib/**/gen\nfoo/*\n!foo/bar.py\n")
    write(tmp_path / "foo" / ".gitignore", "bar.py\n")
    write(tmp_path / "baz" / ".gitignore", "/x.py\ntmp/\n!y.o\n")
    names = ["a.o", "dist/keep", "b/dist/x", "lib/a/b/gen/x", "foo/bar.py", "foo/q",
             "baz/x.py", "baz/s/x.py", "baz/tmp/x", "baz/y.o", "baz/s/y.o", "plain.py"]  # fmt: skip
    for name in names:
        if not (tmp_path / name).exists():
            write(tmp_path / name)
    rules = IgnoreRules(tmp_path, PrivacySettings())
    asked = subprocess.run(
        [git, "-C", str(tmp_path), "check-ignore", "--no-index", *names],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    ignored = [name for name in names if rules.reason_to_withhold(tmp_path / name)]
    assert ignored == [line.strip('"') for line in asked.stdout.splitlines()]
