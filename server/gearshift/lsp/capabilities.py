"""What the server can do, as plain data, and what the client can do, read once.

Nothing heavy may be imported here: `entry` answers `initialize` with it.
"""

from __future__ import annotations

from gearshift import __version__
from gearshift.lsp.protocol import COMMANDS
from gearshift.lsp.short.message import dig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ENCODINGS = ("utf-8", "utf-16", "utf-32")
CODE_ACTION_KINDS = (
    "quickfix",
    "refactor.rewrite",
    "refactor.extract",
    "refactor.inline",
    "refactor.move",
    "source",
)
INCREMENTAL = 2


def position_encoding(params: dict[str, Any]) -> str:
    """Return the first of the client's encodings that exists; utf-16 if it names none."""
    offered: list[Any] = dig(params, "capabilities", "general", "positionEncodings") or []
    return next((str(encoding) for encoding in offered if encoding in ENCODINGS), "utf-16")


def wants_completion(params: dict[str, Any]) -> bool:
    """Whether the settings in `initialize` opt into ordinary completion lists."""
    options = dig(params, "initializationOptions")
    options = dig(options, "gearshift") or options
    return dig(options, "completion", "enable") is True


def initialize_result(params: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to `initialize`."""
    capabilities: dict[str, Any] = {
        "positionEncoding": position_encoding(params),
        "textDocumentSync": {
            "openClose": True,
            "change": INCREMENTAL,
            "save": {"includeText": False},
        },
        "inlineCompletionProvider": {},
        "codeActionProvider": {
            "codeActionKinds": list(CODE_ACTION_KINDS),
            "resolveProvider": False,
            "workDoneProgress": False,
        },
        "executeCommandProvider": {"commands": list(COMMANDS)},
        "workspace": {"workspaceFolders": {"supported": True, "changeNotifications": True}},
    }
    if wants_completion(params):
        capabilities["completionProvider"] = COMPLETION_OPTIONS
    return {
        "capabilities": capabilities,
        "serverInfo": {"name": "gearshift", "version": __version__},
    }


COMPLETION_OPTIONS: dict[str, Any] = {
    "triggerCharacters": [".", " ", "("],
    "resolveProvider": False,
}


class ClientTraits:
    """What this client can do, each as one positive flag; nobody else reads the raw structure."""

    def __init__(self, params: dict[str, Any]) -> None:
        capabilities = dig(params, "capabilities")

        def can(*keys: str) -> bool:
            return dig(capabilities, *keys) is True

        self.encoding: str = position_encoding(params)
        self.pulls_configuration = can("workspace", "configuration")
        self.edits_versioned = can("workspace", "workspaceEdit", "documentChanges")
        operations: Any = dig(capabilities, "workspace", "workspaceEdit", "resourceOperations")
        self.creates_files = "create" in (operations or ())
        self.applies_edits = can("workspace", "applyEdit")
        self.shows_progress = can("window", "workDoneProgress")
        self.shows_documents = can("window", "showDocument", "support")
        is_eglot = dig(params, "clientInfo", "name") == "Eglot"
        # Eglot 1.17 takes any value of `takeFocus` for true, false included.
        self.reads_focus_by_presence = is_eglot
        # Eglot asks its user, and does not announce it; the request is older than the capability.
        self.asks_questions = is_eglot or dig(capabilities, "window", "showMessage") is not None
        self.registers_completion = can("textDocument", "completion", "dynamicRegistration")
        self.registers_watchers = can("workspace", "didChangeWatchedFiles", "dynamicRegistration")
        self.registers_configuration = can(
            "workspace", "didChangeConfiguration", "dynamicRegistration"
        )
        # Neovim asks without showing what it asks about, and says of what was declined that it was
        # applied: it gets a page and a question.
        has_annotations = dig(capabilities, "workspace", "workspaceEdit", "changeAnnotationSupport")
        is_neovim = dig(params, "clientInfo", "name") == "Neovim"
        self.shows_edits = has_annotations is not None and self.edits_versioned and not is_neovim
        self.has_completion = wants_completion(params)
        self.is_copilot_shaped = dig(params, "initializationOptions", "editorInfo") is not None
