"""Gearshift's own commands and messages, as `docs/protocol.md` describes them."""

from __future__ import annotations

REFACTOR = "gearshift.refactor"
GENERATE_TESTS = "gearshift.generateTests"
DOCUMENT = "gearshift.document"
FIX = "gearshift.fix"
EXPLAIN = "gearshift.explain"
STATUS_COMMAND = "gearshift.status"
WHY = "gearshift.why"
LOG = "gearshift.log"
USE_FULL = "gearshift.useFull"
USE_MINI = "gearshift.useMini"
USE_AUTO = "gearshift.useAuto"
PAUSE = "gearshift.pause"
RESUME = "gearshift.resume"
DID_ACCEPT = "gearshift.didAccept"

COMMANDS = (
    REFACTOR,
    GENERATE_TESTS,
    DOCUMENT,
    FIX,
    EXPLAIN,
    STATUS_COMMAND,
    WHY,
    LOG,
    USE_FULL,
    USE_MINI,
    USE_AUTO,
    PAUSE,
    RESUME,
    DID_ACCEPT,
)
"""Every command: Neovim runs the command of an accepted item only if it is advertised."""

STATUS = "gearshift/status"
"""Notification on every change, and a request with the same payload."""
TASK_FINISHED = "gearshift/taskFinished"
REQUESTS = "gearshift/requests"
"""Request: the latest requests to models, out of the ledger."""
SPEND = "gearshift/spend"
"""Request: what was used by day, and by task and model."""
SHIFTS = "gearshift/shifts"
"""Request: the latest changes of gear."""
KEYS = "gearshift/keys"
"""Request: the environment variables that keys are looked for in."""

DID_SHOW = "textDocument/didShowCompletion"
DID_ACCEPT_PART = "textDocument/didPartiallyAcceptCompletion"
DID_FOCUS = "textDocument/didFocus"
DID_CHANGE_STATUS = "didChangeStatus"
QUOTA_CHANGE = "copilot/quotaChange"
QUOTA_WARNING = "copilot/quotaWarning"
