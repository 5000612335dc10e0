"""How model servers of each dialect say a text: the answers that the stub server gives."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.stub_server import Answer

from gearshift.core.model import (
    ChatRequest,
    ContinueRequest,
    FillRequest,
    Message,
    Request,
    Usage,
)

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


def _completions(texts: Sequence[str], *, is_cut: bool = False) -> list[bytes]:
    usage = {
        "prompt_tokens": 12,
        "completion_tokens": 4,
        "prompt_tokens_details": {"cached_tokens": 8},
    }
    reason = "length" if is_cut else "stop"
    return [
        *(event({"choices": [{"text": text, "finish_reason": None}]}) for text in texts),
        event({"choices": [{"text": "", "finish_reason": reason}]}),
        event({"choices": [], "usage": usage}),
        b"data: [DONE]\n\n",
    ]


def _deepseek(texts: Sequence[str], *, is_cut: bool = False) -> list[bytes]:
    usage = {
        "prompt_tokens": 12,
        "prompt_cache_hit_tokens": 8,
        "prompt_cache_miss_tokens": 4,
        "completion_tokens": 4,
    }
    reason = "length" if is_cut else "stop"
    return [
        b": keep-alive\n\n",
        event({"choices": [{"delta": {"content": None, "reasoning_content": "Hm."}}]}),
        *(event({"choices": [{"delta": {"content": text}}]}) for text in texts),
        event({"choices": [{"delta": {"content": ""}, "finish_reason": reason}], "usage": usage}),
        b"data: [DONE]\n\n",
    ]


def _mistral(texts: Sequence[str], *, is_cut: bool = False) -> list[bytes]:
    usage = {"prompt_tokens": 12, "completion_tokens": 4, "total_tokens": 16}
    reason = "length" if is_cut else "stop"
    thought = [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}]
    return [
        event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": thought}}]}),
        *(event({"choices": [{"delta": {"content": text}}], "usage": None}) for text in texts),
        event({"choices": [{"delta": {"content": ""}, "finish_reason": reason}], "usage": usage}),
        b"data: [DONE]\n\n",
    ]


def _messages(texts: Sequence[str], *, is_cut: bool = False) -> list[bytes]:
    start = {
        "input_tokens": 1,
        "cache_read_input_tokens": 8,
        "cache_creation_input_tokens": 3,
        "output_tokens": 1,
    }
    thought = {"type": "thinking_delta", "thinking": "Hm."}
    reason = "max_tokens" if is_cut else "end_turn"
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": {"role": "assistant", "usage": start}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking"}},
        {"type": "ping"},
        {"type": "content_block_delta", "index": 0, "delta": thought},
        {"type": "content_block_stop", "index": 0},
        *(
            {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": t}}
            for t in texts
        ),
        {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 4}},
        {"type": "message_stop"},
    ]
    return [event(content, content["type"]) for content in events]


def line(content: object, name: str | None = None) -> bytes:
    del name
    return f"{json.dumps(content, ensure_ascii=False)}\n".encode()


def _ollama(part: Callable[[str], dict[str, Any]]) -> Callable[..., list[bytes]]:
    def say(texts: Sequence[str], *, is_cut: bool = False) -> list[bytes]:
        end = {"done_reason": "length" if is_cut else "stop", "total_duration": 5}
        counts = {"prompt_eval_count": 12, "eval_count": 4}
        return [
            *(line({"model": "m", **part(text), "done": False}) for text in texts),
            line({"model": "m", **part(""), "done": True, **end, **counts}),
        ]

    return say


_generate = _ollama(lambda text: {"response": text})
_ollama_chat = _ollama(lambda text: {"message": {"role": "assistant", "content": text}})


_CACHED = Usage(12, 8, 4)
_UNCACHED = Usage(12, 0, 4)
_WRITES = Usage(12, 8, 4, 3)


@dataclass(frozen=True)
class Dialect:
    """One way of asking a provider."""

    provider: str
    request: Request
    say: Callable[..., list[bytes]]
    base_path: str
    path: str
    usage: Usage = _CACHED
    kind: str = "text/event-stream"
    event: Callable[[object], bytes] = event
    """How one event is framed."""
    silence: bytes = b": waiting\n\n"
    """What says nothing."""
    key_header: str = "authorization"

    def answer(self, texts: Sequence[str], *, is_cut: bool = False, **changes: Any) -> Answer:
        """The stub server's answer with `texts`."""
        pieces = changes.pop("pieces", None) or self.say(texts, is_cut=is_cut)
        return Answer(
            pieces, headers={"content-type": self.kind, **changes.pop("headers", {})}, **changes
        )


_OLLAMA: dict[str, Any] = {
    "usage": _UNCACHED,
    "kind": "application/x-ndjson",
    "event": line,
    "silence": b"\n",
}
_BETA = "/beta/completions"
DIALECTS: dict[str, Dialect] = {
    "openai": Dialect("openai", CHAT, _responses, "/v1", "/v1/responses", _WRITES),
    "openai-chat": Dialect("openai-chat", CHAT, _chat, "/v1", "/v1/chat/completions", _WRITES),
    "anthropic": Dialect(
        "anthropic", CHAT, _messages, "/v1", "/v1/messages", _WRITES, key_header="x-api-key"
    ),
    "mistral-chat": Dialect("mistral", CHAT, _mistral, "/v1", "/v1/chat/completions", _UNCACHED),
    "mistral-fill": Dialect("mistral", FILL, _mistral, "/v1", "/v1/fim/completions", _UNCACHED),
    "deepseek-chat": Dialect("deepseek", CHAT, _deepseek, "", "/chat/completions"),
    "deepseek-fill": Dialect("deepseek", FILL, _completions, "", _BETA),
    "deepseek-continue": Dialect("deepseek", CONTINUE, _completions, "/v1", _BETA),
    "ollama-chat": Dialect("ollama", CHAT, _ollama_chat, "", "/api/chat", **_OLLAMA),
    "ollama-fill": Dialect("ollama", FILL, _generate, "", "/api/generate", **_OLLAMA),
    "ollama-continue": Dialect("ollama", CONTINUE, _generate, "", "/api/generate", **_OLLAMA),
    "fim-fill": Dialect("fim", FILL, _completions, "/v1", "/v1/completions"),
    "fim-continue": Dialect("fim", CONTINUE, _completions, "/v1", "/v1/completions"),
    "llamacpp-chat": Dialect("llamacpp", CHAT, _chat, "", "/v1/chat/completions", _WRITES),
    "llamacpp-fill": Dialect("llamacpp", FILL, _llama, "", "/infill"),
    "llamacpp-continue": Dialect("llamacpp", CONTINUE, _llama, "", "/completion"),
    "local-chat": Dialect("local", CHAT, _chat, "", "/v1/chat/completions", _WRITES),
    "local-fill": Dialect("local", FILL, _llama, "", "/infill"),
    "local-continue": Dialect("local", CONTINUE, _llama, "", "/completion"),
}
