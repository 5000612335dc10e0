"""The settings in force: all sources merged, problems told once, files read again on change."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gearshift.app.models import embedded_pair
from gearshift.core.clock import Clock, SystemClock
from gearshift.settings.folders import project_settings_file, user_settings_file
from gearshift.settings.schema import Settings
from gearshift.settings.sources import SettingsFiles, SettingsSources

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gearshift.routing.catalogue import Catalogue
    from gearshift.settings.parse import Problem

MODELS_FILE = "models.toml"
LOOK_SECONDS = 2.0
"""Between two looks at files that no editor watches: the user's own, and what `gearshift setup` and
`gearshift models pull` leave behind."""


class Configuration:
    """Merges the sources into `settings` and hands each new value to `changed`."""

    def __init__(
        self,
        roots: Sequence[Path],
        changed: Callable[[Settings], None],
        report: Callable[[str], None],
        clock: Clock | None = None,
    ) -> None:
        """`changed` gets each new value; `report` shows problems to the user."""
        self._changed = changed
        self._report = report
        self._clock = clock or SystemClock()
        self._looked_at = self._clock.monotonic()
        self._sources = SettingsSources()
        self._user_file = user_settings_file()
        projects = [project_settings_file(root) for root in roots]
        self._files = SettingsFiles(self._sources, self._user_file, projects)
        self._catalogue: Catalogue | None = None
        self._told: tuple[Problem, ...] = ()
        self._turn = asyncio.Lock()
        self.settings = Settings()
        self.problems: tuple[Problem, ...] = ()

    async def start(self, options: Any) -> None:
        """Read everything for the first time."""
        self._sources.set_editor(options)
        self._files.refresh()
        await self._resolve()

    async def take(self, options: Any) -> None:
        """Take the editor's settings whole."""
        self._sources.set_editor(options)
        await self._resolve()

    async def use_roots(self, roots: Sequence[Path]) -> None:
        """Read the project files of these workspace folders from now on."""
        if self._files.use_projects([project_settings_file(root) for root in roots]):
            await self._resolve()

    def concerns(self, paths: Sequence[Path]) -> bool:
        """Whether one of `paths` is a settings file."""
        return not set(paths).isdisjoint(self._files.paths)

    @property
    def is_look_due(self) -> bool:
        """Whether `refresh` has not been called for a while."""
        return self._clock.monotonic() - self._looked_at >= LOOK_SECONDS

    async def refresh(self) -> None:
        """Read the files that changed; where there is no model, look for embedded ones too."""
        self._looked_at = self._clock.monotonic()
        if self._files.refresh():
            self._catalogue = None
            await self._resolve()
        elif not self.settings.models and await asyncio.to_thread(embedded_pair):
            await self._resolve()

    @property
    def has_catalogue(self) -> bool:
        """Whether the model catalogue has been read: with the first request or a look at it."""
        return self._catalogue is not None

    def catalogue(self) -> Catalogue:
        """Return the model catalogue with the user's own rows."""
        if self._catalogue is None:
            from gearshift.routing import catalogue

            self._catalogue = catalogue.load(self._user_file.with_name(MODELS_FILE))
        return self._catalogue

    async def _resolve(self) -> None:
        # One at a time: what is read while another looks for models must not be undone by it.
        async with self._turn:
            await self._resolve_now()

    async def _resolve_now(self) -> None:
        parsed = self._sources.resolve()
        settings = parsed.settings
        if not settings.models:
            pair = await asyncio.to_thread(embedded_pair)
            settings = replace(settings, models=MappingProxyType(dict(pair)))
        self.settings, self.problems = settings, parsed.problems
        self._changed(settings)
        if self.problems and self.problems != self._told:
            self._report(told(self.problems))
        self._told = self.problems


def told(problems: Sequence[Problem]) -> str:
    """Return problems as one message for the user."""
    lines = [f"{p.source}: {p.message}" if p.source else p.message for p in problems]
    if len(lines) == 1:
        return f"Settings: {lines[0]}"
    return "\n".join([f"Settings: {len(lines)} values were not taken.", *lines])
