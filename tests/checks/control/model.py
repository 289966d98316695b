"""Independent models of both control loops, written from the reference system's documentation without our code.

Times are whole seconds, ratios are fractions, and states are plain dictionaries.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

LONG_AGO = -(10**12)


def autoscale(config: dict[str, Any], ticks: list[dict[str, Any]], capacity: int) -> list[dict[str, Any]]:
    """Each tick has at, active, contention, failures, override. Returns for each decision: reason, from, to, target."""
    last_change = LONG_AGO
    decided = []
    for tick in ticks:
        target = max(config["floor"], tick["active"] * config["multiplier"])
        override = tick["override"] if tick["override"] is not None else config["override"]
        rules = [
            ("operator_override", override is not None, override),
            (
                "guardrail_step_down",
                tick["contention"] or tick["failures"],
                max(config["floor"], int(Fraction(str(config["factor"])) * capacity)),
            ),
            ("hold_target_reached", capacity >= target, capacity),
            (
                "ramp_step",
                tick["at"] - last_change >= config["ramp_window"],
                min(target, capacity + config["ramp_step"]),
            ),
            ("hold_ramp_window", True, capacity),
        ]
        reason, _, to = next(rule for rule in rules if rule[1])
        decided.append({"reason": reason, "from": capacity, "to": to, "target": target})
        if to != capacity:
            capacity, last_change = to, tick["at"]
    return decided


def promotion(config: dict[str, Any], ticks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each tick has at, age, failures, contention, duplicates. Returns for each decision: reason, granted, h, d."""
    s = {"h": 0, "d": 0, "promoted": False, "p": LONG_AGO, "q": LONG_AGO}
    decided = []
    for tick in ticks:
        reason, change = _promotion_rule(config, s, tick)
        s = {**s, **change}
        decided.append({"reason": reason, "granted": s["promoted"], "h": s["h"], "d": s["d"]})
    return decided


def _promotion_rule(
    config: dict[str, Any], s: dict[str, Any], tick: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    now, promoted = tick["at"], s["promoted"]
    failures = Fraction(str(tick["failures"]))
    breached = tick["contention"] or failures >= Fraction(str(config["demotion_failures"]))
    unhealthy = (
        tick["contention"]
        or tick["age"] >= config["age_max"]
        or failures >= Fraction(str(config["failures_max"]))
    )
    out = {"promoted": False, "h": 0, "d": 0, "q": now}
    table = [
        (not config["enabled"], "feature_disabled", {"promoted": False}),
        (tick["duplicates"] > config["duplicates_max"], "duplicate_send_immediate_demotion", out),
        (promoted and not breached, "gate_open", {"d": 0, "q": now}),
        (promoted and now - s["q"] < config["demotion_window"], "demotion_waiting_interval", {}),
        (promoted and s["d"] + 1 >= config["demotion_windows"], "demotion_gate_closed", out),
        (promoted, "demotion_breach_recorded", {"d": s["d"] + 1, "q": now}),
        (unhealthy, "threshold_breach", {"h": 0, "p": now}),
        (now - s["p"] < config["window"], "healthy_window_waiting_interval", {}),
        (
            s["h"] + 1 >= config["required"],
            "gate_open",
            {"promoted": True, "h": config["required"], "d": 0, "p": now, "q": LONG_AGO},
        ),
        (True, "healthy_window_recorded", {"h": s["h"] + 1, "p": now}),
    ]
    return next((reason, change) for holds, reason, change in table if holds)
