"""Generated tests tried for real, in projects of a few lines."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.eventually import until

from gearshift.core.errors import SettingsError
from gearshift.settings.schema import VerifySettings
from gearshift.verify.environment import environment_of
from gearshift.verify.isolation import Isolation, Limits
from gearshift.verify.runners import Conditions, run_each, run_file
from gearshift.verify.runners.pytest import PYTEST
from gearshift.verify.runners.unittest import UNITTEST
from gearshift.verify.sandbox import Sandbox
from gearshift.verify.screening import Trial, TrialResult, UnderTest, names_of
from gearshift.verify.suite import read_tests
from gearshift.verify.verifier import NOT_PERMITTED, Verifier
from gearshift.verify.workbench import Workbench

SANDBOX = Sandbox()
RUNGS: tuple[Isolation, ...] = ("bwrap", "unshare")
ISOLATED = [rung for rung in RUNGS if asyncio.run(Sandbox((rung,)).isolation()) == rung]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "src").mkdir(parents=True)
    (root / "src" / "calc.py").write_text("def add(a, b):\n    return a + b\n")
    (root / ".env").write_text("KEY=secret\n")
    return root


async def _allowed() -> bool:
    return True


def _trial(project: Path, text: str, file: str = "tests/test_calc.py") -> Trial:
    new = frozenset(t.name for t in read_tests(text))
    return Trial(project / file, text, new, frozenset({"add"}), project / "src")


async def _try(project: Path, trial: Trial, **settings: object) -> TrialResult:
    verifier = Verifier(project, VerifySettings(**settings), SANDBOX, _allowed)  # type: ignore[arg-type]
    try:
        return await verifier.try_tests(trial)
    finally:
        await verifier.close()


HEAD = "from calc import add\n\n\n"
GOOD = "def test_good():\n    assert add(1, 2) == 3\n"


async def test_passing_tests_stay_and_failing_ones_go(project: Path) -> None:
    bad = "\n\ndef test_bad():\n    assert add(1, 2) == 4\n"
    empty = "\n\ndef test_empty():\n    add(1, 2)\n"
    other = "\n\ndef test_other():\n    assert len('a') == 1\n"
    result = await _try(project, _trial(project, HEAD + GOOD + bad + empty + other))
    assert result.verdict.passed
    assert result.verdict.evidence == ("tests", f"sandbox:{await SANDBOX.isolation()}")
    assert result.kept == ("test_good",)
    assert result.text == HEAD + GOOD
    assert result.dropped == (
        "`test_empty` had no assertion.",
        "`test_other` did not use `add`.",
        "1 of 2 generated tests failed: `test_bad`. The first of them: assert 3 == 4.",
    )
    assert not (project / "tests").exists()


async def test_a_runner_that_does_not_start_is_no_fault_of_the_tests(project: Path) -> None:
    (project / "conftest.py").write_text("import nowhere_to_be_found\n")
    with pytest.raises(SettingsError) as told:
        await _try(project, _trial(project, HEAD + GOOD))
    assert "pytest does not start in this project" in str(told.value)
    assert "No module named 'nowhere_to_be_found'" in str(told.value)
    assert "`.venv`" in str(told.value)


async def test_a_test_that_depends_on_the_hash_seed_goes(project: Path) -> None:
    flicker = (
        "\n\ndef test_flicker():\n    assert add(1, 2) == 3\n"
        "    import sys\n    assert hash('a') == HASH_OF_SEED_0\n"
    )
    bare = [sys.executable, "-c", "print(hash('a'))"]
    seeded = await Sandbox(("none",)).run(bare, project, environment={"PYTHONHASHSEED": "0"})
    text = HEAD + GOOD + flicker.replace("HASH_OF_SEED_0", seeded.output.strip())
    result = await _try(project, _trial(project, text))
    assert result.kept == ("test_good",)
    assert result.dropped == ("`test_flicker` passed at first and failed when run again.",)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        pytest.param("def test_(:\n", "The tests do not parse", id="no Python"),
        pytest.param("x = 1\n", "There is no test in it", id="no test"),
        pytest.param(
            HEAD + "def test_a():\n    add(1, 2)\n", "had no assertion", id="no assertion"
        ),
        pytest.param(
            HEAD + "def test_a():\n    assert add(1, 2) == 5\n",
            "1 of 1 generated tests failed: `test_a`.",
            id="all fail",
        ),
        pytest.param(
            "from calc import gone\n" + HEAD + GOOD, "cannot import name 'gone'", id="import"
        ),
    ],
)
async def test_a_hopeless_file_is_refused_with_what_to_tell_the_model(
    project: Path, text: str, part: str
) -> None:
    result = await _try(project, _trial(project, text))
    assert not result.verdict.passed
    assert part in result.verdict.detail
    assert result.text is None


async def test_an_endless_test_is_stopped_and_refused(project: Path) -> None:
    text = HEAD + "def test_a():\n    while add(1, 2): pass\n    assert add(1, 1)\n"
    result = await _try(project, _trial(project, text), timeout_seconds=3.0)
    assert "It was still running after 3 seconds." in result.verdict.detail


async def test_tests_that_were_there_may_not_break(project: Path) -> None:
    existing = "import calc\n\n\ndef test_old():\n    assert calc.add(1, 1) == 2\n"
    (project / "tests").mkdir()
    (project / "tests" / "test_calc.py").write_text(existing)
    spoiled = existing + "\n\ncalc.add = lambda a, b: 3\nfrom calc import add\n\n\n" + GOOD
    trial = _trial(project, spoiled)
    result = await _try(
        project,
        Trial(
            *(trial.file, spoiled, frozenset({"test_good"}), trial.target, trial.import_root),
            existing,
        ),
    )
    assert "`test_old` failed" in result.verdict.detail


async def test_without_permission_nothing_runs(project: Path) -> None:
    result = await _try(project, _trial(project, HEAD + GOOD), run="never")
    assert result.verdict.passed
    assert result.verdict.evidence == ("static",)
    assert result.verdict.detail == NOT_PERMITTED


async def test_permission_is_asked_once(project: Path) -> None:
    asked: list[int] = []

    async def no() -> bool:
        asked.append(1)
        return False

    verifier = Verifier(project, VerifySettings(), SANDBOX, no)
    for _ in range(2):
        await verifier.try_tests(_trial(project, HEAD + GOOD))
    assert asked == [1]


async def test_an_unsaved_document_is_what_runs(project: Path) -> None:
    verifier = Verifier(project, VerifySettings(), SANDBOX, _allowed)
    text = HEAD + "def test_a():\n    assert add(2, 3) == 6\n"
    source = {project / "src" / "calc.py": "def add(a, b):\n    return a * b\n"}
    result = await verifier.try_tests(_trial(project, text), source)
    await verifier.close()
    assert result.verdict.passed, result.verdict.detail


async def _bench(project: Path) -> Workbench:
    return Workbench(project, environment_of(project, variables={}), SANDBOX, Limits())


@pytest.mark.parametrize("runner", [PYTEST, UNITTEST], ids=lambda r: r.name)
async def test_both_runners_name_passed_and_failed_tests(project: Path, runner: object) -> None:
    text = (
        HEAD + GOOD + "\n\ndef test_bad():\n    assert add(1, 1) == 3\n\n\nimport unittest\n\n\n"
        "class TestX(unittest.TestCase):\n"
        "    def test_a(self):\n        self.assertEqual(add(1, 1), 2)\n"
        "    def test_b(self):\n        self.assertEqual(add(1, 1), 3)\n"
    )
    async with await _bench(project) as bench:
        file = project / "test_calc.py"
        bench.write(file, text)
        run = await run_file(bench, runner, file, project / "src")  # type: ignore[arg-type]
    assert sorted(run.passed) == ["test_calc.py::TestX::test_a", "test_calc.py::test_good"]
    assert sorted(run.failed) == ["test_calc.py::TestX::test_b", "test_calc.py::test_bad"]
    assert "assert" in run.output.lower()


async def test_a_plugin_of_the_servers_interpreter_does_not_keep_tests_from_running(
    project: Path,
) -> None:
    # What pytest-asyncio does where a project makes errors of warnings and never heard of it.
    told = project / "src" / "broken-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text("[pytest11]\nbroken = broken\n")
    (project / "src" / "broken.py").write_text(
        "def pytest_configure(config):\n    raise UserWarning('an option is unset')\n"
    )
    file = project / "test_calc.py"
    async with await _bench(project) as bench:
        bench.write(file, HEAD + GOOD)
        run = await run_file(bench, PYTEST, file, project / "src")
        assert run.passed == ("test_calc.py::test_good",)
        assert not bench.environment.loads_plugins
        [again] = await run_each(bench, PYTEST, file, project / "src", [Conditions(1, 1)])
        assert again.passed == ("test_calc.py::test_good",)
        # Those of the project's own environment stay: its tests are made for them.
        own = replace(bench.environment, origin="the project's .venv", loads_plugins=True)
        bench.environment = own
        assert not (await run_file(bench, PYTEST, file, project / "src")).passed


async def test_the_copy_holds_no_secrets_and_is_removed(project: Path) -> None:
    (project / ".git").mkdir()
    (project / ".git" / "config").write_text("x")
    (project / "link").symlink_to("/etc/passwd")
    async with await _bench(project) as bench:
        copied = {p.relative_to(bench.copy).as_posix() for p in bench.copy.rglob("*")}
        folder = bench.copy.parent
        assert folder.is_dir()
    assert copied == {"src", "src/calc.py"}
    assert not folder.exists()


async def test_the_users_own_command_is_judged_by_its_results(project: Path) -> None:
    command = {"python": f"{sys.executable} -m pytest {{file}}"}
    text = HEAD + GOOD + "\n\ndef test_bad():\n    assert add(1, 2) == 4\n"
    result = await _try(project, _trial(project, text), test_command=command)
    assert result.kept == ("test_good",)


async def test_a_command_without_results_is_judged_by_its_exit_code(project: Path) -> None:
    passing = await _try(project, _trial(project, HEAD + GOOD), test_command={"python": "true"})
    failing = await _try(project, _trial(project, HEAD + GOOD), test_command={"python": "false"})
    assert passing.kept == ("test_good",)
    assert not failing.verdict.passed


async def test_a_link_called_node_modules_opens_no_other_folder(
    project: Path, tmp_path: Path
) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "key").write_text("k")
    (project / "node_modules").symlink_to(tmp_path / "private")
    async with await _bench(project) as bench:
        assert not [
            m for m in bench._mounts((), may_write=False) if m.target == project / "node_modules"
        ]


def _running(project: Path) -> list[str]:
    """Return the command lines of processes that name the project."""
    found: list[str] = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            line = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            found += [line] if str(project) in line else []
    return found


@pytest.mark.parametrize("step", ["Running", "Measuring", "Killing"])
async def test_cancelling_at_any_step_leaves_nothing_running(project: Path, step: str) -> None:
    begun = asyncio.Event()

    def tell(message: str) -> None:
        if message.startswith(step):
            begun.set()

    verifier = Verifier(project, VerifySettings(run="always"), SANDBOX, _allowed)
    verifier.tell = tell
    source = project / "src" / "calc.py"
    under_test = UnderTest(source, source.read_text(), 1, 2, "`add`")
    trial = replace(_trial(project, HEAD + GOOD), under_test=under_test)
    task = asyncio.ensure_future(verifier.try_tests(trial))
    await asyncio.wait_for(begun.wait(), 120)
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    bench = verifier._bench
    await verifier.close()
    assert bench is not None
    assert not bench.copy.parent.exists()
    # The kernel takes a moment to end what bwrap held.
    await until(lambda: not _running(project))


SPOILING = """\
import pathlib

