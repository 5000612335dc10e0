"""What a process uses, as Linux tells it in `/proc`: memory, threads, wake-ups."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Use:
    """A process at one moment."""

    rss_mb: float
    """Resident memory in units of 2**20 bytes."""
    threads: int
    wake_ups: int
    """Voluntary context switches of its living threads."""
    cpu_seconds: float


def use_of(pid: int) -> Use:
    """Return what the process uses now."""
    folder = Path(f"/proc/{pid}")
    tasks = list((folder / "task").iterdir())
    memory = _fields(folder / "status")
    return Use(
        rss_mb=int(memory["VmRSS"].split()[0]) / 1024,
        threads=len(tasks),
        wake_ups=sum(int(_fields(task / "status")["voluntary_ctxt_switches"]) for task in tasks),
        cpu_seconds=sum(int((t / "schedstat").read_text().split()[0]) for t in tasks) / 1e9,
    )


def _fields(file: Path) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in file.read_text().splitlines() if ":" in line)
    return {name: value.strip() for name, value in pairs}
