"""TypeScript with JSX."""

from __future__ import annotations

from dataclasses import replace

from gearshift.languages.language import TestFiles
from gearshift.languages.typescript import TYPESCRIPT

TSX = replace(
    TYPESCRIPT,
    name="TSX",
    ids=("typescriptreact",),
    extensions=(".tsx",),
    grammar=("tree_sitter_typescript", "language_tsx"),
    tests=TestFiles("Jest", "{stem}.test.tsx", ("*.test.*", "*.spec.*")),
)
