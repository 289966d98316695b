"""The contract of an autoscaler: a pure function of policy, state, signals and time. The first rule that matches wins."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from checks.numbers import exactly
from checks.units import Duration

MOST = 1 << 53  # for a capacity or count: exact in every system's JSON


class Reason(enum.StrEnum):
    OPERATOR_OVERRIDE = "operator_override"
    GUARDRAIL_STEP_DOWN = "guardrail_step_down"
    HOLD_TARGET_REACHED = "hold_target_reached"
    RAMP_STEP = "ramp_step"
    HOLD_RAMP_WINDOW = "hold_ramp_window"


class AutoscalePolicy(BaseModel):
    """The loop's configuration."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)
    floor: int = Field(default=1024, ge=0, le=MOST, description="The least capacity, and the least target")
    multiplier: int = Field(
        default=64, ge=0, le=1 << 20, description="Target capacity for each active workspace"
    )
    ramp_step: int = Field(default=64, ge=1, le=MOST, description="How much one step up adds")
    ramp_window: Duration = Field(
        default=timedelta(minutes=5), description="The least time between the last change and a step up"
    )
    step_down_factor: float = Field(
        default=0.5, ge=0, le=1, description="What is left of the capacity after a step down"
    )
    override: int | None = Field(
        default=None, ge=0, le=MOST, description="The capacity that an operator has pinned; null: none"
    )

    def target(self, active_workspaces: int) -> int:
        return max(self.floor, active_workspaces * self.multiplier)

    def stepped_down(self, capacity: int) -> int:
        """The factor is the decimal as written: 0.29 of 100 is 29."""
        return max(self.floor, math.floor(capacity * exactly(self.step_down_factor)))


@dataclass(frozen=True)
class Capacity:
    """The loop's state. `changed_at` None: never changed, which counts as long ago."""

    capacity: int
    changed_at: datetime | None = None


@dataclass(frozen=True)
class Load:
    """The input of one decision. `override` takes precedence over the policy's."""

    target: int
    contention: bool = False  # the guardrails that are breached
    failures: bool = False
    override: int | None = None

    @property
    def is_breached(self) -> bool:
        return self.contention or self.failures


@dataclass(frozen=True)
class CapacityDecision:
    at: datetime
    reason: Reason
    before: int
    after: int
    target: int

    def __str__(self) -> str:
        return f"{self.reason} {self.before} → {self.after}"


def decide(
    policy: AutoscalePolicy, state: Capacity, load: Load, at: datetime
) -> tuple[CapacityDecision, Capacity]:
    reason, after = _first_rule(policy, state, load, at)
    decision = CapacityDecision(at, reason, state.capacity, after, load.target)
    return decision, state if after == state.capacity else Capacity(after, at)


def _first_rule(policy: AutoscalePolicy, state: Capacity, load: Load, at: datetime) -> tuple[Reason, int]:
    override = policy.override if load.override is None else load.override
    if override is not None:
        return Reason.OPERATOR_OVERRIDE, override
    if load.is_breached:
        return Reason.GUARDRAIL_STEP_DOWN, policy.stepped_down(state.capacity)
    if state.capacity >= load.target:
        return Reason.HOLD_TARGET_REACHED, state.capacity
    if state.changed_at is None or at - state.changed_at >= policy.ramp_window:
        return Reason.RAMP_STEP, min(load.target, state.capacity + policy.ramp_step)
    return Reason.HOLD_RAMP_WINDOW, state.capacity
