#!/usr/bin/env python3
"""The autoscaler of the background jobs, as a simulation: a scenario on standard input, its decisions on standard
output.

It receives {"scenario": {"policy": {…}, "capacity": 1024, "every": 60, "steps": […]}, "seed": 7, "clock":
"2026-02-11T08:00:00Z"}, and prints each decision as the service logs it. Replace `decide` with the service's own
code.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

POLICY: dict[str, Any] = {
    "globalFloor": 1024,
    "workspaceMultiplier": 64,
    "rampStep": 64,
    "rampWindowMinutes": 5,
    "stepDownFactor": 0.5,
    "overrideCapacity": None,
}


def decide(
    policy: dict[str, Any],
    capacity: int,
    target: int,
    *,
    breached: bool,
    changed_at: datetime | None,
    now: datetime,
) -> tuple[str, int]:
    """Returns the reason code and the new capacity."""
    if policy["overrideCapacity"] is not None:
        return "operator_override", policy["overrideCapacity"]
    if breached:
        reduced = Fraction(str(policy["stepDownFactor"])) * capacity // 1
        return "guardrail_step_down", max(policy["globalFloor"], int(reduced))
    if capacity >= target:
        return "hold_target_reached", capacity
    if changed_at is None or now - changed_at >= timedelta(minutes=policy["rampWindowMinutes"]):
        return "ramp_step", min(target, capacity + policy["rampStep"])
    return "hold_ramp_window", capacity


def main() -> None:
    told = json.load(sys.stdin)
    scenario, seed = told["scenario"], told["seed"]
    now = datetime.fromisoformat(told["clock"]).astimezone(UTC)
    capacity = scenario.get("capacity", POLICY["globalFloor"])
    changed_at: datetime | None = None
    number = 0
    for step in scenario["steps"]:
        policy = {**POLICY, **scenario.get("policy", {}), **step.get("policy", {})}
        contention, failures = step.get("contentionBreached", False), step.get("failureRateBreached", False)
        target = max(policy["globalFloor"], step.get("activeWorkspaces", 0) * policy["workspaceMultiplier"])
        for _ in range(step.get("ticks", 1)):
            breached = contention or failures
            reason, after = decide(
                policy, capacity, target, breached=breached, changed_at=changed_at, now=now
            )
            number += 1
            decision = {
                "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "fromCapacity": capacity,
                "toCapacity": after,
                "reasonCode": reason,
                "guardrailState": {"contentionBreached": contention, "failureRateBreached": failures},
                "operatorOverrideActive": policy["overrideCapacity"] is not None,
                "correlationId": f"autoscale-{seed}-{number}",
                "globalTarget": target,
            }
            sys.stdout.write(f"{json.dumps(decision)}\n")
            if after != capacity:
                capacity, changed_at = after, now
            now += timedelta(seconds=scenario.get("every", 60))


if __name__ == "__main__":
    main()
