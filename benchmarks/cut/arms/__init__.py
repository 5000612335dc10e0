"""The arms: each engine's prompt builder and post-processing, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.cut.arms.continue_dev import ContinueDev
from benchmarks.cut.arms.copilot import Copilot
from benchmarks.cut.arms.gearshift import CONTEXT, Gearshift
from benchmarks.cut.arms.llama_vim import LlamaVim
from benchmarks.cut.arms.none import Plain
from benchmarks.cut.arms.tabby import Tabby

from gearshift.app.sizes import EMBEDDED_SOURCES

if TYPE_CHECKING:
    from benchmarks.cut.arms.arm import Arm

PEERS: tuple[Arm, ...] = (Plain(), ContinueDev(), LlamaVim(), Tabby(), Copilot())
GEARSHIFT = Gearshift("gearshift", EMBEDDED_SOURCES)
PARTS: tuple[Arm, ...] = (
    Gearshift("gearshift, nothing begun", EMBEDDED_SOURCES, is_begun=False),
    Gearshift("gearshift, nothing said again", EMBEDDED_SOURCES, says_again=False),
)
"""Gearshift without one part of what makes its prompts."""
SOURCES: tuple[Arm, ...] = (
    *(Gearshift(f"gearshift with {source}", (source,)) for source in CONTEXT),
    Gearshift("gearshift with both", CONTEXT),
)
"""Gearshift shows embedded models what `EMBEDDED_SOURCES` says; here each source that can say
something in an unpacked package."""
ARMS: dict[str, Arm] = {arm.name: arm for arm in (*PEERS, GEARSHIFT, *PARTS, *SOURCES)}
