"""`gearshift serve`: answers `initialize` with nothing imported but json and os, then runs on.

An editor shows nothing before `initialize` is answered, and importing asyncio, the engine and pygls
takes most of a second on a small machine. So the answer is plain data (`capabilities`), sent first.
"""

from __future__ import annotations

import gc
import os
import sys

from gearshift.lsp.capabilities import initialize_result
from gearshift.lsp.short.frames import FrameReader, encode
from gearshift.lsp.short.message import dig, failure, success

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

SERVER_NOT_INITIALIZED = -32002
READ_BYTES = 65536


def take_stdio() -> tuple[int, int]:
    """Return private descriptors of stdin and stdout.

    Descriptor 1 is pointed at stderr, so that a stray print of any library can't break the
    protocol, and child processes can't inherit the editor's end.
    """
    stdin, stdout = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(stdin, os.O_BINARY)
        msvcrt.setmode(stdout, os.O_BINARY)
    return stdin, stdout


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of `data`, waiting as long as it takes."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def serve() -> NoReturn:
    """Serve one editor on stdin and stdout until it goes; never returns."""
    stdin, stdout = take_stdio()
    reader = FrameReader()
    params, messages = await_initialize(reader, stdin, stdout)
    # What is imported stays for good, so looking for garbage among it is lost: 5 % of a start.
    gc.disable()
    from gearshift.lsp.session import run

    run(params, messages, reader, stdin, stdout)


def await_initialize(
    reader: FrameReader, stdin: int, stdout: int
) -> tuple[dict[str, Any], list[Any]]:
    """Answer `initialize`; return its params and the messages that came right behind it."""
    while data := os.read(stdin, READ_BYTES):
        messages = reader.feed(data)
        for number, message in enumerate(messages):
            method, request_id = dig(message, "method"), dig(message, "id")
            if method == "exit":
                os._exit(1)
            if method is None or request_id is None:
                continue
            if method == "initialize":
                params: dict[str, Any] = dig(message, "params") or {}
                write_all(stdout, encode(success(request_id, initialize_result(params))))
                return params, messages[number + 1 :]
            text = "the server has not been initialized"
            write_all(stdout, encode(failure(request_id, SERVER_NOT_INITIALIZED, text)))
    os._exit(1)
