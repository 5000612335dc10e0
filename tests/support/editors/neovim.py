"""A running Neovim without a window, driven by keys and Lua over its own socket."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.support.editors.install import Program

SECONDS = 60.0
PAUSE = 0.05


class Neovim:
    """One Neovim; its Lua answers come back as JSON."""

    def __init__(self, program: Program, folder: Path, environment: Mapping[str, str]) -> None:
        self._command = [*program.command]
        log = {"NVIM_LOG_FILE": str(folder / "nvim.log")}
        self._environment = {**environment, **program.environment, **log}
        self._folder = folder
        self._socket = str(folder / "nvim.sock")
        self.terminal = [*self._command, "--server", self._socket, "--remote-ui"]
        """The command that shows this Neovim in a terminal."""
        self.variables = program.environment
        self.output = folder / "nvim.out"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, init: str, file: Path) -> None:
        """Start with the configuration `init`, `file` open."""
        configuration = self._folder / "init.lua"
        # Probing for a Python provider takes seconds and is nothing that users of Gearshift need.
        configuration.write_text("vim.g.loaded_python3_provider = 0\n" + init, encoding="utf-8")
        arguments = ["--headless", "--listen", self._socket, "-u", str(configuration), str(file)]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [*self._command, *arguments],
                env=self._environment,
                cwd=file.parent,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def lua(self, code: str) -> Any:
        """Return what the Lua chunk `code` returns."""
        chunk = self._folder / "chunk.lua"
        chunk.write_text(code, encoding="utf-8")
        call = f'luaeval("vim.json.encode({{dofile(_A)}})", "{chunk}")'
        done = self._remote("--remote-expr", call)
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout or done.stderr)
        return answer[0] if answer else None

    def keys(self, keys: str) -> None:
        """Type `keys`, in Neovim's notation."""
        done = self._remote("--remote-send", keys)
        assert done.returncode == 0, done.stderr

    def until(self, code: str, what: str, seconds: float = SECONDS) -> Any:
        """Return what `code` returns as soon as it is true."""
        deadline = time.monotonic() + seconds
        last: object = None
        while time.monotonic() < deadline:
            try:
                if seen := self.lua(code):
                    return seen
            except AssertionError as error:
                last = error
            time.sleep(PAUSE)
        output = self.output.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise AssertionError(f"{what} did not come; last: {last}; Neovim says: {output}")

    def messages(self) -> str:
        """Everything that was shown in the message area."""
        return str(self.lua("return vim.fn.execute('messages')"))

    def _remote(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._command, "--server", self._socket, *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )


@contextlib.contextmanager
def running(
    program: Program, folder: Path, environment: Mapping[str, str], init: str, file: Path
) -> Iterator[Neovim]:
    """Yield a started Neovim that ends with the block."""
    neovim = Neovim(program, folder, environment)
    neovim.start(init, file)
    assert neovim.process is not None
    try:
        yield neovim
    finally:
        neovim.process.kill()
        neovim.process.wait()


def install_plugin(home: Path, plugin: Path) -> None:
    """Link the plug-in where its README says, for a user whose folders are in `home`."""
    start = home / "data/nvim/site/pack/gearshift/start"
    start.mkdir(parents=True)
    (start / "gearshift").symlink_to(plugin)
