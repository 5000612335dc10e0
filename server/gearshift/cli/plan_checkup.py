"""The doctor's look at a ChatGPT plan: the program `codex`, its version, its login, its models."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from gearshift.cli.checkup import Finding
    from gearshift.providers.codex.server import AppServer
    from gearshift.settings.schema import ModelSettings


async def plan_checkup(
    label: str, settings: ModelSettings, *, is_online: bool
) -> AsyncGenerator[Finding, None]:
    """Yield what is found; only with `is_online` is the list of models asked for."""
    from gearshift.cli.checkup import Finding
    from gearshift.core.errors import GearshiftError
    from gearshift.providers.codex.server import AppServer
    from gearshift.providers.services import Services

    services = Services()
    server = services.programs[settings.path] = AppServer(settings.path, services)
    try:
        await server.opened()
        yield Finding(label, "ok", f"{settings.model} (codex {server.version or 'of unknown age'})")
        yield await _login(server)
        if is_online:
            yield await _listed(server, label, settings.model)
    except GearshiftError as error:
        yield Finding(label, "fail", str(error), "Set that right, then check again.")
    finally:
        await services.aclose()


async def _login(server: AppServer) -> Finding:
    from gearshift.cli.checkup import Finding

    is_signed_in = await server.is_signed_in()
    if is_signed_in is False:
        advice = "Run `gearshift setup --preset chatgpt` in a terminal."
        return Finding("login codex", "fail", "Codex is not signed in to ChatGPT.", advice)
    if is_signed_in is None:
        return Finding("login codex", "warn", "Codex can't tell now whether it is signed in.")
    return Finding("login codex", "ok", "Codex is signed in")


async def _listed(server: AppServer, label: str, model: str) -> Finding:
    from gearshift.cli.checkup import Finding
    from gearshift.providers.codex.listing import list_models, reason_unlisted

    reason = reason_unlisted(model, await list_models(server))
    if reason is None:
        return Finding(label, "ok", f"the plan has {model}")
    return Finding(label, "fail", reason, "Change `model` in the settings.")
