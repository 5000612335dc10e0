"""Heavy actions: run in the background, shown as progress, ended with an edit or a reason."""

from __future__ import annotations

import asyncio
import logging
import uuid
from typing import TYPE_CHECKING

from gearshift.app.task_run import TaskRun
from gearshift.core.errors import (
    BudgetReached,
    ContextTooLong,
    GearshiftError,
    ProviderError,
    UserError,
)
from gearshift.core.suggestions import Decision

if TYPE_CHECKING:
    from gearshift.app import App
    from gearshift.app.requests import TaskRequest
    from gearshift.app.trust import Trust
    from gearshift.core.results import TaskFinished
    from gearshift.verify.sandbox import Sandbox

logger = logging.getLogger(__name__)
PARALLEL = 2
"""Heavy actions that run at once; more wait for their turn."""


class Heavy:
    """Owns the actions in flight; what one of them does is in `task_run`."""

    def __init__(self, app: App) -> None:
        from gearshift.app.trust import Trust
        from gearshift.verify.sandbox import Sandbox

        self._app = app
        self._places = asyncio.Semaphore(PARALLEL)
        self.sandbox: Sandbox = Sandbox()
        self.trust: Trust = Trust(app.state / "trust.json", app.editor, self.sandbox)
        self.running: dict[str, asyncio.Task[TaskFinished]] = {}

    def start(self, request: TaskRequest) -> str:
        """Start an action; return its id. Raises UserError if the request can't be meant."""
        run = TaskRun(self._app, self, uuid.uuid4().hex, request)
        task = asyncio.ensure_future(self._run(run))
        self.running[run.task_id] = task
        task.add_done_callback(lambda _: self._ended(run.task_id))
        self._app.on_status()
        return run.task_id

    async def wait(self, task_id: str) -> TaskFinished:
        """Return how a running action ends."""
        return await self.running[task_id]

    def cancel(self, task_id: str) -> None:
        """Stop an action; an unknown id is ignored."""
        task = self.running.get(task_id)
        if task is not None:
            task.cancel()

    async def close(self) -> None:
        """Stop all actions and wait for their clean-up."""
        tasks = list(self.running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task_id: str) -> None:
        self.running.pop(task_id, None)
        self._app.on_status()

    async def _run(self, run: TaskRun) -> TaskFinished:
        """Run an action to its end; whatever happens, there is an end that clients are told."""
        try:
            if self._places.locked():
                await run.show_waiting()
            async with self._places:
                finished = await run.work()
        except asyncio.CancelledError:
            finished = run.finished("cancelled", "You stopped it.")
        except (UserError, BudgetReached, ContextTooLong) as error:
            finished = run.finished("refused", str(error), cause=error)
        except ProviderError as error:
            self._app.announcements.degraded(error)
            finished = run.finished("failed", str(error), cause=error)
        except GearshiftError as error:
            finished = run.finished("failed", str(error), cause=error)
        except Exception as error:
            logger.exception("bug in action %s", run.request.task)
            finished = run.finished("failed", f"A fault in Gearshift: {error!r}; see the log.")
        self._tell(run, finished)
        return finished

    def _tell(self, run: TaskRun, finished: TaskFinished) -> None:
        run.end_progress(finished.reason or finished.label)
        if finished.outcome in ("refused", "failed"):
            severity = "warning" if finished.outcome == "refused" else "error"
            text = finished.reason or "The action failed."
            if isinstance(finished.cause, ProviderError):
                self._app.notices.tell(severity, text, text)
            else:
                self._app.editor.notify(severity, text)
        route = run.route
        self._app.decided(
            Decision(
                at=self._app.clock.time(),
                task=run.request.task,
                uri=run.request.uri,
                line=run.request.range.start.line,
                outcome="shown" if run.is_shown else finished.outcome,
                reason=_because(run, finished),
                model=route.model if route else None,
                gear=route.gear if route else None,
                kept=run.kept,
            )
        )
        self._app.on_task_finished(finished)


def _because(run: TaskRun, finished: TaskFinished) -> str:
    parts = [run.summary, finished.reason, run.route.reason if run.route else ""]
    text = ""
    for part in parts:
        if part and part not in text:
            text = f"{text} {part}".lstrip()
    return text
