"""Pages on a package, put together from what it says of itself and what a model wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.actions.prompts import fenced
from gearshift.core.results import FileEdit, Proposal
from gearshift.core.text import Edit, Position, Range

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gearshift.actions.action import Place
    from gearshift.actions.package import Package, PackageModule


def is_python_file(place: Place) -> bool:
    """Whether a place is in a file that can be part of a Python package."""
    return place.snapshot.language == "python" and place.snapshot.path is not None


def first_line(doc: str) -> str:
    """Return the first line of a docstring."""
    return doc.strip().split("\n")[0].strip()


def listing(package: Package, room: int) -> str:
    """Return the public parts, a line each, as many as fit into so many characters."""
    lines: list[str] = []
    for module in package.modules:
        lines.append(f"`{module.name}`: {first_line(module.doc)}".rstrip(": "))
        for part in module.parts:
            said = first_line(part.doc)
            lines.append(f"- `{part.signature}`" + (f": {said}" if said else ""))
    text = "\n".join(lines)
    return text if len(text) <= room else text[:room].rpartition("\n")[0]


def readme(package: Package, prose: str, example: str) -> str:
    """Return a README."""
    name = package.distribution or package.name
    parts = [f"# {name}", prose.strip()]
    if package.distribution:
        parts += ["## Install", fenced(f"pip install {package.distribution}", "sh")]
    parts += ["## Use", fenced(example, "python")]
    if package.programs:
        parts += ["## Programs", "\n".join(f"- `{each}`" for each in package.programs)]
    parts += ["## What is in it", "\n".join(_module_line(m) for m in package.modules)]
    if package.commits:
        parts += ["## Recent changes", "\n".join(f"- {each}" for each in package.commits)]
    return "\n\n".join(parts) + "\n"


def _module_line(module: PackageModule) -> str:
    names = module.exports or tuple(p.name for p in module.parts if "." not in p.name)
    said = first_line(module.doc) or ", ".join(f"`{name}`" for name in names)
    return f"- `{module.name}`: {said}" if said else f"- `{module.name}`"


def api_page(package: Package, overview: str, sentences: Mapping[str, str]) -> str:
    """Return a page with every public part; `sentences` stand for docstrings that are missing."""
    parts = [f"# {package.name}"]
    parts += [overview] if overview else []
    for module in package.modules:
        if module.name != package.name:
            parts.append(f"## {module.name}")
        if module.doc:
            parts.append(module.doc)
        for part in module.parts:
            level = "####" if "." in part.name else "###"
            parts += [f"{level} {part.name}", fenced(part.signature, "python")]
            said = part.doc or sentences.get(part.name, "")
            parts += [said] if said else []
    return "\n\n".join(parts) + "\n"


def offered(
    path: Path, text: str, summary: str, evidence: tuple[str, ...], reason: str | None
) -> Proposal:
    """Return the page as a new file, or as a page to read where there is such a file already."""
    label = "verified" if "example" in evidence else "checked"
    if path.exists():
        note = f"{path.name} is there already, so this is a page to take from."
        said = f"{summary} {note}"
        return Proposal(page=text, label=label, evidence=evidence, summary=said, reason=reason)
    edit = FileEdit(path, (Edit(Range.at(Position(0, 0)), text),), is_new=True)
    return Proposal((edit,), label=label, evidence=evidence, summary=summary, reason=reason)
