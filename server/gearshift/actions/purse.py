"""What one action may cost, kept from request to request, whichever model is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gearshift.core.errors import BudgetReached
from gearshift.core.model import Usage

if TYPE_CHECKING:
    from collections.abc import Callable

_ANY = Usage(1000, output=1000)
"""A request whose price shows whether prices are known at all."""


@dataclass(slots=True)
class Purse:
    """US dollars for all requests of an action; the one that goes past them is the last."""

    usd: float | None = None
    """None: nothing is kept here; the user's budgets hold all the same."""
    spent: float = 0.0
    is_closed: bool = False
    """Whether a request was refused."""

    def check(self, price: Callable[[Usage], float | None]) -> None:
        """Raise BudgetReached if no more may be asked of a model that costs `price`."""
        if self.usd is None:
            return
        if price(_ANY) is None:
            self.is_closed = True
            raise BudgetReached("The price of the model is not known, so the budget can't be kept.")
        if self.spent >= self.usd and price(_ANY):
            self.is_closed = True
            raise BudgetReached(
                f"The budget of ${self.usd:g} is reached: ${self.spent:.4f} were spent."
            )

    def pay(self, usd: float | None) -> None:
        """Count what a request cost."""
        self.spent += usd or 0.0
