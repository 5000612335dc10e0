"""The built-in tasks: what filled holes must do, and small functions to test and to rewrite."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from gearshift.core.tasks import Task

if TYPE_CHECKING:
    from collections.abc import Mapping

HOLE_CHECKS: Mapping[str, str] = MappingProxyType(
    {
        "mean.py": "assert mean([1, 2, 6]) == 3 and spread([4, 1]) == 3",
        "settings.py": (
            "import pathlib, tempfile\n"
            "file = pathlib.Path(tempfile.mkdtemp()) / 'a.json'\n"
            "file.write_text('{\"a\": 1}')\n"
            "assert read_settings(file) == {'a': 1}"
        ),
        "largest.py": "assert largest([3]) == 3 and largest([-5, -2, -9]) == -2",
        "words.py": "assert count_words('a b a') == {'a': 2, 'b': 1}",
        "search.py": "assert [search([1, 3, 5, 7], n) for n in (1, 7, 4, 5)] == [0, 3, -1, 2]",
        "box.py": "box = Box(2, 3, 4)\nassert box.volume() == 24\nbox.open()\nassert box.is_open",
        "orders.py": (
            "import contextlib, io\n"
            "with contextlib.redirect_stdout(io.StringIO()) as said:\n"
            "    bill('Ann', [1, 2.5], 0.5)\n"
            "assert said.getvalue().strip() == 'Ann: 3.00'"
        ),
        "primes.py": "assert [n for n in range(12) if is_prime(n)] == [2, 3, 5, 7, 11]",
        "queue.py": (
            "queue = Queue()\nqueue.put(1)\nqueue.put(2)\n"
            "assert (queue.take(), queue.take(), queue.is_empty()) == (1, 2, True)"
        ),
    }
)
"""Of the built-in holes in Python: statements that pass below the filled file. The others count
where their first line is the known one."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A function of a small project, and what is asked of it."""

    task: Task
    file: str
    """Its module, in the sample project."""
    function: str
    text: str
    """All of the module."""
    action: str | None = None
    tests: str = ""
    """Tests of it that the project has."""
    check: str = ""
    """Statements that pass below the module afterwards; empty: the pipeline's label decides."""

    @property
    def name(self) -> str:
        """What it is called in results."""
        return f"{self.action or self.task} {self.function}"


SAMPLES = (
    Sample(
        "tests",
        "limits.py",
        "clamp",
        '''\
def clamp(value, low, high):
    """Return value, or the limit that it lies beyond."""
    if low > high:
        raise ValueError("low must not be above high")
    if value < low:
        return low
    if value > high:
        return high
    return value
''',
    ),
    Sample(
        "tests",
        "names.py",
        "initials",
        '''\
def initials(name):
    """Return the first letters of all words, in capitals: `ada lovelace` gives `AL`."""
    return "".join(word[0].upper() for word in name.split())
''',
    ),
    Sample(
        "tests",
        "pieces.py",
        "pieces",
        '''\
def pieces(items, size):
    """Return items cut into lists of size; the last one may be shorter."""
    if size < 1:
        raise ValueError("size must be at least 1")
    return [list(items[i : i + size]) for i in range(0, len(items), size)]
''',
    ),
    Sample(
        "refactor",
        "parity.py",
        "is_even",
        '''\
def is_even(number):
    """Return whether number is even."""
    if number % 2 == 0:
        result = True
    else:
        result = False
    return result
''',
        "simplify",
        "from parity import is_even\n\n\ndef test_is_even():\n"
        "    assert is_even(4) is True\n    assert is_even(7) is False\n",
        "assert [is_even(n) for n in (0, 1, 2, -3)] == [True, False, True, False]",
    ),
    Sample(
        "refactor",
        "till.py",
        "total",
        '''\
def total(prices):
    """Return the sum of the prices that are not negative."""
    result = 0
    for index in range(len(prices)):
        price = prices[index]
        if price >= 0:
            result = result + price
    return result
''',
        "simplify",
        "from till import total\n\n\ndef test_total():\n"
        "    assert total([1, -2, 3]) == 4\n    assert total([]) == 0\n",
        "assert total([1, -2, 3]) == 4 and total([]) == 0 and total([-1]) == 0",
    ),
    Sample(
        "refactor",
        "echo.py",
        "repeat",
        '''\
def repeat(text, times=2):
    """Return the text as often as asked for, with blanks between."""
    return " ".join([text] * times)
''',
        "addTypes",
        check=(
            "assert repeat('a') == 'a a' and repeat('b', 1) == 'b'\n"
            "import typing\n"
            "hints = typing.get_type_hints(repeat)\n"
            "assert hints == {'text': str, 'times': int, 'return': str}, hints"
        ),
    ),
)
"""Small on purpose: a model on two cores answers each in a minute."""
