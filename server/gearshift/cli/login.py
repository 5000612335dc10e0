"""The ChatGPT login of `gearshift setup`: an address or a code is shown, Codex keeps the login."""

from __future__ import annotations

import webbrowser
from typing import TYPE_CHECKING

from gearshift.core.errors import SetupNeeded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.providers.codex.server import AppServer


async def sign_in(*, is_asking: bool, with_code: bool, models: Sequence[str] = ()) -> None:
    """Make sure that Codex is signed in; without a terminal, say how.

    Then say which of `models` the plan does not have.

    Raises SetupNeeded where the program is missing or too old or the login fails, ProviderError.
    """
    from gearshift.providers.codex.login import begin_login, finish_login
    from gearshift.providers.codex.server import AppServer
    from gearshift.providers.services import Services

    services = Services()
    server = services.programs[None] = AppServer(None, services)
    try:
        is_signed_in = await server.is_signed_in()
        if is_signed_in is not False:
            unsure = "Codex can't tell now whether it is signed in: `codex login status` does."
            print("Codex is signed in." if is_signed_in else unsure)
            await _look_up(server, models)
            return
        if not is_asking:
            print("Sign in once: run `gearshift setup --preset chatgpt` in a terminal.")
            return
        login = await begin_login(server, with_code=with_code)
        if login.code:
            print(f"Open {login.url} on any device and enter the code {login.code}")
        else:
            print(f"Sign in with your browser; if none opens, open this address:\n  {login.url}")
            webbrowser.open(login.url)
        print("Waiting for the login (Ctrl-C to stop)…")
        if not await finish_login(server, login):
            raise SetupNeeded("The login did not succeed: run `gearshift setup` again.")
        print("Signed in; Codex keeps the login.")
        await _look_up(server, models)
    finally:
        await services.aclose()


async def _look_up(server: AppServer, models: Sequence[str]) -> None:
    from gearshift.core.errors import GearshiftError
    from gearshift.providers.codex.listing import list_models, reason_unlisted

    try:
        listed = await list_models(server)
    except GearshiftError as error:
        print(f"Which models the plan has can't be said now: {error}")
        return
    for model in models:
        if reason := reason_unlisted(model, listed):
            print(f"{reason} Change it in the settings file.")
