"""A real server over stdio, started as each editor starts it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest
from tests.support.stdio_client import GEARSHIFT, SECONDS, StdioClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

EDITORS = sorted(path.stem for path in (Path(__file__).parent / "editors").glob("*.json"))
CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


def recorded(editor: str) -> dict[str, Any]:
    """Return the `initialize` params that a real editor sent."""
    path = Path(__file__).parent / "editors" / f"{editor}.json"
    return json.loads(path.read_text(encoding="utf-8"))["initialize"]


@dataclass
class Desk:
    """An editor at work: a folder, a server, the texts it has open, edits applied as told."""

    folder: Path
    client: StdioClient
    encoding: str = "utf-16"
    capabilities: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)

    def uri(self, name: str) -> str:
        """Return the URI of a file of the folder."""
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str, language: str = "python") -> str:
        """Write and open a file; return its URI."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        uri = self.uri(name)
        self.texts[uri], self.versions[uri] = text, 1
        self.client.open(uri, text, language)
        return uri

    def column(self, text: str) -> int:
        """Return how many columns `text` takes in the negotiated encoding."""
        codec, width = CODECS[self.encoding]
        return len(text.encode(codec)) // width

    def cut(self, line: str, column: int) -> tuple[str, str]:
        """Return the parts of `line` before and after a column."""
        codec, width = CODECS[self.encoding]
        data = line.encode(codec)
        return data[: column * width].decode(codec), data[column * width :].decode(codec)

    def place(self, uri: str, line: int, column: int | None = None) -> dict[str, int]:
        """Return the protocol's position for a code-point column; None: the line's end."""
        text = self.texts[uri].split("\n")[line]
        return {"line": line, "character": self.column(text[:column])}

    def edit(self, uri: str, edits: list[dict[str, Any]]) -> None:
        """Make text edits in the way of a plain editor: from the last to the first."""
        path = Path(unquote(urlsplit(uri).path))
        on_disk = path.read_text(encoding="utf-8") if path.is_file() else ""
        text = self.texts.get(uri, on_disk)
        for each in sorted(edits, key=lambda e: _key(e["range"]["start"]), reverse=True):
            lines = text.split("\n")
            start, end = each["range"]["start"], each["range"]["end"]
            head = self.cut(lines[start["line"]], start["character"])[0]
            tail = self.cut(lines[end["line"]], end["character"])[1]
            before, after = lines[: start["line"]], lines[end["line"] + 1 :]
            text = "\n".join([*before, head + each["newText"] + tail, *after])
        self.texts[uri] = text

    def apply(self, params: dict[str, Any]) -> dict[str, Any]:
        """Answer `workspace/applyEdit` by doing it."""
        edit = params["edit"]
        for uri, edits in edit.get("changes", {}).items():
            self.edit(uri, edits)
        for change in edit.get("documentChanges", []):
            if "kind" in change:
                self.texts.setdefault(change["uri"], "")
                continue
            document = change["textDocument"]
            if document["version"] is not None:
                assert document["version"] == self.versions[document["uri"]]
            self.edit(document["uri"], change["edits"])
        return {"applied": True}

    def type(self, uri: str, line: int, column: int, text: str) -> None:
        """Insert `text` as a person types it."""
        place = self.place(uri, line, column)
        self.edit(uri, [{"range": {"start": place, "end": place}, "newText": text}])
        self.versions[uri] += 1
        change = {"range": {"start": place, "end": place}, "text": text}
        self.client.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": uri, "version": self.versions[uri]},
                "contentChanges": [change],
            },
        )

    async def inline(self, uri: str, line: int, column: int | None = None, **context: Any) -> Any:
        """Return the answer to an explicit inline request."""
        return await self.client.request(
            "textDocument/inlineCompletion",
            {
                "textDocument": {"uri": uri},
                "position": self.place(uri, line, column),
                "context": {"triggerKind": 1, **context},
            },
        )

    async def command(self, name: str, argument: dict[str, Any] | None = None) -> Any:
        """Run a command of the server."""
        arguments = [] if argument is None else [argument]
        return await self.client.request(
            "workspace/executeCommand", {"command": name, "arguments": arguments}
        )

    async def finished(self, task_id: str) -> dict[str, Any]:
        """Return how a task ended."""
        # Proving tests is a dozen runs, which on a busy machine take seconds each.
        return await self.client.notification(
            "gearshift/taskFinished", lambda params: params["taskId"] == task_id, 4 * SECONDS
        )

    async def task(self, name: str, uri: str, line: int, **more: Any) -> dict[str, Any]:
        """Run a heavy command to its end."""
        place = self.place(uri, line)
        argument = {"uri": uri, "range": {"start": place, "end": place}, **more}
        started = await self.command(name, argument)
        return await self.finished(started["taskId"])


def _key(place: dict[str, int]) -> tuple[int, int]:
    return place["line"], place["character"]


Sit = "Callable[..., Awaitable[Desk]]"


@pytest.fixture
async def sit(tmp_path: Path) -> AsyncIterator[Callable[..., Awaitable[Desk]]]:
    """Start a server for an editor; `answers` are the scripted model's lines.

    `without` is what of the editor's `window` capabilities it is to lack.
    """
    desks: list[Desk] = []

    async def start(
        answers: list[dict[str, Any]] | None = None,
        editor: str = "vscode",
        settings: dict[str, Any] | None = None,
        command: list[str] | None = None,
        without: str | None = None,
    ) -> Desk:
        folder = tmp_path / "workspace"
        folder.mkdir(exist_ok=True)
        script = tmp_path / "answers.jsonl"
        script.write_text("\n".join(map(json.dumps, answers or [])), encoding="utf-8")
        model = {"provider": "scripted", "model": "scripted", "path": str(script)}
        options = {
            "models": {"mini": model, "full": model},
            "verify": {"run": "always"},
            **(settings or {}),
        }
        client = await StdioClient.start(
            command or [*GEARSHIFT, "serve"], cwd=str(folder), env={"GEARSHIFT_STRICT": "1"}
        )
        params = recorded(editor)
        params |= {
            "rootUri": folder.as_uri(),
            "rootPath": str(folder),
            "workspaceFolders": [{"uri": folder.as_uri(), "name": "workspace"}],
            "initializationOptions": options,
        }
        params["capabilities"]["window"].pop(without, None)
        desk = Desk(folder, client)
        client.answers["workspace/applyEdit"] = desk.apply
        client.answers["workspace/configuration"] = lambda params: [None]
        answer = await client.initialize(params)
        desk.capabilities = answer["capabilities"]
        desk.encoding = desk.capabilities.get("positionEncoding", "utf-16")
        desks.append(desk)
        return desk

    yield start
    for desk in desks:
        if desk.client.process.returncode is None:
            assert await desk.client.finish() == 0
        await desk.client.aclose()
