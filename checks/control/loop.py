"""Shared by the kinds for control loops: a model of the loop is replayed over declared scenarios, and over
telemetry.
"""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from checks import placeholders
from checks.aside import aside
from checks.base import Check
from checks.control.recorded import Record, records
from checks.control.trajectory import Trajectory
from checks.instant import Instant
from checks.limits import Limits
from checks.numbers import Scalar
from checks.outcome import Cause, CheckError
from checks.reading import Measurement, Moment, Reading, Series, Window
from checks.sources.postgres import Database
from checks.sql import bound, bound_values, check_bound
from checks.units import Duration
from checks.wording import Wording

_MOST_TICKS = 20_000  # of all scenarios of a check
_MOST_LINES = 20
_LINE = 200  # characters
_START = datetime(2026, 1, 1, tzinfo=UTC)

_WORDINGS = {
    "scenarios": Wording("{value} scenario{s}", "the number of scenarios"),
    "scenarios_as_expected": Wording(
        "{value} of {scenarios} scenarios as expected",
        "scenarios as expected",
        whole="scenarios",
        all_of="all scenarios {must} be as expected",
    ),
    "decisions": Wording("{value} decision{s}", "the number of decisions"),
    "decisions_as_expected": Wording(
        "{value} of {decisions} decisions as expected",
        "decisions as expected",
        "",
        whole="decisions",
        all_of="all decisions {must} be as expected",
    ),
    "unexplained": Wording("{value} without a reason code", "decisions without a reason code"),
    "jumps": Wording("{value} jump{s} between decisions", "jumps between decisions"),
    "replayed": Wording("replayed over {value} tick{s}", "ticks that it was replayed over"),
}

P = TypeVar("P", bound=BaseModel)
Tick = Any


