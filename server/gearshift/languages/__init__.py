"""Facts and syntax of programming languages, one file each."""

from __future__ import annotations

from pathlib import PurePath

from gearshift.languages.c import C
from gearshift.languages.cpp import CPP
from gearshift.languages.csharp import CSHARP
from gearshift.languages.go import GO
from gearshift.languages.java import JAVA
from gearshift.languages.javascript import JAVASCRIPT
from gearshift.languages.language import Language, TestFiles
from gearshift.languages.php import PHP
from gearshift.languages.plain import PLAIN
from gearshift.languages.python import PYTHON
from gearshift.languages.ruby import RUBY
from gearshift.languages.rust import RUST
from gearshift.languages.tsx import TSX
from gearshift.languages.typescript import TYPESCRIPT

__all__ = ["LANGUAGES", "PLAIN", "Language", "TestFiles", "language_of"]

LANGUAGES: tuple[Language, ...] = (
    PYTHON,
    JAVASCRIPT,
    TYPESCRIPT,
    TSX,
    GO,
    RUST,
    JAVA,
    C,
    CPP,
    CSHARP,
    RUBY,
    PHP,
)
"""In the order in which documents list them; where two claim an extension the earlier has it."""

_BY_ID = {name: language for language in LANGUAGES for name in language.ids}
_BY_EXTENSION = {
    extension: language for language in reversed(LANGUAGES) for extension in language.extensions
}


def language_of(source: str | PurePath) -> Language:
    """Return the language of an editor's language id (`str`) or of a file name (`PurePath`).

    A `str` that is no known id is read as a file name; what is still unknown gets `PLAIN`.
    """
    if isinstance(source, str) and source in _BY_ID:
        return _BY_ID[source]
    return _BY_EXTENSION.get(PurePath(source).suffix.lower(), PLAIN)
