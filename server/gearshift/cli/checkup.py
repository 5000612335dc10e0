"""The checks of `gearshift doctor`: each says what it found and what to do about it."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Literal

from gearshift import __version__
from gearshift.app.probing import inline_models

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from gearshift.app import App
    from gearshift.core.model import Model
    from gearshift.settings.schema import ModelSettings

State = Literal["ok", "warn", "fail"]
ONLINE_SECONDS = 90.0
"""Longest wait for the answer to a tiny request; an embedded model may have to load first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    check: str
    state: State
    text: str
    advice: str = ""
    """What to do; empty where nothing has to be done."""


async def checkup(app: App, *, is_online: bool) -> AsyncGenerator[Finding, None]:
    """Yield every finding; only with `is_online` is a model asked anything."""
    yield _versions()
    for finding in _settings(app):
        yield finding
    for name, settings in app.settings.models.items():
        async for finding in _model(app, name, settings, is_online=is_online):
            yield finding
        if finding := await _key(name, settings):
            yield finding
        if is_online:
            answer = await _answer(app, name)
            yield answer
            if answer.state == "ok" and name in inline_models(app):
                yield await _form(app, name, settings)
    for finding in _budgets(app):
        yield finding
    yield await _sandbox(app)
    yield await _ledger(app)


def _versions() -> Finding:
    python = ".".join(map(str, sys.version_info[:3]))
    words = [f"gearshift {__version__}", f"Python {python}"]
    try:
        words += [f"{package} {version(package)}" for package in ("pygls", "lsprotocol")]
    except PackageNotFoundError as error:
        text = f"{error.name} is not installed, so the language server can't start."
        return Finding("version", "fail", text, "Install gearshift anew.")
    return Finding("version", "ok", ", ".join(words))


def _settings(app: App) -> Generator[Finding]:
    from gearshift.settings.folders import user_settings_file

    file = user_settings_file()
    is_there = file.exists()
    if not app.configuration.problems:
        note = "" if is_there else " (none: the defaults count)"
        yield Finding("settings", "ok", f"{file}{note}")
    for problem in app.configuration.problems:
        yield Finding("settings", "fail", f"{problem.source}: {problem.message}", "Correct it.")
    for problem in app.configuration.catalogue().problems:
        yield Finding("prices", "warn", problem, "Correct the row; until then it is left out.")
    if not app.settings.models:
        text = "No model is set up, so nothing is offered and nothing is sent."
        yield Finding("models", "fail", text, "Run `gearshift setup`.")
        return
    for task, name in app.settings.routing.items():
        has_stand_in = name == "full" and "mini" in app.settings.models
        if name not in app.settings.models and not has_stand_in:
            text = f"`routing.{task}` names the model `{name}`, which is not in `models`."
            yield Finding("routing", "fail", text, "Add it to `models`, or change the routing.")


async def _model(
    app: App, name: str, settings: ModelSettings, *, is_online: bool
) -> AsyncGenerator[Finding, None]:
    from gearshift.core.errors import GearshiftError
    from gearshift.routing.catalogue import retirement

    label = f"model {name}"
    try:
        app.supply.models.get(name)
    except GearshiftError as error:
        yield Finding(label, "fail", str(error), "Correct `models` in the settings.")
        return
    if settings.provider == "codex":
        from gearshift.cli.plan_checkup import plan_checkup

        async for finding in plan_checkup(label, settings, is_online=is_online):
            yield finding
    elif settings.provider == "local" and not settings.path:
        yield _pulled(label, settings)
    else:
        yield Finding(label, "ok", f"{settings.model or settings.provider} ({settings.provider})")
    if settings.provider == "local" and (why := _shared(app.supply.models.get(name))):
        yield Finding(label, "warn", why, "Give both the same settings, or close the other window.")
    gone = retirement(settings.model, app.supply.models.facts(name), time.strftime("%Y-%m-%d"))
    if gone is not None:
        yield Finding(label, "warn", gone, f"Change `models.{name}` in the settings.")


def _pulled(label: str, settings: ModelSettings) -> Finding:
    from importlib.util import find_spec

    from gearshift.cli.words import megabytes
    from gearshift.providers.local.folder import list_models

    row = next((row for row in list_models() if row.name == settings.model), None)
    if row is None or not row.is_pulled:
        text = f"{settings.model} is not here."
        return Finding(label, "fail", text, f"Run `gearshift models pull {settings.model}`.")
    if find_spec("xllamacpp") is None:
        text = "llama.cpp is not installed, which embedded models need."
        return Finding(label, "fail", text, "Run `pip install 'gearshift[local]'`.")
    return Finding(label, "ok", f"{row.name} (embedded, {megabytes(row.bytes)}, pulled)")


