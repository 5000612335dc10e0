"""The process of an embedded model: what it tells llama.cpp before it is loaded."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gearshift.providers.local import host

OPTIONS = host.HostOptions(Path("model.gguf"), "small", 2048, Path(), "key", 60.0)


class Library:
    """Stands for xllamacpp, whose thread library reads the environment when it is loaded."""

    def __init__(self) -> None:
        self.spin: str | None = None

    def load(self, name: str) -> Any:
        assert name == "xllamacpp"
        self.spin = os.environ.get("GOMP_SPINCOUNT")
        return SimpleNamespace(
            CommonParams=lambda: SimpleNamespace(model=SimpleNamespace()),
            Server=lambda params: params,
        )


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Library:
    # Set first, so that what `load` sets is taken away again at the end.
    for name in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    found = Library()
    monkeypatch.setattr(host, "import_module", found.load)
    return found


def test_threads_sleep_soon_where_another_program_has_the_core(library: Library) -> None:
    host.load(OPTIONS, "key")
    assert library.spin == host.SPIN_COUNT


@pytest.mark.parametrize(("name", "spin"), [("GOMP_SPINCOUNT", "77"), ("OMP_WAIT_POLICY", None)])
def test_what_the_user_says_about_waiting_counts(
    library: Library, monkeypatch: pytest.MonkeyPatch, name: str, spin: str | None
) -> None:
    monkeypatch.setenv(name, spin or "active")
    host.load(OPTIONS, "key")
    assert library.spin == spin
