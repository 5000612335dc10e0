"""The model, in this process: llama.cpp's own server on loopback, one request at a time."""

from __future__ import annotations

import json
import urllib.request
from contextlib import closing
from importlib import import_module
from typing import TYPE_CHECKING, Any

from benchmarks.cut.replies import Reply

from gearshift.providers.local.catalogue import find_weights
from gearshift.providers.local.folder import models_folder
from gearshift.providers.word import grammar_for

if TYPE_CHECKING:
    from collections.abc import Generator

    from benchmarks.cut.job import Job

CONTEXT = 2048
"""Tokens: a prompt of 768 by estimate, a third more if it is dense, and the reply."""


class Runtime:
    """A loaded model that goes on from prompts at temperature 0."""

    def __init__(self, model: str, threads: int) -> None:
        self.model = model
        xllamacpp: Any = import_module("xllamacpp")
        params = xllamacpp.CommonParams()
        params.model.path = str(models_folder() / find_weights(model).file)
        params.port = 0
        params.ui = False
        params.verbosity = 1
        params.n_ctx = CONTEXT
        params.n_parallel = 1
        params.cpuparams.n_threads = threads
        params.cpuparams_batch.n_threads = threads
        self._server = xllamacpp.Server(params)

    def reply(self, job: Job) -> Reply:
        """Return the reply up to where it is long enough, or its own end."""
        text, tokens = "", 0
        events: Generator[dict[str, Any]] = self._events(job)
        with closing(events):
            for event in events:
                text += event.get("content", "")
                tokens += not event.get("stop")
                timings = event["timings"]
                said = text.removeprefix(job.beginning)
                is_last = event.get("stop") or job.is_enough(said)
                if is_last:
                    seconds = (timings["prompt_ms"] + timings["predicted_ms"]) / 1000
                    read = timings["prompt_n"] + timings["cache_n"]
                    has_ended = bool(event.get("stop")) and event.get("stop_type") != "limit"
                    return Reply(said, tokens, read, round(seconds, 2), has_ended)
        raise RuntimeError("llama.cpp broke an answer off.")

    def _events(self, job: Job) -> Generator[dict[str, Any]]:
        body = {
            "prompt": job.prompt,
            "n_predict": job.max_tokens,
            "temperature": 0,
            "stream": True,
            "cache_prompt": True,
            "timings_per_token": True,
        }
        if job.beginning:
            body["grammar"] = grammar_for(job.beginning)
        request = urllib.request.Request(
            f"{self._server.listening_address}/completion",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as lines:
            for line in lines:
                if line.startswith(b"data: "):
                    yield json.loads(line[6:])
