"""What other code can rely on: names, parameters, defaults and decorators are kept."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from gearshift.core.document import Snapshot
from gearshift.core.verification import Verdict

if TYPE_CHECKING:
    from gearshift.verify.change import Change

Function = (ast.FunctionDef, ast.AsyncFunctionDef)


def interface_kept(change: Change) -> Verdict:
    """Fail if something that was there is gone or is called differently; additions are free.

    Python: functions, classes and methods with their parameters, defaults and decorators, without
    annotations. Other languages: the names of functions, classes and methods.
    """
    if change.trees is None:
        return _names_kept(change)
    before, after = (python_interface(tree) for tree in change.trees)
    for name, shape in before.items():
        if name not in after:
            return Verdict(False, "interface", f"`{name}` is gone; keep it with the same name.")
        if after[name] != shape:
            return Verdict(
                False,
                "interface",
                f"`{name}` must keep its interface `{shape}`, but it became `{after[name]}`.",
            )
    return Verdict(True, "interface")


def python_interface(tree: ast.Module) -> dict[str, str]:
    """Return the shape of everything that a module defines, by qualified name."""
    found: dict[str, str] = {}
    _collect(tree.body, "", found)
    return found


def _collect(body: list[ast.stmt], prefix: str, found: dict[str, str]) -> None:
    for node in body:
        if isinstance(node, Function):
            found[prefix + node.name] = _function_shape(node)
        elif isinstance(node, ast.ClassDef):
            bases = ", ".join(ast.unparse(b) for b in [*node.bases, *node.keywords])
            found[prefix + node.name] = f"{_decorators(node)}class {node.name}({bases})"
            _collect(node.body, f"{prefix}{node.name}.", found)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    found[prefix + target.id] = _variable_shape(target.id, node.value)
        elif isinstance(node, (ast.If, ast.Try)):
            # Definitions under `if TYPE_CHECKING:` or `try: import …` are part of the interface.
            _collect(node.body, prefix, found)
            _collect(node.orelse, prefix, found)


def _variable_shape(name: str, value: ast.expr | None) -> str:
    return f"__all__ = {ast.unparse(value)}" if name == "__all__" and value else name


def _function_shape(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    arguments = node.args
    bare = ast.arguments(
        posonlyargs=[ast.arg(a.arg) for a in arguments.posonlyargs],
        args=[ast.arg(a.arg) for a in arguments.args],
        vararg=ast.arg(arguments.vararg.arg) if arguments.vararg else None,
        kwonlyargs=[ast.arg(a.arg) for a in arguments.kwonlyargs],
        kw_defaults=arguments.kw_defaults,
        kwarg=ast.arg(arguments.kwarg.arg) if arguments.kwarg else None,
        defaults=arguments.defaults,
    )
    word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    return f"{_decorators(node)}{word} {node.name}({ast.unparse(bare)})"


def _decorators(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> str:
    return "".join(f"@{ast.unparse(d)} " for d in node.decorator_list)


def _names_kept(change: Change) -> Verdict:
    from gearshift.languages.syntax import symbols

    def names(text: str) -> list[str]:
        snapshot = Snapshot.from_text(text, language=change.language)
        return [symbol.qualified_name for symbol in symbols(snapshot)]

    after = set(names(change.after))
    for name in names(change.before):
        if name not in after:
            return Verdict(False, "interface", f"`{name}` is gone; keep it with the same name.")
    return Verdict(True, "interface")
