"""VS Code in a browser: code-server with the packaged extension, on a folder of its own."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.request
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.support.editors.install import CodeServer, Program

from tests.support.editors.install import ROOT

START_SECONDS = 60.0
CLIENT = ROOT / "clients/vscode"

QUIET: Mapping[str, Any] = {
    "chat.disableAIFeatures": True,
    "editor.minimap.enabled": False,
    "editor.quickSuggestions": {"other": "off", "comments": "off", "strings": "off"},
    "editor.suggestOnTriggerCharacters": False,
    "extensions.autoCheckUpdates": False,
    "extensions.autoUpdate": "off",
    "extensions.ignoreRecommendations": True,
    "files.hotExit": "off",
    "git.enabled": False,
    "security.workspace.trust.enabled": False,
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "workbench.reduceMotion": "on",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
}
"""Everything of the editor that would talk, pop up or hide the ghost text."""


def environment(folder: Path) -> dict[str, str]:
    """Code-server's user folders inside `folder`."""
    return {
        **os.environ,
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_STATE_HOME": str(folder / "state"),
        "GEARSHIFT_STRICT": "1",
    }


def install_extension(code: CodeServer, folder: Path, vsix: Path) -> None:
    """Install `vsix` into the editor of `folder`."""
    subprocess.run(
        [*_start(code, folder), "--install-extension", str(vsix)],
        env=environment(folder),
        check=True,
        capture_output=True,
        timeout=START_SECONDS,
    )


def packaged() -> Path:
    """Return the extension, packaged from the checkout."""
    npm = shutil.which("npm")
    assert npm is not None, "npm is needed to build the extension"
    if not (CLIENT / "node_modules/esbuild").exists():
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=CLIENT, check=True)
    subprocess.run([npm, "run", "-s", "package"], cwd=CLIENT, check=True, capture_output=True)
    return CLIENT / "gearshift.vsix"


def flat(settings: Mapping[str, Any], prefix: str = "gearshift") -> dict[str, Any]:
    """Return settings as VS Code names them; tables of the user's own names stay whole."""
    found: dict[str, Any] = {}
    for name, value in settings.items():
        key = f"{prefix}.{name}"
        is_group = isinstance(value, dict) and name != "models"
        found.update(flat(value, key) if is_group else {key: value})
    return found


def write_settings(folder: Path, settings: Mapping[str, Any]) -> None:
    """Write the user's settings: in a browser these are the remote machine's too."""
    text = json.dumps({**QUIET, **settings}, indent=2)
    for level in ("User", "Machine"):
        place = folder / "user" / level
        place.mkdir(parents=True, exist_ok=True)
        (place / "settings.json").write_text(text, encoding="utf-8")


def counted(folder: Path) -> dict[str, int]:
    """Return what the ledger of the editor in `folder` counts of suggestions."""
    path = next((folder / "state").rglob("ledger.sqlite"))
    with contextlib.closing(sqlite3.connect(path)) as ledger:
        return dict(ledger.execute("SELECT name, n FROM counter"))


@contextlib.contextmanager
def running(
    code: CodeServer,
    folder: Path,
    *options: str,
    variables: Mapping[str, str] | None = None,
    is_trusted: bool = True,
) -> Iterator[str]:
    """Yield the address of a started editor; all its processes end with the block.

    `is_trusted`: whether every workspace is, without a question.
    """
    port = _free_port()
    command = [
        *_start(code, folder),
        "--bind-addr",
        f"127.0.0.1:{port}",
        "--auth",
        "none",
        "--disable-telemetry",
        "--disable-update-check",
        *(["--disable-workspace-trust"] if is_trusted else []),
        "--disable-getting-started-override",
        *options,
    ]
    log = (folder / "code-server.log").open("wb")
    process = subprocess.Popen(
        command,
        env={**environment(folder), **(variables or {})},
        stdout=log,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _await_health(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(START_SECONDS)
        log.close()


def tour(
    code: CodeServer, browser: Program, script: Path, variables: Mapping[str, str], seconds: float
) -> list[dict[str, Any]]:
    """Return what the browser script reported, one object a line; raises with its last words."""
    done = _to_its_end(
        [str(code.node), str(script)],
        {
            **os.environ,
            "PLAYWRIGHT": str(code.modules / "playwright-core"),
            "CHROMIUM": browser.command[0],
            "CHROMIUM_LIBRARIES": browser.environment.get("LD_LIBRARY_PATH", ""),
            **variables,
        },
        seconds,
    )
    return [json.loads(line) for line in done.splitlines()]


def _to_its_end(command: list[str], variables: Mapping[str, str], seconds: float) -> str:
    """Return what a program wrote; fails with its last words, also when it takes too long."""
    with subprocess.Popen(
        command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
            raise AssertionError(f"not done after {seconds:.0f} s:\n{output[-4000:]}") from None
        except BaseException:
            process.kill()
            raise
    assert process.returncode == 0, output[-4000:]
    return output


def _start(code: CodeServer, folder: Path) -> list[str]:
    return [
        str(code.node),
        str(code.entry),
        "--user-data-dir",
        str(folder / "user"),
        "--extensions-dir",
        str(folder / "extensions"),
    ]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_health(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
            return
        time.sleep(0.1)
    raise AssertionError("code-server did not start; its log is code-server.log in its folder")
