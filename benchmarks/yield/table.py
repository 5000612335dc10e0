"""The results as tables."""

from __future__ import annotations

from typing import Any

WORDS = {"mini": "direct, mini (0.5B)", "full": "direct, full (1.5B)", "cascade": "cascade"}


def table(rows: list[dict[str, Any]], planned: int) -> str:
    """Return the page `results.md`."""
    parts = [
        "# Yield of generated tests",
        "",
        f"{len(rows)} of {planned} tasks done; `run.py` goes on with the rest.",
        "",
        "## On the same symbols",
        "",
        "Only symbols for which all three ways are done are counted" + _which(rows) + ".",
        "",
        *_ways(rows),
        "",
        "## Every offered test, proved again",
        "",
        *_proofs(rows),
        "",
        "## All tasks",
        "",
        *_all(rows),
    ]
    return "\n".join(parts) + "\n"


def _whole(rows: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the rows by way of each symbol that has all of them."""
    by_symbol: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        by_symbol.setdefault((row["name"], row["symbol"]), {})[row["way"]] = row
    return {key: ways for key, ways in by_symbol.items() if len(ways) == len(WORDS)}


def _which(rows: list[dict[str, Any]]) -> str:
    symbols = [f"`{symbol}` of {name}" for name, symbol in _whole(rows)]
    return f": {', '.join(symbols)}" if symbols else ", none so far"


def _ways(rows: list[dict[str, Any]]) -> list[str]:
    whole = list(_whole(rows).values())
    lines = [
        "| way | symbols with offered tests | requests | tokens in | tokens out | model seconds |",
        "|---|---|---|---|---|---|",
    ]
    for way, words in WORDS.items():
        attempts = [a for ways in whole for a in ways[way]["attempts"]]
        offered = sum(ways[way]["outcome"] == "applied" for ways in whole)
        lines.append(
            f"| {words} | {offered} of {len(whole)} | {len(attempts)} "
            f"| {sum(a['usage']['input'] for a in attempts):,} "
            f"| {sum(a['usage']['output'] for a in attempts):,} "
            f"| {sum(a['seconds'] for a in attempts):,.0f} |"
        )
    return lines


def _proofs(rows: list[dict[str, Any]]) -> list[str]:
    proofs = [row["further"] for row in rows if row.get("further")]
    tests = sum(len(proof["failures"]) for proof in proofs)
    flaky = sum(bool(count) for proof in proofs for count in proof["failures"].values())
    kill = sum(bool(count) for proof in proofs for count in proof["kills"].values())
    up = sum(
        proof["coverage"]["after"]["lines"] > proof["coverage"]["before"]["lines"]
        for proof in proofs
    )
    return [
        "| offers | tests | failed in 20 further runs | kill a mutant | coverage.py: up |",
        "|---|---|---|---|---|",
        f"| {len(proofs)} | {tests} | {flaky} | {kill} | {up} of {len(proofs)} offers |",
    ]


def _all(rows: list[dict[str, Any]]) -> list[str]:
    lines = ["| package | symbol | way | outcome | tests | attempts | seconds |"]
    lines.append("|---|---|---|---|---|---|---|")
    for row in sorted(rows, key=lambda row: (row["name"], row["symbol"], row["way"])):
        count = len(row["further"]["failures"]) if row.get("further") else 0
        outcome = row["label"] if row["outcome"] == "applied" else row["outcome"]
        lines.append(
            f"| {row['name']} {row['version']} | `{row['symbol']}` | {row['way']} | {outcome} "
            f"| {count} | {len(row['attempts'])} | {row['seconds']:,.0f} |"
        )
    return lines
