"""Static checks of a change."""

from __future__ import annotations

import pytest

from gearshift.verify.change import Change
from gearshift.verify.checks import CHECKS, CheckName
from gearshift.verify.verifier import compare

F = "def f(a, b=1):\n    return a + b\n"
CLASS = "class A:\n    @property\n    def size(self):\n        return 1\n"


@pytest.mark.parametrize(
    ("check", "before", "after"),
    [
        pytest.param("parse", F, F.replace("a + b", "a"), id="it parses"),
        pytest.param("parse", "def f(:\n", "def f(:\n    pass\n", id="broken before, no worse"),
        pytest.param(
            "names", F, "import re\n" + F.replace("a + b", "re.sub(a, b, a)"), id="import"
        ),
        pytest.param("names", F, "def f(a, b=1):\n    c = a\n    return c\n", id="local"),
        pytest.param("names", F, "def f(a, b=1):\n    return [x for x in a]\n", id="comprehension"),
        pytest.param("names", "x = undefined\n", "y = undefined\n", id="undefined before too"),
        pytest.param("names", F, "from m import *\n" + F + "q()\n", id="star import hides names"),
        pytest.param(
            "names",
            F,
            "class N:\n    child: 'N'\n    def __init__(self):\n        self.x = __name__\n",
            id="class scope and module names",
        ),
        pytest.param(
            "names", F, "def g():\n    global z\n    z = 1\ndef f():\n    return z\n", id="global"
        ),
        pytest.param(
            "names", F, "try:\n    1\nexcept OSError as e:\n    print(e)\n", id="except as"
        ),
        pytest.param(
            "interface", F, "def f(a: int, b: int = 1) -> int:\n    return b\n", id="types"
        ),
        pytest.param("interface", F, F + "def g():\n    pass\n", id="something new"),
        pytest.param(
            "code", F, 'def f(a, b=1):\n    """Add."""\n    # why\n    return a + b\n', id="doc"
        ),
        pytest.param(
            "code", "def f():\n    pass\n", 'def f():\n    """Doc."""\n', id="pass replaced"
        ),
        pytest.param(
            "types",
            F,
            "from typing import Any\ndef f(a: Any, b: int = 1) -> Any:\n    return a + b\n",
            id="annotations and their import",
        ),
        pytest.param("types", "x = 1\n", "x: int = 1\n", id="annotated variable"),
        pytest.param(
            "imports", "import os\nos.sep\n", "import os\nimport re\nos.sep, re.I\n", id="both used"
        ),
        pytest.param("imports", "import os\n", "import os\nx = 1\n", id="unused before too"),
        pytest.param("imports", F, "import re as re\n" + F, id="given on to others"),
        pytest.param("imports", F, "import re\n__all__ = ['re']\n" + F, id="exported"),
        pytest.param(
            "comments", "x = 1  # one\ny = 2\n", "y = 2\n", id="goes with the names it is about"
        ),
        pytest.param("comments", "# why\nx = 1\n", "x = (1)\n#   why\n", id="moved"),
        pytest.param(
            "literals", 'f = "%s is %d" % (a, 3)\n', 'f = f"{a} is {3}"\n', id="formatted otherwise"
        ),
        pytest.param("literals", "x = 60 * 60\n", "x = 3600\n", id="folded"),
        pytest.param("literals", "x = range(0, 9)\n", "x = range(9)\n", id="a common number"),
        pytest.param("errors", "raise ValueError(1)\n", "raise ValueError\n", id="same error"),
        pytest.param("moved", "x = [1, 'a']\n", "def f(): return 'a', 1\n", id="same literals"),
    ],
)
def test_harmless_changes_pass(check: CheckName, before: str, after: str) -> None:
    verdict = CHECKS[check](Change("python", before, after))
    assert verdict.passed, verdict.detail


