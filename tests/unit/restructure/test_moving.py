"""A definition moves with what it needs, and every import of it follows."""

from __future__ import annotations

from pathlib import Path

import pytest

from gearshift.restructure.moving import Moving, Unfit
from gearshift.restructure.root import Root

ROOT = Path("/project").absolute()
HOME, GOAL = ROOT / "pkg" / "home.py", ROOT / "pkg" / "goal.py"


def _moved(texts: dict[Path, str], goal: Path = GOAL) -> Moving:
    moving = Moving("f", HOME, goal, Root(ROOT), texts)
    moving.take()
    return moving


def test_imports_lead_to_the_new_place_and_packages_hand_on_what_they_did() -> None:
    package, user = ROOT / "pkg" / "__init__.py", ROOT / "use.py"
    moving = _moved(
        {
            HOME: "import math\nfrom . import deep\n\n\ndef f():\n    return math.pi + deep.X\n",
            GOAL: '"""Goal."""\n',
            package: "from .home import f, g\n",
            user: "def go():\n    from pkg.home import f as h\n    return h()\n",
        }
    )
    assert moving.changed[HOME] == ""
    assert moving.changed[package] == "from .home import g\nfrom pkg.goal import f\n"
    assert "    from pkg.goal import f as h\n" in moving.changed[user]
    assert moving.imports == {GOAL: ["import math", "from pkg import deep"]}


def test_who_asks_the_module_itself_still_finds_it_there() -> None:
    moving = _moved(
        {
            HOME: "def f():\n    return 1\n",
            GOAL: "",
            ROOT / "use.py": "from pkg import home\nhome.f()\n",
        }
    )
    assert moving.imports == {HOME: ["from pkg.goal import f as f"]}
    assert moving.changed[GOAL] == "def f():\n    return 1\n"


def test_comments_and_decorators_go_along() -> None:
    text = "import a\n\n\n# Why.\n@a.b\ndef f():\n    return 1\n\n\ndef g():\n    return a\n"
    moving = _moved({HOME: text, GOAL: "x = 1\n"})
    assert moving.changed[GOAL] == "x = 1\n\n\n# Why.\n@a.b\ndef f():\n    return 1\n"
    assert moving.changed[HOME] == "import a\n\n\ndef g():\n    return a\n"


def test_an_import_that_others_take_from_here_stays() -> None:
    text = "import math\n\n\ndef f():\n    return math.pi\n"
    moving = _moved({HOME: text, GOAL: "", ROOT / "use.py": "from pkg.home import math\n"})
    assert moving.changed[HOME] == "import math\n"


@pytest.mark.parametrize(
    ("home", "goal", "part"),
    [
        pytest.param("def f(): return 1\n", "f = 2\n", "of its own", id="the name is taken"),
        pytest.param("def f(): return 1\n\nf = 2\n", "", "more than once", id="two values"),
        pytest.param("X = 1\ndef f(): return X\ng = f\n", "", "imports it", id="a circle"),
        pytest.param("import pkg.goal\nX = 1\ndef f(): return X\n", "", "imports it", id="another"),
        pytest.param("x = 1\n", "", "not defined", id="nothing there"),
    ],
)
def test_what_would_break_is_refused(home: str, goal: str, part: str) -> None:
    with pytest.raises(Unfit, match=part):
        _moved({HOME: home, GOAL: goal})
