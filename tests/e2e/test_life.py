"""The life of the process: exit codes, stdin's end, a parent that dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from tests.support.stdio_client import GEARSHIFT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.e2e.conftest import Desk


async def test_shutdown_and_exit_end_with_zero(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit()

    assert await desk.client.finish() == 0


async def test_stdins_end_is_the_editors_end(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit()
    assert desk.client.process.stdin is not None

    desk.client.process.stdin.close()

    assert await desk.client.process.wait() == 1


def test_a_parent_that_dies_takes_the_server_along(tmp_path: Path) -> None:
    """Also when something else still holds the pipes open."""
    read_end, write_end = os.pipe()
    parent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    body = (
        '{"jsonrpc":"2.0","id":1,"method":"initialize",'
        f'"params":{{"processId":{parent.pid},"capabilities":{{}}}}}}'
    ).encode()
    with subprocess.Popen(
        [*GEARSHIFT, "serve"], stdin=read_end, stdout=subprocess.PIPE, cwd=tmp_path
    ) as server:
        os.write(write_end, b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        assert server.stdout is not None
        server.stdout.read1(1)
        time.sleep(0.5)
        assert server.poll() is None

        parent.send_signal(signal.SIGKILL)
        parent.wait()

        assert server.wait(timeout=60) == 1
    os.close(write_end)
    os.close(read_end)


def test_nothing_but_messages_goes_to_stdout(tmp_path: Path) -> None:
    done = subprocess.run(
        [*GEARSHIFT, "serve"],
        input=b'Content-Length: 33\r\n\r\n{"jsonrpc":"2.0","method":"exit"}',
        capture_output=True,
        cwd=tmp_path,
        timeout=30,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, b"")
