"""What a document holds outside the part around the cursor that is parsed: names it may bind."""

from __future__ import annotations

from functools import cached_property, lru_cache

from gearshift.languages.bound_lines import can_bind_unseen, may_be_bound


class Outside:
    """The lines that an excerpt leaves out; each name is looked for once."""

    def __init__(self, above: tuple[str, ...], below: tuple[str, ...]) -> None:
        self.text = "".join((*above, *below))
        """The lines as one text; empty where the excerpt is all there is."""
        self._names: dict[str, bool] = {}

    def may_bind(self, name: str) -> bool:
        """Whether some line looks as if it bound `name`."""
        if name not in self._names:
            self._names[name] = may_be_bound(self.text, name)
        return self._names[name]

    @cached_property
    def can_bind_unseen(self) -> bool:
        """Whether names may be bound in ways that the text does not show."""
        return can_bind_unseen(self.text)


@lru_cache(maxsize=2)
def outside(above: tuple[str, ...], below: tuple[str, ...]) -> Outside:
    """Return what lines outside an excerpt tell; while someone types in it they stay the same."""
    return Outside(above, below)
