"""One heavy action: prepared, routed, drafted and verified, delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.app.delivery import Moved, make, placed
from gearshift.app.legs import Legs
from gearshift.app.preparation import prepared_for
from gearshift.core.errors import (
    BudgetReached,
    GearshiftError,
    ProviderError,
    Refused,
    UserError,
)
from gearshift.core.results import Attempt, Proposal, Refusal, TaskFinished
from gearshift.core.tasks import switched_off

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.actions.action import Action
    from gearshift.actions.request import ActionRequest
    from gearshift.app import App
    from gearshift.app.heavy import Heavy
    from gearshift.app.requests import TaskRequest
    from gearshift.core.document import Snapshot
    from gearshift.core.editor import Progress
    from gearshift.core.results import Finding, Label, Outcome
    from gearshift.core.tasks import Route
    from gearshift.verify.verifier import Verifier

USUAL = {"refactor": "simplify"}
"""The action meant by a task that names none, where the task has several."""


class TaskRun:
    """The work of one action and what it leaves for its end."""

    def __init__(self, app: App, heavy: Heavy, task_id: str, request: TaskRequest) -> None:
        self._app = app
        self._heavy = heavy
        self.task_id = task_id
        self.request = request
        self.snapshot: Snapshot = app.documents.snapshot(request.uri)
        """The document as it was when the user asked."""
        self.route: Route | None = None
        self.kept: str | None = None
        """What the model wrote where it could not be offered, for `gearshift.why`."""
        self.summary = ""
        self._has_edits = False
        self.is_shown = False
        """Whether it ended with an edit that was only shown."""
        self._progress: Progress | None = None
        self.legs: Legs | None = None
        self._attempts: list[Attempt] = []
        """Of the models that serve now, also of those under way when the action is stopped."""
        self._files: tuple[Path, ...] = ()
        self._findings: tuple[Finding, ...] = ()

    async def work(self) -> TaskFinished:
        """Do it; raises the tree of `core.errors`."""
        if self._app.settings.tasks.get(self.request.task) is False:
            raise Refused(switched_off(self.request.task))
        action = action_for(self.request)
        await self._open_progress(action)
        path, gate = self.snapshot.path, self._app.supply.gate
        if path and (why := gate.reason_to_withhold(path)):
            raise Refused(why)
        from gearshift.actions.menu import reason_against

        if reason := reason_against(self.snapshot):
            raise Refused(reason)
        if "\0" in self.snapshot.text:
            raise UserError(f"{self.snapshot.name} is no text: it holds zero bytes.")
        prepared = await prepared_for(self._app, self.request, self.snapshot, action)
        verifier = self._verifier(prepared)
        result = await self._draft(action, prepared, verifier)
        self._findings = result.findings
        if isinstance(result, Refusal):
            self.kept = result.kept
            return self.finished("refused", result.reason, cause=result.cause)
        return await self._deliver(result, prepared)

    async def show_waiting(self) -> None:
        """Show that it waits for its turn, so that it is seen and can be stopped."""
        progress = await self._open_progress(action_for(self.request))
        progress.report("Waiting for its turn: other actions are at work")

    async def _open_progress(self, action: Action) -> Progress:
        if self._progress is None:
            title = f"Gearshift: {action.name}"
            self._progress = await self._app.editor.start_progress(title, self.task_id)
        return self._progress

    def _verifier(self, prepared: ActionRequest) -> Verifier:
        from gearshift.privacy.redact import secrets_in
        from gearshift.verify.verifier import Verifier

        folder = prepared.project

        async def may_run() -> bool:
            return folder is not None and await self._heavy.trust.may_run(folder)

        return Verifier(
            folder,
            self._app.settings.verify,
            self._heavy.sandbox,
            may_run,
            self._app.supply.gate.reason_to_withhold,
            secrets_in,
        )

    async def _draft(
        self, action: Action, prepared: ActionRequest, verifier: Verifier
    ) -> Proposal | Refusal:
        """Draft with the routed model; where that can't serve, with what stands in for it."""
        from gearshift.actions.draft import run
        from gearshift.actions.each_symbol import run_each_symbol
        from gearshift.actions.purse import Purse
        from gearshift.app.preflight import announced

        assert self._progress is not None
        purse = Purse(self.request.most_usd)
        legs = self.legs = Legs(self._app, self.request, prepared.files, self.task_id)
        while True:
            route = self.route = legs.route()
            contenders = legs.contenders(route)
            model = contenders[0].model
            about = (self._app, action, prepared, route, model, self._progress)
            progress = await announced(*about)
            try:
                is_for_each = action.task == "tests" and prepared.target.kind == "file"
                do = run_each_symbol if is_for_each else run
                return await do(
                    *(action, prepared, contenders, verifier, progress),
                    attempts=self._attempts,
                    purse=purse,
                )
            except (BudgetReached, ProviderError) as error:
                if purse.is_closed:
                    raise
                legs.lose(route, error)
                self._attempts.clear()  # told by what the legs keep of a lost model

    # --- the end ---------------------------------------------------------------------------

    async def _deliver(self, proposal: Proposal, prepared: ActionRequest) -> TaskFinished:
        self.summary = proposal.summary
        self._has_edits = bool(proposal.edits)
        if proposal.page is not None:
            await self._app.editor.show_page(self._page_title(prepared), proposal.page)
        try:
            edits = await placed(self._app, proposal.edits, prepared)
        except Moved:
            self.kept = "\n".join(e.new_text for edit in proposal.edits for e in edit.edits)
            raise
        if edits and (why := await make(self._app, proposal, edits)) is not None:
            self.kept = "\n".join(e.new_text for edit in edits for e in edit.edits)
            return self.finished("refused", why)
        self._files = tuple(edit.path for edit in edits)
        evidence = proposal.evidence
        if self.route is not None and self.route.stands_in_for is not None:
            evidence = (*evidence, f"fallback:{self.route.model}")
        return self.finished(
            *("applied", proposal.reason, proposal.label, evidence), cause=proposal.cause
        )

    def _page_title(self, prepared: ActionRequest) -> str:
        return f"{self.request.task} {prepared.target.label.strip('`')}"

    def finished(
        self,
        outcome: Outcome,
        reason: str | None,
        label: Label = "none",
        evidence: tuple[str, ...] = (),
        cause: GearshiftError | None = None,
    ) -> TaskFinished:
        """Return the end of the action, and note in the ledger what came of its requests."""
        is_shown = outcome == "applied" and self._has_edits and not self._app.makes_edits
        self.is_shown = is_shown
        self._judge(label, is_kept=None if is_shown else outcome == "applied")
        return TaskFinished(
            task_id=self.task_id,
            action=self.request.task,
            outcome=outcome,
            label=label,
            evidence=evidence,
            reason=reason,
            attempts=(*(self.legs.failed if self.legs else ()), *self._attempts),
            cause=cause,
            summary=self.summary,
            findings=self._findings,
            files=self._files,
        )

    def _judge(self, label: Label, *, is_kept: bool | None) -> None:
        """The last request's draft is the one that was offered; those before it were rejected."""
        models = self.legs.models if self.legs else []
        ids = sorted(request_id for model in models for request_id in model.ids)
        for request_id in ids[:-1]:
            self._app.ledger.judge(request_id, "none", kept=False)
        for request_id in ids[-1:]:
            self._app.ledger.judge(request_id, label, kept=is_kept)

    def end_progress(self, message: str) -> None:
        """Close the progress, if it was opened."""
        if self._progress is not None:
            self._progress.end(message)


def action_for(request: TaskRequest) -> Action:
    """Return the row of the action table that is meant. Raises UserError if there is none."""
    from gearshift.actions import ACTIONS, action_named

    if request.action is not None:
        action = action_named(request.action)
        if action is None or action.task != request.task:
            names = ", ".join(f"`{a.name}`" for a in ACTIONS if a.task == request.task)
            raise UserError(f"There is no {request.task} action `{request.action}`; use {names}.")
        return action
    known = [a for a in ACTIONS if a.task == request.task]
    usual = "instruction" if request.instruction else USUAL.get(request.task)
    return next((a for a in known if a.name == usual), known[0])
