"""The decisions of the two control loops and the scheduler, once a minute, as log lines.

The first rule of a loop that matches decides, and names its reason code.
"""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.jobsystem.dispatch import iso

AUTOSCALE, PROMOTION, BACKPRESSURE = (
    "[Background Autoscale]",
    "[Background Promotion Gate]",
    "[Background Backpressure]",
)
_FLOOR, _TARGET, _STEP, _FACTOR = 1024, 3968, 64, 0.5  # the target is that of 62 workspaces
_RAMP_WINDOW = timedelta(minutes=5)
_REMEMBERED = timedelta(minutes=15)  # over which the rate of failures is taken
_BREACH_PERCENT, _UNHEALTHY_PERCENT, _OLDEST_S = 2.0, 0.5, 180
_CONTENDED = 0.5  # of the dial


@dataclass(frozen=True)
class Signals:
    """What the loops know at a time."""

    queue_age_s: int
    failure_percent: float
    contended: bool
    duplicates: int
    deferred: int

    @property
    def failing(self) -> bool:
        return self.failure_percent >= _BREACH_PERCENT


@dataclass(frozen=True)
class Capacity:
    now: int = _FLOOR
    changed_at: datetime | None = None

    def decided(self, at: datetime, signals: Signals) -> tuple[str, Capacity]:
        """-> (reason code, the new capacity)."""
        if signals.contended or signals.failing:
            return "guardrail_step_down", self._to(max(_FLOOR, math.floor(self.now * _FACTOR)), at)
        if self.now >= _TARGET:
            return "hold_target_reached", self
        if self.changed_at is None or at - self.changed_at >= _RAMP_WINDOW:
            return "ramp_step", self._to(min(_TARGET, self.now + _STEP), at)
        return "hold_ramp_window", self

    def _to(self, capacity: int, at: datetime) -> Capacity:
        return replace(self, now=capacity, changed_at=at) if capacity != self.now else self


@dataclass
class Decisions:
    """Lines for the log at `path`, which are written by `flush`; without a path, there are none."""

    path: Path | None
    _capacity: Capacity = field(default_factory=Capacity)
    _ended: deque[tuple[datetime, bool]] = field(default_factory=deque)  # runs, and whether they failed
    _lines: list[str] = field(default_factory=list)
    _is_new: bool = True
    _blocked: int = 0  # cycles in a row

    def ran(self, at: datetime, *, failed: bool) -> None:
        """A function run ended."""
        if self.path:
            self._ended.append((at, failed))

    def decide(self, at: datetime, dials: Mapping[str, float]) -> None:
        """What the loops decide at the end of a minute."""
        if not self.path:
            return
        signals = self._signals(at, dials)
        before = self._capacity
        code, self._capacity = before.decided(at, signals)
        correlation = f"tick-{int(at.timestamp())}"
        common: dict[str, Any] = {"timestamp": iso(at), "correlationId": correlation}
        self._log(
            AUTOSCALE,
            common
            | {"fromCapacity": before.now, "toCapacity": self._capacity.now, "reasonCode": code}
            | {
                "guardrailState": {
                    "contentionBreached": signals.contended,
                    "failureRateBreached": signals.failing,
                },
                "operatorOverrideActive": False,
                "globalTarget": _TARGET,
            },
        )
        self._log(PROMOTION, {**common, **_promotion(signals)})
        self._blocked = self._blocked + 1 if signals.deferred else 0
        if signals.deferred:
            told: dict[str, Any] = {"deferredJobs": signals.deferred, "blockedCycles": self._blocked}
            told |= {"reasonCode": "quota_or_capacity_exhausted", "correlationId": correlation}
            self._log(BACKPRESSURE, told)

    def flush(self) -> None:
        """Begins the log anew the first time: readers see the old one until then."""
        if not self.path:
            return
        text, self._lines = "".join(self._lines), []
        if self._is_new:
            fresh = self.path.with_name(f".{self.path.name}.new")
            fresh.write_text(text)
            fresh.replace(self.path)
            self._is_new = False
        elif text:
            with self.path.open("a") as log:
                log.write(text)

    def _log(self, begin: str, decision: Mapping[str, Any]) -> None:
        self._lines.append(f"{begin} {json.dumps(decision)}\n")

    def _signals(self, at: datetime, dials: Mapping[str, float]) -> Signals:
        while self._ended and self._ended[0][0] < at - _REMEMBERED:
            self._ended.popleft()
        failed = sum(one for _, one in self._ended)
        slow = dials["slow_queue"]
        return Signals(
            queue_age_s=round(600 * slow),
            failure_percent=100 * failed / len(self._ended) if self._ended else 0.0,
            contended=dials["contention"] >= _CONTENDED,
            duplicates=int(dials["duplicate_sends"]),
            deferred=round(40 * slow) + round(20 * dials["hot_tenant"]),
        )


def _promotion(signals: Signals) -> Mapping[str, Any]:
    """The gate as it is forced in staging: open, and closed at once by a duplicate."""
    granted, code = True, "gate_open"
    if signals.duplicates:
        granted, code = False, "duplicate_send_immediate_demotion"
    elif (
        signals.contended or signals.queue_age_s >= _OLDEST_S or signals.failure_percent >= _UNHEALTHY_PERCENT
    ):
        granted, code = False, "threshold_breach"
    return {
        "promotionGranted": granted,
        "reasonCode": code,
        "signals": {
            "queueAgeP95Seconds": signals.queue_age_s,
            "failureRatePercent": round(signals.failure_percent, 3),
            "contentionBreached": signals.contended,
            "duplicateSendCount": signals.duplicates,
        },
    }
