"""Document: a docstring or a documentation comment, and the code itself untouched."""

from __future__ import annotations

import ast
import re
from textwrap import dedent
from typing import TYPE_CHECKING

from gearshift.actions.action import Action, Prompt, Rejection
from gearshift.actions.answer import Answer, chosen_fence
from gearshift.actions.docstring import body_of, with_docstring
from gearshift.actions.offering import is_code, label
from gearshift.actions.prompts import CODE_ONLY, SYSTEM, rewrite_text, target_code
from gearshift.actions.rewrite import checked, judging
from gearshift.core.document import Snapshot
from gearshift.core.errors import UserError
from gearshift.verify.change import parse

if TYPE_CHECKING:
    from gearshift.actions.request import ActionRequest
    from gearshift.core.results import Proposal
    from gearshift.verify.checks import CheckName
    from gearshift.verify.verifier import Verifier

DOCSTRING = (
    "Write the docstring for {name}: {style} Say only what the code shows. "
    'Answer with only the docstring, in triple quotes """ in one fenced block, no code.'
)
SECTIONS = ("Args:", ":param", "Parameters\n")
"""What tells that a file's docstrings list parameters, each in another convention."""
COMMENTS = (
    "Add a documentation comment in the usual style of {language} to {name}. "
    "Do not change the code."
)
WHOLE = "Add documentation to everything in it that has none. Do not change the code."
CHECKS: tuple[CheckName, ...] = ("parse", "symbol", "code")
SUMMARY = "Documented {name}."
AGAIN = "Keep every fact of the docstring that is there and put right what is wrong in it. "
"""For a docstring that exists: small models leave out of it what they can't see in the code."""
MOST_CHARACTERS = 100_000
"""Of a file that is parsed before a model is asked, in some 20 ms."""
REWRITTEN = "Rewrote the docstring of {name}."


