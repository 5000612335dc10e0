"""The embedded model as features see it: its process is found or started with each request."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.core.errors import ProviderError, SetupNeeded, Unauthorized, Unavailable
from gearshift.providers.credentials import Secret
from gearshift.providers.link import Link
from gearshift.providers.llamacpp import LlamaCpp
from gearshift.providers.local.catalogue import catalogue, find_weights
from gearshift.providers.local.folder import models_folder
from gearshift.providers.local.launcher import Launcher
from gearshift.providers.local.resident import Resident
from gearshift.providers.local.sizing import context_for, machine_memory, memory_for

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from contextlib import AbstractAsyncContextManager

    from gearshift.core.model import Chunk, ModelFacts, Request, Route
    from gearshift.providers.local.launcher import Endpoint
    from gearshift.providers.services import Services
    from gearshift.settings.schema import ModelSettings

_BEAT_SECONDS = 60.0
"""A long answer beats again after this time, so that its process does not count as idle; sooner
where that is set to be short."""


class LocalModel:
    """A model served by this machine's own process of it."""

    provider = "local"
    routes: frozenset[Route] = frozenset({"fill", "continue", "chat"})

    def __init__(
        self,
        resident: Resident,
        facts: ModelFacts,
        timeout: float,
        launcher: Launcher,
        services: Services,
    ) -> None:
        self.name = resident.name
        self.facts = facts
        self._resident = resident
        self._timeout = timeout
        self._launcher = launcher
        self._services = services

    def turn(self) -> AbstractAsyncContextManager[None]:
        """Return what holds the place for heavy requests against other processes."""
        return self._launcher.turn(self._resident)

    def reason_shared(self) -> str | None:
        """Return why it is served with other settings than its own; None: it is not."""
        return self._launcher.reason_shared(self._resident)

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """Yield the answer; see `core.model.Model`.

        Once, and only before any text was yielded, the request is sent again: when the process
        died since the last one it is started again, and llama.cpp closes a connection after a
        streamed answer without saying so, which a quick next request meets.
        """
        for is_last in (False, True):
            wire = self._wire(await self._launcher.endpoint(self._resident))
            has_begun = False
            sent_at = self._services.clock.monotonic()
            try:
                async with aclosing(self._beating(wire, request)) as chunks:
                    async for chunk in chunks:
                        has_begun = True
                        yield chunk
                return
            except (Unavailable, Unauthorized) as error:
                alive = await self._launcher.is_alive(self._resident)
                waited = self._services.clock.monotonic() - sent_at >= self._timeout
                if is_last or has_begun or (alive and waited):
                    if alive:
                        raise
                    raise self._died() from error

    async def _beating(self, wire: LlamaCpp, request: Request) -> AsyncGenerator[Chunk, None]:
        clock = self._services.clock
        pause = min(_BEAT_SECONDS, self._resident.idle_seconds / 4)
        next_beat = clock.monotonic() + pause
        async with aclosing(wire.stream(request)) as chunks:
            async for chunk in chunks:
                if clock.monotonic() > next_beat:
                    self._launcher.beat(self._resident)
                    next_beat = clock.monotonic() + pause
                yield chunk

    def _wire(self, endpoint: Endpoint) -> LlamaCpp:
        async def key() -> Secret:
            return Secret(endpoint.key)

        server = f"the embedded model {self.name}"
        link = Link(server, endpoint.url, self.name, self._timeout, key, self._services)
        return LlamaCpp(link, self.facts, provider=self.provider)

    def _died(self) -> ProviderError:
        log = self._launcher.log_file(self._resident)
        return Unavailable(
            f"The process of the embedded model {self.name} ended during the request; the next "
            f"request starts it again. Its log is {log}."
        )


def connect_local(settings: ModelSettings, facts: ModelFacts, services: Services) -> LocalModel:
    """Return the embedded model that `settings` name; nothing is started before its first request.

    Raises SetupNeeded for a name that is not in the catalogue, unless `path` names a file.
    """
    weights = catalogue().get(settings.model) if settings.path else find_weights(settings.model)
    if settings.path:
        path = Path(settings.path).expanduser()
    else:
        path = models_folder() / find_weights(settings.model).file
    wanted = weights.context if weights else facts.context
    name = settings.model or path.stem
    _check_size(path, settings.max_memory_mb)
    room = memory_for(settings.max_memory_mb, machine_memory())
    resident = Resident(
        *(name, path, context_for(path, wanted, room)),
        gpu_layers=settings.gpu_layers,
        threads=settings.threads,
        idle_seconds=settings.idle_seconds,
    )
    if weights and facts.fill_family is None:
        facts = replace(facts, form=weights.form, fill_family=weights.fill_family)
    facts = replace(facts, context=min(facts.context, resident.context))
    launcher = services.launcher or Launcher(tell=services.tell)
    return LocalModel(resident, facts, settings.timeout_seconds, launcher, services)


def _check_size(path: Path, limit_mb: int | None) -> None:
    """Raise SetupNeeded where the user's limit has no room for the file itself."""
    if limit_mb is None or not path.is_file():
        return
    size_mb = path.stat().st_size / 1e6
    if size_mb > limit_mb:
        raise SetupNeeded(
            f"The model file {path.name} takes {size_mb:,.0f} MB, and `maxMemoryMb` allows"
            f" {limit_mb:,}: raise it, or choose a smaller model."
        )
