"""What is sent to app-server for one answer, and what its messages say."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gearshift.core.model import ChatRequest, Usage
from gearshift.providers.untrusted import count, table

if TYPE_CHECKING:
    from collections.abc import Mapping

_OFF = (
    *("apps", "goals", "hooks", "image_generation", "memories", "multi_agent", "plugins"),
    *("shell_tool", "skill_search", "tool_suggest", "unified_exec", "view_image"),
)
LEAN: Mapping[str, Any] = MappingProxyType(
    {
        **{f"features.{name}": False for name in _OFF},
        "agents.enabled": False,
        "include_environment_context": False,
        "include_permissions_instructions": False,
        "include_apps_instructions": False,
        "include_collaboration_mode_instructions": False,
        "skills.include_instructions": False,
        "skills.bundled.enabled": False,
        "tools.experimental_request_user_input.enabled": False,
        "tools.update_plan.enabled": False,
        "project_doc_max_bytes": 0,
        "web_search": "disabled",
        "model_reasoning_summary": "none",
    }
)
"""Settings of a thread that only answers: the request shrinks from 33 to 11 kB (0.169).

A key that a version does not know gives a warning, no failure.
"""
_NO_SYSTEM = "Answer the request; use no tools."
_GO_ON = "Your answer has begun as follows. Go on exactly where it ends and repeat nothing of it."


def initialize(version: str) -> dict[str, Any]:
    """Return the parameters of `initialize`."""
    return {
        "clientInfo": {"name": "gearshift", "title": "Gearshift", "version": version},
        "capabilities": {"experimentalApi": False, "requestAttestation": False},
    }


def thread_start(model: str, request: ChatRequest, folder: str) -> dict[str, Any]:
    """Return the parameters of a thread for one answer: not kept, read-only, nothing approved."""
    system = "\n\n".join(m.text for m in request.messages if m.role == "system")
    return {
        "model": model,
        "cwd": folder,
        "approvalPolicy": "never",
        "sandbox": "read-only",
        "ephemeral": True,
        # Left out, Codex puts 18 kB of its own in this place.
        "baseInstructions": system or _NO_SYSTEM,
        "config": dict(LEAN),
    }


def turn_start(thread: str, request: ChatRequest, effort: str | None) -> dict[str, Any]:
    """Return the parameters of the thread's only turn."""
    text: dict[str, Any] = {"type": "text", "text": prompt(request), "text_elements": []}
    params: dict[str, Any] = {"threadId": thread, "input": [text]}
    if effort is not None:
        params["effort"] = effort
    return params


def prompt(request: ChatRequest) -> str:
    """Return the turns of `request` as one text: a thread begins with the user's word alone."""
    turns = [m for m in request.messages if m.role != "system"]
    begun = turns.pop() if turns and turns[-1].role == "assistant" else None
    if len(turns) == 1:
        parts = [turns[0].text]
    else:
        parts = [f"{m.role.capitalize()}:\n{m.text}" for m in turns]
    if begun:
        parts.append(f"{_GO_ON}\n\n{begun.text}")
    return "\n\n".join(parts)


def read_usage(params: Mapping[str, Any]) -> Usage | None:
    """Return the tokens of a whole thread in `thread/tokenUsage/updated`; None: not stated."""
    total = table(table(params.get("tokenUsage")).get("total"))
    if not total:
        return None
    return Usage(
        input=count(total.get("inputTokens")),
        cached=count(total.get("cachedInputTokens")),
        output=count(total.get("outputTokens")),
        cache_write=count(total.get("cacheWriteInputTokens")),
    )