def _shared(model: Model) -> str | None:
    """Return why an embedded model is served with other settings than it has; None: it is not."""
    from gearshift.providers.local.model import LocalModel

    return model.reason_shared() if isinstance(model, LocalModel) else None


async def _key(name: str, settings: ModelSettings) -> Finding | None:
    """Return whether the key is there; None for a provider that needs none."""
    from gearshift.core.errors import GearshiftError, SetupNeeded
    from gearshift.providers import PROVIDERS
    from gearshift.providers.link import link_to
    from gearshift.providers.services import Services

    row = PROVIDERS.get(settings.provider)
    if row is None or row.base_url is None:
        return None
    services = Services()
    try:
        link = link_to(row, settings, services)
        key = await link.key()
    except SetupNeeded as error:
        return Finding(f"key {name}", "fail", str(error), "Then start your editor anew.")
    except GearshiftError as error:
        return Finding(f"key {name}", "fail", str(error), "Correct `baseUrl` in the settings.")
    finally:
        await services.aclose()
    if key is None:
        return Finding(f"key {name}", "ok", f"none; {link.server} is asked without one")
    return Finding(f"key {name}", "ok", f"there is one for {link.server}")


async def _answer(app: App, name: str) -> Finding:
    """Return what came of a tiny request through gate and ledger."""
    import asyncio

    from gearshift.core.errors import GearshiftError
    from gearshift.core.model import ChatRequest, ContinueRequest, Message
    from gearshift.core.tasks import Route

    label = f"answer {name}"
    route = Route("explain", name, "full" if name == "full" else "mini", "full", "doctor --online")
    try:
        model = app.supply.metered(route, ())
        request = (
            ChatRequest((Message("user", "Answer with one word: ready?"),), max_tokens=16)
            if "chat" in model.routes
            else ContinueRequest("def add(a, b):\n    return", max_tokens=8)
        )
        begun = time.monotonic()

        async def answer() -> str:
            return "".join([chunk.text async for chunk in model.stream(request)])

        text = await asyncio.wait_for(answer(), ONLINE_SECONDS)
    except asyncio.TimeoutError:
        return Finding(label, "fail", f"Nothing came within {ONLINE_SECONDS:.0f} s.", "Try again.")
    except GearshiftError as error:
        return Finding(label, "fail", str(error), "Set that right, then check again.")
    took = time.monotonic() - begun
    return Finding(label, "ok", f"{len(text)} characters after {took:.1f} s")


async def _form(app: App, name: str, settings: ModelSettings) -> Finding:
    """Return which prompt form the model takes best, measured and kept."""
    from gearshift.cli.probing import measured, words
    from gearshift.core.errors import GearshiftError

    try:
        result = await measured(app, name)
    except GearshiftError as error:
        return Finding(f"form {name}", "warn", str(error), "The form that is known stays.")
    text = words(settings.model or name, result)
    if result.form is None:
        return Finding(f"form {name}", "warn", text, "The form that is known stays.")
    return Finding(f"form {name}", "ok", text)


def _budgets(app: App) -> Generator[Finding]:
    budgets = app.settings.quota.budgets
    if not any(budget.usd is not None for budget in budgets):
        return
    for name, settings in app.settings.models.items():
        if app.supply.models.facts(name).price is None:
            text = (
                f"The price of {settings.model} is unknown, so a budget in dollars can't hold it."
            )
            advice = "Add a row to models.toml beside your settings, or set a budget in tokens."
            yield Finding(f"budget {name}", "warn", text, advice)


async def _sandbox(app: App) -> Finding:
    rung = await app.heavy.sandbox.isolation()
    if app.settings.verify.run == "never":
        text = "Generated tests are never run (`verify.run`), so nothing is labelled `verified`."
        return Finding("sandbox", "warn", text, "Set `verify.run` to `ask` to have them run.")
    if rung == "none":
        text = "Neither bubblewrap nor unshare works here: tests would run with limits only."
        return Finding("sandbox", "warn", text, "On Linux install bubblewrap (`bwrap`).")
    return Finding("sandbox", "ok", f"{rung}: generated tests see no network and no other files")


async def _ledger(app: App) -> Finding:
    await app.ledger.windows(app.settings.quota)
    if app.ledger.trouble:
        return Finding("ledger", "fail", app.ledger.trouble, "Free or repair the file.")
    return Finding("ledger", "ok", str(app.state / "ledger.sqlite"))
