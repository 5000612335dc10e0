"""The named models of the settings, connected when they are first needed."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from gearshift.core.errors import SetupNeeded
from gearshift.settings.schema import ModelSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gearshift.app.forms import Forms
    from gearshift.core.model import Model, ModelFacts, PromptForm
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
        self,
        services: Callable[[], Services],
        catalogue: Callable[[], Catalogue],
        forms: Callable[[], Forms],
    ) -> None:
        self._services = services
        self._catalogue = catalogue
        self._forms = forms
        self._settings: Mapping[str, ModelSettings] = {}
        self._connected: dict[str, tuple[PromptForm | None, Model]] = {}
        """With each model the form that was measured for it when it was connected."""

    def use(self, settings: Mapping[str, ModelSettings]) -> None:
        """Serve the models of these settings from now on; unchanged ones stay connected."""
        for name, model in self._settings.items():
            if settings.get(name) != model:
                self._connected.pop(name, None)
        self._settings = settings

    def measured(self, name: str, form: PromptForm) -> None:
        """Keep the form that a model takes best, and ask it so from now on. Raises OSError."""
        self._forms().keep(self.settings(name), form)
        self._connected.pop(name, None)

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
        """Return what is known of a named model; a measured prompt form counts before a guess."""
        model = self.settings(name)
        facts = self._catalogue().facts(model.provider, model.model, model.service_tier)
        form = self._forms().of(model)
        return replace(facts, form=form) if form else facts

    def is_local(self, name: str) -> bool:
        """Whether a named model runs on this machine, so that nothing leaves it."""
        from gearshift.providers import leaves_machine

        return not leaves_machine(self.settings(name))

    def may_look_ahead(self, name: str) -> bool:
        """Whether to ask a named model before its user does.

        The lines of an answers file are written for what is asked: none is used up ahead of that.
        """
        return self.settings(name).provider != "scripted"

    def origin(self, name: str) -> str | None:
        """Return the origin of the server that a named model is asked at; None: it has none."""
        from gearshift.core.errors import SettingsError
        from gearshift.providers import PROVIDERS
        from gearshift.providers.address import origin_of

        settings = self.settings(name)
        row = PROVIDERS.get(settings.provider)
        address = settings.base_url or (row.base_url if row else None)
        try:
            return origin_of(address) if address else None
        except SettingsError:
            return None  # whoever asks the model hears of it

    def get(self, name: str) -> Model:
        """Return the connected model. Raises SetupNeeded, SettingsError."""
        if name not in self._connected:
            from gearshift.providers import connect

            settings = self.settings(name)
            model = connect(settings, self.facts(name), self._services())
            self._connected[name] = self._forms().of(settings), model
        return self._connected[name][1]

    def keep_up(self) -> None:
        """Forget the models of which another process has measured another form by now."""
        if not self._connected or not (forms := self._forms()).has_changed():
            return
        for name, (form, _) in tuple(self._connected.items()):
            if forms.of(self.settings(name)) != form:
                del self._connected[name]
