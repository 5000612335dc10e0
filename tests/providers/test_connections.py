"""Connections on their own: keeping, closing, limits, odd servers, TLS, proxies."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import aclosing
from functools import partial

import pytest
import trustme
from tests.support.stub_server import Answer, StubServer

from gearshift.core.errors import BadReply, SettingsError, SetupNeeded, Unavailable
from gearshift.providers import http
from gearshift.providers.environment import proxy_for, tls_context
from gearshift.providers.http import Connections, make_transport_for
from gearshift.providers.proxied import Proxied
from gearshift.providers.wire import Wire
from gearshift.settings.schema import HttpSettings


@pytest.fixture
async def connections():
    bundle = Connections()
    yield bundle
    await bundle.aclose()


async def get(connections: Connections, url: str, **changes: str) -> tuple[int, bytes]:
    async with aclosing(await connections.send("GET", url, headers=changes, timeout=5)) as reply:
        return reply.status, await reply.read()


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi", b"hi", id="length"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\nhi", b"hi", id="until-the-end"),
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\nhi", b"hi", id="http-1.0"),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", b"", id="no-body"),
        pytest.param(
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi",
            b"hi",
            id="interim-answer",
        ),
    ],
)
async def test_answers_end_in_every_way_http_knows(
    connections: Connections, answer: bytes, body: bytes
):
    async with StubServer(Answer([answer], is_raw=True)) as server:
        assert (await get(connections, server.origin))[1] == body


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(b"SSH-2.0-OpenSSH\r\n", BadReply, id="not-http"),
        pytest.param(b"", Unavailable, id="nothing"),
        pytest.param(b"HTTP/1.1 200", Unavailable, id="half-a-head"),
        pytest.param(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhi", Unavailable, id="short"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhi", Unavailable, id="chunk"
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", BadReply, id="bad-chunk"
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\n" + b"x-pad: " + b"x" * 70_000, BadReply, id="endless-head"
        ),
    ],
)
async def test_answers_that_are_none(
    connections: Connections, answer: bytes, kind: type[Exception]
):
    async with StubServer(Answer([answer], is_raw=True)) as server:
        with pytest.raises(kind):
            await get(connections, server.origin)


async def test_a_reply_larger_than_any_answer_is_refused(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(http, "MAX_REPLY_BYTES", 1000)
    async with (
        StubServer(Answer([b"x" * 600, b"x" * 600])) as server,
        aclosing(await connections.send("GET", server.origin, timeout=5)) as reply,
    ):
        with pytest.raises(BadReply):
            _ = [await reply.read_piece() for _ in range(2)]


async def test_a_slow_reader_makes_the_server_pause(connections: Connections):
    pieces = [b"x" * 65536] * 256
    async with (
        StubServer(Answer(pieces)) as server,
        aclosing(await connections.send("GET", server.origin, timeout=5)) as reply,
    ):
        await asyncio.sleep(0.05)
        answer = reply._answer
        assert answer._connection._waiting_bytes < 4 * 1024 * 1024  # type: ignore[attr-defined]
        assert len(await reply.read()) == 65536 * 256


async def test_a_connection_closed_while_idle_is_not_used_again(connections: Connections):
    closing = Answer([b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"], is_raw=True)
    async with StubServer(closing) as server:
        for _ in range(3):
            assert (await get(connections, server.origin))[1] == b"hi"
            await asyncio.sleep(0.01)
    assert [seen.connection for seen in server.seen] == [1, 2, 3]


@pytest.mark.parametrize("may_repeat", [True, False])
async def test_a_request_lost_on_an_old_connection_is_repeated_where_that_is_free(
    connections: Connections, may_repeat: bool
):
    lost = Answer([b""], is_raw=True)
    async with StubServer(Answer([b"a"]), lost, Answer([b"b"])) as server:
        await get(connections, server.origin)
        asking = connections.send("GET", server.origin, timeout=5, may_repeat=may_repeat)
        if may_repeat:
            async with aclosing(await asking) as reply:
                assert await reply.read() == b"b"
        else:
            with pytest.raises(Unavailable):
                await asking
    assert [seen.connection for seen in server.seen] == [1, 1, 2][: 3 if may_repeat else 2]


async def test_a_request_lost_on_a_new_connection_is_not_repeated(connections: Connections):
    async with StubServer(Answer([b""], is_raw=True)) as server:
        with pytest.raises(Unavailable):
            await connections.send("GET", server.origin, timeout=5, may_repeat=True)
    assert len(server.seen) == 1


async def test_an_answer_stopped_early_leaves_a_spare_connection_behind():
    connections = Connections(lambda origin: Wire(origin, None, keeps_spare=True))
    async with StubServer(Answer([b"a"], hangs_after=1), Answer([b"b"])) as server:
        async with aclosing(await connections.send("GET", server.origin, timeout=5)) as reply:
            await reply.read_piece()
        await asyncio.wait_for(server.client_left.wait(), 60)
        assert (await get(connections, server.origin))[1] == b"b"
        assert server.connections == 2
        await connections.aclose()


async def test_closing_all_ends_what_is_under_way(connections: Connections):
    async with (
        StubServer(Answer([b"a"], hangs_after=1)) as server,
        aclosing(await connections.send("GET", server.origin, timeout=5)) as reply,
    ):
        await reply.read_piece()
        await connections.aclose()
        with pytest.raises(Unavailable):
            await reply.read_piece()


async def test_paths_with_other_letters_are_quoted(connections: Connections):
    async with StubServer(Answer([b"hi"])) as server:
        await get(connections, f"{server.origin}/a b/é%20?q=ü")
    assert server.seen[0].path == "/a%20b/%C3%A9%20"


async def test_what_is_no_address_says_so(connections: Connections):
    with pytest.raises(SettingsError, match="baseUrl"):
        await get(connections, "models.example/v1")


async def test_tls_reaches_a_server_that_the_environment_trusts(
    connections: Connections, monkeypatch: pytest.MonkeyPatch, tmp_path
):
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    async with StubServer(Answer([b"hi"]), tls=context) as server:
        url = server.origin.replace("127.0.0.1", "localhost")
        with pytest.raises(Unavailable, match="SSL_CERT_FILE"):
            await get(connections, url)
        await connections.aclose()
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        assert (await get(connections, url))[1] == b"hi"
        assert (await get(connections, url))[1] == b"hi"
    assert [seen.connection for seen in server.seen] == [1, 1]


@pytest.mark.parametrize(
    ("environment", "proxy"),
    [
        pytest.param({}, None, id="none"),
        pytest.param({"https_proxy": "http://p:1"}, "http://p:1", id="https"),
        pytest.param({"https_proxy": "p:1"}, "http://p:1", id="without-scheme"),
        pytest.param({"http_proxy": "http://p:1"}, None, id="for-http-only"),
        pytest.param({"all_proxy": "http://p:1"}, "http://p:1", id="all"),
        pytest.param({"https_proxy": "http://p:1", "no_proxy": ".example"}, None, id="exception"),
    ],
)
def test_the_proxy_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], proxy: str | None
):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_for("https://models.example") == proxy


async def test_an_authority_of_the_settings_is_trusted(tmp_path):
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    way = HttpSettings(ca_file=str(tmp_path / "ca.pem"))
    connections = Connections(partial(make_transport_for, way=way))
    async with StubServer(Answer([b"hi"]), tls=context) as server:
        url = server.origin.replace("127.0.0.1", "localhost")
        assert (await get(connections, url))[1] == b"hi"
        await connections.aclose()


def test_an_authority_of_the_settings_adds_to_the_usual_ones(tmp_path):
    trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")

    usual, more = tls_context(), tls_context(str(tmp_path / "ca.pem"))

    assert more.cert_store_stats()["x509_ca"] == usual.cert_store_stats()["x509_ca"] + 1


@pytest.mark.parametrize("text", [None, "no PEM"], ids=["none", "of another kind"])
async def test_a_file_without_an_authority_says_which_setting(tmp_path, text: str | None):
    path = tmp_path / "ca.pem"
    if text:
        path.write_text(text)
    connections = Connections(partial(make_transport_for, way=HttpSettings(ca_file=str(path))))
    with pytest.raises(SetupNeeded, match=r"http\.caFile"):
        await get(connections, "https://localhost:1")


@pytest.mark.parametrize(
    ("environment", "proxy"),
    [
        pytest.param({}, "http://mine:1", id="nothing else"),
        pytest.param({"https_proxy": "http://p:1"}, "http://mine:1", id="before the environment"),
        pytest.param({"no_proxy": ".example"}, None, id="exception"),
    ],
)
def test_the_proxy_that_the_settings_name(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], proxy: str | None
):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_for("https://models.example", "http://mine:1") == proxy


async def test_another_proxy_holds_from_the_next_request_on(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
):
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    async with (
        StubServer(Answer([b"first"])) as first,
        StubServer(Answer([b"second"])) as second,
    ):
        for proxy, said in ((first, b"first"), (second, b"second")):
            way = HttpSettings(proxy=proxy.origin)
            connections.lead(partial(make_transport_for, way=way))
            assert (await get(connections, "http://models.example/v1"))[1] == said
        assert [len(first.seen), len(second.seen)] == [1, 1]
        assert first.seen[0].headers["host"] == "models.example"


async def test_proxies_are_never_asked_for_loopback(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
):
    async with StubServer(Answer([b"no"])) as proxy, StubServer(Answer([b"hi"])) as server:
        monkeypatch.setenv("http_proxy", proxy.origin)
        monkeypatch.setenv("all_proxy", proxy.origin)
        assert (await get(connections, server.origin))[1] == b"hi"
    assert not proxy.seen


def test_a_proxy_of_an_unknown_kind_says_what_to_set():
    with pytest.raises(SetupNeeded, match="HTTPS_PROXY"):
        Proxied("https://models.example", "ftp://p:1")
