"""The contract of a promotion gate: a pure function of policy, state, signals and time. The first rule that matches wins."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from checks.numbers import Number, exactly
from checks.units import Duration


class Reason(enum.StrEnum):
    FEATURE_DISABLED = "feature_disabled"
    DUPLICATE_SEND = "duplicate_send_immediate_demotion"
    GATE_OPEN = "gate_open"
    DEMOTION_WAITING = "demotion_waiting_interval"
    DEMOTION_GATE_CLOSED = "demotion_gate_closed"
    DEMOTION_BREACH = "demotion_breach_recorded"
    THRESHOLD_BREACH = "threshold_breach"
    HEALTHY_WAITING = "healthy_window_waiting_interval"
    HEALTHY_RECORDED = "healthy_window_recorded"


class PromotionPolicy(BaseModel):
    """The gate's configuration."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)
    enabled: bool = Field(default=False, description="Whether anybody is promoted at all")
    required_windows: int = Field(
        default=4, ge=1, le=10_000, description="Healthy windows until the gate opens"
    )
    window: Duration = Field(
        default=timedelta(minutes=30), description="The least time between two windows that count"
    )
    queue_age_max: Duration = Field(
        default=timedelta(seconds=180),
        description="From this p95 of the queue's age on, no window is healthy",
    )
    failure_rate_max: float = Field(
        default=0.5, ge=0, le=100, description="From this many percent of failures on, no window is healthy"
    )
    duplicates_max: int = Field(
        default=0, ge=0, le=1 << 31, description="More duplicate sends demote at once"
    )
    demotion_windows: int = Field(
        default=2, ge=1, le=10_000, description="Breached windows until the gate closes"
    )
    demotion_window: Duration = Field(
        default=timedelta(minutes=15), description="The least time between two breaches that count"
    )
    demotion_failure_rate: float = Field(
        default=2.0, ge=0, le=100, description="From this many percent of failures on, a window is breached"
    )


@dataclass(frozen=True)
class Standing:
    """The gate's state. A time of None was never evaluated, which counts as long ago."""

    healthy: int = 0
    promoted: bool = False
    breaches: int = 0
    promotion_at: datetime | None = None
    demotion_at: datetime | None = None


@dataclass(frozen=True)
class Signals:
    queue_age: Number = 0  # p95, in seconds
    failure_rate: Number = 0  # in percent
    contention: bool = False
    duplicates: int = 0


@dataclass(frozen=True)
class PromotionDecision:
    at: datetime
    reason: Reason
    granted: bool
    healthy: int  # after it
    breaches: int

    def __str__(self) -> str:
        granted = "granted" if self.granted else "not granted"
        return f"{self.reason}, {granted}, {self.healthy} healthy, {self.breaches} breached"


def decide(
    policy: PromotionPolicy, state: Standing, signals: Signals, at: datetime
) -> tuple[PromotionDecision, Standing]:
    reason, after = _first_rule(policy, state, signals, at)
    return PromotionDecision(at, reason, after.promoted, after.healthy, after.breaches), after


def _first_rule(
    policy: PromotionPolicy, state: Standing, signals: Signals, at: datetime
) -> tuple[Reason, Standing]:
    if not policy.enabled:
        return Reason.FEATURE_DISABLED, replace(state, promoted=False)
    if signals.duplicates > policy.duplicates_max:
        return Reason.DUPLICATE_SEND, _demoted(state, at)
    return (_keeping if state.promoted else _earning)(policy, state, signals, at)


def _keeping(
    policy: PromotionPolicy, state: Standing, signals: Signals, at: datetime
) -> tuple[Reason, Standing]:
    """The decision for a promoted tenant."""
    if not signals.contention and exactly(signals.failure_rate) < exactly(policy.demotion_failure_rate):
        return Reason.GATE_OPEN, replace(state, breaches=0, demotion_at=at)
    if _is_too_soon(at, state.demotion_at, policy.demotion_window):
        return Reason.DEMOTION_WAITING, state
    if state.breaches + 1 >= policy.demotion_windows:
        return Reason.DEMOTION_GATE_CLOSED, _demoted(state, at)
    return Reason.DEMOTION_BREACH, replace(state, breaches=state.breaches + 1, demotion_at=at)


def _earning(
    policy: PromotionPolicy, state: Standing, signals: Signals, at: datetime
) -> tuple[Reason, Standing]:
    """The decision for a tenant that is not promoted."""
    if is_unhealthy(policy, signals):
        return Reason.THRESHOLD_BREACH, replace(state, healthy=0, promotion_at=at)
    if _is_too_soon(at, state.promotion_at, policy.window):
        return Reason.HEALTHY_WAITING, state
    if state.healthy + 1 >= policy.required_windows:
        opened = Standing(healthy=policy.required_windows, promoted=True, promotion_at=at)
        return Reason.GATE_OPEN, opened
    return Reason.HEALTHY_RECORDED, replace(state, healthy=state.healthy + 1, promotion_at=at)


def is_unhealthy(policy: PromotionPolicy, signals: Signals) -> bool:
    return (
        signals.contention
        or exactly(signals.queue_age) >= exactly(policy.queue_age_max.total_seconds())
        or exactly(signals.failure_rate) >= exactly(policy.failure_rate_max)
    )


def _demoted(state: Standing, at: datetime) -> Standing:
    return Standing(promotion_at=state.promotion_at, demotion_at=at)


def _is_too_soon(at: datetime, last: datetime | None, interval: timedelta) -> bool:
    return last is not None and at - last < interval
