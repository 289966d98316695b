"""The capacity for the next five minutes: one step up on a healthy system, halved when a guardrail is breached."""

from __future__ import annotations

from dataclasses import dataclass

FLOOR = 1024
PER_WORKSPACE = 64
STEP = 64


@dataclass(frozen=True)
class Load:
    active_workspaces: int
    contended: bool = False
    pinned: int | None = None  # set by an operator


def target(load: Load) -> int:
    return max(FLOOR, load.active_workspaces * PER_WORKSPACE)


def next_capacity(capacity: int, load: Load) -> tuple[int, str]:
    """Returns (capacity, reason code)."""
    if load.pinned is not None:
        return load.pinned, "operator_override"
    if load.contended:
        return max(FLOOR, capacity // 2), "guardrail_step_down"
    if capacity >= target(load):
        return target(load), "hold_target_reached"
    return min(capacity + STEP, target(load)), "ramp_step"