@pytest.mark.parametrize(
    ("check", "before", "after", "detail"),
    [
        pytest.param(
            "parse",
            F,
            "def f(a:\n",
            "It does not parse: '(' was never closed in line 1: `def f(a:`.",
        ),
        pytest.param("names", F, F + "print(q)\n", "`q` is used but not defined or imported."),
        pytest.param(
            "names",
            F,
            "from __future__ import annotations\ndef f(a: List[Q]):\n    return a\n",
            "`List`, `Q` are used but not defined or imported.",
        ),
        pytest.param(
            "interface", F, "def g():\n    pass\n", "`f` is gone; keep it with the same name."
        ),
        pytest.param(
            "interface",
            F,
            "def f(a, b=2):\n    return a + b\n",
            "`f` must keep its interface `def f(a, b=1)`, but it became `def f(a, b=2)`.",
        ),
        pytest.param(
            "interface",
            CLASS,
            CLASS.replace("    @property\n", ""),
            "`A.size` must keep its interface `@property def size(self)`, "
            "but it became `def size(self)`.",
        ),
        pytest.param(
            "interface",
            "__all__ = ['a']\n",
            "__all__ = ['b']\n",
            "`__all__` must keep its interface `__all__ = ['a']`, but it became `__all__ = ['b']`.",
        ),
        pytest.param(
            "code",
            F,
            F.replace("a + b", "b + a"),
            "The code itself changed; only comments and docs may.",
        ),
        pytest.param(
            "types",
            F,
            "def f(a: int, b: int = 1) -> int:\n    return b + a\n",
            "The code itself changed; only type annotations may be added.",
        ),
        pytest.param(
            "imports", F, "import re\n" + F, "`re` is imported and not used.", id="unused import"
        ),
        pytest.param(
            "comments",
            "# never above 9\nlimit = 9\n",
            "limit = 3 * 3\n",
            "The comment `never above 9` was lost; keep it.",
            id="stolen comment",
        ),
        pytest.param(
            "comments",
            "x = 1  # noqa: E501\n",
            "y = 1\n",
            "The comment `noqa: E501` was lost; keep it.",
            id="an order to a tool",
        ),
        pytest.param(
            "comments",
            'def f():\n    """One."""\n',
            "def f():\n    pass\n",
            "The docstring of `f` was lost; keep it.",
            id="docstring",
        ),
        pytest.param(
            "literals",
            "x = 'no such user'\n",
            "x = 'no such thing'\n",
            "It lost the text `no such user`; keep it.",
            id="a message",
        ),
        pytest.param(
            "literals", "x = 30\n", "x = 31\n", "It lost the number 30; keep it.", id="a number"
        ),
        pytest.param(
            "errors",
            "raise KeyError('a')\n",
            "raise LookupError('a')\n",
            "It no longer raises `KeyError`; keep the errors it raises.",
            id="another error",
        ),
        pytest.param(
            "moved", "x = 1\n", "x = 2 - 1\n", "The literal 2 is new; only move code.", id="new"
        ),
    ],
)
def test_harmful_changes_fail_with_what_to_do(
    check: CheckName, before: str, after: str, detail: str
) -> None:
    verdict = CHECKS[check](Change("python", before, after))
    assert (verdict.passed, verdict.detail) == (False, detail)


JS = "function f(a) {\n  return a;\n}\n"


@pytest.mark.parametrize(
    ("check", "after", "passed"),
    [
        pytest.param("parse", JS.replace("}", ""), False, id="brace lost"),
        pytest.param("interface", JS.replace("function f", "function g"), False, id="renamed"),
        pytest.param("interface", JS + "function g() {}\n", True, id="something new"),
        pytest.param("code", "/** Doc. */\n" + JS, True, id="doc comment"),
        pytest.param("code", JS.replace("return a", "return 1"), False, id="other code"),
    ],
)
def test_other_languages_are_compared_by_syntax(check: CheckName, after: str, passed: bool) -> None:
    assert CHECKS[check](Change("javascript", JS, after)).passed is passed


def test_the_symbol_worked_on_has_to_stay() -> None:
    change = Change("python", CLASS, "class A:\n    pass\n", "A.size")
    assert CHECKS["symbol"](change).detail == "`A.size` is no longer there."
    nested = "with x:\n    def f():\n        def g(): pass\n"
    assert CHECKS["symbol"](Change("python", nested, nested, "f.g")).passed


def test_the_first_failed_check_is_told() -> None:
    change = Change("python", F, "def g(:\n")
    assert compare(change, ("parse", "interface")).check == "parse"
    assert compare(Change("python", F, F), ("parse", "code")).evidence == ("static",)
