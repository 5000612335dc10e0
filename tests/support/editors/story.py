"""The little project and the scripted model that every editor is driven through."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.editors.install import ROOT

SHOP = '''\
"""A small shop."""


def label(total):
    return "😀 " +
'''
"""The last line is being typed; the emoji is one character, two code units, four bytes."""

TYPED_LINE = 4
SUGGESTION = 'f"{total:.2f}"'
OTHERS = (SUGGESTION, "str(total)", "repr(total)")
"""What may stand at one place, in a function called `ticket`."""
COMPLETED = '    return "😀 " + f"{total:.2f}"'

TESTS = """\
from shop import label


def test_label_shows_two_decimals():
    assert label(1) == "😀 1.00"


def test_label_rounds_to_the_nearest_cent():
    assert label(2.349) == "😀 2.35"
"""
REFACTORED = """\
def label(total):
    amount = f"{total:.2f}"
    return f"😀 {amount}"
"""
DOCUMENTED = REFACTORED.replace(
    "(total):\n", '(total):\n    """Show the total with two decimals."""\n'
)
MODEL = '[models.{name}]\nprovider = "scripted"\nmodel = "{name}"\npath = "{path}"\n'
BUDGET = 20_000
SPENT = (15_600, 1_700)
"""Tokens that documenting takes, once and again: they bring the budget above 80 and 90 %."""
EXPLANATION = "It shows the **total** with two decimals."
INSTRUCTION = "name the amount"


@dataclass(frozen=True)
class Story:
    """A workspace with a half-typed file, and settings whose models answer from a file."""

    workspace: Path
    settings: Mapping[str, Any]

    answers: Path
    """What the models answer, one object a line."""

    @property
    def shop(self) -> Path:
        """The file that is edited."""
        return self.workspace / "shop.py"


def begin(folder: Path, run: str = "always") -> Story:
    """Write the workspace and the answers into `folder`; `run` says whether tests are run."""
    workspace = folder / "shop"
    workspace.mkdir(exist_ok=True)
    (workspace / "shop.py").write_text(SHOP, encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(workspace)], check=True)
    answers = folder / "answers.jsonl"
    lines = [{"task": "inline", "match": "ticket", "text": text} for text in OTHERS * 20]
    lines += [{"task": task, "text": SUGGESTION} for task in ("inline", "completion") * 20]
    lines += [{"task": "tests", "text": _fenced(TESTS)}] * 3
    lines += [{"task": "explain", "text": EXPLANATION}]
    lines += [{"task": "refactor", "text": _fenced(REFACTORED)}] * 3
    for tokens, text in zip(SPENT, (DOCUMENTED, DOCUMENTED.replace("Show", "Return")), strict=True):
        usage = {"input": tokens, "output": 100}
        lines += [{"task": "docs", "text": _fenced(text), "usage": usage}]
    answers.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    model = {"provider": "scripted", "path": str(answers)}
    settings = {
        "models": {"mini": {**model, "model": "mini"}, "full": {**model, "model": "full"}},
        "verify": {"run": run},
        "quota": {"budgets": [{"window": "day", "tokens": BUDGET}]},
    }
    return Story(workspace, settings, answers)


def environment(home: Path) -> dict[str, str]:
    """The variables of an editor whose user has `gearshift` on PATH and folders in `home`."""
    names = ("CONFIG", "DATA", "STATE", "CACHE")
    return {
        **os.environ,
        **{f"XDG_{name}_HOME": str(home / name.lower()) for name in names},
        "HOME": str(home),
        "GEARSHIFT_STRICT": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


def block(readme: str, language: str, after: str = "") -> str:
    """Return the first code block of `language` behind the words `after` in a file of ours."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    found = re.search(rf"```{language}\n(.*?)```", text[text.index(after) :], re.DOTALL)
    assert found is not None, f"{readme} has no block of {language}"
    return found[1]


def write_models(shop: Story, home: Path) -> None:
    """Write the story's models into the settings file of the user whose folders are in `home`."""
    folder = home / "config/gearshift"
    folder.mkdir(parents=True)
    models = [MODEL.format(name=name, path=shop.answers) for name in ("mini", "full")]
    (folder / "config.toml").write_text("".join(models))


def _fenced(code: str) -> str:
    return f"```python\n{code}```\n"
