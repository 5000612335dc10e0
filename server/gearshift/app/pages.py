"""Pages to read beside the work, as files in the state folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NAME_CHARACTERS = 60


def write_page(state: Path, title: str, markdown: str) -> Path:
    """Write a page, over the last one of that title; return its path. Raises OSError.

    It may hold code, so only its user can read it.
    """
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = state / "pages"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = "".join(c if c.isalnum() else "-" for c in title.lower())[:NAME_CHARACTERS]
    path = folder / f"{name}.md"
    path.write_text(markdown, encoding="utf-8")
    return path
