"""The static checks by name, cheapest first."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from gearshift.verify.code import code_kept, code_kept_but_types
from gearshift.verify.comments import comments_kept
from gearshift.verify.imports import imports_used
from gearshift.verify.interface import interface_kept
from gearshift.verify.literals import literals_kept, literals_same
from gearshift.verify.names import names_defined
from gearshift.verify.raised import errors_kept
from gearshift.verify.syntax import parses_no_worse, symbol_present

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gearshift.core.verification import Verdict
    from gearshift.verify.change import Change

CheckName = Literal[
    "parse",
    "symbol",
    "names",
    "imports",
    "interface",
    "errors",
    "comments",
    "literals",
    "moved",
    "code",
    "types",
]
KEPT: tuple[CheckName, ...] = (
    "parse",
    "symbol",
    "names",
    "imports",
    "interface",
    "errors",
    "comments",
    "literals",
)
"""What holds of every rewrite that must do the same as before."""
ANEW: frozenset[CheckName] = frozenset({"comments", "literals", "moved", "code"})
"""Checks that keep no trees, so that a thread may run them."""
CHECKS: Mapping[CheckName, Callable[[Change], Verdict]] = MappingProxyType(
    {
        "parse": parses_no_worse,
        "symbol": symbol_present,
        "names": names_defined,
        "imports": imports_used,
        "interface": interface_kept,
        "errors": errors_kept,
        "comments": comments_kept,
        "literals": literals_kept,
        "moved": literals_same,
        "code": code_kept,
        "types": code_kept_but_types,
    }
)
