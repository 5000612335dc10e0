"""The engine for one command: opened on a file's project, closed however the command ends."""

from __future__ import annotations

import asyncio
import signal
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from gearshift.core.errors import SettingsError, SetupNeeded

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine
    from pathlib import Path

    from gearshift.app import App
    from gearshift.cli.terminal import TerminalEditor

_Result = TypeVar("_Result")
UNSOUND = "put the settings right first (`gearshift doctor` lists what is wrong)."


def run_to_end(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Return the result of `work`; Ctrl-C and SIGTERM cancel it, then raise KeyboardInterrupt.

    A second Ctrl-C does not wait for the clean-up.
    """

    async def watched() -> _Result:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        stopped = False

        def stop() -> None:
            nonlocal stopped
            stopped = True
            loop.remove_signal_handler(signal.SIGINT)
            task.cancel()

        try:
            for name in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(name, stop)
        except (NotImplementedError, ValueError):
            pass  # Windows, or not the main thread: Python's own KeyboardInterrupt has to do
        try:
            result = await task
        except asyncio.CancelledError:
            if stopped:
                raise KeyboardInterrupt from None
            raise
        if stopped:  # what was under way made an orderly end of the cancellation
            raise KeyboardInterrupt
        return result

    return asyncio.run(watched())


@asynccontextmanager
async def engine(
    editor: TerminalEditor,
    file: Path | None = None,
    options: dict[str, Any] | None = None,
    *,
    asks_models: bool = False,
) -> AsyncGenerator[App, None]:
    """Yield a started App for the project of `file`, or of the current folder.

    With `asks_models` it raises SettingsError for settings that were not taken whole, since a
    limit that was misspelt would not hold, and SetupNeeded where there is no model.
    """
    from gearshift.app import App
    from gearshift.app.models import SETUP_HINT

    app = App([_root(file)], editor)
    try:
        await app.start(options)
        if asks_models and app.configuration.problems:
            raise SettingsError(f"Nothing was asked: {UNSOUND}")
        if asks_models and not app.settings.models:
            raise SetupNeeded(SETUP_HINT)
        yield app
    finally:
        await app.close()


def _root(file: Path | None) -> Path:
    from pathlib import Path

    from gearshift.workspace.project import project_root

    folder = file.absolute().parent if file else Path.cwd()
    return project_root(folder) or folder


def open_file(app: App, editor: TerminalEditor, file: Path) -> str:
    """Open a file as an editor would; return its URI. Raises SettingsError if it can't be read."""
    from gearshift.cli.writing import read_text

    path = file.absolute()
    try:
        text = read_text(path)
    except OSError as error:
        raise SettingsError(f"{file} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file} is not UTF-8 text.") from error
    editor.opened[path] = text
    app.documents.open(path.as_uri(), path=path, language="", version=1, text=text)
    return path.as_uri()
