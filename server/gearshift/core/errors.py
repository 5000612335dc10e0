"""Every exception that Gearshift raises on purpose, on one page.

GearshiftError
├── UserError            something the user can put right; the message says how
│   ├── SettingsError    settings or command line can't be used
│   ├── SetupNeeded      no model, key, program or file yet; names the command that gets it
│   └── Refused          a rule forbids it: ignored file, privacy, trust
├── ProviderError        a model could not be reached or did not answer as it should
│   ├── RateLimited      wait `retry_after` seconds
│   ├── QuotaExhausted   no money or plan left at the vendor; waiting does not help
│   ├── Unauthorized     the key is missing, wrong or not allowed
│   ├── ModelNotFound    the vendor does not know the model
│   ├── ContextTooLong   the prompt does not fit
│   ├── Unavailable      connection failed, timed out, broke off, or the vendor failed (5xx)
│   └── BadReply         the answer does not follow the vendor's own format
│       └── NotSupported     the server can't take this kind of request for the model
└── BudgetReached        the user's own budget forbids the request

`providers` translate vendors' errors into this tree, features let them rise, and the edge
(`lsp/guard.py`, `cli`) turns them into one message. `asyncio.CancelledError` passes through all.
"""

from __future__ import annotations


class GearshiftError(Exception):
    """Root of the tree; its text is one sentence that a user can read."""


class UserError(GearshiftError):
    """Something the user can put right."""


class SettingsError(UserError):
    """Settings or a command line that can't be used."""


class SetupNeeded(UserError):
    """A model, key, program or file is missing; the message names the command that gets it."""


class Refused(UserError):
    """A rule forbids it."""


class ProviderError(GearshiftError):
    """A model could not be reached or did not answer as it should."""


class RateLimited(ProviderError):
    """The vendor asks to wait."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds to wait; None if the vendor did not say."""


class QuotaExhausted(ProviderError):
    """The vendor's money or plan is used up."""

    def __init__(self, message: str, resets_at: float | None = None) -> None:
        super().__init__(message)
        self.resets_at = resets_at
        """Unix time of the reset; None if unknown."""


class Unauthorized(ProviderError):
    """The key is missing, wrong or not allowed."""


class ModelNotFound(ProviderError):
    """The vendor does not know the model."""


class ContextTooLong(ProviderError):
    """The prompt does not fit the model."""


class Unavailable(ProviderError):
    """The vendor can't be reached, timed out, broke off or failed."""


class BadReply(ProviderError):
    """The answer does not follow the vendor's own format."""


class NotSupported(BadReply):
    """The server can't take this kind of request for the model; another kind may do."""


class BudgetReached(GearshiftError):
    """The user's own budget forbids the request."""
