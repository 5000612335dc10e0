"""The gear box: which gear is in, why, and one announcement for each shift."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gearshift.core.clock import moment
from gearshift.core.quota import Pressure, whole_percent
from gearshift.core.tasks import HEAVY_TASKS, Gear, Scope, Task, Tier

if TYPE_CHECKING:
    from gearshift.routing.circuit import Outage
    from gearshift.settings.schema import QuotaSettings

HYSTERESIS = 5.0
"""Percent below a threshold at which the gear above it comes back."""
WIDEST = 30.0
"""The same where single requests move the window further than HYSTERESIS, at most: as far as one
of them goes, or the next would shift the gear down again."""
WINDOW_SECONDS = 5 * 3600.0
"""How long an override of one window lasts where no window is known."""
EXHAUSTED = 100.0
_ORDER: tuple[Gear, ...] = ("full", "saver", "mini", "local")
_MEANING: dict[Gear, str] = {
    "full": "heavy tasks run on the full model",
    "saver": "work that can be verified runs on the mini model first",
    "mini": "heavy tasks run on the mini model",
    "local": "only `models.fallback` or another source can serve",
}


class Shift(NamedTuple):
    """A change of gear to announce, or, in `ask` mode, to ask about."""

    old: Gear
    new: Gear
    reason: str
    """What changed, why, until when, and how to undo it: for the user."""
    is_question: bool = False
    """True where nothing was shifted yet: `GearBox.agree` does it."""


class Override(NamedTuple):
    """The user's own choice of gear."""

    tier: Tier
    scope: Scope
    until: float | None
    """Unix time at which it ends by itself; None: when it is ended, or used (`next`)."""


