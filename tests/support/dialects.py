"""How model servers of each dialect say a text: the bodies that the stub server sends."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gearshift.core.model import ChatRequest, ContinueRequest, FillRequest, Message, Request

CHAT = ChatRequest((Message("system", "Be brief."), Message("user", "Say it.")))
FILL = FillRequest("def f(", "):\n", "a.py")
CONTINUE = ContinueRequest("def f(")


def event(content: object, name: str | None = None) -> bytes:
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(content, ensure_ascii=False)}\n\n".encode()


def _responses(texts: Sequence[str], *, is_cut: bool = False) -> list[bytes]:
    kind = "response.incomplete" if is_cut else "response.completed"
    usage = {
        "input_tokens": 12,
        "input_tokens_details": {"cached_tokens": 8, "cache_write_tokens": 3},
        "output_tokens": 4,
        "output_tokens_details": {"reasoning_tokens": 1},
    }
    end: dict[str, Any] = {"type": kind, "response": {"status": "completed", "usage": usage}}
    if is_cut:
        end["response"]["incomplete_details"] = {"reason": "max_output_tokens"}
    deltas = [
        event({"type": "response.output_text.delta", "delta": text}, "response.output_text.delta")
        for text in texts
    ]
    return [
        event({"type": "response.created", "response": {"error": None}}),
        *deltas,
        event(end, kind),
    ]


def _chat(texts: Sequence[str], *, is_cut: bool = False) -> list[bytes]:
    usage = {
        "prompt_tokens": 12,
        "completion_tokens": 4,
        "prompt_tokens_details": {"cached_tokens": 8, "cache_write_tokens": 3},
    }
    deltas = [{"choices": [{"delta": {"content": text}, "finish_reason": None}]} for text in texts]
    reason = "length" if is_cut else "stop"
    return [
        event({"choices": [{"delta": {"role": "assistant", "content": None}}]}),
        *map(event, deltas),
        event({"choices": [{"delta": {}, "finish_reason": reason}]}),
        event({"choices": [], "usage": usage}),
        b"data: [DONE]\n\n",
    ]


def _llama(texts: Sequence[str], *, is_cut: bool = False) -> list[bytes]:
    end = {
        "content": "",
        "stop": True,
        "stop_type": "limit" if is_cut else "eos",
        "tokens_evaluated": 12,
        "tokens_predicted": 4,
        "tokens_cached": 15,
        "timings": {"prompt_n": 4, "predicted_n": 4},
    }
    return [*(event({"content": text, "stop": False}) for text in texts), event(end)]


@dataclass(frozen=True)
class Dialect:
    """One way of asking a provider."""

    provider: str
    request: Request
    say: Callable[..., list[bytes]]
    base_path: str
    path: str
    has_cache_write: bool = True


DIALECTS: dict[str, Dialect] = {
    "openai": Dialect("openai", CHAT, _responses, "/v1", "/v1/responses"),
    "openai-chat": Dialect("openai-chat", CHAT, _chat, "/v1", "/v1/chat/completions"),
    "llamacpp-chat": Dialect("llamacpp", CHAT, _chat, "", "/v1/chat/completions"),
    "llamacpp-fill": Dialect("llamacpp", FILL, _llama, "", "/infill", False),
    "llamacpp-continue": Dialect("llamacpp", CONTINUE, _llama, "", "/completion", False),
}
