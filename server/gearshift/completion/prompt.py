"""The request for one hole, in the form that the model takes best."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gearshift.completion.begun import begun
from gearshift.completion.forms import FORMS, Parts, Prompt
from gearshift.completion.window import CHARACTERS_PER_TOKEN, prefix_window, suffix_window
from gearshift.core.suggestions import Skip
from gearshift.core.text import split_lines
from gearshift.workspace.project import display_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.completion.begun import Begun
    from gearshift.completion.hole import Hole
    from gearshift.core.document import Snapshot
    from gearshift.core.model import ContextFile, Model, PromptForm
    from gearshift.core.text import Position

PREFIX_SHARE = 0.7
"""Of the budget; what the suffix leaves over goes to the prefix."""
AROUND_CHARACTERS = 16
"""What the forms put around each file of context."""
LINE_TOKENS = 48
"""Enough for a line (median 19 characters, 95th percentile 73 in Copilot's data) and a short
expression over several lines."""


class Limits(NamedTuple):
    """What one request may cost."""

    max_tokens: int = 128
    """Longest completion."""
    prompt_tokens: int = 1408
    """Longest text of the file itself; two CPU cores read about 80 to 150 tokens a second."""
    context_tokens: int = 640
    """Longest text from elsewhere, besides. The window on the file does not depend on it: it must
    not move with each change of the context."""

    @property
    def characters(self) -> int:
        """The longest text of the file in characters."""
        return int(self.prompt_tokens * CHARACTERS_PER_TOKEN)

    @property
    def context_characters(self) -> int:
        """The longest text from elsewhere in characters."""
        return int(self.context_tokens * CHARACTERS_PER_TOKEN)


def build(
    hole: Hole,
    model: Model,
    limits: Limits,
    context: Sequence[ContextFile] = (),
    start: Begun | None = None,
) -> Prompt | Skip:
    """Return the request for `hole` in the form of `form_for`.

    `start`: how the reply has to begin; None: as the code around needs.
    """
    form = form_for(model)
    if form is None:
        return Skip(f"{model.provider} has no way to ask {model.name} for a completion.")
    parts = _parts(hole, limits, context, begun(hole) if start is None else start)
    return FORMS[form][1](parts, model)


def form_for(model: Model) -> PromptForm | None:
    """Return the model's best form that its provider can serve; None: it serves none."""
    forms = (model.facts.form, *FORMS)
    return next((form for form in forms if FORMS[form][0] in model.routes), None)


def _parts(hole: Hole, limits: Limits, context: Sequence[ContextFile], start: Begun) -> Parts:
    shown = _shown(context, limits.context_characters)
    characters = limits.characters
    lines, line = hole.snapshot.lines, hole.position.line
    windows = hole.around.windows
    below = windows.suffix(hole.snapshot, line, int(characters * (1 - PREFIX_SHARE)))
    room = characters - len(below)
    ending = lines[line][len(hole.head) + len(hole.tail) :]
    path = hole.snapshot.path
    most = LINE_TOKENS * max(1, len(start.wanted))
    return Parts(
        path=display_path(path) if path else hole.snapshot.name,
        fence=hole.language.fence,
        comment=hole.language.line_comment or "#",
        line=hole.head,
        head=hole.head.rstrip(),
        windows=windows,
        snapshot=hole.snapshot,
        row=line,
        room=room,
        suffix=hole.tail + ending + below,
        below=below,
        context=shown,
        max_tokens=limits.max_tokens if hole.is_block else min(limits.max_tokens, most),
        begun=start,
    )


def _shown(context: Sequence[ContextFile], characters: int) -> tuple[ContextFile, ...]:
    """Return the files that fit, each whole: half a definition misleads."""
    shown: list[ContextFile] = []
    for file in context:
        if _size(file) <= characters:
            characters -= _size(file)
            shown.append(file)
    return tuple(shown)


def _size(file: ContextFile) -> int:
    return len(file.text) + len(file.path) + AROUND_CHARACTERS


def lines_shown(snapshot: Snapshot, position: Position, limits: Limits) -> range:
    """Return the lines of the document that a prompt holds."""
    lines, line = snapshot.lines, position.line
    below = suffix_window(lines, int(limits.characters * (1 - PREFIX_SHARE)), line + 1)
    above = prefix_window(lines, "", limits.characters - len(below), line)
    return range(line - len(split_lines(above)) + 1, line + len(split_lines(below)))
