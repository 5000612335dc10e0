"""The outbound gate: the one function that everything sent to a model passes."""

from __future__ import annotations

import dataclasses
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from gearshift.core.errors import Refused
from gearshift.core.installed import is_installed
from gearshift.core.model import ChatRequest, ContinueRequest, FillRequest
from gearshift.privacy.placeholders import MARK, Placeholders
from gearshift.privacy.redact import redact
from gearshift.privacy.texts import characters_of, redact_request, texts_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gearshift.core.model import Request, ShownFile
    from gearshift.core.tasks import Task
    from gearshift.privacy.audit import AuditLog
    from gearshift.privacy.ignore import IgnoreRules
    from gearshift.settings.schema import PrivacySettings

_KINDS = {FillRequest: "fill", ContinueRequest: "continue", ChatRequest: "chat"}


def reason_to_withhold(
    rules: Sequence[IgnoreRules], path: Path, *, of_package: bool = False
) -> str | None:
    """Return the first reason that the rules of any workspace folder have against a file."""
    is_whole = path.is_absolute()
    for each in rules:
        where = path if is_whole or each.root is None else _below(each.root, path)
        if reason := each.reason_to_withhold(where, of_package=of_package):
            return reason
    return None


@lru_cache(maxsize=256)
def _below(root: Path, path: Path) -> Path:
    return root / path


class Released(NamedTuple):
    """What the gate lets out."""

    request: Request
    secrets: Mapping[str, str]
    """What was taken out, by placeholder, for a `Restorer` of the answer."""


class Gate:
    """Applies ignore rules and redaction to every request, whichever model it is for.

    Models on this machine pass it too: one rule for all, and no way around it.
    """

    def __init__(
        self, rules: Sequence[IgnoreRules], settings: PrivacySettings, audit: AuditLog
    ) -> None:
        """`rules`: those of each workspace folder; with no folder, one with `root` None."""
        self._rules = tuple(rules)
        self._settings = settings
        self._audit = audit
        self._asked: tuple[object, ...] | None = None
        self._said: tuple[str | None, Sequence[str]] = (None, ())

    @property
    def looked(self) -> tuple[float, ...]:
        """When each folder's rules were looked at last; till they are again every verdict stays."""
        return tuple([rules.look() for rules in self._rules])

    def reason_to_withhold(self, path: Path) -> str | None:
        """Return why a file is never sent, one sentence; None: it may be.

        A relative path is one of a workspace folder.
        """
        return reason_to_withhold(self._rules, path)

    def reason_not_to_show(self, path: Path) -> str | None:
        """Return why no part of a file is shown beside another one; None: it may be.

        Of an installed package only signatures are shown.
        """
        return reason_to_withhold(self._rules, path, of_package=is_installed(path))

    def release_with_secrets(
        self,
        request: Request,
        *,
        files: Sequence[Path],
        task: Task,
        model: str,
        provider: str,
        is_local: bool,
        shown: Sequence[ShownFile] = (),
    ) -> Released:
        """Return the request as it may be sent: withheld context left out, secrets replaced.

        `files` are those whose text is in the request itself, the document first; `shown` are the
        other files of which it has parts. Raises Refused when one of them is withheld and can't be
        left out. Writes the audit log either way.
        """
        facts: dict[str, Any] = {
            "task": task,
            "model": model,
            "provider": provider,
            "isLocal": is_local,
            "kind": _KINDS[type(request)],
        }
        reason, withheld = self._judge(request, files, shown)
        if reason is not None:
            facts["files"] = [redact(str(file)).text for file in files]
            self._audit.record({**facts, "outcome": "withheld", "reason": reason})
            raise Refused(reason)
        allowed = request
        if withheld and isinstance(request, FillRequest):
            kept = tuple(c for c in request.context if c.path not in withheld)
            allowed = dataclasses.replace(request, context=kept)
        redactions: dict[str, int] = {}
        names = Placeholders()
        released = allowed
        if self._settings.redact:
            released = redact_request(allowed, redactions, names)
        sent = partial(self._record, facts, files, released, withheld, redactions, shown)
        self._audit.soon(sent)
        # A text about placeholders must not be taken for one that has them.
        is_ambiguous = any(MARK in text for text in texts_of(allowed)) if names.secrets else False
        return Released(released, {} if is_ambiguous else names.secrets)

    def catch_up(self) -> None:
        """Write what the audit log has yet to say of requests that left."""
        self._audit.catch_up()

    def _judge(
        self, request: Request, files: Sequence[Path], shown: Sequence[ShownFile]
    ) -> tuple[str | None, Sequence[str]]:
        """Return why nothing of `request` is sent, and which files of its context are left out.

        With each key typed it is the same files: as long as no rule was looked at again since, what
        was said of them last holds.
        """
        named: tuple[str, ...] | None = None
        if isinstance(request, FillRequest):
            named = (request.path, *[each.path for each in request.context])
        asked = (self.looked, named, tuple(files), tuple(shown))
        if asked != self._asked:
            self._said = self._judged(named, files, shown)
            self._asked = asked
        return self._said

    def _judged(
        self, named: Sequence[str] | None, files: Sequence[Path], shown: Sequence[ShownFile]
    ) -> tuple[str | None, Sequence[str]]:
        """`named`: what a request calls its document and each of its context; None: its parts of
        other files can't be told from the rest of its text."""
        reasons = [self.reason_to_withhold(file) for file in files]
        others = {each.name: self.reason_not_to_show(each.path) for each in shown}
        if named is None:
            return next(filter(None, [*reasons, *others.values()]), None), ()
        document, *context = named
        reasons += [self.reason_to_withhold(Path(document))] if document else []
        withheld = [
            name for name in context if others.get(name) or self.reason_to_withhold(Path(name))
        ]
        return next(filter(None, reasons), None), withheld

    def _record(
        self,
        facts: dict[str, Any],
        files: Sequence[Path],
        released: Request,
        withheld: Sequence[str],
        counts: Mapping[str, int],
        shown: Sequence[ShownFile],
    ) -> None:
        facts["files"] = [redact(str(file)).text for file in files]
        facts["outcome"] = "released"
        if isinstance(released, FillRequest):
            facts["context"] = [c.path for c in released.context]
        elif shown:
            facts["context"] = [redact(each.name).text for each in shown]
        facts["withheld"] = [redact(path).text for path in withheld]
        facts["redactions"] = dict(counts)
        facts["characters"] = characters_of(released)
        texts = dataclasses.asdict(released) if self._audit.level == "full" else None
        self._audit.record(facts, texts)
