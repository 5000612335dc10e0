"""Leaves: which teas there are and how much of them is needed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tea:
    """One tea of the shelf."""

    name: str
    celsius: int
    minutes: float
    grams: float


SHELF = (
    Tea("sencha", 75, 1.5, 3.0),
    Tea("oolong", 90, 3.0, 3.5),
    Tea("assam", 98, 4.0, 2.5),
)


def find(name: str) -> Tea | None:
    """Return the tea called `name`, whatever its case; None if there is none."""
    for tea in SHELF:
        if tea.name == name.lower():
            return tea
    return None


def coolest(teas: tuple[Tea, ...]) -> Tea:
    """Return the tea that wants the coolest water."""
    return min(teas, key=lambda tea: tea.celsius)
