"""For generated signals, the kinds, the example programs and an independent model decide alike.

A decision that deviates from the model is found, at that decision.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from checks.control.autoscale import Autoscale
from checks.control.promotion import Promotion
from checks.control.recorded import Record
from checks.reading import Window
from tests.checks.control import model

PROGRAMS = Path(__file__).parents[3] / "examples" / "background-jobs" / "control"
START = datetime(2026, 2, 11, 8, tzinfo=UTC)
DAY = Window(start=START, end=START + timedelta(days=30))

capacity_policies = st.fixed_dictionaries(
    {
        "floor": st.sampled_from([0, 1, 1000, 1024]),
        "multiplier": st.sampled_from([0, 1, 64]),
        "ramp_step": st.sampled_from([1, 63, 64, 5000]),
        "ramp_window": st.sampled_from([60, 300, 301]),
        "factor": st.sampled_from([0, 0.29, 0.5, 0.7, 1]),
        "override": st.sampled_from([None, None, None, 512]),
    }
)
loads = st.fixed_dictionaries(
    {
        "active": st.sampled_from([0, 15, 16, 17, 20, 62]),
        "contention": st.sampled_from([False, False, False, True]),
        "failures": st.sampled_from([False, False, False, True]),
        "override": st.sampled_from([None, None, None, None, 100, 4096]),
    }
)
gates = st.fixed_dictionaries(
    {
        "enabled": st.sampled_from([True, True, True, False]),
        "required": st.integers(1, 4),
        "window": st.sampled_from([900, 1800]),
        "age_max": st.sampled_from([1, 180]),
        "failures_max": st.sampled_from([0, 0.5, 3]),
        "duplicates_max": st.sampled_from([0, 1]),
        "demotion_windows": st.integers(1, 3),
        "demotion_window": st.sampled_from([900, 2000]),
        "demotion_failures": st.sampled_from([0.4, 2.0]),
    }
)
signals = st.fixed_dictionaries(
    {
        "age": st.sampled_from([0, 0, 0, 0, 179, 180]),
        "failures": st.sampled_from([0, 0, 0, 0.1, 0.49, 0.5, 1.99, 2, 2.0, 50]),
        "contention": st.sampled_from([False] * 5 + [True]),
        "duplicates": st.sampled_from([0] * 8 + [1, 2]),
    }
)
everies = st.sampled_from([60, 299, 300, 900, 1800])


def timed(ticks: Sequence[dict[str, Any]], every: int) -> list[dict[str, Any]]:
    return [{**tick, "at": place * every} for place, tick in enumerate(ticks)]


def autoscale(config: dict[str, Any], **fields: Any) -> Autoscale:
    policy = {
        "floor": config["floor"],
        "multiplier": config["multiplier"],
        "ramp_step": config["ramp_step"],
        "ramp_window": f"{config['ramp_window']}s",
        "step_down_factor": config["factor"],
        "override": config["override"],
    }
    return Autoscale.model_validate(
        {"kind": "control.autoscale", "owner": "platform", "policy": policy, **fields}
    )


def promotion(config: dict[str, Any], **fields: Any) -> Promotion:
    policy = {
        "enabled": config["enabled"],
        "required_windows": config["required"],
        "window": f"{config['window']}s",
        "queue_age_max": f"{config['age_max']}s",
        "failure_rate_max": config["failures_max"],
        "duplicates_max": config["duplicates_max"],
        "demotion_windows": config["demotion_windows"],
        "demotion_window": f"{config['demotion_window']}s",
        "demotion_failure_rate": config["demotion_failures"],
    }
    return Promotion.model_validate(
        {"kind": "control.promotion", "owner": "platform", "policy": policy, **fields}
    )


RECORDED = {"decisions": "SELECT 1 WHERE {{start}} < {{end}}", "window": "1d"}


@settings(max_examples=80)
@given(capacity_policies, st.lists(loads, min_size=1, max_size=40), everies, st.sampled_from([0, 1024, 2048]))
def test_a_simulated_autoscaler_follows_its_contract(
    config: dict[str, Any], ticks: list[dict[str, Any]], every: int, capacity: int
) -> None:
    steps = [
        {
            "active_workspaces": tick["active"],
            **{key: tick[key] for key in ("contention", "failures", "override")},
        }
        for tick in ticks
    ]
    steps[0]["expect"] = {}
    scenario = {"capacity": capacity, "every": f"{every}s", "steps": steps}
    (trajectory,) = autoscale(config, scenarios={"one": scenario}).simulated()
    got = [
        {"reason": tick.reason, "from": tick.before, "to": tick.after, "target": tick.target}
        for tick in trajectory.ticks
    ]
    assert got == model.autoscale(config, timed(ticks, every), capacity)


@settings(max_examples=80)
@given(gates, st.lists(signals, min_size=1, max_size=40), everies)
def test_a_simulated_gate_follows_its_contract(
    config: dict[str, Any], ticks: list[dict[str, Any]], every: int
) -> None:
    steps = [
        {
            "queue_age": f"{tick['age']}s",
            "failure_rate": tick["failures"],
            **{key: tick[key] for key in ("contention", "duplicates")},
        }
        for tick in ticks
    ]
    steps[0]["expect"] = {}
    scenario = {"every": f"{every}s", "steps": steps}
    (trajectory,) = promotion(config, scenarios={"one": scenario}).simulated()
    got = [
        {"reason": tick.reason, "granted": tick.granted, "h": tick.healthy, "d": tick.breaches}
        for tick in trajectory.ticks
    ]
    assert got == model.promotion(config, timed(ticks, every))


def capacity_records(
    config: dict[str, Any], ticks: list[dict[str, Any]], decided: list[dict[str, Any]]
) -> list[Record]:
    """The decisions as the loop logs them."""
    return [
        Record(
            START + timedelta(seconds=tick["at"]),
            place,
            {
                "fromCapacity": one["from"],
                "toCapacity": one["to"],
                "reasonCode": one["reason"],
                "globalTarget": one["target"],
                "contentionBreached": tick["contention"],
                "failureRateBreached": tick["failures"],
                "operatorOverrideActive": (tick["override"] or config["override"]) is not None,
                "overrideCapacity": tick["override"],
            },
        )
        for place, (tick, one) in enumerate(zip(ticks, decided, strict=True), 1)
    ]


def gate_records(ticks: list[dict[str, Any]], decided: list[dict[str, Any]]) -> list[Record]:
    return [
        Record(
            START + timedelta(seconds=tick["at"]),
            place,
            {
                "promotionGranted": one["granted"],
                "reasonCode": one["reason"],
                "healthyWindows": one["h"],
                "demotionBreachWindows": one["d"],
                "queueAgeP95Seconds": tick["age"],
                "failureRatePercent": tick["failures"],
                "contentionBreached": tick["contention"],
                "duplicateSendCount": tick["duplicates"],
            },
        )
        for place, (tick, one) in enumerate(zip(ticks, decided, strict=True), 1)
    ]


@settings(max_examples=80)
@given(
    capacity_policies,
    st.lists(loads, min_size=1, max_size=40),
    everies,
    st.sampled_from([0, 1024, 2048]),
    st.integers(0, 20),
)
def test_decisions_of_a_correct_autoscaler_are_as_expected_from_any_starting_point(
    config: dict[str, Any], ticks: list[dict[str, Any]], every: int, capacity: int, skipped: int
) -> None:
    ticks = timed(ticks, every)
    records = capacity_records(config, ticks, model.autoscale(config, ticks, capacity))[skipped:]
    found = autoscale(config, **RECORDED).compared(records, DAY)
    assert (list(found.differences), list(found.jumps), found.unexplained) == ([], [], 0)
    assert len(found.ticks) == len(records)


@settings(max_examples=80)
@given(gates, st.lists(signals, min_size=1, max_size=40), everies, st.integers(0, 20))
def test_decisions_of_a_correct_gate_are_as_expected_from_any_starting_point(
    config: dict[str, Any], ticks: list[dict[str, Any]], every: int, skipped: int
) -> None:
    ticks = timed(ticks, every)
    records = gate_records(ticks, model.promotion(config, ticks))[skipped:]
    found = promotion(config, **RECORDED).compared(records, DAY)
    assert list(found.differences) == []
    assert found.unexplained == 0


WRONG_REASON = st.sampled_from(["ramp_step", "hold_target_reached", "gate_open", "threshold_breach", "", "x"])


@settings(max_examples=80)
@given(
    capacity_policies, st.lists(loads, min_size=10, max_size=40), everies, st.integers(0, 100), WRONG_REASON
)
def test_one_wrong_reason_of_an_autoscaler_is_the_only_difference(
    config: dict[str, Any], ticks: list[dict[str, Any]], every: int, at: int, wrong: str
) -> None:
    """In the second half, where the loop's state is known."""
    ticks = timed(ticks, max(every, 300))
    decided = model.autoscale(config, ticks, 1024)
    at = len(decided) // 2 + at % (len(decided) // 2)
    if decided[at]["reason"] == wrong:
        return
    decided[at]["reason"] = wrong
    found = autoscale(config, **RECORDED).compared(capacity_records(config, ticks, decided), DAY)
    assert len(found.differences) == 1
    time = START + timedelta(seconds=ticks[at]["at"])
    assert found.differences[0].startswith(f"{time:%Y-%m-%d %H:%M:%S} UTC: {wrong or 'no reason code'} ")


