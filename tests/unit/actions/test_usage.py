"""What a project has already for the tests of a symbol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.actions.usage import calls_of, fixtures_for, known_tests

if TYPE_CHECKING:
    from pathlib import Path


def _shown(path: Path) -> str | None:
    return "secret" if path.name == "keys.py" else None


def test_calls_are_found_in_other_files_that_may_be_shown(tmp_path: Path) -> None:
    (tmp_path / "price.py").write_text("def price(n):\n    return price(n - 1)\n")
    (tmp_path / "till.py").write_text("# price(0)\ntotal = sum(price(n) for n in cart)\n")
    (tmp_path / "keys.py").write_text("key = price(7)\n")
    (tmp_path / "other.py").write_text("def price(a):\n    pass\n\nmyprice(1)\n")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "far.py").write_text("price(9)\n")
    found = calls_of("price", tmp_path / "price.py", tmp_path, _shown)
    assert found == {"total = sum(price(n) for n in cart)": tmp_path / "till.py"}


def test_fixtures_come_from_every_conftest_above(tmp_path: Path) -> None:
    deep = tmp_path / "tests" / "unit"
    deep.mkdir(parents=True)
    shop = "@pytest.fixture\ndef shop() -> Shop:\n    'Has tea.'\n\n\ndef no(): ...\n"
    (tmp_path / "conftest.py").write_text(shop)
    (deep / "conftest.py").write_text("@pytest.fixture(scope='module')\ndef till(): ...\n")
    found = fixtures_for(deep / "test_a.py", tmp_path, _shown)
    assert [*found.items()] == [
        ("till", deep / "conftest.py"),
        ("shop: Shop, Has tea.", tmp_path / "conftest.py"),
    ]


def test_tests_of_a_symbol_are_named() -> None:
    text = "def test_a():\n    assert price(1)\n\n\ndef test_b():\n    assert cost(1)\n"
    assert known_tests("price", text) == ("test_a",)
