"""The named models of the settings, connected when they are first needed."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from gearshift.core.errors import SetupNeeded
from gearshift.settings.schema import ModelSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gearshift.core.model import Model, ModelFacts
    from gearshift.providers.services import Services
    from gearshift.routing.catalogue import Catalogue

EMBEDDED = MappingProxyType(
    {
        "mini": ModelSettings(provider="local", model="qwen2.5-coder-0.5b"),
        "full": ModelSettings(provider="local", model="qwen2.5-coder-1.5b"),
    }
)
"""The pair that serves when the settings name no model and it has been pulled."""
SETUP_HINT = (
    "No model is set up: run `gearshift setup`, or `gearshift models pull` for the embedded pair."
)


def embedded_pair() -> Mapping[str, ModelSettings]:
    """Return the embedded models that have been pulled, by name."""
    from gearshift.providers.local.folder import list_models

    pulled = {row.name for row in list_models() if row.is_pulled}
    return {name: model for name, model in EMBEDDED.items() if model.model in pulled}


class Models:
    """Connects each named model once; all are forgotten when the settings change."""

    def __init__(
        self, services: Callable[[], Services], catalogue: Callable[[], Catalogue]
    ) -> None:
        self._services = services
        self._catalogue = catalogue
        self._settings: Mapping[str, ModelSettings] = {}
        self._connected: dict[str, Model] = {}

    def use(self, settings: Mapping[str, ModelSettings]) -> None:
        """Serve the models of these settings from now on; unchanged ones stay connected."""
        for name, model in self._settings.items():
            if settings.get(name) != model:
                self._connected.pop(name, None)
        self._settings = settings

    @property
    def names(self) -> frozenset[str]:
        """The names that can be asked for."""
        return frozenset(self._settings)

    def settings(self, name: str) -> ModelSettings:
        """Return the settings of a named model. Raises SetupNeeded if there is none."""
        try:
            return self._settings[name]
        except KeyError:
            if not self._settings:
                raise SetupNeeded(SETUP_HINT) from None
            known = ", ".join(sorted(self._settings))
            text = f"The settings name no model `{name}` (there is {known}); add it to `models`."
            raise SetupNeeded(text) from None

    def facts(self, name: str) -> ModelFacts:
        """Return what is known of a named model."""
        model = self.settings(name)
        return self._catalogue().facts(model.provider, model.model, model.service_tier)

    def is_local(self, name: str) -> bool:
        """Whether a named model runs on this machine, so that nothing leaves it."""
        from gearshift.providers import PROVIDERS
        from gearshift.providers.address import is_loopback

        settings = self.settings(name)
        row = PROVIDERS.get(settings.provider)
        if row is None:
            return False
        address = settings.base_url or row.base_url
        return row.is_local or (address is not None and is_loopback(address))

    def get(self, name: str) -> Model:
        """Return the connected model. Raises SetupNeeded, SettingsError."""
        if name not in self._connected:
            from gearshift.providers import connect

            self._connected[name] = connect(self.settings(name), self.facts(name), self._services())
        return self._connected[name]
