"""Refusals of model servers, read from status, headers and body into Gearshift's own errors.

A sentence names the vendor and what to do. The vendor's own message is never passed on: it can
repeat the key or the code that was sent. Only its short code is.
"""

from __future__ import annotations

import json
import re
from math import ceil, isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from gearshift.core.errors import (
    BadReply,
    ContextTooLong,
    ModelNotFound,
    NotSupported,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    Unauthorized,
    Unavailable,
)
from gearshift.providers.limits import parse_duration
from gearshift.providers.untrusted import table

if TYPE_CHECKING:
    from collections.abc import Mapping

_CODE = re.compile(r"[A-Za-z][A-Za-z_]{1,59}")
"""Letters only: a key or a piece of code put in its place is not shown."""
_NO_MONEY = frozenset(
    {
        "insufficient_quota",
        "billing_hard_limit_reached",
        "organization_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
        "usage_limit_reached",
        "usage_not_included",
        "insufficient_balance",
        "billing_error",
        "contract_spend_limit_reached",
        "enforced_spend_limit_reached",
    }
)
_NO_MONEY_WORDS = re.compile(r"credit balance is too low|insufficient balance", re.I)
_BUSY = frozenset({"rate_limit_exceeded", "rate_limit_error"})
_OUR_FAULT = frozenset({"invalid_prompt", "invalid_request_error"})
_TOO_LONG = frozenset(
    {
        "context_length_exceeded",
        "exceed_context_size_error",
        "context_window_exceeded",
        "request_too_large",
    }
)
_TOO_LONG_WORDS = re.compile(
    r"context (length|size|window)|maximum context|too many tokens|prompt is too long", re.I
)
_TRY_AGAIN = re.compile(r"try again in ((?:\d+(?:\.\d+)?(?:ms|[smhd]))+)", re.I)
_NO_MODEL_WORDS = re.compile(
    r"model.{0,80}(not found|does not exist|not exist|unknown)|(unknown|invalid) model|^model: ",
    re.I | re.S,
)


class Fault(NamedTuple):
    """What a server said of an error, as far as it can be used."""

    status: int
    """HTTP status; 0 for an error inside a stream."""
    codes: frozenset[str] = frozenset()
    """Its `code`, `type` and the code in its details, where they are short names."""
    parameter: str | None = None
    """The parameter that it does not take."""
    message: str = ""
    """For matching only, never shown."""
    resets_at: float | None = None
    """Unix time at which a used-up plan is renewed."""


def read_fault(status: int, body: bytes | Mapping[str, Any]) -> Fault:
    """Return the fault in a reply's `body`, raw or parsed, whatever shape it has."""
    content: Any = body
    if isinstance(body, bytes):
        try:
            content = json.loads(body)
        except ValueError:
            return Fault(status, message=body[:2000].decode(errors="replace"))
    found = table(content).get("error", content)
    if isinstance(found, str):
        return Fault(status, message=found)
    fields = table(found)
    names = (fields.get("code"), fields.get("type"), table(fields.get("details")).get("error_code"))
    parameter, resets = fields.get("param"), fields.get("resets_at")
    return Fault(
        status,
        frozenset(name for name in map(_short, names) if name),
        parameter if isinstance(parameter, str) else None,
        str(fields.get("message") or fields.get("detail") or ""),
        float(resets) if isinstance(resets, (int, float)) else None,
    )


def _short(value: object) -> str | None:
    return value if isinstance(value, str) and _CODE.fullmatch(value) else None


def error_for(
    fault: Fault,
    headers: Mapping[str, str],
    *,
    server: str,
    model: str,
    now: float,
    key_remedy: str = "run `gearshift setup`",
    model_remedy: str = "change `model` in the settings",
) -> ProviderError:
    """Return the error to raise for `fault`; `server` is how the user knows who refused.

    `now` is Unix time; `key_remedy` says what to do about a key that is not accepted,
    `model_remedy` about a model that the server does not have.
    """
    status, codes = fault.status, fault.codes
    if codes & _NO_MONEY or status == 402 or _NO_MONEY_WORDS.search(fault.message):
        return QuotaExhausted(
            f"{server}: the account's quota is used up; add credit or use another model.",
            fault.resets_at,
        )
    if status == 429 or codes & _BUSY:
        stated = retry_after(headers, now)
        return _rate_limited(server, _said_wait(fault) if stated is None else stated)
    if status in (401, 403) or codes & {"invalid_api_key", "authentication_error"}:
        return Unauthorized(
            f"{server} does not accept the key, or needs one ({_why(fault)}): {key_remedy}."
        )
    if codes & _TOO_LONG or (status in (0, 400, 413) and _TOO_LONG_WORDS.search(fault.message)):
        return ContextTooLong(f"{server}: the prompt does not fit `{model}`.")
    if "model_not_found" in codes or (
        status in (400, 404) and _NO_MODEL_WORDS.search(fault.message)
    ):
        return ModelNotFound(f"{server} has no model `{model}`: {model_remedy}.")
    if status == 400 and "prefill" in fault.message:
        return BadReply(
            f"{server}: `{model}` can't go on from a begun answer; "
            'give it `form = "chat"` in your models.toml.'
        )
    return _by_status(fault, server)


def _by_status(fault: Fault, server: str) -> ProviderError:
    status = fault.status
    if fault.codes & _OUR_FAULT and status == 0:
        return BadReply(f"{server} did not take the request ({_why(fault)}).")
    if status == 501:
        return NotSupported(f"{server} can't do this with the model ({_why(fault)}).")
    if status >= 500 or status in (0, 408):
        return Unavailable(f"{server} failed ({_why(fault)}); it may work again in a moment.")
    if 300 <= status < 400:
        return Unavailable(
            f"{server} redirects elsewhere ({status}): set baseUrl to the new address."
        )
    if status == 404:
        return Unavailable(f"{server} does not know the path: check baseUrl in the settings.")
    return BadReply(f"{server} did not take the request ({_why(fault)}).")


def _said_wait(fault: Fault) -> float | None:
    """Return the seconds named in the message: the only place inside a stream."""
    said = _TRY_AGAIN.search(fault.message)
    return parse_duration(said[1]) if said else None


def _rate_limited(server: str, seconds: float | None) -> RateLimited:
    wait = "a moment" if seconds is None or seconds < 1 else f"{ceil(seconds)} s"
    return RateLimited(f"{server} asks to wait {wait} before the next request.", seconds)


def _why(fault: Fault) -> str:
    parts = [str(fault.status)] if fault.status else []
    parts += sorted(fault.codes)
    return ", ".join(parts) or "no reason given"


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds a server asks to wait: `retry-after-ms`, seconds, or an HTTP date.

    `now` is Unix time. None when it does not say, or not in a form that can be read.
    """
    stated = headers.get("retry-after", "")
    milliseconds, seconds = _number(headers.get("retry-after-ms", "")), _number(stated)
    if milliseconds is not None:
        return milliseconds / 1000
    if seconds is not None:
        return seconds
    from email.utils import parsedate_to_datetime  # 5 ms, for what is hardly ever sent

    try:
        return max(0.0, parsedate_to_datetime(stated).timestamp() - now)
    except (ValueError, TypeError):
        return None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return max(0.0, number) if isfinite(number) else None
