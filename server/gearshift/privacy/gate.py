"""The outbound gate: the one function that everything sent to a model passes."""

from __future__ import annotations

import dataclasses
import operator
from collections import Counter
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from gearshift.core.errors import Refused
from gearshift.core.installed import is_installed
from gearshift.core.model import ChatRequest, ContinueRequest, FillRequest
from gearshift.privacy.placeholders import MARK, Placeholders
from gearshift.privacy.redact import Redacted, redact, redact_around

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from _typeshed import DataclassInstance

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
            "files": [redact(str(file)).text for file in files],
        }
        named = (
            [_path_of(request.path)] if isinstance(request, FillRequest) and request.path else []
        )
        reasons = [self.reason_to_withhold(file) for file in [*files, *named]]
        others = {each.name: self.reason_not_to_show(each.path) for each in shown}
        if not isinstance(request, FillRequest):
            # Its parts of other files can't be told from the rest of its text.
            reasons += others.values()
        if reason := next(filter(None, reasons), None):
            self._audit.record({**facts, "outcome": "withheld", "reason": reason})
            raise Refused(reason)
        allowed, withheld = self._without_withheld_context(request, others)
        redactions: Counter[str] = Counter()
        names = Placeholders()
        released = allowed
        if self._settings.redact:
            released = _redact_request(allowed, redactions, names)
        self._audit.soon(partial(self._record, facts, released, withheld, redactions, shown))
        # A text about placeholders must not be taken for one that has them.
        is_ambiguous = any(MARK in text for text in _texts(allowed)) if names.secrets else False
        return Released(released, {} if is_ambiguous else names.secrets)

    def _without_withheld_context(
        self, request: Request, others: Mapping[str, str | None]
    ) -> tuple[Request, list[str]]:
        """`others`: why a file is not shown, by what the request calls it."""
        if not isinstance(request, FillRequest):
            return request, []
        withheld = [
            c.path
            for c in request.context
            if others.get(c.path) or self.reason_to_withhold(_path_of(c.path))
        ]
        if not withheld:
            return request, []
        kept = tuple(c for c in request.context if c.path not in withheld)
        return dataclasses.replace(request, context=kept), withheld

    def _record(
        self,
        facts: dict[str, Any],
        released: Request,
        withheld: list[str],
        counts: Counter[str],
        shown: Sequence[ShownFile],
    ) -> None:
        facts["outcome"] = "released"
        if isinstance(released, FillRequest):
            facts["context"] = [c.path for c in released.context]
        elif shown:
            facts["context"] = [redact(each.name).text for each in shown]
        facts["withheld"] = [redact(path).text for path in withheld]
        facts["redactions"] = dict(counts)
        facts["characters"] = sum(map(len, _texts(released)))
        texts = dataclasses.asdict(released) if self._audit.level == "full" else None
        self._audit.record(facts, texts)


def _redact_request(request: Request, counts: Counter[str], names: Placeholders) -> Request:
    """Return the request with every text in it redacted; found secrets are added to `counts`."""
    if isinstance(request, FillRequest):
        before, after = redact_around(request.prefix, request.suffix, names)
        _add(counts, before)
        _add(counts, after)
        changed = _redacted_fields(request, counts, names, but=("prefix", "suffix"))
        if before.counts or after.counts:
            changed |= {"prefix": before.text, "suffix": after.text}
        return dataclasses.replace(request, **changed) if changed else request
    return _redact_value(request, counts, names)


def _add(counts: Counter[str], redacted: Redacted) -> None:
    # Nearly always there are none, and even an empty update takes as long as looking for them.
    if redacted.counts:
        counts.update(redacted.counts)


def _redact_value(value: Any, counts: Counter[str], names: Placeholders) -> Any:
    if isinstance(value, str):
        redacted = redact(value, names)
        _add(counts, redacted)
        return redacted.text
    if isinstance(value, tuple):
        items = cast("tuple[Any, ...]", value)
        redacted_items = tuple([_redact_value(item, counts, names) for item in items])
        is_same = all(map(operator.is_, items, redacted_items))
        return items if is_same else redacted_items
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changed = _redacted_fields(value, counts, names)
        return dataclasses.replace(value, **changed) if changed else value
    return value


def _redacted_fields(
    value: DataclassInstance, counts: Counter[str], names: Placeholders, but: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the fields that change, of all `but` these: one added later is covered as well."""
    changed: dict[str, Any] = {}
    for name in _field_names(type(value)):
        before = getattr(value, name)
        if name in but or before is None or isinstance(before, (int, float)):
            continue
        after = _redact_value(before, counts, names)
        if after is not before:
            changed[name] = after
    return changed


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for item in cast("tuple[Any, ...]", value) for text in _texts(item)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [t for name in _field_names(type(value)) for t in _texts(getattr(value, name))]
    return []


@cache
def _field_names(kind: type[DataclassInstance]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


@lru_cache(maxsize=256)
def _path_of(name: str) -> Path:
    """Return the path that a request calls a file by; the same ones come with each key."""
    return Path(name)
