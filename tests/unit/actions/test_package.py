"""What a package says of itself, and whether an example uses it as it is."""

from __future__ import annotations

import ast
import subprocess
from typing import TYPE_CHECKING

import pytest

from gearshift.actions.examples import fault_of, takes
from gearshift.actions.package import Part, package_of
from gearshift.actions.readme import prose_of

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.actions.package import Package


@pytest.fixture
def project(tmp_path: Path) -> Path:
    package = tmp_path / "src" / "shop"
    package.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "the-shop"\ndescription = "Sells."\n'
    )
    (package / "__init__.py").write_text(
        '"""A shop."""\nfrom shop.prices import vat\n__all__ = ["vat"]\n'
    )
    (package / "prices.py").write_text(
        'def vat(net: int, rate=19) -> int:\n    """The tax."""\n    return net\n'
    )
    (package / "_own.py").write_text("def hidden():\n    return 1\n")
    (package / "keys.py").write_text("def key():\n    return 1\n")
    (package / "test_prices.py").write_text("def test_vat():\n    pass\n")
    (package / "broken.py").write_text("def f(:\n")
    return tmp_path


def _package(project: Path) -> Package:
    root = project / "src"

    def withheld(path: Path) -> str | None:
        return "no" if path.name == "keys.py" else None

    return package_of(root / "shop" / "prices.py", root, "shop.prices", project, withheld)


def test_public_parts_of_files_that_may_be_shown_are_told(project: Path) -> None:
    package = _package(project)
    assert [m.name for m in package.modules] == ["shop", "shop.prices"]
    assert package.modules[1].parts[0].signature == "def vat(net: int, rate=19) -> int"
    assert (package.name, package.distribution, package.description) == (
        *("shop", "the-shop", "Sells."),
    )
    assert package.commits == ()


def test_the_latest_commits_are_told(project: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=a", "-c", "user.email=a@b.c")
        subprocess.run(["git", *identity, *arguments], cwd=project, check=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "Open the shop\n\nAt last.")
    # A cloned repository must not be able to have a program run.
    git("config", "gpg.program", str(project / "nothing"))
    git("config", "log.showSignature", "true")
    assert _package(project).commits == ("Open the shop",)


@pytest.mark.parametrize(
    ("code", "part"),
    [
        pytest.param("from shop import vat\nprint(vat(1))", None, id="as it is"),
        pytest.param("import shop.prices\nprint(shop.prices.vat(1))", None, id="the module"),
        pytest.param("from shop import prices", None, id="a module out of the package"),
        pytest.param("from shop import gross", "no `shop.gross`", id="no such name"),
        pytest.param("from shop.taxes import vat", "no `shop.taxes.vat`", id="no such module"),
        pytest.param("print(1)", "does not import", id="of nothing"),
        pytest.param("from shop import vat\nprint(vat(x))", "uses `x`", id="an unknown name"),
        pytest.param("from shop import vat\nvat(", "does not parse", id="half of it"),
        pytest.param("from shop import vat\nvat()", "does not fit", id="too few arguments"),
    ],
)
def test_an_example_uses_what_there_is(project: Path, code: str, part: str | None) -> None:
    fault = fault_of(code, _package(project))
    assert (fault is None) if part is None else part in str(fault)


@pytest.mark.parametrize(
    ("signature", "call", "fits"),
    [
        ("def f(a, b=1)", "f(1)", True),
        ("def f(a, b=1)", "f(1, 2, 3)", False),
        ("def f(a, *, b)", "f(1)", False),
        ("def f(a, *, b)", "f(a=1, b=2)", True),
        ("def f(a)", "f(c=1)", False),
        ("def f(*a, **b)", "f(1, 2, c=3)", True),
        ("def f(a)", "f(*x)", True),
        ("class F", "F(1, 2)", True),
    ],
)
def test_calls_fit_signatures(signature: str, call: str, fits: bool) -> None:
    node = ast.parse(call).body[0]
    assert isinstance(node, ast.Expr)
    assert isinstance(node.value, ast.Call)
    assert takes(Part("f", signature, "", ""), node.value) is fits


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("# Shop\nIt sells.\n\n```python\nimport shop\n```\nMore.", id="before"),
        pytest.param("```python\nimport shop\n```\n\nIt sells.", id="after"),
    ],
)
def test_a_readmes_sentences_may_stand_before_the_example_or_after_it(answer: str) -> None:
    assert prose_of(answer) == "It sells."


def test_a_readme_without_sentences_has_none() -> None:
    assert prose_of("```python\nimport shop\n```\n") == ""
