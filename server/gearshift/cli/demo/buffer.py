"""The demo's editor: open files, edits made to them, what the server asks and tells."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from gearshift.cli.demo.client import EditorClient, Handler
    from gearshift.cli.demo.screen import Screen

CAPABILITIES: Mapping[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "window": {"workDoneProgress": True, "showMessage": {}},
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]},
    },
    "textDocument": {"inlineCompletion": {}, "codeAction": {}},
}
"""What VS Code says of itself, as far as the demo needs it."""


class Buffers:
    """Holds the text of open files and acts on the server's requests."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._texts: dict[Path, str] = {}
        self.written: list[Path] = []
        """Files that the server's edits changed or made, in order."""
        self.finished: dict[str, Any] | None = None
        """The end of the heavy action."""
        self._has_finished = asyncio.Event()
        self._is_silent = False

    @property
    def handlers(self) -> dict[str, Handler]:
        """What answers the server, by method."""
        return {
            "window/workDoneProgress/create": self._accept,
            "$/progress": self._progress,
            "window/showMessage": self._show,
            "window/showMessageRequest": self._choose,
            "workspace/applyEdit": self._apply,
            "gearshift/taskFinished": self._finish,
        }

    def open(self, client: EditorClient, path: Path) -> str:
        """Open a file; return its text."""
        text = self._texts[path] = path.read_text(encoding="utf-8")
        document = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": text}
        client.notify("textDocument/didOpen", {"textDocument": document})
        return text

    def text(self, path: Path) -> str:
        """Return the text of an open file."""
        return self._texts[path]

    def type(self, client: EditorClient, path: Path, version: int, text: str) -> None:
        """Type `text` at the end of an open file."""
        lines = self.text(path).split("\n")
        end = {"line": len(lines) - 1, "character": utf16(lines[-1])}
        self._texts[path] += text
        change = {"range": {"start": end, "end": end}, "text": text}
        document = {"uri": path.as_uri(), "version": version}
        client.notify(
            "textDocument/didChange", {"textDocument": document, "contentChanges": [change]}
        )

    async def until_finished(self) -> dict[str, Any]:
        """Return how the heavy action ended."""
        await self._has_finished.wait()
        assert self.finished is not None
        return self.finished

    async def _accept(self, params: Any) -> None:
        del params

    async def _progress(self, params: Any) -> None:
        value = params["value"]
        if value["kind"] == "report":
            self._screen.progress(value["message"], value.get("percentage"))

    async def _show(self, params: Any) -> None:
        if not self._is_silent:
            self._screen.message(params["message"])

    @contextmanager
    def silent(self) -> Generator[None]:
        """Show no messages of the server's inside."""
        self._is_silent = True
        try:
            yield
        finally:
            self._is_silent = False

    async def _choose(self, params: Any) -> dict[str, str]:
        """Answer a question with its first choice, for the user to see."""
        answers = [action["title"] for action in params["actions"]]
        self._screen.question(params["message"], answers, chosen=answers[0])
        return {"title": answers[0]}

    async def _apply(self, params: Any) -> dict[str, bool]:
        for change in params["edit"]["documentChanges"]:
            self._write(change)
        return {"applied": True}

    def _write(self, change: dict[str, Any]) -> None:
        if "kind" in change:
            path = path_of(change["uri"])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            return
        path = path_of(change["textDocument"]["uri"])
        text = edited(path.read_text(encoding="utf-8"), change["edits"])
        path.write_text(text, encoding="utf-8")
        self.written.append(path)

    async def _finish(self, params: Any) -> None:
        self.finished = params
        self._has_finished.set()


def utf16(text: str) -> int:
    """Return the length of `text` in utf-16 units, which this editor counts in."""
    return len(text.encode("utf-16-le")) // 2


def path_of(uri: str) -> Path:
    """Return the file of a `file:` URI."""
    return Path(url2pathname(urlsplit(uri).path))


def edited(text: str, edits: list[dict[str, Any]]) -> str:
    """Return `text` with the protocol's text edits made, last one first."""
    lines = text.split("\n")

    def offset(place: dict[str, int]) -> int:
        line = lines[place["line"]] if place["line"] < len(lines) else ""
        units = line.encode("utf-16-le")[: 2 * place["character"]]
        column = len(units.decode("utf-16-le", errors="ignore"))
        return min(sum(len(each) + 1 for each in lines[: place["line"]]) + column, len(text))

    for edit in sorted(edits, key=lambda each: offset(each["range"]["start"]), reverse=True):
        start, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
        text = text[:start] + edit["newText"] + text[end:]
    return text
