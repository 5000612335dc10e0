"""The plan in the engine and the login, through a script that plays app-server."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import pytest
from tests.support.codex_script import log_of, write_program
from tests.support.eventually import until

from gearshift.app import App
from gearshift.cli.login import sign_in
from gearshift.cli.terminal import TerminalEditor
from gearshift.core.errors import BadReply, SetupNeeded, Unavailable
from gearshift.core.text import Position
from gearshift.providers.codex.login import begin_login, finish_login
from gearshift.providers.codex.server import AppServer
from gearshift.providers.services import Services

if TYPE_CHECKING:
    from pathlib import Path

BROWSER = {"type": "chatgpt", "loginId": "l1", "authUrl": "https://sign-in.example/x"}
CODE = {
    "type": "chatgptDeviceCode",
    "loginId": "l1",
    "verificationUrl": "https://sign-in.example/code",
    "userCode": "ABCD-1234",
}
NOBODY = {"result": {"account": None, "requiresOpenaiAuth": True}}


def completed(*, success: bool) -> tuple[str, dict[str, object]]:
    return ("account/login/completed", {"loginId": "l1", "success": success})


async def test_the_plans_windows_press_on_the_gear(tmp_path: Path):
    window = {"usedPercent": 91, "windowDurationMins": 300, "resetsAt": 4_000_000_000}
    limits = {"result": {"rateLimits": {"limitId": "codex", "primary": window}}}
    program = write_program(tmp_path, **{"account_rateLimits/read": limits})
    model = {"provider": "codex", "model": "m", "path": str(program)}
    app = App([tmp_path], TerminalEditor(is_silent=True), state=tmp_path / "state")
    await app.start({"models": {"mini": model, "full": model}})
    try:
        app.documents.open("untitled:a.py", path=None, language="python", version=1, text="x = ")
        await app.complete_inline("untitled:a.py", Position(0, 4), is_explicit=True)
        await until(lambda: app.gearing.pressure.percent == 91.0)
        assert app.gearing.box is not None
        assert app.gearing.box.gear == "mini"
        assert (app.gearing.pressure.source, app.gearing.pressure.label) == ("plan", "5h")
    finally:
        await app.close()


@pytest.mark.parametrize(
    ("with_code", "begun", "shown"),
    [
        pytest.param(False, BROWSER, "https://sign-in.example/x", id="browser"),
        pytest.param(True, CODE, "ABCD-1234", id="code"),
    ],
)
async def test_a_login_shows_where_to_go_and_waits(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    with_code: bool,
    begun: dict[str, str],
    shown: str,
):
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    login = {"result": begun, "events": [completed(success=True)]}
    write_program(tmp_path, account_read=NOBODY, **{"account_login/start": login})
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    await sign_in(is_asking=True, with_code=with_code)
    printed = capsys.readouterr().out
    assert shown in printed
    assert "Signed in" in printed
    assert opened == ([] if with_code else [shown])


async def test_a_login_that_fails_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    login = {"result": CODE, "events": [completed(success=False)]}
    write_program(tmp_path, account_read=NOBODY, **{"account_login/start": login})
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(SetupNeeded, match="did not succeed"):
        await sign_in(is_asking=True, with_code=True)
    assert "Signed in" not in capsys.readouterr().out


async def test_without_a_terminal_no_login_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    program = write_program(tmp_path, account_read=NOBODY)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    await sign_in(is_asking=False, with_code=False)
    assert "gearshift setup --preset chatgpt" in capsys.readouterr().out
    assert "login/start" not in log_of(program)


async def test_who_is_signed_in_need_not_sign_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    program = write_program(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    await sign_in(is_asking=True, with_code=False)
    assert "is signed in" in capsys.readouterr().out
    assert "login/start" not in log_of(program)


async def test_offline_no_login_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    account = {"error": {"code": -32603, "message": "offline"}}
    program = write_program(tmp_path, account_read=account)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    await sign_in(is_asking=True, with_code=False)
    assert "codex login status" in capsys.readouterr().out
    assert "login/start" not in log_of(program)


async def test_a_command_that_ends_after_its_turn_leaves_the_windows_in_the_ledger(tmp_path: Path):
    window = {"usedPercent": 40, "windowDurationMins": 300, "resetsAt": 4_000_000_000}
    limits = {"result": {"rateLimits": {"primary": window}}, "delay": 0.2}
    program = write_program(tmp_path, **{"account_rateLimits/read": limits})
    model = {"provider": "codex", "model": "m", "path": str(program)}
    options = {"models": {"mini": model, "full": model}}
    app = App([tmp_path], TerminalEditor(is_silent=True), state=tmp_path / "state")
    await app.start(options)
    app.documents.open("untitled:a.py", path=None, language="python", version=1, text="x = ")
    await app.complete_inline("untitled:a.py", Position(0, 4), is_explicit=True)
    await app.close()
    later = App([tmp_path], TerminalEditor(is_silent=True), state=tmp_path / "state")
    await later.start(options)
    try:
        await until(lambda: [w.used_percent for w in later.gearing.windows] == [40.0])
    finally:
        await later.close()


async def test_a_login_that_is_given_up_is_withdrawn(tmp_path: Path):
    program = write_program(tmp_path, **{"account_login/start": {"result": CODE}})
    server = AppServer(str(program), Services())
    login = await begin_login(server, with_code=True)
    waiting = asyncio.ensure_future(finish_login(server, login))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await until(lambda: "account/login/cancel" in log_of(program))
    await server.aclose()


async def test_a_process_that_ends_ends_the_login(tmp_path: Path):
    login = {"result": CODE, "then_dies": True}
    program = write_program(tmp_path, **{"account_login/start": login})
    server = AppServer(str(program), Services())
    begun = await begin_login(server, with_code=True)
    with pytest.raises(Unavailable, match="run the set-up again"):
        await finish_login(server, begun)
    await server.aclose()


@pytest.mark.parametrize(
    "said",
    [{}, {**CODE, "userCode": None}, {**CODE, "verificationUrl": "file:///etc/passwd"}],
    ids=["nothing", "no code", "no web address"],
)
async def test_a_login_without_a_place_to_go_is_a_bad_reply(
    tmp_path: Path, said: dict[str, object]
):
    program = write_program(tmp_path, **{"account_login/start": {"result": said}})
    server = AppServer(str(program), Services())
    with pytest.raises(BadReply, match="without saying where"):
        await begin_login(server, with_code=True)
    await server.aclose()


async def test_a_program_that_nobody_uses_rests_and_comes_back(tmp_path: Path):
    server = AppServer(str(write_program(tmp_path)), Services())
    first = await server.opened()
    await server._rest()
    assert not first.is_open
    assert (await server.opened()).is_open
    inbox = server.listen("t1")
    await server._rest()
    assert (await server.opened()).is_open
    assert inbox.empty()
    assert (tmp_path / "log.runs").read_text() == "xx"
    await server.aclose()
