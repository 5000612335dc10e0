"""Everything sent to a model passes the gate: files are judged, secrets replaced, all is noted."""

from __future__ import annotations

import asyncio
import json
import stat
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.clock import ManualClock

from gearshift.core.errors import Refused
from gearshift.core.model import (
    ChatRequest,
    ContextFile,
    ContinueRequest,
    FillRequest,
    Message,
    ShownFile,
)
from gearshift.privacy.audit import (
    BEHIND_SECONDS,
    LARGEST_FILE,
    LOOK_SECONDS,
    Appender,
    AuditLog,
    audit_file,
)
from gearshift.privacy.gate import Gate
from gearshift.privacy.ignore import RECHECK_SECONDS, IgnoreRules
from gearshift.privacy.placeholders import Restorer
from gearshift.privacy.redact import find_secrets
from gearshift.privacy.shapes import SHAPES
from gearshift.settings.schema import PrivacySettings

if TYPE_CHECKING:
    from collections.abc import Sequence

KEY = "ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


class Desk:
    """A gate over a folder, and what it wrote."""

    def __init__(self, root: Path, settings: PrivacySettings | None = None) -> None:
        settings = settings or PrivacySettings()
        self.lines: list[dict[str, Any]] = []
        self.warnings: list[str] = []
        audit = AuditLog(
            settings.audit,
            warn=self.warnings.append,
            path=root / "audit.jsonl",
            write=lambda _, line: self.lines.append(json.loads(line)),
        )
        self.root = root
        self.gate = Gate([IgnoreRules(root, settings)], settings, audit)

    def release(self, request: Any, *files: str, shown: Sequence[ShownFile] = ()) -> Any:
        return self.gate.release_with_secrets(
            request,
            files=[self.root / file for file in files],
            task="inline",
            model="m",
            provider="openai",
            is_local=False,
            shown=shown,
        ).request


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_withheld_document_is_refused_with_its_reason(desk: Desk) -> None:
    with pytest.raises(Refused, match=r"`\.env` is not sent: .*built-in rule"):
        desk.release(ChatRequest((Message("user", "hello"),)), ".env")
    (entry,) = desk.lines
    assert entry["outcome"] == "withheld"
    assert "hello" not in str(entry)


def test_a_withheld_document_is_refused_by_the_requests_own_path(desk: Desk) -> None:
    with pytest.raises(Refused, match="secrets"):
        desk.release(FillRequest("a", "b", "conf/secrets.yaml"))


def test_withheld_context_is_left_out_and_the_rest_is_sent(desk: Desk) -> None:
    context = (ContextFile(".env", "A=1"), ContextFile("src/x.py", "x = 1"))
    released = desk.release(FillRequest("a", "b", "y.py", context), "y.py")
    assert released.context == context[1:]
    assert desk.lines[0]["withheld"] == [".env"]
    assert desk.lines[0]["context"] == ["src/x.py"]


def test_a_clean_request_goes_as_it_is(desk: Desk) -> None:
    request = FillRequest("x = 1\n", "\ny = 2", "a.py", stop=("\n\n",), task="inline")
    assert desk.release(request, "a.py") == request


def test_secrets_are_replaced_in_every_kind_of_request(desk: Desk) -> None:
    fill = FillRequest(f"a = '{KEY}'", f"b = '{KEY}'", "a.py", (ContextFile("c.py", KEY),))
    requests = [fill, ContinueRequest(KEY), ChatRequest((Message("system", KEY),))]
    for request in requests:
        assert KEY not in repr(desk.release(request))
    assert [line["redactions"] for line in desk.lines] == [
        {"github-token": 3},
        {"github-token": 1},
        {"github-token": 1},
    ]


def test_the_answer_gets_back_what_the_request_was_stripped_of(desk: Desk) -> None:
    other = KEY.replace("a1", "z9")
    code = f"a = '{KEY}'\nb = '{other}'\nc = '{KEY}'\n"
    released, secrets = desk.gate.release_with_secrets(
        ChatRequest((Message("user", code),)),
        files=[],
        task="refactor",
        model="m",
        provider="openai",
        is_local=False,
    )
    assert isinstance(released, ChatRequest)
    sent = released.messages[0].text
    assert "b = '«redacted:github-token-2»'" in sent
    for size in (1, 7, 100):
        restorer = Restorer(secrets)
        pieces = [restorer.feed(sent[at : at + size]) for at in range(0, len(sent), size)]
        assert "".join([*pieces, restorer.end()]) == code


def test_text_that_only_looks_like_a_placeholder_passes_unharmed() -> None:
    restorer = Restorer({"«redacted:password»": "hunter2"})
    text = "« «redacted:jwt» «x» «redacted:" + "y" * 80 + " «redacted:passw"
    assert "".join([*(restorer.feed(c) for c in text), restorer.end()]) == text


