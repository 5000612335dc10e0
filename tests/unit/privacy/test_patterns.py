"""Lists of patterns say what their reader says, though it is asked only where it may match."""

from __future__ import annotations

from itertools import product

import pytest
from pathspec import GitIgnoreSpec

from gearshift.privacy.patterns import BUILT_IN, Patterns

PATTERNS = (
    *BUILT_IN,
    *("*", "!*", "**", "a*b", "a?c", "[ab]c", "x[!0-9]y", "build/", "/top.py", "docs/**/*.md"),
    *("**/.env*", "!keep.py", "\\!odd", "\\#mark", "space\\ ", "tab\\\tname", "foo/*", "é*.txt"),
    *("[", "a[", "a[b", "*.py[co]", "  lead", "trail  ", "back\\\\slash", "", "# note", "!"),
)
PATHS = (
    *("a", "ab", "aXb", "abc", "a/c", "ac", "bc", "x1y", "xzy", "build/x.o", "src/build/x"),
    *("top.py", "sub/top.py", "docs/a/b.md", "docs/b.md", ".env", "a/.env.local", "keep.py"),
    *("!odd", "#mark", "space ", "foo/bar/baz", "été.txt", "é.txt", "mod.pyc", "mod.py", "[x"),
    *("server.PEM", "id_rsa.pub", "x/.ssh/config", ".docker/config.json", "secrets.yaml", "  lead"),
    *("trail", "back\\slash", "src/app.py", "tab\tname", "Credentials.JSON", "a.tfvars"),
)


@pytest.mark.parametrize("ignores_case", [False, True])
def test_each_pattern_matches_as_its_reader_says(ignores_case: bool) -> None:
    for pattern, path in product(PATTERNS, PATHS):
        text, name = (pattern.lower(), path.lower()) if ignores_case else (pattern, path)
        try:
            spec = GitIgnoreSpec.from_lines([text])
        except ValueError:
            continue
        expected = spec.check_file(name).include
        match = Patterns([pattern], ignores_case=ignores_case).match(path)
        assert (None if match is None else match.is_ignored) is expected, (pattern, path)


def test_a_whole_list_matches_as_its_reader_says() -> None:
    lines = [pattern for pattern in PATTERNS if pattern not in {"*", "!*", "**", "!"}]
    whole = Patterns(lines)
    sound = [line for line in lines if _is_sound(line)]
    for path in PATHS:
        expected = GitIgnoreSpec.from_lines(sound).check_file(path).include
        match = whole.match(path)
        assert (None if match is None else match.is_ignored) is expected, path


def _is_sound(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
