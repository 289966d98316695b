"""Whether a promotion gate decides as its contract says."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from checks.control.gate import (
    PromotionDecision,
    PromotionPolicy,
    Reason,
    Signals,
    Standing,
    decide,
    is_unhealthy,
)
from checks.control.loop import ControlLoop, LoopScenario, changed, say_tick, say_time
from checks.control.recorded import Record
from checks.control.trajectory import Trajectory, series
from checks.numbers import Number, Scalar, exactly
from checks.panels import Panels
from checks.reading import Series, Window
from checks.units import Duration
from checks.wording import Wording

_PROMOTION_EVALUATED = {Reason.THRESHOLD_BREACH, Reason.HEALTHY_RECORDED}
_DEMOTION_EVALUATED = {Reason.DUPLICATE_SEND, Reason.DEMOTION_GATE_CLOSED, Reason.DEMOTION_BREACH}


class ExpectedPromotion(BaseModel):
    """What the model must decide in a step."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)
    reason_code: Reason | None = Field(default=None, description="The reason code at each tick of the step")
    granted: bool | None = Field(
        default=None, description="Whether promotion is granted at each tick of the step"
    )
    healthy_windows: int | None = Field(
        default=None, ge=0, description="The healthy windows after the step's last tick"
    )


class PromotionStep(BaseModel):
    """Some ticks with the same signals."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)
    ticks: int = Field(default=1, ge=1, le=10_000, description="How many ticks it lasts")
    queue_age: Duration = Field(default=timedelta(0), description="The p95 of the queue's age")
    failure_rate: float = Field(default=0.0, ge=0, le=100, description="Failures, in percent")
    contention: bool = Field(default=False, description="Whether the guardrail for contention is breached")
    duplicates: int = Field(default=0, ge=0, le=1 << 31, description="Duplicate sends")
    expect: ExpectedPromotion | None = Field(default=None, description="What must be decided")

    @property
    def signals(self) -> Signals:
        return Signals(self.queue_age.total_seconds(), self.failure_rate, self.contention, self.duplicates)


class PromotionScenario(LoopScenario):
    """A course of signals."""

    every: Duration = Field(default=timedelta(minutes=30), description="The time between two ticks")
    promoted: bool = Field(default=False, description="Whether it is promoted before")
    healthy_windows: int = Field(default=0, ge=0, le=10_000, description="Healthy windows before")
    demotion_breaches: int = Field(default=0, ge=0, le=10_000, description="Breached windows before")
    steps: tuple[PromotionStep, ...] = Field(
        min_length=1, max_length=500, description="What happens, in order"
    )


@dataclass(frozen=True)
class PromotionTick:
    at: datetime
    reason: str
    granted: bool
    healthy: int
    breaches: int
    queue_age: Number
    failure_rate: Number
    is_breached: bool  # for a promoted tenant
    is_unhealthy: bool
    is_within: bool  # its counts are within what the policy allows
    is_wrong: bool = False  # granted, and it must not be


class Promotion(ControlLoop):
    """`{kind: control.promotion, policy: {enabled: true}, scenarios: {…}}`

    The contract's model is replayed over `scenarios`, and compared with the `decisions` that were recorded, or replayed over the
    `signals`. `oscillations` are openings of the gate that follow a closing; `time_to_demote` is the longest time from the
    first breach of a promoted one to the closing.
    """

    kind: Literal["control.promotion"]
    policy: PromotionPolicy = Field(
        default=PromotionPolicy(), description="The gate's configuration; left out: the defaults"
    )
    scenarios: dict[str, PromotionScenario] = Field(
        default_factory=dict,
        max_length=200,
        description="Name -> a course of signals, and what must be decided",
    )

    fields: ClassVar = (
        *("promotionGranted", "reasonCode", "healthyWindows", "demotionBreachWindows", "requiredWindows"),
        *(
            "queueAgeP95Seconds",
            "failureRatePercent",
            "contentionBreached",
            "duplicateSendCount",
            "correlationId",
        ),
    )
    measured: ClassVar = {
        "openings": "",
        "closings": "",
        "wrongly_granted": "",
        "time_to_demote": "s",
        "oscillations": "",
        "out_of_bounds": "",
    }
    worded: ClassVar = {
        "openings": Wording("opened {value} time{s}", "how often it opened"),
        "closings": Wording("closed {value} time{s}", "how often it closed"),
        "wrongly_granted": Wording("{value} wrongly granted", "decisions that wrongly grant"),
        "time_to_demote": Wording("{value} to demote", "the time to demote"),
        "oscillations": Wording("opened again {value} time{s}", "how often it opened again"),
        "out_of_bounds": Wording("{value} out of bounds", "decisions out of bounds"),
        "queue_age_p95": Wording("p95 of the queue's age {value}", "the p95 of the queue's age"),
        "granted": Wording("granted {value}", "whether it is granted"),
        "guardrail": Wording("guardrail {value}", "whether a guardrail is breached"),
        "failure_rate": Wording("{value} failures", "the failure rate"),
        "healthy_windows": Wording("{value} healthy window{s}", "healthy windows"),
    }
    charted: ClassVar = {
        "queue_age_p95": "s",
        "failure_rate": "%",
        "healthy_windows": "",
        "granted": "",
        "guardrail": "",
    }

    @model_validator(mode="after")
    def _changes_what_there_is(self) -> Self:
        for name, scenario in self.scenarios.items():
            changed(self.policy, scenario.policy, name)
        return self

    def declared(self) -> Mapping[str, Sequence[PromotionStep]]:
        return {name: scenario.steps for name, scenario in self.scenarios.items()}

    def lead(self) -> timedelta:
        return max(self.policy.window, self.policy.demotion_window)

    # ------------------------------------------------------------ the model over declared and measured signals

    def simulated(self) -> Iterator[Trajectory[PromotionTick]]:
        for name, scenario in self.scenarios.items():
            yield _simulated(name, scenario, changed(self.policy, scenario.policy, name))

    def replayed(self, found: Sequence[Record], window: Window) -> Trajectory[PromotionTick]:
        """Starts with a gate that was never evaluated."""
        state, ticks = Standing(), []
        for record in found:
            signals = _signals(record)
            decision, state = decide(self.policy, state, signals, record.at)
            ticks.append(_tick(self.policy, decision, signals))
        return Trajectory("", [tick for tick in ticks if tick.at >= window.start])

    # ------------------------------------------------------------ what was decided

    def compared(self, found: Sequence[Record], window: Window) -> Trajectory[PromotionTick]:
        states = _States(self.policy)
        ticks: list[PromotionTick] = []
        differences: list[str] = []
        for record in found:
            tick = self._recorded(record)
            signals = _signals(record)
            expected = [decide(self.policy, state, signals, tick.at)[0] for state in states.before(tick)]
            if tick.at >= window.start:
                difference = self._difference(record, tick, expected)
                differences += [difference] if difference else []
                ticks.append(
                    replace(tick, is_wrong=tick.granted and not any(one.granted for one in expected))
                )
            states.after(tick)
        unexplained = sum(tick.reason not in set(Reason) for tick in ticks)
        return Trajectory("", ticks, differences, unexplained=unexplained)

    def _recorded(self, record: Record) -> PromotionTick:
        signals, policy = _signals(record), self.policy
        healthy = record.needed("healthyWindows", record.whole("healthyWindows"))
        breaches = record.needed("demotionBreachWindows", record.whole("demotionBreachWindows"))
        return PromotionTick(
            record.at,
            record.word("reasonCode"),
            record.needed("promotionGranted", record.truth("promotionGranted")),
            healthy,
            breaches,
            signals.queue_age,
            signals.failure_rate,
            _is_breached(policy, signals),
            is_unhealthy(policy, signals),
            healthy <= policy.required_windows and breaches < policy.demotion_windows,
        )

    def _difference(self, record: Record, tick: PromotionTick, expected: Sequence[PromotionDecision]) -> str:
        """How the decision differs from all of these; "" if it matches one."""
        required = record.whole("requiredWindows")
        if required is not None and required != self.policy.required_windows:
            return f"{say_time(record)}: {required} windows required, expected {self.policy.required_windows}"
        got = (tick.reason, tick.granted, tick.healthy, tick.breaches)
        if got in [(one.reason, one.granted, one.healthy, one.breaches) for one in expected]:
            return ""
        granted = "granted" if tick.granted else "not granted"
        counts = f"{tick.healthy} healthy, {tick.breaches} breached"
        said = f"{tick.reason or 'no reason code'}, {granted}, {counts}"
        return f"{say_time(record)}: {said}; expected {expected[0]}"

    # ------------------------------------------------------------ of a trajectory

    def measures(self, trajectories: Sequence[Trajectory[PromotionTick]]) -> Mapping[str, Scalar]:
        every = [each.ticks for each in trajectories]
        times = [found for ticks in every for found in _times_to_demote(ticks)]
        return {
            "openings": max(_count(ticks, opening=True) for ticks in every),
            "closings": max(_count(ticks, opening=False) for ticks in every),
            "wrongly_granted": sum(tick.is_wrong for ticks in every for tick in ticks),
            "time_to_demote": max(times, default=None),
            "oscillations": max(map(_oscillations, every)),
            "out_of_bounds": sum(not tick.is_within for ticks in every for tick in ticks),
        }

    def curves(self, ticks: Sequence[PromotionTick]) -> Iterator[Series]:
        yield from series(
            "queue_age_p95", "s", ticks, lambda tick: tick.at, lambda tick: float(tick.queue_age)
        )
        yield from series(
            "failure_rate", "%", ticks, lambda tick: tick.at, lambda tick: float(tick.failure_rate)
        )
        yield from series("healthy_windows", "", ticks, lambda tick: tick.at, lambda tick: tick.healthy)
        yield from series("granted", "", ticks, lambda tick: tick.at, lambda tick: tick.granted)
        yield from series("guardrail", "", ticks, lambda tick: tick.at, lambda tick: tick.is_unhealthy)

    def panels(self) -> Panels:
        return Panels(
            panels=(("healthy_windows",), ("queue_age_p95",), ("failure_rate",)),
            spans=("guardrail", "granted"),
        )


class _States:
    """The states that the gate may be in before a decision, according to the decisions so far."""

    def __init__(self, policy: PromotionPolicy) -> None:
        self._policy = policy
        self._last: Standing | None = None  # None: no decision seen yet
        self._since: datetime | None = None  # since when every evaluation was seen

    def before(self, tick: PromotionTick) -> list[Standing]:
        """An unseen time may be long ago or just now. For the first decision, only the result is known."""
        if self._last is None or self._since is None:
            return [*self._first(tick)]
        state, seen = self._last, tick.at - self._since
        promotion = _times(state.promotion_at, tick.at, is_known=seen >= self._policy.window)
        demotion = _times(state.demotion_at, tick.at, is_known=seen >= self._policy.demotion_window)
        return [
            replace(state, promotion_at=first, demotion_at=second)
            for first, second in itertools.product(promotion, demotion)
        ]

    def _first(self, tick: PromotionTick) -> Iterator[Standing]:
        healthy = sorted({0, tick.healthy, max(0, tick.healthy - 1)})
        breaches = sorted({tick.breaches, max(0, tick.breaches - 1), self._policy.demotion_windows - 1})
        times = (None, tick.at)
        for each in itertools.product(healthy, (False, True), breaches, times, times):
            yield Standing(*each)

    def after(self, tick: PromotionTick) -> None:
        last = self._last or Standing()
        state = Standing(tick.healthy, tick.granted, tick.breaches, last.promotion_at, last.demotion_at)
        if tick.reason in _PROMOTION_EVALUATED:
            state = replace(state, promotion_at=tick.at)
        elif tick.reason in _DEMOTION_EVALUATED:
            state = replace(state, demotion_at=tick.at)
        elif (
            tick.reason == Reason.GATE_OPEN and self._last is not None
        ):  # otherwise it may have opened, or stayed open
            stays = last.promoted
            state = replace(
                state, **{"demotion_at": tick.at} if stays else {"promotion_at": tick.at, "demotion_at": None}
            )
        self._last, self._since = state, self._since or tick.at


def _times(seen: datetime | None, at: datetime, *, is_known: bool) -> Sequence[datetime | None]:
    return [seen] if seen is not None or is_known else [None, at]


def _signals(record: Record) -> Signals:
    return Signals(
        record.number("queueAgeP95Seconds"),
        record.number("failureRatePercent"),
        record.needed("contentionBreached", record.truth("contentionBreached")),
        record.needed("duplicateSendCount", record.whole("duplicateSendCount")),
    )


def _is_breached(policy: PromotionPolicy, signals: Signals) -> bool:
    """Whether a promoted tenant has a reason to be demoted."""
    if not policy.enabled:
        return False
    too_many = signals.duplicates > policy.duplicates_max
    failing = exactly(signals.failure_rate) >= exactly(policy.demotion_failure_rate)
    return too_many or signals.contention or failing


def _tick(policy: PromotionPolicy, decision: PromotionDecision, signals: Signals) -> PromotionTick:
    return PromotionTick(
        *(decision.at, decision.reason, decision.granted, decision.healthy, decision.breaches),
        *(signals.queue_age, signals.failure_rate),
        *(_is_breached(policy, signals), is_unhealthy(policy, signals)),
        is_within=True,
    )


def _simulated(name: str, scenario: PromotionScenario, policy: PromotionPolicy) -> Trajectory[PromotionTick]:
    state = Standing(scenario.healthy_windows, scenario.promoted, scenario.demotion_breaches)
    at, many = scenario.start, sum(step.ticks for step in scenario.steps)
    ticks: list[PromotionTick] = []
    differences: list[str] = []
    for step in scenario.steps:
        for left in reversed(range(step.ticks)):
            decision, state = decide(policy, state, step.signals, at)
            ticks.append(_tick(policy, decision, step.signals))
            if step.expect and (wanted := _unmet(step.expect, decision, is_last=not left)):
                differences.append(f"{say_tick(len(ticks), many)}: {decision}; expected {wanted}")
            at += scenario.every
    return Trajectory(name, ticks, differences)


def _unmet(expect: ExpectedPromotion, decision: PromotionDecision, *, is_last: bool) -> str:
    """What was expected instead; "" if it matches."""
    wanted = []
    if expect.reason_code is not None and expect.reason_code != decision.reason:
        wanted.append(str(expect.reason_code))
    if expect.granted is not None and expect.granted != decision.granted:
        wanted.append("granted" if expect.granted else "not granted")
    if is_last and expect.healthy_windows is not None and expect.healthy_windows != decision.healthy:
        wanted.append(f"{expect.healthy_windows} healthy")
    return ", ".join(wanted)


def _count(ticks: Sequence[PromotionTick], *, opening: bool) -> int:
    """How often the gate opened, or closed."""
    return sum(
        before.granted is not opening and after.granted is opening
        for before, after in itertools.pairwise(ticks)
    )


def _oscillations(ticks: Sequence[PromotionTick]) -> int:
    """Openings that follow a closing."""
    count, has_closed = 0, False
    for before, after in itertools.pairwise(ticks):
        has_closed = has_closed or (before.granted and not after.granted)
        count += has_closed and after.granted and not before.granted
    return count


def _times_to_demote(ticks: Sequence[PromotionTick]) -> Iterator[float]:
    """For each breach of a promoted tenant: the seconds until it was no longer granted, or until its last
    tick.
    """
    since: datetime | None = None
    granted = False
    for tick in ticks:
        if tick.is_breached and (granted or tick.granted):
            since = since or tick.at
        if since is not None and (not tick.granted or not tick.is_breached):
            if not tick.granted:
                yield (tick.at - since).total_seconds()
            since = None
        granted = tick.granted
    if since is not None:
        yield (ticks[-1].at - since).total_seconds()
