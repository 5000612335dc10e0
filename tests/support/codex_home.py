"""The real `codex` program and a home for it that asks a stub instead of ChatGPT."""

from __future__ import annotations

import base64
import json
import platform
import shutil
import subprocess
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from tests.support.stub_server import Answer

VERSION = "0.169.0"
CACHE = Path(__file__).parents[2] / ".cache" / "codex"


def codex_program() -> Path:
    """Return the real program, from npm's registry; it is installed once."""
    entry = CACHE / "node_modules" / "@openai" / "codex" / "bin" / "codex.js"
    link = (
        CACHE
        / "node_modules"
        / ".bin"
        / ("codex.cmd" if platform.system() == "Windows" else "codex")
    )
    if not entry.exists():
        npm = shutil.which("npm")
        assert npm, "the real codex comes from npm: install Node.js"
        CACHE.mkdir(parents=True, exist_ok=True)
        flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-save"]
        package = f"@openai/codex@{VERSION}"
        subprocess.run([npm, "install", "--prefix", CACHE, *flags, package], check=True)
    return link


def write_home(home: Path, origin: str, *, is_signed_in: bool = False) -> Path:
    """Make a CODEX_HOME whose models and plan are served by the stub at `origin`."""
    home.mkdir(parents=True, exist_ok=True)
    needs_login = "true" if is_signed_in else "false"
    (home / "config.toml").write_text(
        f"""
model_provider = "stub"
chatgpt_base_url = "{origin}/backend-api"
check_for_update_on_startup = false
[analytics]
enabled = false
[model_providers.stub]
name = "stub"
base_url = "{origin}/v1"
wire_api = "responses"
supports_websockets = false
requires_openai_auth = {needs_login}
request_max_retries = 0
stream_max_retries = 0
"""
    )
    if is_signed_in:
        (home / "auth.json").write_text(json.dumps(_login()))
    return home


def _login() -> dict[str, Any]:
    """Return a login that only looks like one: nothing signs it, no server takes it."""
    claims = {
        "email": "someone@example.invalid",
        "exp": 4_000_000_000,
        "https://api.openai.com/auth": {
            "chatgpt_plan_type": "plus",
            "chatgpt_account_id": "acct-stub",
            "chatgpt_user_id": "user-stub",
        },
    }
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    token = ".".join(
        base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts
    )
    return {
        "auth_mode": "chatgpt",
        "OPENAI_API_KEY": None,
        "tokens": {
            "id_token": f"{token}.c2ln",
            "access_token": f"{token}.c2ln",
            "refresh_token": "refresh-stub",
            "account_id": "acct-stub",
        },
        "last_refresh": datetime.now(timezone.utc).isoformat().replace("+00:00", "Z"),
    }


def reply(*pieces: str, **changes: Any) -> Answer:
    """Return a streamed answer of the Responses API; `changes` are fields of `Answer`."""
    text = "".join(pieces)
    item = {"type": "message", "role": "assistant", "id": "msg_1"}
    done = {**item, "content": [{"type": "output_text", "text": text}]}
    usage = {
        "input_tokens": 1200,
        "input_tokens_details": {"cached_tokens": 1024},
        "output_tokens": 40,
        "output_tokens_details": {"reasoning_tokens": 8},
        "total_tokens": 1240,
    }
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": {"id": "resp_1"}},
        {"type": "response.output_item.added", "output_index": 0, "item": {**item, "content": []}},
        *(
            {
                "type": "response.output_text.delta",
                "item_id": "msg_1",
                "output_index": 0,
                "content_index": 0,
                "delta": piece,
            }
            for piece in pieces
        ),
        {"type": "response.output_item.done", "output_index": 0, "item": done},
        {"type": "response.completed", "response": {"id": "resp_1", "usage": usage}},
    ]
    answer = Answer([f"event: {e['type']}\ndata: {json.dumps(e)}\n\n".encode() for e in events])
    headers = {**answer.headers, **changes.pop("headers", {})}
    return Answer(answer.pieces, headers=headers, **changes)
