"""Each language's real runner: what fails or proves nothing is gone."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gearshift.languages import language_of
from gearshift.settings.schema import VerifySettings
from gearshift.verify.cases import read_cases
from gearshift.verify.programs import find_program
from gearshift.verify.runners.llvm import find_tools
from gearshift.verify.sandbox import Sandbox
from gearshift.verify.screening import Trial, TrialResult, UnderTest
from gearshift.verify.verifier import Verifier

if TYPE_CHECKING:
    from collections.abc import Iterator

CACHE = Path(__file__).parents[2] / ".cache" / "node-runners"
PACKAGES = ("vitest@3", "jest@30")

JAVASCRIPT = """\
function price(grams) {
  if (grams < 100) {
    return grams * 2;
  }
  return grams;
}

module.exports = { price };
"""
CHECKS = """\
test("small", () => {
  EQUAL(price(99), 198);
});

test("border", () => {
  EQUAL(price(100), 100);
});

test("wrong", () => {
  EQUAL(price(1), 3);
});

test("idle", () => {
  IDLE(price(0));
});
"""
NODE = (
    'const test = require("node:test");\nconst assert = require("node:assert/strict");\n'
    'const { price } = require("./price.js");\n\n'
    + CHECKS.replace("EQUAL", "assert.equal").replace("IDLE(price(0))", "assert.ok(price(5))")
)
EXPECT = 'const { price } = require("./price.js");\n\n' + CHECKS.replace(
    "EQUAL(price(99), 198)", "expect(price(99)).toBe(198)"
).replace("EQUAL(price(100), 100)", "expect(price(100)).toBe(100)").replace(
    "EQUAL(price(1), 3)", "expect(price(1)).toBe(3)"
).replace("IDLE(price(0))", "expect(price(5)).toBeTruthy()")
GO = """\
package shop

func Price(grams int) int {
	if grams < 100 {
		return grams * 2
	}
	return grams
}
"""
GO_TESTS = """\
package shop

import "testing"

func TestSmall(t *testing.T) {
	if Price(99) != 198 {
		t.Error("198 expected")
	}
}

func TestWrong(t *testing.T) {
	if Price(1) != 3 {
		t.Errorf("3 expected, not %d", Price(1))
	}
}
"""
RUST = """\
pub fn price(grams: u32) -> u32 {
    if grams < 100 {
        return grams * 2;
    }
    grams
}
"""
RUST_TESTS = """\
use shop::price;

#[test]
fn small() {
    assert_eq!(price(99), 198);
}

#[test]
fn wrong() {
    assert_eq!(price(1), 3);
}
"""


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def packages() -> Path:
    """Vitest and Jest, installed once."""
    with _alone(CACHE):
        if not (CACHE / ".ready").is_file():
            (CACHE / "package.json").write_text('{"private": true}')
            quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
            subprocess.run(["npm", "install", *quiet, *PACKAGES], cwd=CACHE, check=True)
            (CACHE / ".ready").touch()
    return CACHE / "node_modules"


async def _try(
    project: Path,
    source: str,
    tests: str,
    text: str,
    name: str,
    *,
    existing: str = "",
    new: frozenset[str] | None = None,
) -> TrialResult:
    async def yes() -> bool:
        return True

    language = language_of(Path(source)).ids[0]
    file, code = project / tests, project / source
    lines = code.read_text().count("\n")
    trial = Trial(
        *(file, text, new or frozenset(c.name for c in read_cases(language, text))),
        *(frozenset({name}), code.parent, existing),
        UnderTest(code, code.read_text(), 1, lines, f"`{name}`"),
        language,
    )
    settings = VerifySettings(run="always", timeout_seconds=300)
    verifier = Verifier(project, settings, Sandbox(), yes)
    try:
        return await verifier.try_tests(trial)
    finally:
        await verifier.close()


def _project(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def _judge(result: TrialResult, kept: tuple[str, ...], runner: str, lines: str = "") -> None:
    assert result.verdict.passed, result.verdict.detail
    assert result.kept == kept
    assert result.text is not None
    assert "wrong" not in result.text.lower()
    assert result.verdict.evidence[:-1] == (
        ("tests", "coverage", "mutants") if lines else ("tests", "mutants")
    )
    assert lines in result.verdict.detail
    assert f"in 5 runs of {runner} and kill" in result.verdict.detail
    assert any("generated tests failed" in words for words in result.dropped)


async def test_node_test(tmp_path: Path) -> None:
    project = _project(tmp_path, {"price.js": JAVASCRIPT, "package.json": "{}"})
    result = await _try(project, "price.js", "price.test.js", NODE, "price")
    _judge(result, ("small", "border"), "node:test", "8 of 8 lines of `price` are run")
    assert "`idle` noticed none of the faults put into the code." in result.dropped


@pytest.mark.parametrize("name", ["vitest", "jest"])
async def test_vitest_and_jest(tmp_path: Path, packages: Path, name: str) -> None:
    asked = json.dumps({"devDependencies": {name: "*"}})
    files = {"price.js": JAVASCRIPT, "package.json": asked}
    if name == "vitest":
        files["vitest.config.js"] = "module.exports = { test: { globals: true } };\n"
    project = _project(tmp_path, files)
    (project / "node_modules").symlink_to(packages)
    result = await _try(project, "price.js", "price.test.js", EXPECT, "price")
    # Vitest measures with a package that this project does not have.
    lines = "4 of 4 lines of `price` are run" if name == "jest" else ""
    _judge(result, ("small", "border"), name, lines)


@pytest.fixture
def go() -> None:
    """Go, installed once from the system's own packages."""
    if shutil.which("go") is None:
        subprocess.run(["apt-get", "install", "-y", "-q", "golang-go"], check=True)
        find_program.cache_clear()


@pytest.mark.usefixtures("go")
async def test_go_test(tmp_path: Path) -> None:
    project = _project(tmp_path, {"go.mod": "module shop\n\ngo 1.19\n", "price.go": GO})
    result = await _try(project, "price.go", "price_test.go", GO_TESTS, "Price")
    _judge(result, ("TestSmall",), "go test", "4 of 5 lines of `Price` are run")


async def test_tests_that_run_nothing_new_are_not_offered(tmp_path: Path) -> None:
    files = {"price.js": JAVASCRIPT, "package.json": "{}"}
    project = _project(tmp_path, files)
    small = NODE.partition('test("border"')[0]
    more = small.replace('"small"', '"smaller"').replace("99), 198", "98), 196")
    both = small + more.partition('price.js");\n')[2]
    about = (project, "price.js", "price.test.js", both, "price")
    result = await _try(*about, existing=small, new=frozenset({"smaller"}))
    assert not result.verdict.passed
    assert result.verdict.detail == "The tests ran nothing of `price` that was not run before."


async def test_cargo_test(tmp_path: Path) -> None:
    manifest = '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n'
    project = _project(tmp_path, {"Cargo.toml": manifest, "src/lib.rs": RUST})
    result = await _try(project, "src/lib.rs", "tests/lib.rs", RUST_TESTS, "price")
    # What makes coverage readable comes with a component that not every toolchain has.
    lines = "4 of 6 lines of `price` are run" if find_tools() else ""
    _judge(result, ("small",), "cargo test", lines)
    assert lines or "`rustup component add llvm-tools`" in result.verdict.detail
