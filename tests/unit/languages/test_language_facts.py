"""Which language a document is in, and what is known of it."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from gearshift.languages import LANGUAGES, PLAIN, language_of
from gearshift.languages.syntax import error_count, has_parser
from gearshift.languages.tree import grammar_of


@pytest.mark.parametrize(
    ("source", "name"),
    [
        pytest.param("python", "Python", id="language id"),
        pytest.param("javascriptreact", "JavaScript", id="second language id"),
        pytest.param("a/b.tsx", "TSX", id="file name"),
        pytest.param(PurePath("A.CS"), "C#", id="extension in capitals"),
        pytest.param("brainfuck", "text", id="unknown id"),
        pytest.param(PurePath("Makefile"), "text", id="no extension"),
        pytest.param("", "text", id="nothing"),
    ],
)
def test_a_language_is_found_by_id_or_file_name(source: str | PurePath, name: str) -> None:
    assert language_of(source).name == name


def test_ids_and_extensions_belong_to_one_language_each() -> None:
    for names in (
        [name for language in LANGUAGES for name in language.ids],
        [name for language in LANGUAGES for name in language.extensions],
    ):
        assert len(names) == len(set(names))


@pytest.mark.parametrize("language", [pytest.param(x, id=x.name) for x in LANGUAGES])
def test_every_node_type_named_exists_in_the_grammar(language: object) -> None:
    facts = next(x for x in LANGUAGES if x is language)
    grammar = grammar_of(facts)
    named = facts.comments | facts.strings | facts.wrappers | {n for n, _ in facts.containers}
    assert [n for n in named if grammar.id_for_node_kind(n, True) is None] == []


@pytest.mark.parametrize(
    ("language", "source", "test"),
    [
        pytest.param("python", "src/pkg/shapes.py", "tests/test_shapes.py", id="python"),
        pytest.param("javascript", "src/a.js", "src/a.test.js", id="javascript"),
        pytest.param("go", "pkg/a.go", "pkg/a_test.go", id="go"),
        pytest.param("java", "src/main/java/x/A.java", "src/test/java/x/ATest.java", id="java"),
        pytest.param("ruby", "lib/a.rb", "test/a_test.rb", id="ruby"),
        pytest.param("php", "src/shapes.php", "tests/ShapesTest.php", id="php"),
        pytest.param("rust", "src/a.rs", "tests/a.rs", id="rust"),
    ],
)
def test_tests_belong_where_the_language_has_them(language: str, source: str, test: str) -> None:
    facts = language_of(language)
    path = facts.test_path(PurePath(source))
    assert path == PurePath(test)
    if language != "rust":  # there the folder alone says it
        assert facts.is_test_file(path)
    assert not facts.is_test_file(source)


def test_an_unknown_language_has_no_tests_and_no_errors() -> None:
    assert PLAIN.test_path(PurePath("a.txt")) is None
    assert not PLAIN.is_test_file("test_a.txt")
    assert not has_parser("klingon")
    assert error_count("klingon", "((((") == 0
