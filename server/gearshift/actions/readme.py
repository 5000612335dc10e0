"""README: the model writes the words and an example, which is run; the rest the package says."""

from __future__ import annotations

import builtins
import re
from typing import TYPE_CHECKING

from gearshift.actions.action import Action, Prompt, Rejection
from gearshift.actions.context import module_of
from gearshift.actions.examples import fault_of
from gearshift.actions.fences import fences
from gearshift.actions.pages import is_python_file, listing, offered, readme
from gearshift.actions.prompts import fenced
from gearshift.core.errors import UserError

if TYPE_CHECKING:
    from gearshift.actions.answer import Answer
    from gearshift.actions.package import Package
    from gearshift.actions.request import ActionRequest
    from gearshift.core.results import Proposal
    from gearshift.verify.verifier import Verifier

SYSTEM = "You write short, exact documentation for programmers."
SHAPE = (
    "Answer with one fenced Python block of at most 8 lines that imports from the package, uses it "
    "and prints a result, then two or three plain sentences on what the package is for. No "
    "headings, no links."
)
"""The block comes first: asked for it after the sentences, small models leave it out."""
MOST_NAMES = 3
"""Names that the import shown to the model brings."""
LONGEST = 1500
"""Characters of the model's words; more is no beginning of a README."""
_CODE = re.compile(r"`([A-Za-z_][\w.]*)(?:\(\))?`")
_IS_NAME = re.compile(r"[A-Z_.]")
"""What a word alone has that is meant as a name; others may be programs."""
_ADDRESS = re.compile(r"https?://[^\s)>`]+")


def package_in(request: ActionRequest) -> Package:
    """Return the package of a request; raises UserError where there is nothing public in it."""
    if request.language.name != "Python":
        raise UserError(
            f"{request.snapshot.name} is no Python file; name one of the package, such as its "
            "`__init__.py`."
        )
    if request.package is None:
        raise UserError("Open the folder of the project: the package is not known.")
    if not any(module.parts for module in request.package.modules):
        raise UserError(f"`{request.package.name}` has no public function or class to write about.")
    return request.package


def _prompt(request: ActionRequest, room: int) -> Prompt:
    package = package_in(request)
    parts = [f"The Python package `{package.name}`. {package.description}".strip()]
    parts.append(f"What it offers:\n{listing(package, max(room - 1200, 300))}")
    if package.commits:
        parts.append("Recent changes:\n" + "\n".join(f"- {c}" for c in package.commits[:6]))
    wish = f"{request.instruction.strip()}\n" if request.instruction.strip() else ""
    parts.append(f"{wish}Write the beginning of its README from this alone. {SHAPE}")
    parts.append(f"The answer has this form:\n{form(package)}")
    return Prompt(SYSTEM, "\n\n".join(parts), expected=800, shape=SHAPE)


async def _judge(
    request: ActionRequest, answer: Answer, verifier: Verifier
) -> Proposal | Rejection:
    package = package_in(request)
    blocks = [block for block in fences(answer.text) if block.text.strip()]
    prose = prose_of(answer.text)
    if not blocks:
        return Rejection("answer", f"The code block is missing.\nThe form is:\n{form(package)}")
    if not prose:
        return Rejection("answer", "There were no sentences beside the code block.")
    if answer.is_cut_off and not blocks[0].is_closed:
        return Rejection("answer", "The answer was cut off before its end.")
    if why := words_fault(prose, package):
        return Rejection("answer", why)
    code = blocks[0].text.strip("\n")
    if why := fault_of(code, package):
        return Rejection("example", why)
    path, project = request.snapshot.path, request.project
    assert path is not None
    assert project is not None
    root, _ = module_of(path, project)
    ran = await verifier.runs(code, root, {path: request.snapshot.text})
    if not ran.passed:
        return Rejection(ran.check, ran.detail)
    summary = f"Drafted a README for `{package.name}`."
    evidence = ("static", *ran.evidence)
    reason = None if ran.evidence else ran.detail
    if ran.evidence:
        summary += f" {ran.detail}"
    return offered(project / "README.md", readme(package, prose, code), summary, evidence, reason)


def form(package: Package) -> str:
    """Return the form of an answer, with the import of the first things that the package offers."""
    block = fenced(f"{_import_of(package)}\n\n...\nprint(...)", "python")
    return f"{block}\n\n`{package.name}` is ..."


def _import_of(package: Package) -> str:
    for module in sorted(package.modules, key=lambda each: not each.exports):
        names = [*module.exports] or [p.name for p in module.parts if "." not in p.name]
        if names:
            return f"from {module.name} import {', '.join(names[:MOST_NAMES])}"
    return f"import {package.name}"


def prose_of(text: str) -> str:
    """Return the sentences of an answer before its first code block, else after it.

    Without headings.
    """
    parts = re.split(r"^ *(?:```|~~~).*$", text, flags=re.MULTILINE)
    for part in (parts[0], *parts[2:3]):
        lines = [line for line in part.strip().split("\n") if not line.lstrip().startswith("#")]
        if prose := "\n".join(lines).strip():
            return prose
    return ""


def words_fault(prose: str, package: Package) -> str | None:
    """Return what can't be right about a model's words; None: nothing that can be seen."""
    if len(prose) > LONGEST:
        return "The words are too long; write two or three sentences."
    known = " ".join([package.description, *(m.doc for m in package.modules)])
    for address in _ADDRESS.findall(prose):
        if address not in known:
            return f"It names an address that the package does not: {address}"
    known = package.words() | {"Python", *dir(builtins)}
    for code in _CODE.findall(prose):
        if _IS_NAME.search(code) and (strange := set(re.findall(r"\w+", code)) - known):
            return f"It names `{code}`, but there is no `{min(strange)}` in the package."
    return None


README = Action(
    name="readme",
    task="docs",
    kinds=("source.readme.gearshift",),
    description=(
        "Drafts a README for the package around a file (Python): the model's words and an example "
        "that is run, with modules, programs and recent commits as they are."
    ),
    title=lambda _: "Draft a README for this package",
    applies=is_python_file,
    prompt=_prompt,
    judge=_judge,
    needs="package",
)
