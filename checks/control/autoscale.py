"""Whether an autoscaler decides as its contract says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from checks.control.capacity import (
    MOST,
    AutoscalePolicy,
    Capacity,
    CapacityDecision,
    Load,
    Reason,
    decide,
)
from checks.control.loop import ControlLoop, LoopScenario, changed, say_tick, say_time
from checks.control.recorded import Record
from checks.control.trajectory import Trajectory, longest_run, series
from checks.numbers import Scalar
from checks.panels import Panels
from checks.reading import Series, Window
from checks.wording import Wording

_Count = Annotated[int, Field(ge=0, le=MOST)]


class ExpectedCapacity(BaseModel):
    """What the model must decide in a step."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)
    reason_code: Reason | None = Field(default=None, description="The reason code at each tick of the step")
    capacity: _Count | None = Field(default=None, description="The capacity after the step's last tick")


class CapacityStep(BaseModel):
    """Some ticks with the same signals."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)
    ticks: int = Field(default=1, ge=1, le=10_000, description="How many ticks it lasts")
    active_workspaces: int = Field(default=0, ge=0, le=1 << 30, description="The load")
    contention: bool = Field(default=False, description="Whether the guardrail for contention is breached")
    failures: bool = Field(
        default=False, description="Whether the guardrail for the failure rate is breached"
    )
    override: _Count | None = Field(
        default=None, description="A capacity that an operator pins for this step"
    )
    expect: ExpectedCapacity | None = Field(default=None, description="What must be decided")


class CapacityScenario(LoopScenario):
    """A course of load and guardrails."""

    capacity: _Count | None = Field(default=None, description="The capacity before; left out: the floor")
    steps: tuple[CapacityStep, ...] = Field(
        min_length=1, max_length=500, description="What happens, in order"
    )


@dataclass(frozen=True)
class CapacityTick:
    at: datetime
    reason: str
    before: int
    after: int
    target: int
    load: int | None
    floor: int
    is_breached: bool
    is_pinned: bool  # by an operator


class Autoscale(ControlLoop):
    """`{kind: control.autoscale, policy: {floor: 1024}, scenarios: {…}}`

    The contract's model is replayed over `scenarios`, and compared with the `decisions` that were recorded, or replayed over the
    `signals`. `oscillations` are step-downs that follow a rise that followed a step-down.
    """

    kind: Literal["control.autoscale"]
    policy: AutoscalePolicy = Field(
        default=AutoscalePolicy(), description="The loop's configuration; left out: the defaults"
    )
    scenarios: dict[str, CapacityScenario] = Field(
        default_factory=dict,
        max_length=200,
        description="Name -> a course of signals, and what must be decided",
    )

    can_jump: ClassVar = True
    fields: ClassVar = (
        *(
            "fromCapacity",
            "toCapacity",
            "reasonCode",
            "globalTarget",
            "activeWorkspaces",
            "contentionBreached",
        ),
        *("failureRateBreached", "operatorOverrideActive", "overrideCapacity", "correlationId"),
    )
    measured: ClassVar = {
        "step_downs": "",
        "step_downs_in_a_row": "",
        "ticks_to_step_down": "",
        "oscillations": "",
        "out_of_bounds": "",
        "overridden": "",
    }
    worded: ClassVar = {
        "step_downs": Wording("{value} step{s} down", "steps down"),
        "step_downs_in_a_row": Wording(
            "{value} in a row under a guardrail", "decisions in a row under a guardrail"
        ),
        "ticks_to_step_down": Wording("{value} tick{s} to step down", "ticks to step down"),
        "oscillations": Wording("{value} oscillation{s}", "oscillations"),
        "out_of_bounds": Wording("{value} out of bounds", "decisions out of bounds"),
        "overridden": Wording("{value} under an override", "decisions under an override"),
        "capacity": Wording("capacity {value}", "the capacity"),
        "target": Wording("target {value}", "the target"),
        "guardrail": Wording("guardrail {value}", "whether a guardrail is breached"),
        "load": Wording("{value} active workspace{s}", "active workspaces"),
    }
    charted: ClassVar = {"capacity": "", "target": "", "load": "", "guardrail": ""}

    @model_validator(mode="after")
    def _changes_what_there_is(self) -> Self:
        for name, scenario in self.scenarios.items():
            changed(self.policy, scenario.policy, name)
        return self

    def declared(self) -> Mapping[str, Sequence[CapacityStep]]:
        return {name: scenario.steps for name, scenario in self.scenarios.items()}

    def lead(self) -> timedelta:
        return self.policy.ramp_window

    # ------------------------------------------------------------ the model over declared and measured signals

    def simulated(self) -> Iterator[Trajectory[CapacityTick]]:
        for name, scenario in self.scenarios.items():
            yield _simulated(name, scenario, changed(self.policy, scenario.policy, name))

    def replayed(self, found: Sequence[Record], window: Window) -> Trajectory[CapacityTick]:
        """Starts at the floor."""
        state, ticks = Capacity(self.policy.floor), []
        for record in found:
            load = self._load(record)
            decision, state = decide(self.policy, state, load, record.at)
            ticks.append(self._tick(decision, load, record.whole("activeWorkspaces")))
        return Trajectory("", [tick for tick in ticks if tick.at >= window.start])

    def _load(self, record: Record) -> Load:
        active, target = record.whole("activeWorkspaces"), record.whole("globalTarget")
        if active is not None:
            target = self.policy.target(active)
        return Load(
            target=record.needed("activeWorkspaces or globalTarget", target),
            contention=record.needed("contentionBreached", record.truth("contentionBreached")),
            failures=record.needed("failureRateBreached", record.truth("failureRateBreached")),
            override=record.whole("overrideCapacity"),
        )

    def _tick(self, decision: CapacityDecision, load: Load, active: int | None) -> CapacityTick:
        return CapacityTick(
            decision.at,
            decision.reason,
            decision.before,
            decision.after,
            decision.target,
            active,
            self.policy.floor,
            load.is_breached,
            decision.reason is Reason.OPERATOR_OVERRIDE,
        )

    # ------------------------------------------------------------ what was decided

    def compared(self, found: Sequence[Record], window: Window) -> Trajectory[CapacityTick]:
        past = _Past()
        ticks: list[CapacityTick] = []
        differences: list[str] = []
        jumps: list[str] = []
        for record in found:
            tick = self._recorded(record)
            ended, jumped = past.ended, past.begin(tick)
            if tick.at >= window.start:
                differences += self._difference(record, tick, past.times(tick.at, self.policy.ramp_window))
                if jumped:
                    jumps.append(
                        f"{say_time(record)}: from {tick.before}, and the one before ended at {ended}"
                    )
                ticks.append(tick)
            past.end(tick)
        unexplained = sum(tick.reason not in set(Reason) for tick in ticks)
        return Trajectory("", ticks, differences, jumps, unexplained)

    def _recorded(self, record: Record) -> CapacityTick:
        load = self._load(record)
        after = record.needed("toCapacity", record.whole("toCapacity"))
        return CapacityTick(
            record.at,
            record.word("reasonCode"),
            record.needed("fromCapacity", record.whole("fromCapacity")),
            after,
            load.target if (said := record.whole("globalTarget")) is None else said,
            record.whole("activeWorkspaces"),
            self.policy.floor,
            load.is_breached,
            self._override(record, load) is not None,
        )

    def _override(self, record: Record, load: Load) -> int | None:
        """The override in force; a record may say that there was one without its value."""
        if load.override is not None:
            return load.override
        if record.truth("operatorOverrideActive") and self.policy.override is None:
            return record.whole("toCapacity")
        return self.policy.override

    def _difference(
        self, record: Record, tick: CapacityTick, times: Sequence[datetime | None]
    ) -> Iterator[str]:
        """How the decision differs from the expected one for all of these times of the last change; "" if it
        matches for one.
        """
        load = self._load(record)
        load = Load(load.target, load.contention, load.failures, self._override(record, load))
        expected = [decide(self.policy, Capacity(tick.before, at), load, tick.at)[0] for at in times]
        wrong_override = (record.truth("operatorOverrideActive") is False) and tick.is_pinned
        if tick.target != load.target or tick.target < self.policy.floor:
            right = max(self.policy.floor, load.target)
            yield f"{say_time(record)}: target {tick.target}, expected {right}"
        elif wrong_override:
            yield f"{say_time(record)}: no override, expected one of {expected[0].after}"
        elif all((tick.reason, tick.after) != (each.reason, each.after) for each in expected):
            said = f"{tick.reason or 'no reason code'} {tick.before} → {tick.after}"
            yield f"{say_time(record)}: {said}, expected {expected[0]}"

    # ------------------------------------------------------------ of a trajectory

    def measures(self, trajectories: Sequence[Trajectory[CapacityTick]]) -> Mapping[str, Scalar]:
        every = [each.ticks for each in trajectories]
        late = [found for ticks in every for found in _ticks_to_step_down(ticks)]
        return {
            "step_downs": max(sum(_steps_down(tick) for tick in ticks) for ticks in every),
            "step_downs_in_a_row": max(
                longest_run([tick.reason == Reason.GUARDRAIL_STEP_DOWN for tick in ticks]) for ticks in every
            ),
            "ticks_to_step_down": max(late, default=None),
            "oscillations": max(map(_oscillations, every)),
            "out_of_bounds": sum(_is_out_of_bounds(tick) for ticks in every for tick in ticks),
            "overridden": sum(tick.is_pinned for ticks in every for tick in ticks),
        }

    def curves(self, ticks: Sequence[CapacityTick]) -> Iterator[Series]:
        yield from series("capacity", "", ticks, lambda tick: tick.at, lambda tick: tick.after)
        yield from series("target", "", ticks, lambda tick: tick.at, lambda tick: tick.target)
        yield from series("load", "", ticks, lambda tick: tick.at, lambda tick: tick.load)
        yield from series("guardrail", "", ticks, lambda tick: tick.at, lambda tick: tick.is_breached)

    def panels(self) -> Panels:
        return Panels(panels=(("capacity", "target"), ("load",)), spans=("guardrail",))


class _Past:
    """The loop's state as known from the decisions so far."""

    def __init__(self) -> None:
        self.ended: int | None = None  # the capacity
        self._changed_at: datetime | None = None
        self._since: datetime | None = None  # since when every change was seen

    def begin(self, tick: CapacityTick) -> bool:
        """Whether the decision starts from a different capacity than the previous one ended with. Then
        earlier decisions say nothing.
        """
        jumped = self.ended is not None and tick.before != self.ended
        if jumped or self._since is None:
            self._since, self._changed_at = tick.at, None
        return jumped

    def times(self, at: datetime, ramp_window: timedelta) -> Sequence[datetime | None]:
        """The possible times of the last change. An unseen change may be long ago or just now."""
        is_known = self._changed_at is not None or self._since is None or at - self._since >= ramp_window
        return [self._changed_at] if is_known else [None, at]

    def end(self, tick: CapacityTick) -> None:
        if tick.after != tick.before:
            self._changed_at = tick.at
        self.ended = tick.after


