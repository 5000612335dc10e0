"""Whatever a model writes, nothing that is offered makes a file stop parsing."""

from __future__ import annotations

import contextlib
import heapq
import inspect
import json.decoder
import random
import textwrap
from typing import TYPE_CHECKING

import pytest
from tests.support.rubbish import rubbish
from tests.support.scripted_model import ScriptedModel

from gearshift.completion.engine import Engine
from gearshift.core.document import Snapshot
from gearshift.core.results import Suggestion
from gearshift.core.text import Edit, Position, apply_edits
from gearshift.languages.python import first_fault

if TYPE_CHECKING:
    from types import ModuleType

MODULES = (contextlib, heapq, json.decoder, textwrap)
POSITIONS = 100


@pytest.mark.parametrize("module", [pytest.param(m, id=m.__name__) for m in MODULES])
async def test_nothing_offered_breaks_a_file_that_parses(module: ModuleType) -> None:
    text = inspect.getsource(module)
    snapshot = Snapshot.from_text(text, language="python")
    lines = list(snapshot.lines)
    rng = random.Random(module.__name__)
    offered = 0
    for _ in range(POSITIONS):
        line = rng.randrange(len(lines))
        column = rng.choice([0, len(lines[line].rstrip()), rng.randint(0, len(lines[line]))])
        reply = rubbish(rng, lines, line, column)
        model = ScriptedModel(reply, form=rng.choice(["fill", "chat", "prefill"]), piece=11)
        result = await Engine().complete(snapshot, Position(line, column), model)
        if isinstance(result, Suggestion):
            offered += 1
            after = apply_edits(text, [Edit(result.range, result.text)])
            assert first_fault(after) is None, f"{line}:{column} {reply!r} gave {result.text!r}"
    assert offered > POSITIONS // 10
