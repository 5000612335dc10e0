"""What all measures share: the servers compared, the model's process, the documents."""

from __future__ import annotations

import ast
import http.client
import json
import os
import random
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from benchmarks.editor import Document, Server
from benchmarks.model import Behaviour, Seen

CHECKOUT = Path(__file__).parent.parent
GEARSHIFT = shlex.split(os.environ.get("GEARSHIFT_COMMAND", "")) or [
    str(Path(sys.executable).with_name("gearshift"))
]
"""The installed command under test."""
NAIVE = [sys.executable, str(CHECKOUT / "benchmarks/servers/naive.py")]
BARE = [sys.executable, str(CHECKOUT / "tests/support/bare_pygls.py")]
MODEL_NAME = "qwen2.5-coder-7b"
"""A name that the catalogue knows for its fill-in-the-middle tokens."""


class Model:
    """The model server's process, and the way to tell it what to do."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.model"],
            stdout=subprocess.PIPE,
            cwd=CHECKOUT,
        )
        assert self._process.stdout
        port = int(self._process.stdout.readline())
        self.url = f"http://127.0.0.1:{port}"
        self._http = http.client.HTTPConnection("127.0.0.1", port)

    def behave(self, behaviour: Behaviour) -> None:
        """Answer so from now on; forget what was seen."""
        self._ask("/behaviour", asdict(behaviour))

    def seen(self) -> list[Seen]:
        """Return the requests since the last call."""
        return [Seen(**each) for each in self._ask("/seen", {})]

    def _ask(self, path: str, body: dict[str, Any]) -> Any:
        self._http.request("POST", path, json.dumps(body))
        return json.loads(self._http.getresponse().read())

    def end(self) -> None:
        self._http.close()
        self._process.kill()
        self._process.communicate()


@dataclass
class Bench:
    """The model, a workspace, and servers in it; `with Bench() as bench:`."""

    def __enter__(self) -> Bench:
        self.model = Model()
        self._folder = tempfile.TemporaryDirectory(prefix="gearshift-bench-")
        self.workspace = Path(self._folder.name) / "workspace"
        self.workspace.mkdir()
        (self.workspace / "pyproject.toml").write_text('[project]\nname = "workspace"\n')
        return self

    def __exit__(self, *_: object) -> None:
        self.model.end()
        self._folder.cleanup()

    def gearshift(self) -> Server:
        """Start Gearshift with a state of its own."""
        place = Path(self._folder.name)
        model = {"provider": "llamacpp", "model": MODEL_NAME, "baseUrl": self.model.url}
        environment = {
            "GEARSHIFT_STATE": str(place / "state"),
            "GEARSHIFT_CONFIG": str(place / "config.toml"),
        }
        options = {"models": {"mini": model, "full": model}}
        return Server([*GEARSHIFT, "serve"], environment, self.workspace, options)

    def naive(self) -> Server:
        """Start the naive server."""
        return Server(NAIVE, {"MODEL_URL": self.model.url}, self.workspace)

    def bare(self) -> Server:
        """Start a pygls server that asks no model."""
        return Server(BARE, {}, self.workspace)

    def start(self, name: str) -> Server:
        """Start one of `gearshift`, `naive`, `bare`."""
        return {"gearshift": self.gearshift, "naive": self.naive, "bare": self.bare}[name]()

    def document(self, module: str) -> Document:
        """Return a copy of a module of the standard library."""
        return Document(self._uri(module), library_lines(module))

    def long_document(self, n_lines: int) -> Document:
        """Return real code, at least `n_lines` long."""
        lines: list[str] = []
        for file in sorted(library().glob("*.py"), key=lambda f: -f.stat().st_size):
            lines += file.read_text(encoding="utf-8", errors="replace").split("\n")
            if len(lines) >= n_lines:
                break
        return Document(self._uri("long"), lines)

    def files(self, count: int) -> list[Document]:
        """Return real files of common sizes that have places to type at."""
        sized = [f for f in sorted(library().glob("*.py")) if 8_000 < f.stat().st_size < 120_000]
        documents = (self.document(file.stem) for file in sized)
        return list(islice((d for d in documents if places(d, 1, seed=0)), count))

    def _uri(self, name: str) -> str:
        return (self.workspace / f"{name}.py").as_uri()


def library() -> Path:
    """Return the folder of the standard library."""
    return Path(sysconfig.get_paths()["stdlib"])


def library_lines(module: str) -> list[str]:
    text = (library() / f"{module}.py").read_text(encoding="utf-8", errors="replace")
    return text.split("\n")


def places(document: Document, count: int, seed: int) -> list[tuple[int, int]]:
    """Return lines below which a statement can stand, and its indentation, in random order."""
    found = [
        (statement.end_lineno - 1, statement.col_offset)
        for function in ast.walk(ast.parse("\n".join(document.lines)))
        if isinstance(function, ast.FunctionDef)
        for statement in function.body
        if isinstance(statement, (ast.Expr, ast.Assign)) and statement.end_lineno
    ]
    random.Random(seed).shuffle(found)
    return list(islice(cycle(found), count))
