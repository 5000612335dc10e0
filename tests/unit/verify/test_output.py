"""Runners' words, with the lines of withheld files left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.verify.output import LEFT_OUT, without_withheld

if TYPE_CHECKING:
    from pathlib import Path

SHORT = """___ test_price ___
tests/test_shop.py:4: in test_price
    assert price() == 1
secrets.py:2: in price
    return TARIFF["internal"]
E   KeyError: 'internal'
=== short test summary info ===
FAILED tests/test_shop.py::test_price
1 failed in 0.1s"""
LONG = """Traceback (most recent call last):
  File "/copy/tests/test_shop.py", line 4, in test_price
    assert price() == 1
  File "/copy/secrets.py", line 2, in price
    return TARIFF["internal"]
"""


def is_withheld(path: Path) -> bool:
    return path.name == "secrets.py"


def test_the_code_of_a_withheld_file_is_left_out() -> None:
    shown = without_withheld(SHORT, is_withheld)

    assert 'TARIFF["internal"]' not in shown
    assert "KeyError" not in shown
    assert "assert price() == 1" in shown
    assert LEFT_OUT in shown
    assert shown.endswith("1 failed in 0.1s")


def test_pythons_own_tracebacks_too() -> None:
    shown = without_withheld(LONG, is_withheld)

    assert "TARIFF" not in shown
    assert "assert price() == 1" in shown


def test_nothing_is_lost_where_nothing_is_withheld() -> None:
    assert without_withheld(SHORT, lambda path: False) == SHORT