class GearBox:
    """Follows pressure and outages; holds no clock, so every call is given Unix time.

    An unknown pressure never shifts down. It keeps a gear only as long as the window that
    called for it is known to go on, for within a window use can't fall.
    """

    def __init__(self, settings: QuotaSettings) -> None:
        self._settings = settings
        self._wanted: Gear = "full"
        """What pressure calls for, by the thresholds and their hysteresis."""
        self._pressure = Pressure()
        """The latest live one."""
        self._outage: Outage | None = None
        self._override: Override | None = None
        self._asked = False
        self._agreed = False

    @property
    def gear(self) -> Gear:
        """The gear that is in."""
        if self._outage:
            return "local"
        if self._override and self._override.scope != "next":
            return self._override.tier
        is_held = self._settings.mode == "off" or not (
            self._settings.mode == "auto" or self._agreed
        )
        return "full" if is_held else self._wanted

    @property
    def override(self) -> Tier | None:
        """The user's choice that is in force."""
        return self._override.tier if self._override else None

    @property
    def is_for_one_action(self) -> bool:
        """Whether the user chose for the next heavy task alone."""
        return self._override is not None and self._override.scope == "next"

    def observe(self, pressure: Pressure, now: float, outage: Outage | None = None) -> Shift | None:
        """Take note of the windows and of the sources in use; return the shift to announce."""
        old = self.gear
        self._outage = None if outage and outage.kind == "throttled" else outage
        self._end_override(now)
        self._follow(pressure, now)
        return self._shift(old, now) or self._question(now)

    def use(self, tier: Tier, scope: Scope, now: float) -> Shift | None:
        """Let the user choose: for the next heavy task, until the window resets, or for good."""
        old = self.gear
        self._override = Override(tier, scope, self._window_end(now) if scope == "window" else None)
        return self._shift(old, now)

    def use_auto(self, now: float) -> Shift | None:
        """End the user's choice."""
        old = self.gear
        self._override = None
        return self._shift(old, now)

    def claim(self, task: Task) -> Tier | None:
        """Return the tier the user chose for a heavy task that starts now; `next` is used up."""
        override = self._override
        if override is None or task not in HEAVY_TASKS:
            return None
        if override.scope == "next":
            self._override = None
        return override.tier

    def agree(self, now: float) -> Shift | None:
        """Do what was asked; it holds until the gear is `full` again."""
        old = self.gear
        self._agreed = True
        return self._shift(old, now)

    def configure(self, settings: QuotaSettings, now: float) -> Shift | None:
        """Take new thresholds and mode; they count from the latest pressure on."""
        old = self.gear
        self._settings = settings
        self._set_wanted(self._gear_at(self._pressure))
        return self._shift(old, now)

    def _follow(self, pressure: Pressure, now: float) -> None:
        if pressure.percent is None:
            if not self._is_window_going_on(pressure, now):
                self._set_wanted("full")
                self._pressure = pressure
            return
        # A rolling window has no reset: use leaves it bit by bit, and the thresholds' hysteresis
        # is all that keeps the gear from flapping.
        last = self._pressure
        is_reset = last.source == "plan" and last.resets_at is not None and last.resets_at <= now
        margin = min(max(HYSTERESIS, pressure.step), WIDEST)
        plain, eased = self._gear_at(pressure), self._gear_at(pressure, margin)
        self._set_wanted(plain if is_reset else _middle(plain, self._wanted, eased))
        self._pressure = pressure

    def _set_wanted(self, gear: Gear) -> None:
        self._wanted = gear
        if gear == "full":
            self._asked = self._agreed = False

    def _is_window_going_on(self, pressure: Pressure, now: float) -> bool:
        """Return True where the unknown number is a plan's that was live, and has not reset."""
        resets_at = self._pressure.resets_at
        is_same = (self._pressure.source, self._pressure.label) == (pressure.source, pressure.label)
        return is_same and pressure.source == "plan" and resets_at is not None and resets_at > now

    def _gear_at(self, pressure: Pressure, margin: float = 0.0) -> Gear:
        """Return the gear by the thresholds, each taken `margin` lower."""
        percent = pressure.percent
        if percent is None:
            return "full"
        # A budget that is used up is enforced here; whether a plan is, its vendor alone decides.
        if pressure.source == "budget" and percent >= EXHAUSTED - margin:
            return "local"
        if percent >= self._settings.switch_percent - margin:
            return "mini"
        return "saver" if percent >= self._settings.warn_percent - margin else "full"

    def _end_override(self, now: float) -> None:
        override = self._override
        if override and override.until is not None and override.until <= now:
            self._override = None

    def _window_end(self, now: float) -> float:
        window = self._pressure
        if window.source == "plan" and window.resets_at and window.resets_at > now:
            return window.resets_at
        # All that a rolling window holds now has left it one length later.
        return now + (window.seconds or WINDOW_SECONDS)

    def _shift(self, old: Gear, now: float) -> Shift | None:
        new = self.gear
        return None if new == old else Shift(old, new, self._announce(new, now))

    def _question(self, now: float) -> Shift | None:
        is_due = self._settings.mode == "ask" and not self._asked and not self._agreed
        if not is_due or self._wanted == "full" or self._override or self._outage:
            return None
        self._asked = True
        text = f"{self._why(now)} Shift to the {self._wanted} gear, where {_MEANING[self._wanted]}?"
        return Shift("full", self._wanted, text, is_question=True)

    def _announce(self, gear: Gear, now: float) -> str:
        text = f"{gear.capitalize()} gear: {_MEANING[gear]}. {self._why(now)}"
        if self._outage:
            return text  # nothing that the user chooses ends it
        if self._override and self._override.scope != "next":
            return f"{text} `Gearshift: use auto` ends this."
        if gear in ("saver", "mini"):
            return f"{text} `Gearshift: use full` undoes this."
        if gear == "local":
            return f"{text} Raise `quota.budgets` to go on sooner."
        return text

    def _why(self, now: float) -> str:
        if self._outage:
            until = self._outage.until
            back = f" Expected back at {moment(until, now)}." if until else ""
            return self._outage.reason + back
        override = self._override
        if override and override.scope != "next":
            until = f" until {moment(override.until, now)}" if override.until else ""
            return f"You chose {override.tier}{until}."
        return self._why_by_pressure(now)

    def _why_by_pressure(self, now: float) -> str:
        if self._settings.mode == "off":
            return "Gears are switched off by `quota.mode`."
        window = self._pressure
        if window.percent is None:
            return "No live number says that a quota is short."
        text = f"{whole_percent(window.percent)} % of your {window.label} {window.source} is used"
        if window.resets_at is None or window.resets_at <= now:
            return f"{text}."
        when = moment(window.resets_at, now)
        if window.source == "plan":
            return f"{text}; it resets at {when}."
        return f"{text}; use leaves the window from {when} on."


def _middle(lowest: Gear, current: Gear, highest: Gear) -> Gear:
    """Return `current`, moved into what pressure with and without its hysteresis allows."""
    low, high = _ORDER.index(lowest), _ORDER.index(highest)
    return _ORDER[max(low, min(_ORDER.index(current), high))]
