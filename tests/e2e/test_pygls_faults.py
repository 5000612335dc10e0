"""The faults of pygls that Gearshift cures.

Each is shown on a bare pygls server and must be absent in Gearshift. When a test fails for the bare
server, pygls has mended it, and the cure can go.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.stdio_client import GEARSHIFT, NEVER, ServerError, StdioClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

BARE = [sys.executable, str(Path(__file__).parents[1] / "support" / "bare_pygls.py")]
SERVERS = {"bare": BARE, "gearshift": [*GEARSHIFT, "serve"]}
is_cured = pytest.mark.parametrize(
    ("server", "cured"), [pytest.param("bare", False), pytest.param("gearshift", True)]
)
PATIENCE = {"bare": 2.5, "gearshift": 30.0}
"""Seconds after which silence counts as no reply; on a busy machine a reply takes some."""


@asynccontextmanager
async def started(
    server: str, tmp_path: Path, answers: str = "", **capabilities: Any
) -> AsyncIterator[StdioClient]:
    """Start a server with one scripted model and shake hands."""
    script = tmp_path / "answers.jsonl"
    script.write_text(answers, encoding="utf-8")
    model = {"provider": "scripted", "model": "scripted", "path": str(script)}
    client = await StdioClient.start(SERVERS[server], cwd=str(tmp_path))
    await client.initialize(
        {
            "processId": None,
            "rootUri": tmp_path.as_uri(),
            "capabilities": capabilities,
            "initializationOptions": {"models": {"mini": model, "full": model}},
        }
    )
    try:
        yield client
    finally:
        await client.aclose()


def place(line: int, character: int) -> dict[str, int]:
    return {"line": line, "character": character}


async def text_seen(client: StdioClient, server: str, uri: str, line: int) -> str:
    """Return the document's text up to the end of `line`, as the server holds it."""
    asked = {
        "textDocument": {"uri": uri},
        "position": place(line, 10_000),
        "context": {"triggerKind": 1},
    }
    answer = await client.request("textDocument/inlineCompletion", asked)
    return answer["items"][0]["insertText"] if server == "bare" else ""


def change(uri: str, start: dict[str, int], end: dict[str, int], text: str) -> dict[str, Any]:
    return {
        "textDocument": {"uri": uri, "version": 2},
        "contentChanges": [{"range": {"start": start, "end": end}, "text": text}],
    }


async def prompt_of(client: StdioClient, uri: str, line: int) -> str:
    """Return what Gearshift's model was shown, by the scripted provider's own match."""
    asked = {
        "textDocument": {"uri": uri},
        "position": place(line, 10_000),
        "context": {"triggerKind": 1},
    }
    answer = await client.request("textDocument/inlineCompletion", asked)
    return "".join(item["insertText"] for item in answer["items"])


@is_cured
@pytest.mark.parametrize(
    "separator",
    [pytest.param("\x0c", id="form feed"), "\x0b", "\x1c", "\x85", "\u2028", "\u2029"],
)
async def test_documents_split_at_line_ends_only(
    server: str, cured: bool, separator: str, tmp_path: Path
) -> None:
    answers = '{"match": "two_edited", "text": "repr(1)"}'
    async with started(server, tmp_path, answers) as client:
        uri = (tmp_path / "a.py").as_uri()
        client.open(uri, f"# one{separator}more of one\ntwo = 1\nthree = \n")
        client.notify("textDocument/didChange", change(uri, place(1, 0), place(1, 3), "two_edited"))

        if server == "bare":
            is_right = "\ntwo_edited = 1" in await text_seen(client, server, uri, 2)
        else:
            is_right = await prompt_of(client, uri, 2) == "repr(1)"

        assert is_right is cured


@is_cured
async def test_a_position_past_the_end_means_the_end(
    server: str, cured: bool, tmp_path: Path
) -> None:
    answers = '{"match": "value = abcZ", "text": ".repr(1)"}'
    async with started(server, tmp_path, answers) as client:
        uri = (tmp_path / "a.py").as_uri()
        client.open(uri, "import abc\nvalue = abc")
        client.notify("textDocument/didChange", change(uri, place(1, 99), place(1, 99), "Z"))

        if server == "bare":
            is_right = (await text_seen(client, server, uri, 1)).endswith("abcZ")
        else:
            is_right = await prompt_of(client, uri, 1) == ".repr(1)"

        assert is_right is cured


async def is_answered(client: StdioClient, server: str, method: str, params: Any) -> bool:
    """Whether a request gets any reply."""
    _, reply = client.begin(method, params)
    try:
        await asyncio.wait_for(asyncio.shield(reply), PATIENCE[server])
    except ServerError:
        return True
    except asyncio.TimeoutError:
        return False
    return True


