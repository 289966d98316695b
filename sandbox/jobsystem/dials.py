"""The dials that make the system misbehave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sandbox.jobsystem.demand import TENANTS


@dataclass(frozen=True)
class Dial:
    """A setting from `min` to `max`; at `normal` the system is healthy."""

    name: str
    title: str
    kind: Literal["toggle", "range"] = "range"
    min: float = 0
    max: float = 1
    step: float = 0.1
    normal: float = 0


DIALS = (
    Dial("hot_tenant", "One tenant floods the queue and is served first"),
    Dial("slow_queue", "Workers claim less and less work"),
    Dial("failing_runs", "Function runs fail, and some never end"),
    Dial("missed_ticks", "Cron ticks are missed, or fail to enqueue"),
    Dial("duplicate_sends", "Messages are sent twice", kind="toggle", step=1),
    Dial("contention", "Workers compete for jobs and retry"),
    Dial("autoscale_stuck", "The autoscaler ignores its guardrails", kind="toggle", step=1),
    Dial("autoscale_flaps", "The capacity rises and falls again and again", kind="toggle", step=1),
    Dial("promotion", "Tenants can be promoted", kind="toggle", step=1),
    Dial("promotion_early", "Promotion is granted at once, whatever the signals", kind="toggle", step=1),
    Dial("log_stream_blocked", "The log stream refuses to be read", kind="toggle", step=1),
    Dial("quota_coverage", "Workspaces with high quota", max=len(TENANTS), step=1, normal=len(TENANTS)),
)


class Dials:
    """The positions of all dials."""

    def __init__(self) -> None:
        self._dials = {dial.name: dial for dial in DIALS}
        self._values: dict[str, float] = {}
        self.reset()

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def turn(self, name: str, value: float) -> None:
        """Set a dial. Raises ValueError for an unknown dial or a value out of its range."""
        dial = self._dials.get(name)
        if dial is None:
            raise ValueError(f"there is no dial {name!r}; known: {', '.join(self._dials)}")
        if not dial.min <= value <= dial.max:
            raise ValueError(f"{name} must be from {dial.min:g} to {dial.max:g}, not {value:g}")
        self._values[name] = value

    def reset(self) -> None:
        self._values = {dial.name: dial.normal for dial in DIALS}

    def shown(self) -> Iterator[dict[str, Any]]:
        """Yields the dials as JSON for the demo's page."""
        for dial in DIALS:
            value = self._values[dial.name]
            yield asdict(dial) | {"value": bool(value) if dial.kind == "toggle" else value}
