"""The one error boundary of the server: what an exception becomes before an editor sees it.

User errors become one message, provider errors an empty answer (the status tells the rest), and
anything else is a bug: logged with its stack, counted, answered empty. Under
`GEARSHIFT_STRICT=1` (tests) a bug is answered as an error, so that no test can overlook it.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from gearshift.core.errors import GearshiftError
from gearshift.lsp.short.message import failure, success

if TYPE_CHECKING:
    from gearshift.core.editor import Severity

logger = logging.getLogger(__name__)
INTERNAL_ERROR = -32603
MESSAGE_TYPES: dict[Severity, int] = {"error": 1, "warning": 2, "info": 3}


class BadParams(Exception):
    """A message whose params don't have the protocol's form."""


class _ReadingParams:
    """Keeps nothing, so that one serves all; with each key a generator's frame would be made."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, (KeyError, TypeError, AttributeError, IndexError, ValueError)):
            raise BadParams(f"malformed params: {error!r}") from error


reading_params = _ReadingParams()
"""Turns what a malformed message causes while it is read into BadParams."""


class BugCount:
    """How many bugs were met; `gearshift doctor` and the log tell the rest."""

    n_bugs = 0


def is_strict() -> bool:
    """Whether bugs are loud, as tests want them."""
    return os.environ.get("GEARSHIFT_STRICT") == "1"


def report_bug(error: BaseException, where: str) -> None:
    """Log an exception that should not have come this far."""
    BugCount.n_bugs += 1
    logger.error("bug in %s", where, exc_info=error)


def answer_to(
    error: BaseException, request_id: Any, where: str, empty: Any = None
) -> dict[str, Any]:
    """Return the response for a request that ended in `error`."""
    if not isinstance(error, GearshiftError):
        report_bug(error, where)
        if is_strict():
            return failure(request_id, INTERNAL_ERROR, f"{where}: {error!r}")
    return success(request_id, empty)
