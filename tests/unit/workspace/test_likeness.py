"""How alike two stretches of code are."""

from __future__ import annotations

from gearshift.workspace.likeness import Likeness, bag_of

READ = "def read_orders(path):\n    rows = csv.reader(path)\n"
ALIKE = "def readCustomers(path):\n    rows = csv.reader(path)\n"
OTHER = "class Window:\n    width = 3\n"


def test_names_are_taken_apart() -> None:
    assert set(bag_of("HTTPServer.read_orders2 x1 v22")) == {
        "http",
        "server",
        "read",
        "orders",
        "22",
    }


def test_the_alike_comes_before_the_other() -> None:
    bags = [bag_of(OTHER), bag_of(ALIKE)]
    likeness = Likeness(bags)

    ranked = likeness.ranked(bag_of(READ), bags)

    assert [number for number, _ in ranked] == [1, 0]
    assert ranked[0][1] > 0.4
    assert ranked[1][1] == 0.0


def test_what_is_rare_counts_for_more() -> None:
    bags = [bag_of("self value common"), *[bag_of("self value")] * 20, bag_of("zebra")]
    likeness = Likeness(bags)
    assert likeness.weight("zebra") > likeness.weight("self")
    rare = likeness.jaccard(bag_of("zebra self"), bag_of("zebra value"))
    frequent = likeness.jaccard(bag_of("zebra self"), bag_of("self value"))
    assert rare > frequent


def test_nothing_is_like_nothing() -> None:
    likeness = Likeness([])
    assert likeness.ranked(bag_of(""), []) == []
    assert likeness.jaccard(bag_of(""), bag_of("")) == 0.0
