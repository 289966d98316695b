"""The log in which the control loops and the scheduler explain their decisions, one line each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sandbox.jobsystem.control import Decision

_BEGINS = {
    "autoscale": "[Background Autoscale]",
    "promotion": "[Background Promotion Gate]",
    "backpressure": "[Background Backpressure]",
}


def line_of(loop: str, told: str) -> str:
    """Returns the line in which the loop explains a decision; `told` is JSON."""
    return f"{_BEGINS[loop]} {told}"


class DecisionLog:
    """Writes to `path`, or nothing without a path."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lines: list[str] = []
        self._is_new = True

    def add(self, decisions: Sequence[Decision]) -> None:
        if self._path:
            self._lines += [f"{line_of(decision.loop, decision.json)}\n" for decision in decisions]

    def flush(self) -> None:
        """The first time, replace the log; until then readers see the old one."""
        if not self._path:
            return
        text, self._lines = "".join(self._lines), []
        if self._is_new:
            fresh = self._path.with_name(f".{self._path.name}.new")
            fresh.write_text(text)
            fresh.replace(self._path)
            self._is_new = False
        elif text:
            with self._path.open("a") as log:
                log.write(text)
