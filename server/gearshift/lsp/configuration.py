"""Settings from the editor, pulled and registered for; the pushed ones come through `handlers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from gearshift.lsp.capabilities import COMPLETION_OPTIONS
from gearshift.lsp.client import ClientFailure
from gearshift.settings.parse import ROOT_KEY

if TYPE_CHECKING:
    from gearshift.lsp.session import Session

SECTION = ROOT_KEY
WATCHED = ("**/.gearshift.toml", "**/.gearshiftignore", "**/.gitignore")
COMPLETION = "textDocument/completion"
COPILOTS = frozenset({"editorInfo", "editorPluginInfo", "github", "github-enterprise", "telemetry"})
"""What clients made for Copilot's server send among the settings, which is none of ours."""


def own(options: Any) -> Any:
    """Return what of an editor's message is Gearshift's settings; None where it speaks of none."""
    if not isinstance(options, dict):
        return options
    items = cast("dict[str, Any]", options)
    if ROOT_KEY in items:
        return items[ROOT_KEY]
    ours = {key: value for key, value in items.items() if key not in COPILOTS}
    return ours if ours or not items else None


async def take_from_client(session: Session) -> None:
    """Pull the settings and register for what changes, each where the client says it can."""
    await pull(session)
    await _offer_completion(session)
    wanted: list[dict[str, Any]] = []
    if session.traits.registers_watchers:
        watchers = [{"globPattern": pattern} for pattern in (*WATCHED, _sources())]
        wanted.append(_registration("workspace/didChangeWatchedFiles", {"watchers": watchers}))
    if session.traits.registers_configuration:
        wanted.append(_registration("workspace/didChangeConfiguration", {"section": SECTION}))
    is_registered = await _register(session, wanted)
    session.app.nearby.is_watched = is_registered and session.traits.registers_watchers


def _sources() -> str:
    """Return the pattern of the files that completions show definitions of."""
    from gearshift.languages import LANGUAGES

    extensions = {e.lstrip(".") for language in LANGUAGES for e in language.extensions}
    return f"**/*.{{{','.join(sorted(extensions))}}}"


async def pull(session: Session) -> None:
    """Ask the editor for its settings, if it answers such questions."""
    if not session.traits.pulls_configuration:
        return
    try:
        found = await session.client.request(
            "workspace/configuration", {"items": [{"section": SECTION}]}
        )
    except ClientFailure:
        return  # the settings at hand stay
    if isinstance(found, list) and found:
        await take(session, cast("list[Any]", found)[0])


async def take(session: Session, options: Any) -> None:
    """Use `options` as the editor's settings from now on; null leaves what was."""
    options = own(options)
    if not isinstance(options, dict):
        return
    await session.app.configure(cast("dict[str, Any]", options))
    await _offer_completion(session)


async def _offer_completion(session: Session) -> None:
    """Register for ordinary completion if some settings, the user's file too, ask for it."""
    is_wanted = session.app.settings.completion.enable
    if is_wanted and session.traits.registers_completion and not session.traits.has_completion:
        session.traits.has_completion = True
        selector: list[dict[str, str]] = [{"scheme": "file"}, {"scheme": "untitled"}]
        options = {"documentSelector": selector, **COMPLETION_OPTIONS}
        await _register(session, [_registration(COMPLETION, options)])


def _registration(method: str, options: dict[str, Any]) -> dict[str, Any]:
    return {"id": f"gearshift:{method}", "method": method, "registerOptions": options}


async def _register(session: Session, wanted: list[dict[str, Any]]) -> bool:
    if not wanted:
        return False
    try:
        await session.client.request("client/registerCapability", {"registrations": wanted})
    except ClientFailure:
        return False  # the client said it could; without it a change shows at the next save
    return True