def _simulated(name: str, scenario: CapacityScenario, policy: AutoscalePolicy) -> Trajectory[CapacityTick]:
    state = Capacity(policy.floor if scenario.capacity is None else scenario.capacity)
    at, many = scenario.start, sum(step.ticks for step in scenario.steps)
    ticks: list[CapacityTick] = []
    differences: list[str] = []
    for step in scenario.steps:
        for left in reversed(range(step.ticks)):
            target = policy.target(step.active_workspaces)
            load = Load(target, step.contention, step.failures, step.override)
            decision, state = decide(policy, state, load, at)
            pinned = decision.reason is Reason.OPERATOR_OVERRIDE
            ticks.append(
                CapacityTick(
                    *(at, decision.reason, decision.before, decision.after, target),
                    *(step.active_workspaces, policy.floor, load.is_breached, pinned),
                )
            )
            if step.expect and (wanted := _unmet(step.expect, decision, is_last=not left)):
                differences.append(f"{say_tick(len(ticks), many)}: {decision}, expected {wanted}")
            at += scenario.every
    return Trajectory(name, ticks, differences)


def _unmet(expect: ExpectedCapacity, decision: CapacityDecision, *, is_last: bool) -> str:
    """What was expected instead; "" if it matches."""
    wanted = []
    if expect.reason_code is not None and expect.reason_code != decision.reason:
        wanted.append(str(expect.reason_code))
    if is_last and expect.capacity is not None and expect.capacity != decision.after:
        wanted.append(f"{decision.before} → {expect.capacity}")
    return " ".join(wanted)


