"""Whether generated code may be run in a workspace: one question, remembered for the user."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.core.editor import Editor
    from gearshift.verify.sandbox import Sandbox

logger = logging.getLogger(__name__)
ALWAYS, NEVER = "Run them", "Never here"
BARE = " without a sandbox"
"""Added to a folder's name where nothing isolates: leave for a sandbox is no leave for that."""


class Trust:
    """Answers by folder, kept in one small file of the user's."""

    def __init__(self, file: Path, editor: Editor, sandbox: Sandbox) -> None:
        self._file = file
        self._editor = editor
        self._sandbox = sandbox
        self._asking: dict[str, asyncio.Task[bool]] = {}

    async def may_run(self, folder: Path) -> bool:
        """Return the user's word on `folder`; asked once, however many tasks wait for it."""
        is_bare = await self._sandbox.isolation() == "none"
        key = f"{folder}{BARE}" if is_bare else str(folder)
        known = (await asyncio.to_thread(self._read)).get(key)
        if known is not None:
            return bool(known)
        if key not in self._asking:
            self._asking[key] = asyncio.ensure_future(self._ask(key, _question(folder, is_bare)))
        try:
            return await asyncio.shield(self._asking[key])
        finally:
            if key in self._asking and self._asking[key].done():
                del self._asking[key]

    async def _ask(self, key: str, question: str) -> bool:
        answer = await self._editor.ask(question, (ALWAYS, NEVER))
        if answer in (ALWAYS, NEVER):
            try:
                await asyncio.to_thread(self._write, key, answer == ALWAYS)
            except OSError as error:
                logger.warning("%s can't be written: %s", self._file, error)  # asked again later
        return answer == ALWAYS

    def _read(self) -> dict[str, Any]:
        try:
            found: Any = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return cast("dict[str, Any]", found) if isinstance(found, dict) else {}

    def _write(self, key: str, may_run: bool) -> None:
        found = {**self._read(), key: may_run}
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self._file.with_suffix(f".{os.getpid()}.new")
        fresh.write_text(json.dumps(found, indent=1), encoding="utf-8")
        fresh.replace(self._file)


def _question(folder: Path, is_bare: bool) -> str:
    if is_bare:
        return (
            f"Gearshift wants to run generated tests on a copy of {folder}. No sandbox works on "
            "this machine, so they run with your rights and your network. May they, in this "
            "workspace?"
        )
    return (
        f"Gearshift wants to run generated tests in a sandbox (no network, a copy of {folder}). "
        "May it, in this workspace?"
    )
