"""What a setting's value must keep to, declared with its type in `schema` through `Annotated`.

Two kinds of rule: bounds on a value from any source, and what a project's file may do with it.
A cloned repository must not redirect code, run anything, loosen privacy or spend more, so fields
with such reach carry an `OwnerOnly`, `Tightens` or `ProjectAdds` rule.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Any, Literal

Scope = Literal["machine", "window"]
"""VS Code's scope of a setting: `machine` can't be set by a workspace's own settings."""


class Between:
    """A number from `low` to `high`, both included; None: no bound on that side."""

    def __init__(
        self, low: float | None = None, high: float | None = None, *, is_low_excluded: bool = False
    ) -> None:
        self.low = low
        self.high = high
        self.is_low_excluded = is_low_excluded

    def allows(self, value: object) -> bool:
        """Whether `value` is a finite number within the bounds."""
        if not isinstance(value, int | float) or not math.isfinite(value):
            return False
        is_low = self.low is not None and (
            value <= self.low if self.is_low_excluded else value < self.low
        )
        return not is_low and not (self.high is not None and value > self.high)

    def text(self) -> str:
        """Return the bounds as a phrase: `from 0 to 100`, `above 0`."""
        if self.low is None:
            return "" if self.high is None else f"of at most {self.high:,.15g}"
        if self.is_low_excluded:
            low = f"above {self.low:,.15g}"
            return low if self.high is None else f"{low} and at most {self.high:,.15g}"
        if self.high is None:
            return f"of at least {self.low:,.15g}"
        return f"from {self.low:,.15g} to {self.high:,.15g}"


class Matches:
    """Text of a form; `form` names it; the text itself is never repeated (it may be a key)."""

    def __init__(self, pattern: str, form: str) -> None:
        self.pattern = pattern
        self.form = form

    def allows(self, value: object) -> bool:
        """Whether `value` has the form."""
        return isinstance(value, str) and bool(_compiled(self.pattern).fullmatch(value))

    def text(self) -> str:
        """Return the form as a phrase."""
        return self.form


@lru_cache(maxsize=16)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


class Whole:
    """A list that means something only whole (a command line): one bad item spoils it."""


class Accumulates:
    """A list to which every source adds; none takes away what another has put in."""


class Identity:
    """A field that says which thing an entry is about: changing it starts the entry afresh.

    A bad value leaves the whole entry out.
    """


class Essential:
    """A field that decides where an entry leads: a bad value leaves the whole entry out."""


class Choices:
    """What each allowed value does, for the documentation: texts that continue "`value`: …"."""

    def __init__(self, **text: str) -> None:
        self.text = text


class OwnerOnly:
    """Not settable by a project's file; `reason` is a clause after "because"."""

    def __init__(self, reason: str, scope: Scope = "machine") -> None:
        self.reason = reason
        self.scope: Scope = scope

    def note(self) -> str:
        """Return the rule for the documentation."""
        return "no"


class ProjectAdds:
    """A project's file adds items to the list and removes none."""

    def __init__(self, scope: Scope = "machine") -> None:
        self.scope: Scope = scope

    def note(self) -> str:
        """Return the rule for the documentation."""
        return "adds to the list"


class Tightens:
    """A project's file may make the value stricter, never looser."""

    def __init__(
        self,
        loosest_first: tuple[Any, ...] = (),
        direction: Literal["down", "up"] = "down",
        scope: Scope = "machine",
    ) -> None:
        self.loosest_first = loosest_first
        """The values in order; empty: a number, and `direction` says which way is stricter."""
        self.direction = direction
        self.scope: Scope = scope

    def loosens(self, value: Any, base: Any) -> bool:
        """Whether `value` is looser than `base`; a base that was never set is the loosest."""
        if base is None:
            return False
        if self.loosest_first:
            return self.loosest_first.index(value) < self.loosest_first.index(base)
        return value > base if self.direction == "down" else value < base

    def note(self) -> str:
        """Return the rule for the documentation."""
        if self.loosest_first:
            order = " → ".join(f"`{_shown(v)}`" for v in self.loosest_first)
            return f"only in this direction: {order}"
        return f"only {'lower' if self.direction == 'down' else 'higher'}"


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


ProjectRule = OwnerOnly | ProjectAdds | Tightens