@settings(max_examples=80)
@given(gates, st.lists(signals, min_size=20, max_size=40), st.integers(0, 100))
def test_a_wrongful_grant_is_found(config: dict[str, Any], ticks: list[dict[str, Any]], at: int) -> None:
    ticks = timed(ticks, 1800)
    decided = model.promotion(config, ticks)
    at = len(decided) // 2 + at % (len(decided) // 2)
    if decided[at]["granted"]:
        return
    decided[at] |= {"granted": True, "reason": "gate_open", "h": config["required"]}
    found = promotion(config, **RECORDED).compared(gate_records(ticks, decided), DAY)
    assert found.ticks[at].is_wrong
    assert f"{START + timedelta(seconds=ticks[at]['at']):%Y-%m-%d %H:%M:%S} UTC" in found.differences[0]


# ------------------------------------------------------------ the example programs


def said(argv: list[str], scenario: Any) -> list[dict[str, Any]]:
    told = {"name": "one", "scenario": scenario, "seed": 7, "clock": START.isoformat()}
    done = subprocess.run(
        argv, input=json.dumps(told), capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


@settings(max_examples=15)
@given(capacity_policies, st.lists(loads, min_size=1, max_size=40), everies, st.sampled_from([0, 1024, 2048]))
def test_the_example_autoscaler_follows_its_contract(
    config: dict[str, Any], ticks: list[dict[str, Any]], every: int, capacity: int
) -> None:
    config = {**config, "ramp_window": 300}
    policy = {
        "globalFloor": config["floor"],
        "workspaceMultiplier": config["multiplier"],
        "rampStep": config["ramp_step"],
        "rampWindowMinutes": 5,
        "stepDownFactor": config["factor"],
        "overrideCapacity": config["override"],
    }
    steps = [
        {
            "activeWorkspaces": tick["active"],
            "contentionBreached": tick["contention"],
            "failureRateBreached": tick["failures"],
            **({"policy": {"overrideCapacity": tick["override"]}} if tick["override"] is not None else {}),
        }
        for tick in ticks
    ]
    scenario = {"policy": policy, "capacity": capacity, "every": every, "steps": steps}
    got = said([sys.executable, str(PROGRAMS / "autoscale.py")], scenario)
    expected = model.autoscale(config, timed(ticks, every), capacity)
    fields = {"reason": "reasonCode", "from": "fromCapacity", "to": "toCapacity", "target": "globalTarget"}
    assert [{name: one[field] for name, field in fields.items()} for one in got] == expected
    assert got[-1]["timestamp"] == _iso(START + timedelta(seconds=(len(ticks) - 1) * every))


@settings(max_examples=15)
@given(gates, st.lists(signals, min_size=1, max_size=40), everies)
def test_the_example_gate_follows_its_contract(
    config: dict[str, Any], ticks: list[dict[str, Any]], every: int
) -> None:
    config = {**config, "demotion_window": 900}
    policy = {
        "enabled": config["enabled"],
        "requiredWindows": config["required"],
        "windowMinutes": config["window"] // 60,
        "queueAgeP95MaxSeconds": config["age_max"],
        "failureRateMaxPercent": config["failures_max"],
        "duplicateSendMaxCount": config["duplicates_max"],
        "demotionRequiredWindows": config["demotion_windows"],
        "demotionWindowMinutes": 15,
        "demotionFailureRateMinPercent": config["demotion_failures"],
    }
    steps = [
        {
            "queueAgeP95Seconds": tick["age"],
            "failureRatePercent": tick["failures"],
            "contentionBreached": tick["contention"],
            "duplicateSendCount": tick["duplicates"],
        }
        for tick in ticks
    ]
    got = said([str(PROGRAMS / "promotion")], {"policy": policy, "every": every, "steps": steps})
    expected = model.promotion(config, timed(ticks, every))
    fields = {
        "reason": "reasonCode",
        "granted": "promotionGranted",
        "h": "healthyWindows",
        "d": "demotionBreachWindows",
    }
    assert [{name: one[field] for name, field in fields.items()} for one in got] == expected
    assert got[-1]["timestamp"] == _iso(START + timedelta(seconds=(len(ticks) - 1) * every))


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
