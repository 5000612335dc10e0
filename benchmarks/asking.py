"""One model asked through Gearshift and bare by httpx, in turn, with what each takes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
from benchmarks.measures import percentile

if TYPE_CHECKING:
    from gearshift.core.model import Model, Request

CODE = "def total(prices):\n    return sum(prices)\n\n\n" * 130
"""About 6,000 characters, as an inline request sends on a fast machine."""

Times = tuple[float, float]
"""Seconds from the call to the first piece, and to the end."""
Figures = dict[str, dict[str, dict[str, float]]]
"""By `first` and `whole`, by side, percentiles in milliseconds."""


@dataclass(frozen=True)
class Bare:
    """What httpx posts."""

    url: str
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


async def compare(
    model: Model, request: Request, bare: Bare, *, requests: int, warm_up: int
) -> Figures:
    """Return the figures of both, asked in turn on warm connections."""
    mine: list[Times] = []
    plain: list[Times] = []
    async with httpx.AsyncClient(trust_env=False, timeout=120) as client:
        for _ in range(warm_up + requests):
            plain.append(await _ask_bare(client, bare))
            mine.append(await _ask_model(model, request))
    return {
        when: {"provider": _spread(mine[warm_up:], at), "httpx": _spread(plain[warm_up:], at)}
        for at, when in enumerate(("first", "whole"))
    }


async def _ask_model(model: Model, request: Request) -> Times:
    begun, first = time.perf_counter(), 0.0
    async with aclosing(model.stream(request)) as chunks:
        async for chunk in chunks:
            if chunk.text:
                first = first or time.perf_counter()
    return first - begun, time.perf_counter() - begun


async def _ask_bare(client: httpx.AsyncClient, bare: Bare) -> Times:
    begun, first = time.perf_counter(), 0.0
    async with client.stream("POST", bare.url, json=bare.body, headers=bare.headers) as response:
        response.raise_for_status()
        async for _ in response.aiter_raw():
            first = first or time.perf_counter()
    return first - begun, time.perf_counter() - begun


def _spread(times: list[Times], at: int) -> dict[str, float]:
    values = [each[at] * 1000 for each in times]
    return {f"p{percent}": round(percentile(values, percent), 3) for percent in (50, 95)}
