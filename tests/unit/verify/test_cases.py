"""Tests of other languages: found, taken out, broken code under them."""

from __future__ import annotations

import pytest

from gearshift.actions.other_tests import joined_cases
from gearshift.verify.cases import read_cases, without_cases
from gearshift.verify.token_mutants import token_mutants

JAVASCRIPT = """\
import test, { describe } from "node:test";

// The first.
test("adds", () => {
  assert.equal(add(1, 2), 3);
});

describe("more", () => {
  it(`does nothing`, async () => {});
});
"""
GO = "package a\n\nfunc TestA(t *testing.T) { t.Fatal(1) }\n\nfunc Testify() {}\n"
RUST = "#[test]\n#[should_panic]\nfn a() { f(); }\n\n#[derive(Debug)]\nstruct B;\n\nfn c() {}\n"


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("javascript", JAVASCRIPT, [("adds", True), ("does nothing", False)]),
        ("go", GO, [("TestA", True)]),
        ("rust", RUST, [("a", True)]),
        ("rust", "mod tests {\n    #[tokio::test]\n    async fn b() {}\n}\n", [("b", False)]),
    ],
)
def test_tests_are_found(language: str, text: str, found: list[tuple[str, bool]]) -> None:
    assert [(c.name, c.asserts) for c in read_cases(language, text)] == found


def test_a_test_goes_with_its_attributes() -> None:
    assert without_cases("rust", RUST, {"a"}) == "#[derive(Debug)]\nstruct B;\n\nfn c() {}\n"
    assert without_cases("go", GO, {"TestA"}) == "package a\n\nfunc Testify() {}\n"


@pytest.mark.parametrize(
    ("language", "text", "changes"),
    [
        (
            "javascript",
            "function f(a) {\n  return a <= 1 && a !== 3;\n}\n",
            ["`<=` became `<` in line 2", "`1` became `2` in line 2", "`&&` became `||` in line 2"],
        ),
        (
            "go",
            "package a\n\nfunc f(a int) bool { return a+1 > 2 }\n",
            ["`+` became `-` in line 3"],
        ),
        ("rust", "fn f(v: Vec<u8>) -> bool {\n    true\n}\n", ["`true` became `false` in line 2"]),
        ("typescript", "function f(a: Array<number>) {}\n", []),
    ],
)
def test_code_is_broken_in_one_place_at_a_time(
    language: str, text: str, changes: list[str]
) -> None:
    found = [m.change for m in token_mutants(language, text, 1, 9)]
    assert found[: len(changes)] == changes
    assert bool(found) == bool(changes)


def test_tests_join_an_existing_file_under_names_of_their_own() -> None:
    existing = (
        'import test from "node:test";\nimport { add } from "./calc.js";\n\n'
        'test("adds", () => { assert.ok(add(1)); });\n'
    )
    code = (
        'import test from "node:test";\nimport assert from "node:assert";\n'
        'import { add } from "./calc.js";\n\n'
        '// Again.\ntest("adds", () => { assert.ok(add(2)); });\n'
    )
    text, new = joined_cases("javascript", existing, code)
    assert new == {"adds_2"}
    assert text == (
        'import test from "node:test";\nimport { add } from "./calc.js";\n'
        'import assert from "node:assert";\n\n'
        'test("adds", () => { assert.ok(add(1)); });\n\n'
        '// Again.\ntest("adds_2", () => { assert.ok(add(2)); });\n'
    )


def test_go_and_rust_tests_join_too() -> None:
    go, _ = joined_cases(
        "go",
        'package a\n\nimport "testing"\n\nfunc TestA(t *testing.T) {}\n',
        'package a\n\nimport "testing"\nimport "math"\n\nfunc TestA(t *testing.T) { math.Pi }\n',
    )
    assert go == (
        'package a\n\nimport "testing"\nimport "math"\n\nfunc TestA(t *testing.T) {}\n\n'
        "func TestA2(t *testing.T) { math.Pi }\n"
    )
    rust, new = joined_cases(
        "rust", "use a::b;\n\n#[test]\nfn t() {}\n", "use a::b;\n#[test]\nfn u() {}\n"
    )
    assert rust == "use a::b;\n\n#[test]\nfn t() {}\n\n#[test]\nfn u() {}\n"
    assert new == {"u"}
