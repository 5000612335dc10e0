"""An app-server played by a script: what it answers and how it fails is up to the test."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import json, os, sys, time

ACTS = {acts!r}
LOG = {log!r}
RUNS = LOG + ".runs"
with open(RUNS, "a") as runs:
    runs.write("x")
RUN = os.path.getsize(RUNS)

CUT = ACTS.get("wire", {{}}).get("bytes")

def say(**message):
    line = json.dumps(message, ensure_ascii=False).encode() + b"\\n"
    for at in range(0, len(line), CUT or len(line)):
        sys.stdout.buffer.write(line[at : at + (CUT or len(line))])
        sys.stdout.buffer.flush()

def hear(params, method):
    say(method=method, params={{"threadId": "t1", **params}})

for line in sys.stdin:
    message = json.loads(line)
    with open(LOG, "a") as log:
        log.write(line)
    method, number = message.get("method"), message.get("id")
    if number is None:
        continue
    act = ACTS.get(method, {{}})
    if RUN in act.get("dies_in_runs", ()):
        sys.exit(act.get("last_words", 1))
    if act.get("is_silent"):
        continue
    time.sleep(act.get("delay", 0))
    if "error" in act:
        say(id=number, error=act["error"])
    elif method is None:
        pass
    else:
        say(id=number, result=act.get("result", {{}}))
    for event, params in act.get("events", ()):
        if event == "ask":
            say(id="server-1", method=params["method"], params={{}})
        else:
            hear(params, event)
    if act.get("then_dies"):
        sys.exit(1)
while ACTS.get("end", {{}}).get("hangs"):
    time.sleep(1)
"""

COMPLETED = {"turn": {"id": "u1", "status": "completed"}}
ACTS = {
    "initialize": {"result": {"userAgent": "gearshift/0.169.0 (Linux)"}},
    "account/read": {"result": {"account": {"type": "chatgpt"}, "requiresOpenaiAuth": True}},
    "thread/start": {"result": {"thread": {"id": "t1"}}},
    "turn/start": {
        "result": {"turn": {"id": "u1"}},
        "events": [("item/agentMessage/delta", {"delta": "hi"}), ("turn/completed", COMPLETED)],
    },
}
"""What a program does that works; a test changes single acts."""


def write_program(folder: Path, **acts: object) -> Path:
    """Write a program that acts like this and return it; `log_of` reads what it was sent.

    An act is named by its method, with `_` for `/`. `wire={"bytes": n}` writes n bytes at a time.
    """
    changed = {name.replace("_", "/", 1): act for name, act in acts.items()}
    script = folder / "script.py"
    script.write_text(PROGRAM.format(acts={**ACTS, **changed}, log=str(folder / "log")))
    if sys.platform == "win32":
        program = folder / "codex.cmd"
        program.write_text(f'@"{sys.executable}" "{script}" %*\n')
    else:
        program = folder / "codex"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n')
        program.chmod(0o755)
    return program


def log_of(program: Path) -> str:
    """Return what the program was sent so far, a line a message."""
    log = program.parent / "log"
    return log.read_text() if log.exists() else ""
