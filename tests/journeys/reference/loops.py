"""The control loops: their contracts, what they decided, and what they logged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from tests.journeys.reference.system import (
    HOUR,
    MINUTE,
    TICK,
    Line,
    Number,
    Seen,
    Span,
    last,
    longest,
    percent,
    within,
)

BEGINS = {"autoscale": "[Background Autoscale] ", "promotion": "[Background Promotion Gate] "}
BACKPRESSURE = "[Background Backpressure] "
PERMITTED = frozenset(
    {
        *("ramp_step", "hold_ramp_window", "hold_target_reached", "operator_override", "guardrail_step_down"),
        *("feature_disabled", "gate_open", "healthy_window_recorded", "healthy_window_waiting_interval"),
        *("threshold_breach", "demotion_waiting_interval", "demotion_breach_recorded"),
        "quota_or_capacity_exhausted",
    }
)
FORBIDDEN = frozenset({"demotion_gate_closed", "duplicate_send_immediate_demotion"})


@dataclass
class Capacity:
    """The autoscaler: its state, and its rules, of which the first that matches wins."""

    now: int = 1024
    changed: datetime | None = None

    def decide(self, at: datetime, active: int, *, breached: bool) -> tuple[str, int]:
        target = max(1024, active * 64)
        if breached:
            reason, after = "guardrail_step_down", max(1024, self.now // 2)
        elif self.now >= target:
            reason, after = "hold_target_reached", self.now
        elif self.changed is None or at - self.changed >= 5 * MINUTE:
            reason, after = "ramp_step", min(target, self.now + 64)
        else:
            reason, after = "hold_ramp_window", self.now
        if after != self.now:
            self.now, self.changed = after, at
        return reason, after


@dataclass
class Course:
    """What became of the capacity, tick by tick."""

    reasons: list[str] = field(default_factory=list)
    steps: list[tuple[int, int]] = field(default_factory=list)  # from, to
    breaches: list[bool] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)

    def readings(self) -> Mapping[str, Number]:
        falls = [after < before for before, after in self.steps]
        moves = [falls for falls, (before, after) in zip(falls, self.steps, strict=True) if after != before]
        # a rise, and then a fall
        turns = [first for first, second in pairwise(moves) if not first and second]
        first_moves_up = bool(moves) and not moves[0]
        return {
            "step_downs": sum(falls),
            "overridden": self.reasons.count("operator_override"),
            "step_downs_in_a_row": longest([reason == "guardrail_step_down" for reason in self.reasons]),
            "oscillations": max(0, len(turns) - first_moves_up),
            "out_of_bounds": sum(
                after > target if after > before else after < min(before, 1024)
                for (before, after), target in zip(self.steps, self.targets, strict=True)
            ),
            "ticks_to_step_down": max(self._ticks_to_step_down(falls), default=None),
            "capacity": self.steps[-1][1],
            "target": self.targets[-1],
            "guardrail": int(self.breaches[-1]),
        }

    def _ticks_to_step_down(self, falls: Sequence[bool]) -> Iterator[int]:
        """For each breach above the floor: the tick at which the capacity fell, or one more than it had."""
        breach: list[bool] = []
        for breached, fell, (before, _) in zip(
            [*self.breaches, False], [*falls, False], [*self.steps, (0, 0)], strict=True
        ):
            if breached and (breach or before > 1024):
                breach.append(fell)
            elif not breached and breach:
                yield breach.index(True) + 1 if True in breach else len(breach) + 1
                breach = []


def autoscale_decisions(seen: Seen, end: datetime) -> Mapping[str, Number]:
    start = end - 2 * HOUR
    course, loop, since = Course(), Capacity(), None
    right = jumps = 0
    for told in seen.decided["autoscale"]:
        at = datetime.fromisoformat(told["timestamp"])
        if not start - 5 * MINUTE <= at < end:
            continue
        jumped = since is not None and told["fromCapacity"] != loop.now
        since = at if since is None or jumped else since
        known = None if jumped else loop.changed
        states = [known] if known or at - since >= 5 * MINUTE else [None, at]
        found = (told["reasonCode"], told["toCapacity"])
        guardrails = told["guardrailState"]
        breached = guardrails["contentionBreached"] or guardrails["failureRateBreached"]
        expected = [
            Capacity(told["fromCapacity"], changed).decide(at, told["activeWorkspaces"], breached=breached)
            for changed in states
        ]
        loop = Capacity(told["toCapacity"], at if told["toCapacity"] != told["fromCapacity"] else known)
        if at >= start:
            right += found in expected and told["globalTarget"] == max(1024, told["activeWorkspaces"] * 64)
            jumps += jumped
            course.reasons.append(told["reasonCode"])
            course.steps.append((told["fromCapacity"], told["toCapacity"]))
            course.breaches.append(breached)
            course.targets.append(told["globalTarget"])
    counts = {"decisions": len(course.steps), "decisions_as_expected": right, "jumps": jumps}
    return {
        **counts,
        "unexplained": sum(reason not in PERMITTED for reason in course.reasons),
        **course.readings(),
    }


def autoscale_policy(seen: Seen, end: datetime) -> Mapping[str, Number]:
    """The contract over signals that are read from the tables, a tick every minute, from the floor."""
    start = end - 2 * HOUR
    course, loop, at = Course(), Capacity(), start - 5 * MINUTE
    while at < end:
        five = (at - 5 * MINUTE, at)
        active = len({job["clientId"] for job in seen.jobs if five[0] < job["runAt"] <= at})
        contended = any(
            "lost claim" in (row["errorMessage"] or "").lower()
            for row in seen.dispatches
            if five[0] < row["windowStart"] <= at
        )
        ended = [
            run["status"] == "FAILED"
            for run in seen.runs
            if run["functionName"] == TICK
            and run["status"] != "RUNNING"
            and at - 15 * MINUTE < run["createdAt"] <= at
        ]
        breached = contended or (percent(sum(ended), len(ended)) or 0) >= 2
        before = loop.now
        reason, after = loop.decide(at, active, breached=breached)
        if at >= start:
            course.reasons.append(reason)
            course.steps.append((before, after))
            course.breaches.append(breached)
            course.targets.append(max(1024, active * 64))
        at += MINUTE
    return {"replayed": len(course.steps), "scenarios": 1, "scenarios_as_expected": 1, **course.readings()}


def promotion_decisions(seen: Seen, end: datetime) -> Mapping[str, Number]:
    """The gate is off in the example, so the first rule always matches: nobody is promoted, and the state stays."""
    told = [
        each
        for each in seen.decided["promotion"]
        if within(datetime.fromisoformat(each["timestamp"]), last(end, 2 * HOUR))
    ]
    granted = [each["promotionGranted"] for each in told]
    changes = [(first, second) for first, second in pairwise(granted) if first != second]
    return {
        "decisions": len(told),
        "decisions_as_expected": sum(
            each["reasonCode"] == "feature_disabled" and not each["promotionGranted"] for each in told
        ),
        "unexplained": sum(each["reasonCode"] not in PERMITTED | FORBIDDEN for each in told),
        "wrongly_granted": sum(granted),
        "oscillations": sum(second for _, second in changes[1:]),
        "out_of_bounds": sum(
            each["healthyWindows"] > 4 or each["demotionBreachWindows"] > 2 for each in told
        ),
        "openings": changes.count((False, True)),
        "closings": changes.count((True, False)),
        "granted": int(granted[-1]),
        "queue_age_p95": told[-1]["signals"]["queueAgeP95Seconds"],
        "failure_rate": told[-1]["signals"]["failureRatePercent"],
        "healthy_windows": told[-1]["healthyWindows"],
    }


def decisions(seen: Seen, end: datetime) -> Mapping[str, Number]:
    codes = Counter(line.told["reasonCode"] for line in seen.log if within(line.at, last(end, HOUR)))
    return {
        **{code: codes[code] for code in PERMITTED},
        "lines": codes.total(),
        "forbidden": sum(codes[code] for code in FORBIDDEN),
        "other": sum(count for code, count in codes.items() if code not in PERMITTED | FORBIDDEN),
    }


def step_downs(seen: Seen, end: datetime) -> Mapping[str, Number]:
    span = last(end, HOUR)
    lines = [line for line in seen.log if line.begins == BEGINS["autoscale"] and within(line.at, span)]
    return _in_a_row(lines, "step_downs", "guardrail_step_down", span, 15 * MINUTE, bounds=[2])


def backpressure(seen: Seen, end: datetime) -> Mapping[str, Number]:
    span = last(end, 30 * MINUTE)
    begins = {BEGINS["autoscale"], BACKPRESSURE}
    lines = [line for line in seen.log if line.begins in begins and within(line.at, span)]
    return _in_a_row(lines, "sustained", "quota_or_capacity_exhausted", span, MINUTE, bounds=[2, 5])


def _in_a_row(
    lines: Sequence[Line], name: str, code: str, span: Span, length: timedelta, bounds: Sequence[int]
) -> Mapping[str, Number]:
    """The most windows back to back, counted from the end, in which the code was logged.

    A window without a line is left out if the lines around it are less than two windows apart. None if the other silent ones could
    bring the number over one of the bounds.
    """
    times = [span[0], *sorted(line.at for line in lines), span[1]]
    late = [(earlier, later) for earlier, later in pairwise(times) if later - earlier < 2 * length]
    having, maybe = [], []
    for index in range((span[1] - span[0]) // length):
        window = (span[1] - (index + 1) * length, span[1] - index * length)
        inside = [line.told["reasonCode"] for line in lines if within(line.at, window)]
        if inside or not any(earlier < window[0] and window[1] <= later for earlier, later in late):
            having.append(code in inside)
            maybe.append(code in inside or not inside)
    least, most = longest(having), longest(maybe)
    is_open = any(least < bound <= most for bound in bounds)
    many = sum(line.told["reasonCode"] == code for line in lines)
    return {name: None if is_open else least, "lines": len(lines), "other": len(lines) - many}