def test_code_about_placeholders_gets_nothing_back(desk: Desk) -> None:
    request = ContinueRequest(f"mark = '«redacted:github-token»'\nx = '{KEY}'")
    released = desk.gate.release_with_secrets(
        request, files=[], task="inline", model="m", provider="openai", is_local=True
    )
    assert released.secrets == {}


def test_redaction_is_off_only_by_the_users_setting(tmp_path: Path) -> None:
    desk = Desk(tmp_path, PrivacySettings(redact=False))
    request = ContinueRequest(KEY)
    assert desk.release(request) == request


def test_metadata_audit_holds_facts_and_no_text(desk: Desk) -> None:
    desk.release(ContinueRequest("print('hello')"), "a.py")
    (entry,) = desk.lines
    assert entry.pop("at").endswith("+00:00")
    assert entry == {
        "task": "inline",
        "model": "m",
        "provider": "openai",
        "isLocal": False,
        "kind": "continue",
        "files": [str(desk.root / "a.py")],
        "outcome": "released",
        "withheld": [],
        "redactions": {},
        "characters": 14,
    }


def test_full_audit_holds_the_text_as_it_was_sent(tmp_path: Path) -> None:
    desk = Desk(tmp_path, PrivacySettings(audit="full"))
    desk.release(ContinueRequest(f"x = '{KEY}'"))
    assert desk.lines[0]["request"]["prompt"] == "x = '«redacted:github-token»'"


def test_audit_can_be_off(tmp_path: Path) -> None:
    desk = Desk(tmp_path, PrivacySettings(audit="off"))
    desk.release(ContinueRequest("x"))
    assert desk.lines == []


def test_an_unwritable_audit_is_told_once_and_stops_nothing(tmp_path: Path) -> None:
    def fail(path: Path, line: str) -> None:
        raise OSError(28, "No space left on device")

    warnings: list[str] = []
    audit = AuditLog("metadata", warn=warnings.append, path=tmp_path / "a", write=fail)
    for _ in range(3):
        audit.record({"task": "inline"})
    assert len(warnings) == 1
    assert "No space left" in warnings[0]


def test_a_request_is_one_line_of_ascii_whatever_its_names_hold(tmp_path: Path) -> None:
    name = "a\u2028b\x85c\ud83d\u202e"
    AuditLog("metadata", warn=print, path=tmp_path / "audit").record({"files": [name]})
    (line,) = (tmp_path / "audit").read_bytes().decode("ascii").splitlines()
    assert json.loads(line)["files"] == [name]


def test_the_audit_file_is_the_owners_alone_and_is_rotated(tmp_path: Path) -> None:
    path = tmp_path / "state" / "audit.jsonl"
    append = Appender()
    append(path, "one\n")
    append(path, "two\n")
    assert path.read_text(encoding="utf-8") == "one\ntwo\n"
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    append(path, "x" * LARGEST_FILE + "\n")
    append(path, "three\n")
    assert path.read_text(encoding="utf-8") == "three\n"
    assert path.with_name("audit.jsonl.1").stat().st_size > LARGEST_FILE


