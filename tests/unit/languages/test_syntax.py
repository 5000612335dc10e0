"""Symbols, places and errors, in every language and with characters of every width."""

from __future__ import annotations

import random

import pytest

from gearshift.core.document import Snapshot
from gearshift.core.text import Edit, Position, Range, apply_edits, position_at
from gearshift.languages import LANGUAGES, syntax
from gearshift.languages.brackets import scan
from gearshift.languages.excerpt import excerpt

SYMBOLS = {
    "python": (
        (
            "@dec\nclass A:\n    @property\n    def é(self): pass\n    def f(self):\n"
            "        def g(): pass\n\nasync def h(): ...\n"
        ),
        "A:class A.é:method A.f:method A.f.g:function h:function",
    ),
    "javascript": (
        (
            "export class A { m() {} }\nexport const f = (x) => x;\nconst g = function() {}\n"
            "export default function k() {}\n"
        ),
        "A:class A.m:method f:function g:function k:function",
    ),
    "typescript": (
        (
            "interface I { a: number }\nabstract class B { m(): void {} }\nenum E { A }\n"
            "type T = string;\nnamespace N { export function f() {} }\n"
        ),
        "I:interface B:class B.m:method E:enum T:type N:module N.f:function",
    ),
    "typescriptreact": ("const App = () => <div>hi</div>;\n", "App:function"),
    "go": (
        (
            "package m\ntype Stack[T any] struct { a int }\nfunc (s *Stack[T]) Push(x T) {}\n"
            "func F() {}\n"
        ),
        "Stack:type Stack.Push:method F:function",
    ),
    "rust": (
        (
            "impl<T> Foo<T> { pub fn new() -> Self { } }\nstruct S;\ntrait T { fn b(&self) {} }\n"
            "mod m { fn x() {} }\n"
        ),
        "Foo.new:method S:class T:interface T.b:method m:module m.x:function",
    ),
    "java": (
        "class A { A() {} int f(int x) { return 1; } enum E { X } }\nrecord R(int a) {}\n",
        "A:class A.A:method A.f:method A.E:enum R:class",
    ),
    "c": (
        "static int *f(int a) { return 0; }\nstruct s { int a; };\nint (*g(void))(int) { }\n",
        "f:function s:class g:function",
    ),
    "cpp": (
        (
            "namespace n { template<class T> class A { int f() const { return 1; } ~A() {} }; }\n"
            "int n::B::g() { return 2; }\n"
        ),
        "A:class A.f:method A.~A:method n::B::g:function",
    ),
    "csharp": (
        "namespace N { class A { A() {} void G() { void L() {} } } interface I {} struct S {} }\n",
        "A:class A.A:method A.G:method A.G.L:function I:interface S:class",
    ),
    "ruby": (
        "module M\n  class A\n    def self.x; end\n    def y\n    end\n  end\nend\n",
        "M:module M.A:class M.A.x:method M.A.y:method",
    ),
    "php": (
        "<?php\nfunction f() {}\nclass A { function m() {} }\ntrait T { function t() {} }\n",
        "f:function A:class A.m:method T:class T.t:method",
    ),
}


def test_every_language_has_a_case() -> None:
    assert set(SYMBOLS) == {language.ids[0] for language in LANGUAGES}


@pytest.mark.parametrize("language", SYMBOLS)
def test_symbols_have_names_kinds_and_qualifiers(language: str) -> None:
    text, wanted = SYMBOLS[language]
    snapshot = Snapshot.from_text(text, language=language)
    found = syntax.symbols(snapshot)
    assert " ".join(f"{s.qualified_name}:{s.kind}" for s in found) == wanted
    assert all(snapshot.slice(s.name_range) == s.name for s in found if "::" not in s.name)
    assert syntax.error_count(language, text) == 0


def test_a_symbol_holds_its_decorators() -> None:
    snapshot = Snapshot.from_text("@a\n@b(1)\ndef f():\n    pass\n", language="python")
    (symbol,) = syntax.symbols(snapshot)
    assert symbol.range == Range(Position(0, 0), Position(3, 8))


def test_positions_count_characters_beyond_the_basic_plane() -> None:
    text = 's = "😀🎉é"; \ndef f(a="😀", b=1): return "🎉"\r\n\r\nx = "é"\r\ndef g(): pass\n'
    snapshot = Snapshot.from_text(text, language="python")
    f, g = syntax.symbols(snapshot)
    assert snapshot.slice(f.range) == 'def f(a="😀", b=1): return "🎉"'
    assert snapshot.slice(g.range) == "def g(): pass"


NESTED = "class A:\n    def f(self):\n        x = 1\n\n    def f(self):\n        y = 2\n\n\nz = 3\n"