import calc


def test_spoil():
    pathlib.Path(calc.__file__).write_text("def add(a, b): return 3")
    assert add(1, 2) == 3


def test_new(tmp_path):
    pathlib.Path(calc.__file__).with_name("new.txt").write_text("x")
    assert add(1, 2) == 3


def test_good(tmp_path):
    (tmp_path / "own.txt").write_text("x")
    assert add(0, 2) == 2
"""


@pytest.mark.parametrize("rung", ISOLATED)
async def test_tests_change_nothing_of_the_project_that_others_run_in(
    project: Path, rung: Isolation
) -> None:
    tests = project / "tests" / "test_calc.py"
    texts = [{tests: HEAD + SPOILING}, {tests: HEAD + GOOD}]
    conditions = [Conditions(texts=each) for each in texts]
    limits = Limits(wall_seconds=120)
    async with Workbench(project, environment_of(project), Sandbox((rung,)), limits) as bench:
        first, second = await run_each(bench, PYTEST, tests, project / "src", conditions)
        alone = await run_file(bench, PYTEST, tests, project / "src", conditions[0])
        assert not (bench.copy / "src" / "new.txt").exists()
    assert names_of(first.failed) == names_of(alone.failed) == {"test_spoil", "test_new"}
    assert names_of(second.passed) == {"test_good"}