def _steps_down(tick: CapacityTick) -> bool:
    return tick.after < tick.before and not tick.is_pinned


def _ticks_to_step_down(ticks: Sequence[CapacityTick]) -> Iterator[int]:
    """For each breach above the floor, the tick at which the capacity fell; one more than its length, if it
    did not.
    """
    waited = 0
    for tick in ticks:
        is_due = tick.is_breached and not tick.is_pinned and (tick.before > tick.floor or waited > 0)
        if not is_due:
            if waited > 0:
                yield waited + 1
            waited = 0
        elif waited >= 0:
            waited += 1
            if _steps_down(tick):
                yield waited
                waited = -1  # until the breach ends
    if waited > 0:
        yield waited + 1


def _oscillations(ticks: Sequence[CapacityTick]) -> int:
    """Falls that follow a rise that followed a fall. Changes by an operator's pin do not count."""
    count, has_fallen, has_risen = 0, False, False
    for tick in ticks:
        if tick.is_pinned:
            has_fallen = has_risen = False
        elif tick.after < tick.before:
            count += has_fallen and has_risen
            has_fallen, has_risen = True, False
        elif tick.after > tick.before:
            has_risen = True
    return count


def _is_out_of_bounds(tick: CapacityTick) -> bool:
    """Above the target after a rise, or below the floor after a fall. After an override, it may be either for
    a while.
    """
    if tick.is_pinned or tick.after == tick.before:
        return False
    return tick.after > max(tick.target, tick.floor) if tick.after > tick.before else tick.after < tick.floor
