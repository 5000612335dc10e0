"""The built-in holes: short files, each with one place whose text is known."""

from __future__ import annotations

from dataclasses import dataclass

from gearshift.core.document import Snapshot
from gearshift.core.text import Position, position_at, split_lines

OPEN, CLOSE = "«", "»"
"""What encloses the text that was taken out."""


@dataclass(frozen=True, slots=True)
class KnownHole:
    """A file with a piece taken out, and what may stand there."""

    name: str
    """The file's name; its ending tells the language."""
    language: str
    text: str
    """The file, the piece that was taken out between `«` and `»`."""
    others: tuple[str, ...] = ()
    """What may as well stand on the first line."""

    @property
    def parts(self) -> tuple[str, str, str]:
        """The text before the hole, in it and after it."""
        before, _, rest = self.text.partition(OPEN)
        answer, _, after = rest.partition(CLOSE)
        return before, answer, after

    @property
    def snapshot(self) -> Snapshot:
        """The file with the piece taken out."""
        before, _, after = self.parts
        lines = tuple(split_lines(before + after))
        return Snapshot(f"untitled:{self.name}", None, self.language, 0, lines)

    @property
    def position(self) -> Position:
        """Where the piece belongs."""
        before = self.parts[0]
        return position_at(split_lines(before), len(before))


HOLES = (
    KnownHole(
        "mean.py",
        "python",
        '''\
def mean(values):
    """Return the arithmetic mean of values."""
    return «sum(values) / len(values)»


def spread(values):
    """Return the difference of the largest and the smallest value."""
    return max(values) - min(values)
''',
    ),
    KnownHole(
        "settings.py",
        "python",
        '''\
«import json»
from pathlib import Path


def read_settings(path: Path) -> dict:
    """Return the settings in a JSON file."""
    with path.open(encoding="utf-8") as file:
        return json.load(file)
''',
    ),
    KnownHole(
        "largest.py",
        "python",
        '''\
def largest(numbers):
    """Return the largest number of a list that is not empty."""
    «best = numbers[0]»
    for number in numbers[1:]:
        if number > best:
            best = number
    return best
''',
    ),
    KnownHole(
        "words.py",
        "python",
        '''\
def count_words(text):
    """Return how often each word occurs in text."""
    counts = {}
    for word in text.split():
        counts[word] = «counts.get(word, 0) + 1»
    return counts
''',
    ),
    KnownHole(
        "search.py",
        "python",
        '''\
def search(items, wanted):
    """Return the index of wanted in a sorted list, or -1."""
    low, high = 0, len(items) - 1
    while low <= high:
        middle = (low + high) // 2
        if items[middle] == wanted:
            return middle
        if items[middle] < wanted:
            «low = middle + 1»
        else:
            high = middle - 1
    return -1
''',
    ),
    KnownHole(
        "box.py",
        "python",
        '''\
class Box:
    """A box with a lid."""

    def __init__(self, width, height, depth):
        self.width = width
        self.height = height
        self.depth = depth
        self.is_open = False

    def volume(self):
        """Return the volume of the box."""
        «return self.width * self.height * self.depth»

    def open(self):
        """Open the lid."""
        self.is_open = True
''',
    ),
    KnownHole(
        "orders.py",
        "python",
        '''\
def total(prices, discount):
    """Return the sum of prices, less the discount."""
    return sum(prices) - discount


def bill(customer, prices, discount):
    """Print what a customer has to pay."""
    amount = total(«prices, discount»)
    print(f"{customer}: {amount:.2f}")
''',
    ),
    KnownHole(
        "primes.py",
        "python",
        '''\
def is_prime(number):
    """Return whether number is a prime."""
    if number < 2:
        return False
    for divisor in range(2, int(number**0.5) + 1):
        «if number % divisor == 0:
            return False»
    return True
''',
    ),
    KnownHole(
        "queue.py",
        "python",
        '''\
class Queue:
    """First in, first out."""

    def __init__(self):
        self._items = []

    def put(self, item):
        """Add an item at the end."""
        «self._items.append(item)»

    def take(self):
        """Return the first item and remove it."""
        return self._items.pop(0)

    def is_empty(self):
        """Return whether nothing is left."""
        return not self._items
''',
    ),
    KnownHole(
        "tasks.ts",
        "typescript",
        """\
interface Task {
  title: string;
  isDone: boolean;
}

export function openTasks(tasks: Task[]): Task[] {
  return tasks.filter((task) => «!task.isDone»);
}

export function doneTasks(tasks: Task[]): Task[] {
  return tasks.filter((task) => task.isDone);
}
""",
    ),
    KnownHole(
        "read.go",
        "go",
        """\
package main

import (
	"encoding/json"
	"os"
)

type Config struct {
	Name string
}

func readConfig(path string) (*Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		«return nil, err»
	}
	var config Config
	if err := json.Unmarshal(data, &config); err != nil {
		return nil, err
	}
	return &config, nil
}
""",
    ),
    KnownHole(
        "clamp.js",
        "javascript",
        """\
function clamp(value, low, high) {
  if (value < low) {
    return low;
  }
  if (value > high) {
    «return high;»
  }
  return value;
}

module.exports = { clamp };
""",
    ),
)
"""A dozen places of the kinds that people complete: ends of lines, arguments, statements that only
what follows explains, blocks."""
