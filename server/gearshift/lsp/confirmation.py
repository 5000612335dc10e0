"""Edits that the editor shows and asks about before it makes them."""

from __future__ import annotations

from typing import Any

ANNOTATION = "gearshift"


def confirmable(edit: dict[str, Any], label: str) -> dict[str, Any]:
    """Return a workspace edit with every change marked as one that the user confirms.

    The edit has the form `documentChanges`; one annotation for all of it makes one question.
    """
    changes = [_marked(change) for change in edit["documentChanges"]]
    annotation = {"label": label, "needsConfirmation": True}
    return {"documentChanges": changes, "changeAnnotations": {ANNOTATION: annotation}}


def _marked(change: dict[str, Any]) -> dict[str, Any]:
    if "kind" in change:
        return {**change, "annotationId": ANNOTATION}
    edits = [{**each, "annotationId": ANNOTATION} for each in change["edits"]]
    return {**change, "edits": edits}
