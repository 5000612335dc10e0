"""Whether code that a page shows uses a package as it is: imports, names, arguments."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from gearshift.verify.change import parse, syntax_error
from gearshift.verify.names import undefined_names

if TYPE_CHECKING:
    from gearshift.actions.package import Package, Part


def fault_of(code: str, package: Package) -> str | None:
    """Return what is wrong with an example, as a sentence; None: nothing that can be seen."""
    tree = parse(code)
    if tree is None:
        return f"The example does not parse: {syntax_error(code)}."
    if unknown := sorted(undefined_names(code, tree)):
        return f"The example uses `{unknown[0]}`, which it neither imports nor defines."
    if not any(_is_of(node, package) for node in ast.walk(tree)):
        return f"The example does not import `{package.name}`."
    return _import_fault(tree, package) or _call_fault(tree, package)


def _is_of(node: ast.AST, package: Package) -> bool:
    if isinstance(node, ast.ImportFrom):
        return f"{node.module}.".startswith(f"{package.name}.")
    is_import = isinstance(node, ast.Import)
    return is_import and any(f"{a.name}.".startswith(f"{package.name}.") for a in node.names)


def _import_fault(tree: ast.Module, package: Package) -> str | None:
    for node in ast.walk(tree):
        if not _is_of(node, package):
            continue
        if isinstance(node, ast.Import):
            names = [a.name for a in node.names if a.name.startswith(package.name)]
            missing = [name for name in names if package.module(name) is None]
        else:
            assert isinstance(node, ast.ImportFrom)
            module = node.module or ""
            names = [alias.name for alias in node.names]
            missing = [f"{module}.{n}" for n in names if not _has(package, module, n)]
        if missing:
            return f"There is no `{missing[0]}`."
    return None


def _has(package: Package, module: str, name: str) -> bool:
    found = package.module(module)
    if package.module(f"{module}.{name}") is not None:
        return True
    own = {part.name for part in found.parts} if found else set[str]()
    return found is not None and name in {*own, *found.exports}


def _call_fault(tree: ast.Module, package: Package) -> str | None:
    """Return a call with arguments that a function of the package does not take."""
    known = {part.name: part for module in package.modules for part in module.parts}
    own = {n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            part = known.get(node.func.id)
            if part is not None and part.name not in own and not takes(part, node):
                return f"`{ast.unparse(node)}` does not fit `{part.signature}`."
    return None


def takes(part: Part, call: ast.Call) -> bool:
    """Whether a function can be called like this; True where that can't be told."""
    tree = parse(f"{part.signature}: ...")
    node = tree.body[0] if tree else None
    starred = any(isinstance(a, ast.Starred) for a in call.args)
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or starred:
        return True
    arguments = node.args
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    only = [a.arg for a in arguments.kwonlyargs]
    given = [k.arg for k in call.keywords]
    if None in given:
        return True
    if len(call.args) > len(names) and arguments.vararg is None:
        return False
    if arguments.kwarg is None and not set(given) <= {*names, *only}:
        return False
    needed = names[: len(names) - len(arguments.defaults)][len(call.args) :]
    needed += [n for n, d in zip(only, arguments.kw_defaults, strict=True) if d is None]
    return set(needed) <= set(given)