class LoopScenario(BaseModel):
    """The fields of every scenario."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)
    start: Instant = Field(default=_START, description="When its first tick is, in UTC")
    every: Duration = Field(default=timedelta(minutes=1), description="The time between two ticks")
    policy: dict[str, bool | int | float | str | None] = Field(
        default_factory=dict,
        max_length=20,
        description="Keys of the check's policy that differ in this scenario",
    )

    @model_validator(mode="after")
    def _moves(self) -> Self:
        if self.every == timedelta(0):
            raise ValueError("expected every to be longer than 0s")
        return self


class ControlLoop(Check):
    """A kind adds its `policy`, its `scenarios`, and what it measures in a trajectory."""

    source_kind: ClassVar[str | None] = "postgres"
    source_for: ClassVar[tuple[str, ...]] = ("decisions", "signals")
    filled: ClassVar = (*Check.filled, ("decisions",), ("signals",))
    known: ClassVar = (*placeholders.OWN, *placeholders.TIMES)
    can_jump: ClassVar[bool] = False  # whether a decision states its starting point
    fields: ClassVar[tuple[str, ...]]  # that a row of `decisions` or `signals` may have
    measured: ClassVar[Mapping[str, str]]  # reading of a trajectory -> unit
    worded: ClassVar[Mapping[str, Wording]]  # of what is measured and charted
    charted: ClassVar[Mapping[str, str]]  # reading with a series -> unit

    decisions: placeholders.CodeTemplate = Field(
        default="",
        max_length=20_000,
        description="A SELECT of the loop's own decisions with their signals: a row each, over the window",
    )
    signals: placeholders.CodeTemplate = Field(
        default="",
        max_length=20_000,
        description="Instead of decisions: a SELECT of the signals alone, over which the model is replayed",
    )

    # ------------------------------------------------------------ defined by each kind

    @abstractmethod
    def declared(self) -> Mapping[str, Sequence[Any]]:
        """Returns scenario -> its steps."""

    @abstractmethod
    def lead(self) -> timedelta:
        """How long before the window the loop's state has to be read."""

    @abstractmethod
    def simulated(self) -> Iterator[Trajectory[Tick]]:
        """The model over each scenario."""

    @abstractmethod
    def compared(self, found: Sequence[Record], window: Window) -> Trajectory[Tick]:
        """The recorded decisions within the window, each compared with the model's."""

    @abstractmethod
    def replayed(self, found: Sequence[Record], window: Window) -> Trajectory[Tick]:
        """The model over the recorded signals."""

    @abstractmethod
    def measures(self, trajectories: Sequence[Trajectory[Tick]]) -> Mapping[str, Scalar]:
        """Returns reading of `measured` -> its value, the worst of all trajectories, none of which is empty."""

    @abstractmethod
    def curves(self, ticks: Sequence[Tick]) -> Iterator[Series]:
        """The series of `charted`."""

    # ------------------------------------------------------------ configuration

    @property
    def _query(self) -> str:
        return self.decisions or self.signals

    @model_validator(mode="after")
    def _has_something_to_replay(self) -> Self:
        if not self.declared() and not self._query:
            raise ValueError("expected scenarios, decisions or signals: there is nothing to replay")
        if self.decisions and self.signals:
            raise ValueError("expected decisions or signals, not both: make two checks of it")
        if self._query and self.window is None:
            raise ValueError("expected a window: decisions and signals are read over one")
        check_bound(self._query)
        ticks = 0
        for name, steps in self.declared().items():
            if not any(step.expect for step in steps):
                raise ValueError(f"expected at least one step of the scenario {name} to say what to expect")
            ticks += sum(step.ticks for step in steps)
        if ticks > _MOST_TICKS:
            raise ValueError(f"expected at most {_MOST_TICKS:,} ticks in all scenarios, not {ticks:,}")
        return self

    def readings(self) -> Mapping[str, str]:
        counts: list[str] = []
        if self.declared():
            counts += ["scenarios", "scenarios_as_expected"]
        if self.decisions:
            counts += [
                "decisions",
                "decisions_as_expected",
                "unexplained",
                *(["jumps"] if self.can_jump else []),
            ]
        if self.signals:
            counts += ["replayed"]
        return {**dict.fromkeys(counts, ""), **self.measured, **self.charted}

    def implied(self) -> Limits:
        limits: dict[str, str] = {}
        if self.decisions:
            limits |= {"decisions_as_expected": "== decisions", "unexplained": "== 0"}
        if self.declared():
            limits["scenarios_as_expected"] = "== scenarios"
        if self.signals:
            limits["replayed"] = "> 0"
        return Limits.model_validate(limits | {"out_of_bounds": "== 0"})

    def wording(self) -> Mapping[str, Wording]:
        known = self.readings()
        return {name: said for name, said in (_WORDINGS | dict(self.worded)).items() if name in known}

    def doubtful(self) -> Iterator[tuple[str, str]]:
        if self._query and "start" not in placeholders.names_in(self._query):
            key = "decisions" if self.decisions else "signals"
            yield key, "the query does not name {{start}}: it reads all that was ever recorded"

    # ------------------------------------------------------------ measuring

    async def measure(self, source: Database | None, moment: Moment, window: Window | None) -> Measurement:
        found = await self._read(source, moment, window) if self._query and window else []
        return await aside(lambda: self._measured(found, window))

    async def _read(self, source: Database | None, moment: Moment, window: Window) -> list[Record]:
        """Reads from early enough that the state at the window's start is known."""
        if source is None:
            raise CheckError("decisions and signals need a source", cause=Cause.CONFIGURATION)
        rooted = Window(start=window.start - self.lead(), end=window.end)
        answer = await source.query(bound(self._query), bound_values(self._query, moment, rooted))
        source.compare_clocks(moment)
        return await aside(lambda: records(answer, self.fields))

    def _measured(self, found: Sequence[Record], window: Window | None) -> Measurement:
        scenarios = list(self.simulated())
        telemetry = []
        if window and self._query:
            found = [record for record in found if record.at < window.end]
            telemetry = [(self.compared if self.decisions else self.replayed)(found, window)]
        shown = [each for each in telemetry or scenarios if each.ticks]
        curves = tuple(self.curves(_charted(shown).ticks)) if shown else ()
        values = self.measures(shown) if shown else dict.fromkeys(self.measured)
        last = {each.name: each.points[-1][1] for each in curves}
        nothing = "" if shown else "nothing was recorded in the window"
        lines = [line[:_LINE] for each in (*telemetry, *scenarios) for line in each.lines()]
        more = [f"and {len(lines) - _MOST_LINES:,} more"] if len(lines) > _MOST_LINES else []
        return Measurement(
            readings=(
                *(self._of_scenarios(scenarios) if scenarios else ()),
                *(reading for each in telemetry for reading in self._of_telemetry(each)),
                *(
                    Reading(name=name, value=values[name], unit=unit, note=nothing)
                    for name, unit in self.measured.items()
                ),
                *(
                    Reading(name=name, value=_shortest(last.get(name)), unit=unit)
                    for name, unit in self.charted.items()
                ),
            ),
            window=window,
            series=curves,
            detail=(*lines[:_MOST_LINES], *more),
            hint=self._next_step(telemetry, scenarios),
        )

    def _next_step(self, telemetry: Sequence[Trajectory[Tick]], scenarios: Sequence[Trajectory[Tick]]) -> str:
        if any(each.differences for each in telemetry):
            return "See whether `policy` is what the loop runs with; then look at that decision in its log."
        if any(each.differences for each in scenarios):
            return "See whether `policy`, or what the scenario expects, is as it should be."
        return ""

    def _of_scenarios(self, scenarios: Sequence[Trajectory[Tick]]) -> Iterator[Reading]:
        differing = [each for each in scenarios if each.differences]
        first = next(differing[0].lines(), "") if differing else ""
        yield Reading(name="scenarios", value=len(scenarios))
        yield Reading(name="scenarios_as_expected", value=len(scenarios) - len(differing), note=first)

    def _of_telemetry(self, found: Trajectory[Tick]) -> Iterator[Reading]:
        count = len(found.ticks) or None
        nothing = "" if count else "nothing was recorded in the window"
        if self.signals:
            yield Reading(name="replayed", value=count, note=nothing)
            return
        different = len(found.differences)
        note = found.differences[0] if found.differences else nothing
        yield Reading(name="decisions", value=count, note=nothing)
        yield Reading(name="decisions_as_expected", value=count and count - different, n=count, note=note)
        yield Reading(name="unexplained", value=count and found.unexplained, note=nothing)
        if self.can_jump:
            jump = found.jumps[0] if found.jumps else nothing
            yield Reading(name="jumps", value=count and len(found.jumps), note=jump)


def _charted(shown: Sequence[Trajectory[Tick]]) -> Trajectory[Tick]:
    """The first trajectory with a difference, or the first."""
    return next((each for each in shown if each.differences), shown[0])


def _shortest(number: float | None) -> float | int | None:
    return int(number) if number is not None and number == int(number) else number


def changed(policy: P, changes: Mapping[str, Any], scenario: str) -> P:
    """The policy with a scenario's changes. Raises ValueError, with the key, if that is invalid."""
    if not changes:
        return policy
    merged = {**policy.model_dump(mode="json"), **changes}
    try:
        return type(policy).model_validate_json(json.dumps(merged), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"]))
        raise ValueError(f"the scenario {scenario} has a policy with {key}: {first['msg']}") from None


def say_tick(place: int, many: int) -> str:
    """ "tick 3 of 12"."""
    return f"tick {place} of {many}"


def say_time(record: Record) -> str:
    """ "08:03:00 UTC", with the correlation id, if there is one."""
    correlation = record.word("correlationId")
    return f"{record.at:%Y-%m-%d %H:%M:%S} UTC{f' ({correlation})' if correlation else ''}"