def test_the_audit_goes_on_in_the_new_file_that_another_process_began(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    mine, others = Appender(), Appender()
    mine(path, "one\n")
    others(path, "x" * LARGEST_FILE + "\n")
    others(path, "two\n")
    time.sleep(LOOK_SECONDS)
    mine(path, "three\n")
    assert path.read_text(encoding="utf-8") == "two\nthree\n"


def test_the_audit_is_in_the_users_state_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEARSHIFT_STATE", str(tmp_path))
    assert audit_file() == tmp_path / "audit.jsonl"


def test_several_workspace_folders_are_all_asked(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / ".gitignore").write_text(f"{name}.py\n", encoding="utf-8")
    settings = PrivacySettings(audit="off")
    rules = [IgnoreRules(tmp_path / name, settings) for name in ("a", "b")]
    gate = Gate(rules, settings, AuditLog("off", warn=print, path=tmp_path / "x"))
    assert gate.reason_to_withhold(tmp_path / "a" / "a.py")
    assert gate.reason_to_withhold(tmp_path / "b" / "b.py")
    assert gate.reason_to_withhold(tmp_path / "a" / "b.py") is None
    assert gate.reason_to_withhold(Path("b.py"))


TEXT = st.lists(
    st.one_of(st.text(max_size=8), *(st.from_regex(shape.pattern) for shape in SHAPES)), max_size=3
).map("".join)
SAFE_PATH = TEXT.map(lambda text: "d/" + text.replace(".", "").replace("/", "_"))
FILLS = st.builds(
    FillRequest,
    TEXT,
    TEXT,
    SAFE_PATH,
    st.lists(st.builds(ContextFile, SAFE_PATH, TEXT), max_size=2).map(tuple),
    stop=st.lists(TEXT, max_size=2).map(tuple),
)
CONTINUES = st.builds(ContinueRequest, TEXT, stop=st.lists(TEXT, max_size=2).map(tuple))
CHATS = st.builds(
    ChatRequest,
    st.lists(st.builds(Message, st.just("user"), TEXT), max_size=3).map(tuple),
    stop=st.lists(TEXT, max_size=2).map(tuple),
    effort=TEXT,
    cache_key=TEXT,
    prediction=TEXT,
)


def texts_in(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [text for item in value for text in texts_in(item)] if isinstance(value, list) else []


@given(st.one_of(FILLS, CONTINUES, CHATS))
def test_no_secret_survives_in_any_field_of_any_request(request_: Any) -> None:
    desk = Desk(Path("/nowhere"), PrivacySettings(audit="full"))
    desk.release(request_, "a.py")
    for text in texts_in(desk.lines[0]):
        assert find_secrets(text) == []


WITH_CONTEXT = pytest.mark.parametrize(
    "request_", [ContinueRequest("# x.py\nx = 1\n"), ChatRequest((Message("user", "x = 1"),))]
)


@WITH_CONTEXT
def test_the_audit_names_context_in_every_form(desk: Desk, request_: Any) -> None:
    desk.release(request_, "a.py", shown=[ShownFile("x.py", desk.root / "lib" / "x.py")])
    assert desk.lines[0]["context"] == ["x.py"]


@WITH_CONTEXT
def test_text_that_shows_a_file_which_is_ignored_by_now_is_refused(
    desk: Desk, request_: Any
) -> None:
    (desk.root / ".gearshiftignore").write_text("x.py\n")
    with pytest.raises(Refused, match=r"`x\.py` is not sent: .*\.gearshiftignore, line 1"):
        desk.release(request_, "a.py", shown=[ShownFile("x.py", desk.root / "lib" / "x.py")])
    assert desk.lines[0]["outcome"] == "withheld"


def test_context_is_judged_by_its_file_and_not_by_what_it_is_called(desk: Desk) -> None:
    (desk.root / ".gitignore").write_text("/lib/\n/venv/\n")
    package = desk.root / "venv" / "lib" / "site-packages" / "tea" / "cup.py"
    shown = [ShownFile("x.py", desk.root / "lib" / "x.py"), ShownFile("tea/cup.py", package)]
    context = (ContextFile("x.py", "x = 1"), ContextFile("tea/cup.py", "def cup(): ..."))
    sent = desk.release(FillRequest("a", "b", "a.py", context), "a.py", shown=shown)
    assert [file.path for file in sent.context] == ["tea/cup.py"]
    assert desk.lines[0]["withheld"] == ["x.py"]


async def test_the_line_of_a_request_is_written_behind_it(desk: Desk) -> None:
    desk.release(ChatRequest((Message("user", "hello"),)))
    assert not desk.lines  # the request leaves first, and a model may answer at once
    await asyncio.sleep(BEHIND_SECONDS)
    (entry,) = desk.lines
    assert entry["outcome"] == "released"


async def test_what_left_is_written_before_the_gate_is_given_up(desk: Desk) -> None:
    desk.release(ChatRequest((Message("user", "one"),)))
    desk.release(ChatRequest((Message("user", "two"),)))
    desk.gate.catch_up()
    assert [entry["outcome"] for entry in desk.lines] == ["released", "released"]
    await asyncio.sleep(BEHIND_SECONDS)
    assert len(desk.lines) == 2


@pytest.mark.parametrize("is_context", [False, True])
def test_the_same_files_are_judged_anew_once_rules_are_looked_at_again(
    tmp_path: Path, is_context: bool
) -> None:
    clock, settings = ManualClock(), PrivacySettings()
    rules = IgnoreRules(tmp_path, settings, clock)
    gate = Gate([rules], settings, AuditLog("off", warn=print, path=tmp_path / "x"))
    context = (ContextFile("b.py", "b = 1"),)
    request = FillRequest("a", "b", "a.py", context)

    def release() -> Any:
        return gate.release_with_secrets(
            request,
            files=[tmp_path / "a.py"],
            task="inline",
            model="m",
            provider="openai",
            is_local=False,
        ).request

    assert release().context == context
    (tmp_path / ".gitignore").write_text("b.py\n" if is_context else "a.py\n")
    clock.pass_seconds(RECHECK_SECONDS)
    if is_context:
        assert release().context == ()
    else:
        with pytest.raises(Refused, match=r"`a\.py` is not sent"):
            release()
