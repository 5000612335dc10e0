"""The demo's own temporary folder: a copy of the project, settings, prices, ledger."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.app.models import EMBEDDED
from gearshift.routing.catalogue import load

if TYPE_CHECKING:
    from types import TracebackType

    from gearshift.core.model import Price

PROJECT = Path(__file__).with_name("project")
BUDGET_USD = 0.02
"""Small enough for the percentage to move visibly within one demo."""
BUDGET_WINDOW = "5h"


class Workshop:
    """A context: the folder is there inside, and gone after, whatever happened."""

    def __init__(self) -> None:
        self.prices = shown_prices()

    def __enter__(self) -> Workshop:
        self.folder = Path(tempfile.mkdtemp(prefix="gearshift-demo-")).resolve()
        self.project = self.folder / "teatime"
        self.state = self.folder / "state"
        self.config = self.folder / "config"
        ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(PROJECT, self.project, ignore=ignored)
        self.state.mkdir()
        self.config.mkdir()
        (self.config / "config.toml").write_text(_settings(), encoding="utf-8")
        (self.config / "models.toml").write_text(_models(self.prices), encoding="utf-8")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def environment(self) -> dict[str, str]:
        """What points the server at this folder instead of the user's own files."""
        return {"GEARSHIFT_STATE": str(self.state), "GEARSHIFT_CONFIG": str(self.config)}


def shown_prices() -> dict[str, tuple[str, Price]]:
    """Return, by tier, the hosted model whose price the embedded one is counted at."""
    catalogue = load()
    found: dict[str, tuple[str, Price]] = {}
    for tier, name in catalogue.defaults.items():
        price = catalogue.facts("openai", name).price
        assert price is not None
        found[tier] = (name, price)
    return found


def _settings() -> str:
    lines: list[str] = []
    for tier, model in EMBEDDED.items():
        # A busy machine may load a model and read a prompt for longer than the usual minute.
        lines += [f"[models.{tier}]", 'provider = "local"', f'model = "{model.model}"']
        lines += ["timeoutSeconds = 300", ""]
    lines += ["[[quota.budgets]]", f'window = "{BUDGET_WINDOW}"', f"usd = {BUDGET_USD}", ""]
    return "\n".join(lines)


def _models(prices: dict[str, tuple[str, Price]]) -> str:
    lines: list[str] = []
    for tier, (_, price) in prices.items():
        name = EMBEDDED[tier].model
        lines += ["[[model]]", f'name = "{name}"']
        lines += [f"price = {{ input = {price.input}, output = {price.output} }}", ""]
    return "\n".join(lines)