@is_cured
@pytest.mark.parametrize(
    "params",
    [
        pytest.param({"textDocument": {"uri": "file:///a"}}, id="a field is missing"),
        pytest.param(
            {
                "textDocument": {"uri": "file:///a"},
                "range": {"start": place(0, 0), "end": place(0, 0)},
                "context": {"diagnostics": [], "triggerKind": 77},
            },
            id="an enum value that is not known",
        ),
        pytest.param(
            {
                "textDocument": {"uri": "file:///a", "jsonrpc": "nested"},
                "range": {"start": place(0, 0), "end": place(0, 0)},
                "context": {"diagnostics": []},
            },
            id="a nested key jsonrpc",
        ),
    ],
)
async def test_every_request_is_answered(
    server: str, cured: bool, params: Any, tmp_path: Path
) -> None:
    async with started(server, tmp_path) as client:
        # The first cold request of Gearshift waits for pygls to be imported.
        await is_answered(client, server, "textDocument/codeAction", None)

        answered = await is_answered(
            client,
            server,
            "textDocument/inlineCompletion" if server == "bare" else "textDocument/codeAction",
            {**params, "context": {"triggerKind": 77}} if server == "bare" else params,
        )

        assert answered is cured


async def test_a_malformed_request_does_not_pop_up(tmp_path: Path) -> None:
    async with started("gearshift", tmp_path) as client:
        await is_answered(client, "gearshift", "textDocument/codeAction", {"textDocument": 1})
        await is_answered(client, "gearshift", "no/such/method", {})
        await client.request("gearshift/status")

        shown = [n for n in client.notifications if n["method"] == "window/showMessage"]
        assert shown == []


@is_cured
async def test_params_of_custom_methods_stay_what_they_are(
    server: str, cured: bool, tmp_path: Path
) -> None:
    async with started(server, tmp_path) as client:
        if server == "bare":
            kept = await client.request("bare/echo", {"foo.bar": 1, "class": 2})
        else:
            # An argument with keys that are no identifiers reaches the command as it was sent.
            uri = (tmp_path / "a.py").as_uri()
            client.open(uri, "x = 1\n")
            argument = {"uri": uri, "position": place(0, 0), "foo.bar": 1, "class": 2}
            params = {"command": "gearshift.why", "arguments": [argument]}
            kept = isinstance(await client.request("workspace/executeCommand", params), str)
        assert kept is cured


@is_cured
async def test_a_server_at_slow_work_still_hears(server: str, cured: bool, tmp_path: Path) -> None:
    answers = "\n".join(['{"text": "x", "delayMs": 60000}'] * 40)
    async with started(server, tmp_path, answers) as client:
        uris = [(tmp_path / f"{n}.py").as_uri() for n in range(40)]
        for uri in uris:
            client.open(uri, "def total(prices):\n    return \n")
            if server == "bare":
                client.begin("bare/slow", {"seconds": 4.0})
            else:
                asked = {"textDocument": {"uri": uri}, "position": place(1, 11)}
                client.begin("textDocument/inlineCompletion", asked)
        await asyncio.sleep(0.5)

        ping = "bare/echo" if server == "bare" else "gearshift/status"

        assert await is_answered_soon(client, server, ping) is cured


async def is_answered_soon(client: StdioClient, server: str, method: str) -> bool:
    _, reply = client.begin(method, {})
    done, _ = await asyncio.wait([reply], timeout=PATIENCE[server])
    return bool(done)


@is_cured
async def test_cancelling_a_command_stops_it(server: str, cured: bool, tmp_path: Path) -> None:
    if server == "bare":
        async with started("bare", tmp_path) as client:
            params = {"command": "bare.wait", "arguments": [1.0]}
            request_id, reply = client.begin("workspace/executeCommand", params)
            await asyncio.sleep(0.3)
            client.notify("$/cancelRequest", {"id": request_id})
            with pytest.raises(ServerError):
                await reply
            await asyncio.sleep(1.5)
            survived = any(n["method"] == "bare/survived" for n in client.notifications)
            assert survived is not cured
        return
    assert await stops_a_cured_command() is cured


async def stops_a_cured_command() -> bool:
    """Whether a command that waits is stopped by its cancellation, through the cured protocol."""
    from gearshift.lsp.cures import CuredProtocol, CuredServer, converter

    server = CuredServer("test", "0", protocol_cls=CuredProtocol, converter_factory=converter)
    ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    @server.command("wait")
    async def wait() -> None:
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            ended.set_result("stopped")
            raise

    replies: list[dict[str, Any]] = []
    protocol = server.protocol
    assert isinstance(protocol, CuredProtocol)
    protocol.send = replies.append
    protocol.begin({"capabilities": {}})
    protocol.receive({"id": 7, "method": "workspace/executeCommand", "params": {"command": "wait"}})
    await asyncio.sleep(0.05)
    protocol.cancel(7)
    is_stopped = await asyncio.wait_for(ended, PATIENCE["gearshift"]) == "stopped"
    return is_stopped and [reply["error"]["code"] for reply in replies] == [-32800]


