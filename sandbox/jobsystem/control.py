"""The service's control loops: how much capacity it uses, and whether tenants are promoted to a higher quota.

Both decide once per tick of the scheduler, and every decision records what it is based on. Dials make them
misbehave.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sandbox.jobsystem.dials import Dials
from sandbox.jobsystem.dispatch import iso
from sandbox.jobsystem.signals import Signals

_FLOOR, _MULTIPLIER, _STEP = 1024, 64, 64
_RAMP_WINDOW = timedelta(minutes=5)
_CONTENDED = 0.2  # of the dial's maximum
_FAILING = 2.0  # percent
_FLAP = 12  # minutes between two falls
_REQUIRED = 4
_WINDOW, _DEMOTION_WINDOW = timedelta(minutes=30), timedelta(minutes=15)


@dataclass(frozen=True)
class Decision:
    """A decision as it is logged and recorded."""

    loop: str
    at: datetime
    told: dict[str, Any]

    @property
    def id(self) -> str:
        return f"{self.told['correlationId']}:{self.loop}"

    @cached_property
    def json(self) -> str:
        return json.dumps(self.told)


class ControlLoops:
    def __init__(self) -> None:
        self._autoscaler, self._gate, self._backpressure = Autoscaler(), PromotionGate(), Backpressure()

    def decide(self, at: datetime, seen: Signals, dials: Dials) -> Iterator[Decision]:
        correlation = f"control-{iso(at)}"
        yield Decision("autoscale", at, self._autoscaler.decide(at, seen, dials, correlation))
        yield Decision("promotion", at, self._gate.decide(at, seen, dials, correlation))
        if told := self._backpressure.decide(seen, correlation):
            yield Decision("backpressure", at, told)


class Autoscaler:
    def __init__(self) -> None:
        self._capacity = _FLOOR
        self._changed: datetime | None = None

    def decide(self, at: datetime, seen: Signals, dials: Dials, correlation: str) -> dict[str, Any]:
        flaps = bool(dials["autoscale_flaps"])
        contended = dials["contention"] >= _CONTENDED or (flaps and at.minute % _FLAP == 0)
        failing = seen.failure_rate >= _FAILING
        active = seen.active + (60 if flaps else 0)
        target = max(_FLOOR, active * _MULTIPLIER)
        heeded = (contended or failing) and not dials["autoscale_stuck"]
        reason, after = self._choice(at, target, breached=heeded)
        decision = {
            "timestamp": iso(at),
            "fromCapacity": self._capacity,
            "toCapacity": after,
            "reasonCode": reason,
            "guardrailState": {"contentionBreached": contended, "failureRateBreached": failing},
            "operatorOverrideActive": False,
            "correlationId": correlation,
            "activeWorkspaces": active,
            "globalTarget": target,
        }
        if after != self._capacity:
            self._capacity, self._changed = after, at
        return decision

    def _choice(self, at: datetime, target: int, *, breached: bool) -> tuple[str, int]:
        if breached:
            return "guardrail_step_down", max(_FLOOR, self._capacity // 2)
        if self._capacity >= target:
            return "hold_target_reached", self._capacity
        if self._changed is None or at - self._changed >= _RAMP_WINDOW:
            return "ramp_step", min(target, self._capacity + _STEP)
        return "hold_ramp_window", self._capacity


class PromotionGate:
    def __init__(self) -> None:
        self._healthy = self._breaches = 0
        self._promoted = False
        self._promotion_at: datetime | None = None
        self._demotion_at: datetime | None = None

    def decide(self, at: datetime, seen: Signals, dials: Dials, correlation: str) -> dict[str, Any]:
        contended = dials["contention"] >= _CONTENDED
        reason = self._choice(at, seen, dials, contended=contended)
        return {
            "timestamp": iso(at),
            "promotionGranted": self._promoted,
            "reasonCode": reason,
            "healthyWindows": self._healthy,
            "demotionBreachWindows": self._breaches,
            "requiredWindows": _REQUIRED,
            "signals": {
                "queueAgeP95Seconds": seen.queue_age,
                "failureRatePercent": seen.failure_rate,
                "contentionBreached": contended,
                "duplicateSendCount": seen.duplicates,
            },
            "nextState": {
                "healthyWindows": self._healthy,
                "promoted": self._promoted,
                "demotionBreachWindows": self._breaches,
            },
            "correlationId": correlation,
        }

    def _choice(self, at: datetime, seen: Signals, dials: Dials, *, contended: bool) -> str:
        if dials["promotion_early"]:
            return self._open(at)
        if not dials["promotion"]:
            self._promoted = False
            return "feature_disabled"
        if seen.duplicates:
            self._close(at)
            return "duplicate_send_immediate_demotion"
        if self._promoted:
            return self._kept(at, breached=contended or seen.failure_rate >= _FAILING)
        return self._earned(at, healthy=not contended and seen.queue_age < 180 and seen.failure_rate < 0.5)

    def _kept(self, at: datetime, *, breached: bool) -> str:
        if not breached:
            self._breaches, self._demotion_at = 0, at
            return "gate_open"
        if self._demotion_at and at - self._demotion_at < _DEMOTION_WINDOW:
            return "demotion_waiting_interval"
        if self._breaches:
            self._close(at)
            return "demotion_gate_closed"
        self._breaches, self._demotion_at = 1, at
        return "demotion_breach_recorded"

    def _earned(self, at: datetime, *, healthy: bool) -> str:
        if not healthy:
            self._healthy, self._promotion_at = 0, at
            return "threshold_breach"
        if self._promotion_at and at - self._promotion_at < _WINDOW:
            return "healthy_window_waiting_interval"
        self._promotion_at = at
        if self._healthy + 1 == _REQUIRED:
            return self._open(at)
        self._healthy += 1
        return "healthy_window_recorded"

    def _open(self, at: datetime) -> str:
        self._promoted, self._healthy, self._breaches = True, _REQUIRED, 0
        self._promotion_at, self._demotion_at = at, None
        return "gate_open"

    def _close(self, at: datetime) -> None:
        self._promoted, self._healthy, self._breaches, self._demotion_at = False, 0, 0, at


class Backpressure:
    """The scheduler logs this whenever it had to defer jobs."""

    def __init__(self) -> None:
        self._blocked = 0  # consecutive cycles

    def decide(self, seen: Signals, correlation: str) -> dict[str, Any] | None:
        self._blocked = self._blocked + 1 if seen.deferred else 0
        if not self._blocked:
            return None
        return {
            "deferredJobs": seen.deferred,
            "blockedCycles": self._blocked,
            "reasonCode": "quota_or_capacity_exhausted",
            "correlationId": correlation,
        }
