"""Signing in to ChatGPT through app-server, which keeps the login; Gearshift never sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gearshift.core.errors import BadReply
from gearshift.providers.address import is_loopback
from gearshift.providers.untrusted import string

if TYPE_CHECKING:
    from gearshift.providers.codex.server import AppServer


@dataclass(frozen=True, slots=True)
class Login:
    """A login that was begun: what the user has to open."""

    id: str
    url: str
    code: str | None = None
    """What to type in there; None: the browser on this machine hands the login over itself."""


async def begin_login(server: AppServer, *, with_code: bool) -> Login:
    """Begin a login, by a code that any device can be used for or by this machine's browser.

    Raises SetupNeeded without the program, ProviderError.
    """
    kind = "chatgptDeviceCode" if with_code else "chatgpt"
    result = await server.call("account/login/start", {"type": kind})
    url = string(result.get("verificationUrl" if with_code else "authUrl"))
    code = string(result.get("userCode")) or None
    is_safe = url.startswith("https://") or is_loopback(url)
    if not is_safe or (with_code and not code):
        raise BadReply("codex app-server began a login without saying where.")
    return Login(string(result.get("loginId")), url, code)


async def finish_login(server: AppServer, login: Login) -> bool:
    """Wait until the user has signed in, or has not; cancelling withdraws the login.

    Raises Unavailable when the process ends meanwhile.
    """
    has_ended = False
    try:
        is_done = await server.login_completed(login.id)
        has_ended = True
        return is_done
    finally:
        if not has_ended:
            server.tell("account/login/cancel", {"loginId": login.id})
