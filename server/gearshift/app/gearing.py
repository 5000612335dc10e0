"""The gear in force: windows and outages observed, shifts announced, overrides kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gearshift.core.errors import ProviderError
from gearshift.quota.windows import pressing
from gearshift.routing.circuit import Circuits
from gearshift.routing.gears import GearBox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gearshift.core.clock import Clock
    from gearshift.core.model import Model
    from gearshift.core.quota import Pressure, Window
    from gearshift.core.tasks import Scope, Tier
    from gearshift.quota.bookkeeper import Bookkeeper
    from gearshift.routing.circuit import Outage
    from gearshift.routing.gears import Shift
    from gearshift.settings.schema import ModelSettings, Settings


class Gearing:
    """Owns gear box and circuits; tells `shifted` of every change, once."""

    def __init__(self, ledger: Bookkeeper, clock: Clock, shifted: Callable[[Shift], None]) -> None:
        self._ledger = ledger
        self._clock = clock
        self._shifted = shifted
        self._settings: Settings | None = None
        self.box: GearBox | None = None
        self.circuits = Circuits()
        self.windows: tuple[Window, ...] = ()

    @property
    def pressure(self) -> Pressure:
        """The window that presses hardest, as last observed."""
        return pressing(self.windows)

    def configure(self, settings: Settings) -> None:
        """Take new settings; keys and addresses may be mended, so circuits close."""
        self._settings = settings
        self.circuits.forget()
        if self.box is None:
            self.box = GearBox(settings.quota)
        else:
            self._tell(self.box.configure(settings.quota, self._clock.time()))

    async def observe(self) -> None:
        """Look at the windows and sources as they are now."""
        assert self._settings is not None
        assert self.box is not None
        self.windows = await self._ledger.windows(self._settings.quota)
        self._tell(self.box.observe(self.pressure, self._clock.time(), self._outage()))

    def _outage(self) -> Outage | None:
        """Why the first of the two sources that tasks are routed to is out; None: both serve."""
        assert self._settings is not None
        found = (self.outage(self._settings.models.get(name)) for name in ("full", "mini"))
        return next((outage for outage in found if outage), None)

    @property
    def is_offline(self) -> bool:
        """Whether no configured model can serve at the moment."""
        models = self._settings.models if self._settings else {}
        return bool(models) and all(self.outage(model) for model in models.values())

    def outage(self, model: ModelSettings | None) -> Outage | None:
        """Why a model's source gets no requests; None: it does."""
        if model is None:
            return None
        return self.circuits.of(model.provider, model.model).outage(self._clock.time())

    def outages(self) -> Mapping[str, Outage]:
        """Return which named models get no request now; looking one up may claim its probe."""
        return _Outages(self)

    def admit(self, name: str) -> Outage | None:
        """Return None if a request to a named model may leave now, else why not."""
        assert self._settings is not None
        model = self._settings.models[name]
        return self.circuits.of(model.provider, model.model).admit(self._clock.time())

    @property
    def names(self) -> tuple[str, ...]:
        """The named models."""
        return tuple(self._settings.models) if self._settings else ()

    def ended(self, model: Model, error: BaseException | None) -> None:
        """Take note of how a request ended."""
        circuit = self.circuits.of(model.provider, model.name)
        if error is None:
            circuit.succeeded()
        elif isinstance(error, ProviderError):
            circuit.failed(error, self._clock.time())
        else:
            circuit.withdrawn(self._clock.time())

    def use(self, tier: Tier | None, scope: Scope) -> None:
        """Let the user choose a tier, or none: automatic again."""
        assert self.box is not None
        now = self._clock.time()
        self._tell(self.box.use(tier, scope, now) if tier else self.box.use_auto(now))

    def agree(self) -> None:
        """Make the shift that was asked about."""
        assert self.box is not None
        self._tell(self.box.agree(self._clock.time()))

    def _tell(self, shift: Shift | None) -> None:
        if shift is not None:
            self._shifted(shift)


class _Outages(Mapping[str, "Outage"]):
    """Outages by named model, looked up when the router needs one: a due probe is not wasted."""

    def __init__(self, gearing: Gearing) -> None:
        self._gearing = gearing

    def __getitem__(self, name: str) -> Outage:
        outage = self._gearing.admit(name)
        if outage is None:
            raise KeyError(name)
        return outage

    def __iter__(self) -> Iterator[str]:
        return iter(self._gearing.names)

    def __len__(self) -> int:
        return len(self._gearing.names)