@is_cured
async def test_a_late_reply_of_the_client_does_no_harm(
    server: str, cured: bool, tmp_path: Path
) -> None:
    capabilities = {"workspace": {"configuration": True}}
    async with started(server, tmp_path, **capabilities) as client:
        client.answers["workspace/configuration"] = lambda params: NEVER
        if server == "bare":
            request_id, cancelled = client.begin("bare/ask", {})
            await client.until(lambda: client.requests, "a question")
            client.notify("$/cancelRequest", {"id": request_id})
            with pytest.raises(ServerError):
                await cancelled
        else:
            await client.until(lambda: client.requests, "a question")
        question = client.requests[-1]["id"]
        # Twice: the second comes when nobody waits any more.
        for _ in range(2):
            client.send({"jsonrpc": "2.0", "id": question, "result": [None]})
        await asyncio.sleep(1.0)

        popups = [n for n in client.notifications if n["method"] == "window/showMessage"]
        assert (not popups) is cured


@is_cured
async def test_shutdown_with_work_in_flight_is_answered_and_exits_with_zero(
    server: str, cured: bool, tmp_path: Path
) -> None:
    answers = "\n".join(['{"text": "x", "delayMs": 60000}'] * 8)
    async with started(server, tmp_path, answers) as client:
        for number in range(8):
            uri = (tmp_path / f"{number}.py").as_uri()
            client.open(uri, "def total(prices):\n    return \n")
            if server == "bare":
                client.begin("workspace/executeCommand", {"command": "bare.wait", "arguments": [9]})
            else:
                asked = {"textDocument": {"uri": uri}, "position": place(1, 11)}
                client.begin("textDocument/inlineCompletion", asked)
        await asyncio.sleep(0.5)
        _, reply = client.begin("shutdown")
        after, late = client.begin("workspace/executeCommand", {"command": "x"})
        del after
        done, _ = await asyncio.wait([reply], timeout=10 + PATIENCE[server])
        refused, _ = await asyncio.wait([late], timeout=PATIENCE[server])
        client.notify("exit")
        try:
            code = await asyncio.wait_for(client.process.wait(), 8 + PATIENCE[server])
        except asyncio.TimeoutError:
            code = None

        is_clean = bool(done) and reply.exception() is None and bool(refused) and code == 0
        assert is_clean is cured


@is_cured
async def test_exit_without_shutdown_is_a_failure(server: str, cured: bool, tmp_path: Path) -> None:
    async with started(server, tmp_path) as client:
        client.notify("exit")

        code = await asyncio.wait_for(client.process.wait(), 8 + PATIENCE[server])

        assert (code == 1) is True if cured else code in (0, 1)


@is_cured
async def test_requests_before_initialize_are_refused(
    server: str, cured: bool, tmp_path: Path
) -> None:
    client = await StdioClient.start(SERVERS[server], cwd=str(tmp_path))
    try:
        _, reply = client.begin("shutdown")
        done, _ = await asyncio.wait([reply], timeout=PATIENCE[server])
        error = reply.exception() if done else None

        assert (isinstance(error, ServerError) and error.code == -32002) is cured
    finally:
        await client.aclose()


def frames(*messages: dict[str, Any]) -> bytes:
    """Return messages as they go over the wire."""
    bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
    return b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies)


def test_a_client_that_does_not_read_does_not_stall_the_server(tmp_path: Path) -> None:
    """Answers pile up in memory; the loop goes on and hears `exit`."""
    unknown = [{"id": n, "method": "no/such/method", "params": {}} for n in range(2, 4000)]
    sent = frames(
        {"id": 1, "method": "initialize", "params": {"capabilities": {}}},
        *unknown,
        {"method": "exit"},
    )
    with subprocess.Popen(
        SERVERS["gearshift"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path
    ) as process:
        assert process.stdin is not None
        process.stdin.write(sent)
        process.stdin.flush()

        assert process.wait(timeout=30) == 1


def test_the_log_holds_no_source(tmp_path: Path) -> None:
    """pygls at INFO logs every message; what stderr holds must not have the user's text."""
    uri = (tmp_path / "a.py").as_uri()
    span = {"start": place(0, 0), "end": place(0, 5)}
    document = {"uri": uri, "languageId": "python", "version": 1, "text": "my_private_name = 1\n"}
    sent = frames(
        {"id": 1, "method": "initialize", "params": {"capabilities": {}}},
        {"method": "textDocument/didOpen", "params": {"textDocument": document}},
        {
            "id": 2,
            "method": "textDocument/codeAction",
            "params": {
                "textDocument": {"uri": uri},
                "range": span,
                "context": {"diagnostics": []},
            },
        },
    )
    with subprocess.Popen(
        SERVERS["gearshift"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(sent)
        process.stdin.flush()
        answered = b""
        while b'"id":2' not in answered.replace(b" ", b""):
            answered += process.stdout.read1()
        _, errors = process.communicate(frames({"method": "exit"}), timeout=30)

    assert b"my_private_name" not in errors
