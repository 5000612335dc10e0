"""Coverage is read as other languages' runners write it down."""

from __future__ import annotations

from gearshift.verify.runners.profiles import go_hits, lcov_hits

LCOV = """\
TN:
SF:src/other.js
DA:1,5
end_of_record
SF:src\\price.js
DA:1,1
DA:2,0
DA:3,2,abc
DA:x,1
BRDA:1,0,0,1
end_of_record
"""
GO = """\
mode: set
example.org/shop/price.go:3.29,4.17 1 1
example.org/shop/price.go:4.17,6.3 1 0
example.org/shop/other.go:1.1,9.2 1 1
nonsense
"""


def test_lcov_tells_lines_of_the_one_file() -> None:
    assert lcov_hits(LCOV, "price.js") == {(1, 1), (0, 2), (1, 3)}
    assert lcov_hits("", "price.js") == frozenset()


def test_a_line_of_two_blocks_was_run_with_one_of_them() -> None:
    assert go_hits(GO, "price.go") == {(1, 3), (1, 4), (0, 5), (0, 6)}
