"""`workspace/executeCommand`: every command returns at once; heavy ones run in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast, get_args

from gearshift.app.requests import TaskRequest
from gearshift.core.diagnostic import Diagnostic
from gearshift.core.errors import UserError
from gearshift.core.tasks import Scope, Task, Tier
from gearshift.lsp import protocol
from gearshift.lsp.convert import position_from_lsp, range_from_lsp
from gearshift.lsp.short.message import dig

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gearshift.lsp.session import Session

TASK_COMMANDS: Mapping[Task, str] = {
    "refactor": protocol.REFACTOR,
    "tests": protocol.GENERATE_TESTS,
    "docs": protocol.DOCUMENT,
    "fix": protocol.FIX,
    "explain": protocol.EXPLAIN,
}
WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}


def _start(task: Task) -> Callable[..., Any]:
    def start(session: Session, *arguments: Any) -> dict[str, str]:
        """Start the task; `{"taskId"}` at once, the rest comes as progress and notifications."""
        return {"taskId": session.app.start_task(_request(session, task, arguments))}

    return start


def _argument(arguments: tuple[Any, ...]) -> dict[str, Any]:
    first: object = arguments[0] if arguments else {}
    if not isinstance(first, dict):
        raise UserError("The command takes one object as its argument, see docs/protocol.md.")
    return cast("dict[str, Any]", first)


def _word(argument: dict[str, Any], name: str) -> str | None:
    value = argument.get(name)
    if value is None or isinstance(value, str):
        return value
    raise UserError(f"The command's `{name}` is a text.")


def _request(session: Session, task: Task, arguments: tuple[Any, ...]) -> TaskRequest:
    argument = _argument(arguments)
    uri = argument.get("uri")
    documents = session.app.documents
    if not isinstance(uri, str) or uri not in documents:
        raise UserError("Open the file first: the command needs the `uri` of an open document.")
    lines = documents.lines(uri)
    try:
        span = range_from_lsp(lines, argument.get("range") or WHOLE, session.encoding)
        diagnostics = tuple(
            Diagnostic(
                range=range_from_lsp(lines, item["range"], session.encoding),
                message=str(item.get("message", "")),
                source=str(item.get("source") or ""),
                code=str(item.get("code") or ""),
            )
            for item in argument.get("diagnostics") or ()
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise UserError("The command's `range` or `diagnostics` are malformed.") from error
    version = argument.get("version")
    if version is not None and version != documents.version(uri):
        raise UserError("The document was changed since this was offered; choose it again.")
    return TaskRequest(
        task=task,
        uri=uri,
        range=span,
        action=_word(argument, "refactoring"),
        instruction=_word(argument, "instruction"),
        diagnostics=diagnostics,
        model=_word(argument, "model"),
    )


async def show_log(session: Session, *arguments: Any) -> None:
    """Show the latest requests as a page, or in a message where no page can be shown."""
    await session.app.editor.show_page("gearshift log", await session.app.requests_page())


async def show_status(session: Session, *arguments: Any) -> dict[str, Any]:
    """Show the status as a page, or in one message where none can be; return the payload."""
    if session.traits.shows_documents:
        await session.app.editor.show_page("gearshift status", await session.app.status_page())
    else:
        session.app.editor.notify("info", await session.app.status_line())
    return await session.app.status()


async def why(session: Session, *arguments: Any) -> str:
    """Show and return why something did or did not happen at a place, or at last."""
    argument = _argument(arguments)
    uri, line = argument.get("uri"), None
    if isinstance(uri, str) and uri in session.app.documents and argument.get("position"):
        lines = session.app.documents.lines(uri)
        try:
            line = position_from_lsp(lines, argument["position"], session.encoding).line
        except (KeyError, TypeError) as error:
            raise UserError("The command's `position` is malformed.") from error
    text = session.app.why(uri if isinstance(uri, str) else None, line)
    session.app.editor.notify("info", text)
    return text


def _use(tier: Tier | None) -> Callable[..., Any]:
    def use(session: Session, *arguments: Any) -> None:
        """Set or end the override of the gear."""
        scope = _argument(arguments).get("scope", "window")
        if scope not in get_args(Scope):
            raise UserError("`scope` is `next`, `window` or `always`.")
        session.app.use(tier, cast("Scope", scope))

    return use


def pause(session: Session, *arguments: Any) -> None:
    """Offer no inline completions until `gearshift.resume`."""
    session.app.pause()


def resume(session: Session, *arguments: Any) -> None:
    """Offer inline completions again."""
    session.app.resume()


def did_accept(session: Session, *arguments: Any) -> None:
    """A suggestion was accepted."""
    uri = dig(arguments[0], "uri") if arguments else None
    session.app.accepted(uri if isinstance(uri, str) else None)


COMMANDS: Mapping[str, Callable[..., Any]] = {
    **{name: _start(task) for task, name in TASK_COMMANDS.items()},
    protocol.STATUS_COMMAND: show_status,
    protocol.WHY: why,
    protocol.LOG: show_log,
    protocol.USE_FULL: _use("full"),
    protocol.USE_MINI: _use("mini"),
    protocol.USE_AUTO: _use(None),
    protocol.PAUSE: pause,
    protocol.RESUME: resume,
    protocol.DID_ACCEPT: did_accept,
}