@pytest.mark.parametrize(
    ("span", "name"),
    [
        pytest.param((2, 8, 2, 8), "A.f", id="inside a method"),
        pytest.param((2, 8, 5, 8), "A", id="over two methods"),
        pytest.param((8, 0, 8, 5), None, id="outside"),
    ],
)
def test_the_innermost_definition_around_a_range(
    span: tuple[int, int, int, int], name: str | None
) -> None:
    snapshot = Snapshot.from_text(NESTED, language="python")
    found = syntax.enclosing_symbol(snapshot, Range(Position(*span[:2]), Position(*span[2:])))
    assert (found.qualified_name if found else None) == name


def test_a_definition_is_found_again_by_name_and_place() -> None:
    snapshot = Snapshot.from_text(NESTED, language="python")
    first, near = Position(0, 0), Range.at(Position(5, 0))
    one = syntax.find_symbol(snapshot, "A.f")
    other = syntax.find_symbol(snapshot, "A.f", near=near)
    assert one is not None
    assert other is not None
    assert first < one.range.start < other.range.start
    assert syntax.find_symbol(snapshot, "A.missing") is None


@pytest.mark.parametrize(
    ("language", "text", "is_expected"),
    [
        pytest.param("python", "def f():\n    <|>\n\nx = 1\n", True, id="empty body"),
        pytest.param("python", "def f():\n    <|>\n    x = 1\n", False, id="body is there"),
        pytest.param("python", 'def f():\n    """Doc."""\n    <|>\n', True, id="docstring only"),
        pytest.param("python", "def f():\n    # why\n    <|>\n", True, id="comment only"),
        pytest.param("python", "def f():<|>\n", True, id="end of the header"),
        pytest.param("python", 'd = {\n    "a":\n    <|>\n', False, id="a value in a dict"),
        pytest.param("python", "x = 1  # note:\n<|>\n", False, id="colon in a comment"),
        pytest.param("python", "try:\n    x\nexcept E:\n    <|>\n", True, id="except"),
        pytest.param("go", "func f() {\n\t<|>\n}\n", True, id="go"),
        pytest.param("go", "func f() {\n\tx()\n\t<|>\n}\n", False, id="go, after a statement"),
        pytest.param("rust", "fn f() {\n    // why\n    <|>\n}\n", True, id="rust comment"),
        pytest.param("ruby", "def f(x)\n  <|>\nend\n", True, id="ruby"),
        pytest.param("ruby", "xs.each do |x|\n  <|>\nend\n", True, id="ruby do"),
        pytest.param("lua", "if x:\n    <|>\n", True, id="no facts, but a colon"),
    ],
)
def test_a_block_is_expected_where_a_header_has_no_body(
    language: str, text: str, is_expected: bool
) -> None:
    snapshot = Snapshot.from_text(text.replace("<|>", ""), language=language)
    position = position_at(snapshot.lines, text.index("<|>"))
    assert syntax.block_expected(snapshot, position) is is_expected


@pytest.mark.parametrize(
    ("language", "text", "place"),
    [
        pytest.param("python", "x = 1 # <|>\n", "comment", id="line comment"),
        pytest.param("python", "x = 1 # a<|>\n", "comment", id="end of a line comment"),
        pytest.param("python", "x<|> = 1 # a\n", "code", id="before a comment"),
        pytest.param("python", '"""a\n<|>\n"""\n', "string", id="docstring"),
        pytest.param("python", 'x = "😀<|>é"\n', "string", id="after an emoji"),
        pytest.param("python", 'x = "a"<|>\n', "code", id="after a string"),
        pytest.param("python", 'x = "a<|>\ny = 1\n', "string", id="unfinished string"),
        pytest.param("python", 'x = f"{a<|>}"\n', "code", id="inside an f-string's braces"),
        pytest.param("c", "/* a<|> */ int x;\n", "comment", id="block comment"),
        pytest.param("c", "/* a */<|> int x;\n", "code", id="after a block comment"),
        pytest.param("javascript", "x = `a<|>`;\n", "string", id="template"),
        pytest.param("lua", "x = 'a<|>\n", "string", id="no grammar"),
    ],
)
def test_what_a_place_lies_in(language: str, text: str, place: str) -> None:
    snapshot = Snapshot.from_text(text.replace("<|>", ""), language=language)
    position = position_at(snapshot.lines, text.index("<|>"))
    assert syntax.place_of(snapshot, position) == place
    assert syntax.is_in_comment_or_string(snapshot, position) is (place != "code")