def _prompt(request: ActionRequest, room: int) -> Prompt:
    if _takes_docstring(request):
        order = DOCSTRING.format(name=request.name, style=_style(request))
        if has_docstring(request):
            order = order.replace("Say only", f"{AGAIN}Say only")
        text = rewrite_text(request, order, room)
        shape = order.partition(". ")[2]
        return Prompt(SYSTEM, text.replace("code to change", "code"), expected=500, shape=shape)
    if is_documented(request):
        raise UserError(
            f"Everything in {request.name} is documented; to have one docstring written anew, "
            "name the function or class."
        )
    order = (
        COMMENTS.format(language=request.language.name, name=request.name)
        if request.target.symbol
        else WHOLE
    )
    text = rewrite_text(request, f"{order} {CODE_ONLY}", room)
    return Prompt(SYSTEM, text, expected=len(target_code(request)) * 5 // 4 + 400)


def _style(request: ActionRequest) -> str:
    """Return how long to write: parameters are listed only where the file does so already."""
    for section in SECTIONS:
        if section in request.snapshot.text:
            mark = section.strip()
            return f"one sentence, a blank line, then the parameters under `{mark}` on own lines."
    return "one or two short sentences that say what it does and returns."


def _takes_docstring(request: ActionRequest) -> bool:
    """Whether only the docstring's text is asked for, and put in here: the code can't change."""
    return request.language.name == "Python" and request.target.symbol is not None


def is_documented(request: ActionRequest) -> bool:
    """Whether every function, class and method of a whole Python file has its docstring."""
    text = request.snapshot.text
    is_file = request.language.name == "Python" and request.target.kind == "file"
    tree = parse(text) if is_file and len(text) < MOST_CHARACTERS else None
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    nodes = [n for n in (tree.body if tree else []) if isinstance(n, kinds)]
    members = [m for n in nodes if isinstance(n, ast.ClassDef) for m in n.body]
    nodes += [m for m in members if isinstance(m, kinds)]
    return bool(nodes) and all(ast.get_docstring(node) is not None for node in nodes)


def has_docstring(request: ActionRequest) -> bool:
    """Whether the function or class has a docstring already (Python)."""
    indentation = " " * request.target.range.start.column
    tree = parse(dedent(indentation + request.target.text))
    nodes = tree.body if tree else []
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return any(isinstance(n, kinds) and ast.get_docstring(n) is not None for n in nodes[:1])


async def _judge(
    request: ActionRequest, answer: Answer, verifier: Verifier
) -> Proposal | Rejection:
    if not _takes_docstring(request):
        filled = filled_in(request, answer)
        if filled is not None:
            return await checked(request, filled, SUMMARY, CHECKS, verifier)
        checks = CHECKS if request.target.symbol else (*CHECKS, "comments")
        return await judging(SUMMARY, checks)(request, answer, verifier)
    text = docstring_in(request, answer)
    if text is None:
        return Rejection("answer", "There was no docstring in the answer.")
    if answer.is_cut_off:
        return Rejection("answer", "The docstring was cut off before its end.")
    assert request.target.symbol is not None
    after = with_docstring(request.snapshot, request.target.symbol, text)
    if after is None:
        return Rejection("parse", "There is no place for a docstring; does the file parse?")
    summary = REWRITTEN if has_docstring(request) else SUMMARY
    return await checked(request, after, summary, CHECKS, verifier)


def filled_in(request: ActionRequest, answer: Answer) -> str | None:
    """Return the file with the answer's docstrings where it had none (Python); None: no such.

    All else of the answer is left alone, so that nothing can get lost.
    """
    from gearshift.languages.syntax import find_symbol, symbols

    fence = chosen_fence(answer, request.target)
    tree = parse(fence.text) if fence and request.language.name == "Python" else None
    said = documented(tree) if tree else {}
    first, last = request.target.range.start.line, request.target.range.end.line
    text = request.snapshot.text
    for symbol in reversed(symbols(request.snapshot)):
        doc = said.get(symbol.qualified_name)
        if doc is None or not first <= symbol.name_range.start.line <= last:
            continue
        now = Snapshot.from_text(text, language=request.snapshot.language)
        found = find_symbol(now, symbol.qualified_name)
        own = documented(parse(text) or ast.Module([], []))
        if found is not None and symbol.qualified_name not in own:
            text = with_docstring(now, found, doc) or text
    return None if text == request.snapshot.text else text


def documented(tree: ast.Module) -> dict[str, str]:
    """Return the docstrings of a module's functions and classes, by qualified name."""
    found: dict[str, str] = {}
    nodes: list[tuple[ast.AST, str]] = [(tree, "")]
    while nodes:
        node, prefix = nodes.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                if doc := ast.get_docstring(child):
                    found[prefix + child.name] = doc
                nodes.append((child, f"{prefix}{child.name}."))
            else:
                nodes.append((child, prefix))
    return found


_QUOTED = re.compile(r'[rR]?("""|\'\'\')(.*?)\1', re.DOTALL)


def docstring_in(request: ActionRequest, answer: Answer) -> str | None:
    """Return the docstring of an answer: out of the whole function, or bare, quoted or not."""
    fence = chosen_fence(answer, request.target)
    text = fence.text if fence else answer.text
    assert request.target.symbol is not None
    tree = parse(text)
    for node in ast.walk(tree) if tree else ():
        documented = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        if documented and node.name == request.target.symbol.name:
            return ast.get_docstring(node)
    if quoted := _QUOTED.search(text):
        return body_of(quoted[2])
    has_code = tree is not None and any(not isinstance(n, ast.Expr) for n in tree.body)
    return body_of(text) if fence and text.strip() and not has_code else None


DOCUMENT = Action(
    name="document",
    task="docs",
    kinds=("refactor.rewrite.gearshift.document", "source.document.gearshift"),
    description="Writes a docstring or documentation comment; the code itself stays as it is.",
    title=lambda place: f"Document {label(place)}",
    applies=is_code,
    prompt=_prompt,
    judge=_judge,
)
