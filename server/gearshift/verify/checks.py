"""The static checks by name, cheapest first."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from gearshift.verify.code import code_kept, code_kept_but_types
from gearshift.verify.interface import interface_kept
from gearshift.verify.names import names_defined
from gearshift.verify.syntax import parses_no_worse, symbol_present

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gearshift.core.verification import Verdict
    from gearshift.verify.change import Change

CheckName = Literal["parse", "symbol", "names", "interface", "code", "types"]
CHECKS: Mapping[CheckName, Callable[[Change], Verdict]] = MappingProxyType(
    {
        "parse": parses_no_worse,
        "symbol": symbol_present,
        "names": names_defined,
        "interface": interface_kept,
        "code": code_kept,
        "types": code_kept_but_types,
    }
)
