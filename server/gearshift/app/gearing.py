"""The gear in force: windows and outages observed, shifts announced, overrides kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.core.errors import ProviderError, Unavailable
from gearshift.core.tasks import HEAVY_TASKS
from gearshift.quota.windows import for_model, pressing, settled
from gearshift.routing.circuit import Circuits, Outage
from gearshift.routing.gears import GearBox
from gearshift.routing.router import RoutingFacts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gearshift.core.clock import Clock
    from gearshift.core.model import Model
    from gearshift.core.quota import Pressure, Window
    from gearshift.core.tasks import Scope, Task, Tier
    from gearshift.quota.bookkeeper import Bookkeeper
    from gearshift.routing.gears import Shift
    from gearshift.settings.schema import Settings


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
        self.lost: Outage | None = None
        """What puts the `local` gear in, as last observed; None: no source is lost."""

    @property
    def pressure(self) -> Pressure:
        """The window that presses hardest, as last observed."""
        return pressing(self.windows)

    @property
    def settled(self) -> tuple[Window, ...]:
        """The windows without what requests under way have reserved: what gears follow."""
        return settled(self.windows)

    def configure(self, settings: Settings) -> None:
        """Take new settings; keys and addresses may be mended, so circuits close."""
        self._settings = settings
        self.circuits.forget()
        if self.box is None:
            self.box = GearBox(settings.quota)
        else:
            self._tell(self.box.configure(settings.quota, self._clock.time()))

    async def look(self) -> tuple[Window, ...]:
        """Return the windows as they are now; those that heavy work does not draw on are aside."""
        assert self._settings is not None
        models = self._settings.models
        heavy = models.get("full") or models.get("mini")
        found = await self._ledger.windows(self._settings.quota)
        return for_model(found, heavy.model if heavy else "")

    async def observe(self) -> None:
        """Look at the windows and sources as they are now."""
        assert self._settings is not None
        assert self.box is not None
        self.windows = await self.look()
        now = self._clock.time()
        self.lost = self.circuits.lost(self._settings.models, now)
        self._tell(self.box.observe(pressing(self.settled), now, self.lost))

    @property
    def is_offline(self) -> bool:
        """Whether no configured model can serve; one that asks to wait a little still can."""
        assert self._settings is not None
        models, now = self._settings.models, self._clock.time()
        outages = [self.circuits.of(m.provider, m.model).outage(now) for m in models.values()]
        return bool(outages) and all(o and o.kind != "throttled" for o in outages)

    def facts(
        self, chosen: Tier | None, asked: str | None, lost: Mapping[str, Outage]
    ) -> RoutingFacts:
        """Return what routes depend on; `lost` are models that are known not to serve, and why."""
        assert self._settings is not None
        assert self.box is not None
        outages = self.circuits.blocked(self._settings.models, self._clock.time())
        outages |= lost
        return RoutingFacts(self._settings, self.box.gear, chosen, asked, outages)

    def admit(self, model: Model, task: Task) -> None:
        """Let a request leave; on a failing source it may be the probe. Raises Unavailable."""
        circuit = self.circuits.of(model.provider, model.name)
        outage = circuit.blocked(self._clock.time())
        if outage and outage.kind == "throttled" and task in HEAVY_TASKS:
            return  # heavy work waits as long as the vendor asks; see `providers.retry`
        outage = circuit.admit(self._clock.time())
        if outage:
            raise Unavailable(outage.reason)

    def ended(self, model: Model, error: BaseException | None) -> Outage | None:
        """Take note of how a request ended; return the outage where this opened the circuit.

        A loss that shifts the gear is not returned: the shift tells of it. Nor is a short wait.
        """
        circuit, now = self.circuits.of(model.provider, model.name), self._clock.time()
        was_open = circuit.outage(now) is not None
        if error is None:
            circuit.succeeded()
        elif isinstance(error, ProviderError):
            circuit.failed(error, now)
        else:
            circuit.withdrawn(now)
        outage = circuit.outage(now)
        if was_open or outage is None or outage.kind == "throttled":
            return None
        assert self._settings is not None
        return None if outage is self.circuits.lost(self._settings.models, now) else outage

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
