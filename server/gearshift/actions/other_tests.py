"""Generated tests in languages other than Python: how they begin, and joining an existing file."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from gearshift.actions.python_tests import style_of
from gearshift.languages import language_of
from gearshift.languages.tree import parse
from gearshift.verify.cases import JAVASCRIPT, read_cases
from gearshift.verify.runners.node import depends_on

if TYPE_CHECKING:
    from pathlib import Path

    from tree_sitter import Node

    from gearshift.actions.request import ActionRequest
    from gearshift.core.document import Snapshot

FRAMEWORKS = {"vitest": "Vitest", "jest": "Jest"}


def framework_of(snapshot: Snapshot, project: Path) -> str:
    """Return the framework that the project's own files ask for; empty: the language's usual."""
    if snapshot.language == "python":
        return style_of(project)
    if language_of(snapshot.language).ids[0] not in JAVASCRIPT:
        return ""
    for package, name in FRAMEWORKS.items():
        if depends_on(project, package):
            return name
    return "node:test and node:assert/strict" if snapshot.language.startswith("java") else ""


def beginning(request: ActionRequest, framework: str) -> str:
    """Return the first lines of a test file: what it imports, as a model is to begin."""
    assert request.tests is not None
    language = request.language.ids[0]
    if language in JAVASCRIPT:
        return _javascript(request, framework)
    if language == "go":
        package = re.search(r"^package\s+(\w+)", request.snapshot.text, re.MULTILINE)
        return f'package {package[1] if package else "main"}\n\nimport "testing"'
    if language == "rust":
        return _rust(request)
    return ""


def _javascript(request: ActionRequest, framework: str) -> str:
    path, tests, text = request.snapshot.path, request.tests, request.snapshot.text
    assert path is not None
    assert tests is not None
    is_typed = path.suffix in (".ts", ".tsx", ".mts", ".cts")
    relative = os.path.relpath(path.with_suffix("") if is_typed else path, tests.path.parent)
    module = relative.replace(os.sep, "/")
    module = module if module.startswith(".") else f"./{module}"
    is_common = not re.search(r"^(?:export|import)\b", text, re.MULTILINE)
    name = request.target.symbol.qualified_name.split(".")[0] if request.target.symbol else "*"
    lines: list[tuple[str, str]] = []
    if framework.startswith("node:test"):
        lines += [("test", "node:test"), ("assert", "node:assert/strict")]
    elif framework == "Vitest":
        lines.append(("{ expect, test }", "vitest"))
    is_default = re.search(
        rf"export default (?:async )?(?:function|class)\s+{re.escape(name)}\b", text
    )
    if name == "*":
        lines.append(("* as code" if not is_common else "code", module))
    else:
        lines.append((name if is_default else f"{{ {name} }}", module))
    if is_common:
        return "\n".join(f'const {what} = require("{where}");' for what, where in lines)
    return "\n".join(f'import {what} from "{where}";' for what, where in lines)


def _rust(request: ActionRequest) -> str:
    path, project, symbol = request.snapshot.path, request.project, request.target.symbol
    if path is None or project is None or symbol is None:
        return ""
    try:
        manifest = (project / "Cargo.toml").read_text(encoding="utf-8")
    except OSError:
        return ""
    found = re.search(r'^name\s*=\s*"([^"]+)"', manifest, re.MULTILINE)
    inside = path.relative_to(project).with_suffix("").parts
    parts = [p for p in inside[1:] if p not in ("lib", "mod", "main")]
    crate = found[1].replace("-", "_") if found else "crate_name"
    return f"use {'::'.join([crate, *parts, symbol.qualified_name.split('.')[0]])};"


def joined_cases(language: str, existing: str, code: str) -> tuple[str, frozenset[str]]:
    """Return the whole test file and the names of the new tests in it.

    Imports that are missing join the imports; a test whose name is taken gets a number.
    """
    code = code.strip("\n") + "\n"
    known = {case.name for case in read_cases(language, existing)}
    if existing.strip():
        code = _renamed(language, code, known)
        code = _merged(language, existing, code)
    return code, frozenset(c.name for c in read_cases(language, code) if c.name not in known)


def _renamed(language: str, code: str, known: set[str]) -> str:
    source = code.encode()
    for case in reversed(read_cases(language, code)):
        if case.name not in known:
            continue
        number = 2
        while f"{case.name}{_joint(case.name)}{number}" in known:
            number += 1
        fresh = case.text.replace(case.name, f"{case.name}{_joint(case.name)}{number}", 1)
        source = source[: case.first] + fresh.encode() + source[case.end :]
    return source.decode()


def _joint(name: str) -> str:
    return " " if " " in name else "_" if "_" in name or name.islower() else ""


def _merged(language: str, existing: str, code: str) -> str:
    new = _top_level(language, code)
    old = _top_level(language, existing)
    old_imports = [text for text, is_import, _ in old if is_import]
    bound = {name for text in old_imports for name in _names(text)}
    missing = [
        text
        for text, is_import, _ in new
        if is_import and text not in old_imports and not text.startswith("package ")
        if not _names(text) <= bound or not _names(text)
    ]
    body = "\n\n".join(text for text, is_import, _ in new if not is_import)
    end = max((end for _, is_import, end in old if is_import), default=0)
    head, rest = existing.encode()[:end].decode(), existing.encode()[end:].decode()
    added = "".join(f"\n{text}" for text in missing)
    return f"{head}{added}{rest.rstrip()}\n\n{body}\n" if head else f"{existing}\n{body}\n"


def _top_level(language: str, text: str) -> list[tuple[str, bool, int]]:
    """Return each top-level piece with the comments and attributes that belong to it."""
    source = text.encode()
    found: list[tuple[str, bool, int]] = []
    start: int | None = None
    for node in parse(language_of(language), text).root_node.named_children:
        start = node.start_byte if start is None else start
        if node.type in ("comment", "line_comment", "block_comment", "attribute_item"):
            continue
        piece = source[start : node.end_byte].decode().strip()
        found.append((piece, _is_import(node, piece), node.end_byte))
        start = None
    return found


def _is_import(node: Node, text: str) -> bool:
    kinds = ("import_statement", "import_declaration", "use_declaration", "package_clause")
    is_require = node.type == "lexical_declaration" and "require(" in text
    return node.type in kinds or is_require


def _names(statement: str) -> set[str]:
    """Return what a JavaScript or Rust import binds; of Go's the whole statement counts."""
    if statement.startswith("use "):
        return set(re.findall(r"(\w+)(?=\s*[,;}])", statement))
    head = statement.partition(" from ")[0].partition("= require")[0]
    words = re.findall(r"[A-Za-z_$][\w$]*", head)
    return {w for w in words if w not in ("import", "const", "let", "var", "as", "type", "from")}
