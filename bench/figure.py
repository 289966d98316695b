"""A row of the results table, and how rows are printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    name: str
    ours: str
    baseline: str
    ratio: float | None  # None if the target is not a ratio
    target: str
    met: bool
    note: str = ""


def show(figures: Iterable[Figure]) -> None:
    table = Table("what", "ours", "baseline", "ratio", "target", "met", "note")
    for figure in figures:
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}x"
        table.add_row(
            figure.name,
            figure.ours,
            figure.baseline,
            ratio,
            figure.target,
            "yes" if figure.met else "NO",
            figure.note,
        )
    Console(width=160).print(table)


def seconds(value: float) -> str:
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"


def percentile(values: list[float], share: float) -> float:
    """The nearest-rank percentile; `share` 0.99 for p99."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
