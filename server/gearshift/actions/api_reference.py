"""API page: signatures and docstrings as they are; the model writes what is missing of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gearshift.actions.action import Action, Prompt, Rejection
from gearshift.actions.pages import api_page, is_python_file, listing, offered
from gearshift.actions.prompts import fenced
from gearshift.actions.readme import SYSTEM, package_in, words_fault

if TYPE_CHECKING:
    from gearshift.actions.answer import Answer
    from gearshift.actions.package import Package, Part
    from gearshift.actions.request import ActionRequest
    from gearshift.core.results import Proposal
    from gearshift.verify.verifier import Verifier

MOST = 8
"""Parts without a docstring that are asked for at once."""
LONGEST = 1200
"""Characters of such a part's code that a prompt shows."""
SHAPE = (
    "Answer only with lines of the form `name: sentence`, one for each name, no code. Begin with "
    "the line `overview: ` and one or two sentences on what the package is for."
)
_LINE = re.compile(r"^[\s*-]*`?(?P<name>[A-Za-z_][\w.]*)(?:\(.*?\))?`?\s*:\s*(?P<said>\S.*)$", re.M)


def undocumented(package: Package) -> list[Part]:
    """Return the public parts that have no docstring, as many as are asked for."""
    found = [part for module in package.modules for part in module.parts if not part.doc]
    return [part for part in found if len(part.source) <= LONGEST][:MOST]


def _prompt(request: ActionRequest, room: int) -> Prompt:
    package = package_in(request)
    missing = undocumented(package)
    code = "\n\n".join(part.source for part in missing)[: max(room // 2, 300)]
    parts = [f"The Python package `{package.name}`. {package.description}".strip()]
    parts.append(f"What it offers:\n{listing(package, max(room - len(code) - 900, 300))}")
    if missing:
        parts.append(f"These have no description yet:\n{fenced(code, 'python')}")
    names = ", ".join(f"`{part.name}`" for part in missing)
    about = f" Then say of {names} what each does and returns." if names else ""
    parts.append(f"Describe the package from this alone.{about} {SHAPE}")
    return Prompt(SYSTEM, "\n\n".join(parts), expected=200 + 100 * len(missing), shape=SHAPE)


async def _judge(
    request: ActionRequest, answer: Answer, verifier: Verifier
) -> Proposal | Rejection:
    del verifier  # signatures and docstrings are the package's own
    package = package_in(request)
    missing = [part.name for part in undocumented(package)]
    said = {m["name"]: m["said"].strip() for m in _LINE.finditer(answer.text)}
    overview = said.get("overview", said.get("Overview", ""))
    sentences = {name: said[name] for name in missing if name in said}
    if not overview or (missing and not sentences):
        wanted = ", ".join(f"`{name}`" for name in ["overview", *missing])
        return Rejection("answer", f"There were no lines `name: sentence` for {wanted}.")
    for words in (overview, *sentences.values()):
        if why := words_fault(words, package):
            return Rejection("answer", why)
    assert request.project is not None
    path = request.project / "docs" / f"{package.name}.md"
    count = len(sentences)
    summary = f"Drafted an API page for `{package.name}`."
    if count:
        noun = "description is" if count == 1 else "descriptions are"
        summary += f" {count} {noun} the model's: {', '.join(f'`{n}`' for n in sentences)}."
    text = api_page(package, overview, sentences)
    return offered(path, text, summary, ("static",), None)


API_PAGE = Action(
    name="apiPage",
    task="docs",
    kinds=("source.apiPage.gearshift",),
    description=(
        "Drafts an API page for the package around a file (Python): signatures and docstrings as "
        "they are, and a model's sentence where there is none."
    ),
    title=lambda _: "Draft an API page for this package",
    applies=is_python_file,
    prompt=_prompt,
    judge=_judge,
    needs="package",
)