@pytest.mark.parametrize(
    ("language", "text", "is_sound"),
    [
        pytest.param("python", "def f():\n    return 1\n", True, id="sound"),
        pytest.param("python", "def f(:\n", False, id="broken"),
        pytest.param("python", "def f():\n  x = 1\n    y = 2\n", False, id="wrong indentation"),
        pytest.param("python", "def f():\n", False, id="no body"),
        pytest.param("python", "x = '\\d'\n", True, id="a warning is no error"),
        pytest.param("rust", "fn f() { 1 }\n", True, id="rust"),
        pytest.param("rust", "fn f() { 1 \n", False, id="rust, no end"),
    ],
)
def test_errors_are_counted(language: str, text: str, is_sound: bool) -> None:
    assert (syntax.error_count(language, text) == 0) is is_sound


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_tree_after_edits_is_the_tree_of_the_text(ending: str) -> None:
    rng = random.Random(ending)
    text = f"def é(a):{ending}    return '😀'{ending}{ending}class B:{ending}    x = 1{ending}"
    uri = f"file:///edited-{len(ending)}-{ord(ending[0])}.py"
    for version in range(60):
        snapshot = Snapshot.from_text(text, language="python", version=version)
        edited = Snapshot(uri, None, "python", version, snapshot.lines)
        tree = syntax.tree_of(edited)
        fresh = syntax.tree_of(Snapshot(f"{uri}#{version}", None, "python", 0, snapshot.lines))
        assert tree is not None
        assert fresh is not None
        assert str(tree.root) == str(fresh.root)
        assert syntax.tree_of(edited) is tree
        line = rng.randrange(len(snapshot.lines))
        start = Position(line, rng.randint(0, 6))
        end = Position(line + rng.randint(0, 1), rng.randint(6, 12))
        new = rng.choice(["x", "😀", "def f():", f"{ending}    y = 2{ending}", "", "'"])
        text = apply_edits(text, [Edit(Range(start, end), new)])
    syntax.forget(uri)


@pytest.mark.parametrize("number", [0, 3, 999, 1_500, 1_999, 2_000])
def test_an_excerpt_holds_its_place_and_begins_a_definition(number: int) -> None:
    text = "".join(f"def f{n}():\n    return {n}\n" for n in range(1_000))
    snapshot = Snapshot.from_text(text, language="python")
    part = excerpt(snapshot, Position(number, 2), limit=100)
    assert len(part.snapshot.lines) <= 100
    assert part.first_line + part.position.line == number
    assert part.snapshot.lines[part.position.line] == snapshot.lines[number]
    assert part.snapshot.lines[0].startswith("def ")


def test_an_excerpt_does_not_begin_with_prose_about_a_decorator() -> None:
    doc = (
        'DOC = """\n' + "Prose.\n" * 50 + "@composite gives a callable to what it decorates.\n" * 40
    )
    lines = (doc + '"""\n\n' + "@given\ndef f():\n    pass\n" * 30).splitlines(keepends=True)
    snapshot = Snapshot("file:///a.py", None, "python", 0, tuple(lines))

    part = excerpt(snapshot, Position(120, 2), limit=100)

    assert part.snapshot.lines[0] == "@given\n"


def test_an_excerpt_of_a_long_class_begins_with_a_whole_method() -> None:
    lines = ("    def f{n}(self):", '        """Say.', "", "        It's so.", '        """', "")
    method = "\n".join(lines) + "        return {n}\n"
    text = "class Long:\n" + "".join(method.format(n=n) for n in range(500))
    snapshot = Snapshot.from_text(text, language="python")
    for number in range(1_000, 1_012):
        part = excerpt(snapshot, Position(number, 2), limit=100)
        assert part.snapshot.lines[0].startswith("    def ")
        tree = syntax.tree_of(part.snapshot)
        assert tree is not None
        assert not tree.root.has_error


@pytest.mark.parametrize(
    ("language", "text", "open_", "surplus", "quote"),
    [
        pytest.param("python", "f(a, [1, {", "([{", "", None, id="openers"),
        pytest.param("python", "a) ]", "", ")]", None, id="closers"),
        pytest.param("python", 'f("(", b', "(", "", None, id="in a string"),
        pytest.param("python", '"""(\n', "", "", '"""', id="an open docstring"),
        pytest.param("python", "f( # )\n", "(", "", None, id="in a comment"),
        pytest.param("c", "f( /* ) */", "(", "", None, id="in a block comment"),
        pytest.param("python", r"'\'('", "", "", None, id="an escaped quote"),
        pytest.param("rust", "fn f<'a>(", "(", "", None, id="a lifetime"),
        pytest.param("python", "'abc\nf(", "(", "", None, id="a string left open on its line"),
    ],
)
def test_brackets_left_open(
    language: str, text: str, open_: str, surplus: str, quote: str | None
) -> None:
    from gearshift.languages import language_of

    state = scan(language_of(language), text)
    assert (state.open, state.surplus, state.quote) == (open_, surplus, quote)
