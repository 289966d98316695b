"""The result of each action if actions happen one after another, in plain Python without the bot's own rules.

Group members are looked up a moment before: an action may see the team as it was before a change in the same step,
but must not, by that view, withdraw the vote of someone admitted by a newer one.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import Any, TypeAlias

from bot.rules.approval import Choice
from checks.outcome import Outcome
from tests.contention.actions import (
    Account,
    Act,
    Cancel,
    Change,
    Configure,
    Expire,
    Finish,
    Members,
    Refreeze,
    Remind,
    RolledBack,
    Start,
    TimeIsUp,
    Vote,
    Waive,
    Withdraw,
)
from tests.contention.team import CHECKS, ENVIRONMENTS, EVERYBODY, GROUPS, VARIANTS, called

NEEDS_WAIVER = {Outcome.FAIL, Outcome.ERROR, Outcome.UNKNOWN}
GO = {"GO", "CONDITIONAL GO"}


class Came(enum.Enum):
    """The result that the acting person is told."""

    DONE = "done"
    STANDS = "stands already"
    REFUSED = "refused"
    COUNTED = "counted before"
    NOTHING = "nothing to be told"
    WAITS = "waits for an earlier click"  # it is retried, and has had no effect


Line: TypeAlias = tuple[int, str, str, str]  # run, kind of event, its subject, its content


@dataclass(frozen=True)
class Decided:
    outcome: str
    votes: Mapping[str, Choice]
    waivers: Mapping[str, str]
    holders: Mapping[str, frozenset[str]]  # at that moment, by role

    @property
    def conditions(self) -> int:
        """How many a go is followed up under."""
        return sum(choice is Choice.CONDITIONAL_GO for choice in self.votes.values())


@dataclass(frozen=True)
class Said:
    """A vote or a waiver that counts."""

    by: str
    view: int  # the view of the team that it was based on
    choice: Choice = Choice.GO
    at: int = 0  # its position in the order of interactions


@dataclass(frozen=True)
class Run:
    environment: str
    variant: int  # of the configuration that the run started with
    by: str
    results: Mapping[str, Outcome] = field(default_factory=dict)
    evidence: int = 0  # how often it was frozen
    votes: Mapping[str, Said] = field(default_factory=dict)  # by person
    waivers: Mapping[str, Said] = field(default_factory=dict)  # by check
    time_is_up: bool = False
    decided: Decided | None = None
    watch: str = ""  # "watching", "ended"
    reminded: bool = False  # less than a minute ago: no history takes that long
    rolled_back: str = ""  # by whom

    @property
    def deciding(self) -> bool:
        return self.evidence > 0 and self.decided is None

    @property
    def required(self) -> Mapping[str, int]:
        places = ENVIRONMENTS[self.environment][0]
        return {called(role, self.variant): count for role, count in places.items()}

    @property
    def needs_waiver(self) -> frozenset[str]:
        return frozenset(check for check, outcome in self.results.items() if outcome in NEEDS_WAIVER)

    def owner(self, check: str) -> str:
        return called(CHECKS[check], self.variant)

    def excludes(self, person: str) -> bool:
        return ENVIRONMENTS[self.environment][1] and person == self.by


@dataclass(frozen=True)
class View:
    """The team, and how the two replicas are configured."""

    number: int = 0
    groups: Mapping[str, frozenset[str]] = field(default_factory=lambda: GROUPS)
    barred: frozenset[str] = frozenset()
    configured: tuple[int, int] = (0, 0)

    def after(self, change: Change) -> View:
        following = replace(self, number=self.number + 1)
        match change:
            case Members(group, members):
                return replace(following, groups={**self.groups, group: members})
            case Account(person, barred):
                others = self.barred - {person}
                return replace(following, barred=others | {person} if barred else others)
            case Configure(replica, variant):
                one, other = self.configured
                return replace(following, configured=(variant, other) if replica == 0 else (one, variant))

    def holders(self, run: Run, role: str, replica: int) -> frozenset[str]:
        """Holders of a role by both the run's configuration and the replica's."""
        then, now = VARIANTS[run.variant], VARIANTS[self.configured[replica]]
        return self._members(then[role]) & self._members(now.get(role, ()))

    def _members(self, ids: tuple[str, ...]) -> frozenset[str]:
        return frozenset(user for each in ids for user in self.groups.get(each, (each,)))

    def voters(self, run: Run, replica: int) -> frozenset[str]:
        return frozenset().union(*(self.holders(run, role, replica) for role in run.required))


@dataclass(frozen=True)
class World:
    runs: tuple[Run, ...] = ()
    came: Mapping[str, Came] = field(default_factory=dict)  # key of an interaction -> its result

    def put(self, at: int, **changes: Any) -> World:
        runs = list(self.runs)
        runs[at] = replace(runs[at], **changes)
        return replace(self, runs=tuple(runs))


After: TypeAlias = tuple[Came, World, list[Line]]


class ImpossibleError(Exception):
    """Impossible by that view: someone was admitted by a newer one."""


def happens(world: World, act: Act, view: View) -> After:
    """Returns the result of the action if it happens next, with its log lines. Raises ImpossibleError."""
    before = world.came.get(act.key)
    if before is not None:
        return (Came.REFUSED if before is Came.REFUSED else Came.COUNTED), world, []
    came, after, lines = _Deed(world, act, view).comes_to()
    if act.key and came is not Came.WAITS:
        after = replace(after, came={**after.came, act.key: came})
    return came, after, lines


@dataclass(frozen=True)
class _Deed:
    world: World
    act: Act
    view: View

    def comes_to(self) -> After:
        does: Mapping[type[Any], Callable[[Any], After]] = {
            Vote: self._vote,
            Waive: self._waive,
            Withdraw: self._withdraw,
            Cancel: self._cancel,
            Remind: self._remind,
            RolledBack: self._rolled_back,
            Start: self._start,
            Finish: self._finish,
            Expire: self._expire,
            Refreeze: self._refreeze,
            TimeIsUp: self._time_is_up,
        }
        return does[type(self.act.action)](self.act.action)

    def _open_to(self, run: Run, evidence: int, person: str) -> bool:
        return (
            run.deciding
            and not run.time_is_up
            and evidence == run.evidence
            and person not in self.view.barred
        )

    def _vote(self, vote: Vote) -> After:
        world, run = self.world, self.world.runs[vote.run]
        able = vote.by in self.view.voters(run, self.act.replica)
        approves = vote.choice is not Choice.NO_GO and run.excludes(vote.by)
        if approves or not (able and self._open_to(run, vote.evidence, vote.by)):
            return Came.REFUSED, world, []
        standing = run.votes.get(vote.by)
        latest = max(self.act.said, standing.at if standing else 0)
        if standing and (
            standing.choice is vote.choice or (self.act.said < latest and vote.choice is not Choice.NO_GO)
        ):
            votes = {**run.votes, vote.by: replace(standing, at=latest)}
            return Came.STANDS, world.put(vote.run, votes=votes), []
        votes = {**run.votes, vote.by: Said(vote.by, self.view.number, vote.choice, latest)}
        world, lines = self._decide(world.put(vote.run, votes=votes), vote.run, vote.by)
        return Came.DONE, world, [(vote.run, "voted", vote.by, vote.choice), *lines]

    def _waive(self, waiver: Waive) -> After:
        world, run = self.world, self.world.runs[waiver.run]
        able = waiver.by in self.view.holders(run, run.owner(waiver.check), self.act.replica)
        needed = waiver.check in run.needs_waiver
        able = able and not run.excludes(waiver.by)
        if not (needed and able and self._open_to(run, waiver.evidence, waiver.by)):
            return Came.REFUSED, world, []
        after, lines = self._lapse(world, waiver.run, frozenset())
        waivers = after.runs[waiver.run].waivers
        if waiver.check in waivers:
            return Came.REFUSED, world, []
        waivers = {**waivers, waiver.check: Said(waiver.by, self.view.number)}
        after, more = self._decide(after.put(waiver.run, waivers=waivers), waiver.run, waiver.by)
        return Came.DONE, after, [*lines, (waiver.run, "waived", waiver.by, waiver.check), *more]

    def _withdraw(self, withdrawal: Withdraw) -> After:
        """Only the voter may withdraw; nothing else is required."""
        world, run, by = self.world, self.world.runs[withdrawal.run], withdrawal.by
        if any(key not in world.came for key in self.act.behind):
            return Came.WAITS, world, []
        if by not in run.votes or not run.deciding or run.time_is_up:
            return Came.REFUSED, world, []
        left = {person: said for person, said in run.votes.items() if person != by}
        withdrawn: Line = (withdrawal.run, "vote withdrawn", by, run.votes[by].choice)
        lines = [withdrawn, (withdrawal.run, "vote lapsed", by, "")]
        return Came.DONE, world.put(withdrawal.run, votes=left), lines

    def _lapse(self, world: World, at: int, barred: frozenset[str]) -> tuple[World, list[Line]]:
        """Withdraw the votes and waivers of people who have lost the right."""
        run = world.runs[at]
        voters = self.view.voters(run, self.act.replica) - barred
        lost = [said for said in run.votes.values() if said.by not in voters]
        void = {
            check: said
            for check, said in run.waivers.items()
            if said.by not in self.view.holders(run, run.owner(check), self.act.replica) - barred
        }
        if any(said.view > self.view.number for said in (*lost, *void.values())):
            raise ImpossibleError
        lines = [(at, "vote lapsed", said.by, "") for said in lost]
        lines += [(at, "waiver lapsed", said.by, check) for check, said in void.items()]
        votes = {person: said for person, said in run.votes.items() if said not in lost}
        waivers = {check: said for check, said in run.waivers.items() if check not in void}
        return world.put(at, votes=votes, waivers=waivers), lines

    def _decide(self, world: World, at: int, by: str) -> tuple[World, list[Line]]:
        """A deciding vote first looks up all accounts."""
        after, lines = self._lapse(world, at, frozenset())
        if self._outcome(after.runs[at]):
            after, lines = self._lapse(world, at, self.view.barred - {by})
        if outcome := self._outcome(after.runs[at]):
            after, more = self._close(after, at, outcome)
            lines += more
        return after, lines

    def _outcome(self, run: Run) -> str:
        choices = {said.choice for said in run.votes.values()}
        if Choice.NO_GO in choices:
            return "NO-GO"
        if run.needs_waiver - run.waivers.keys() or not self._quorum(run):
            return ""
        return "CONDITIONAL GO" if Choice.CONDITIONAL_GO in choices else "GO"

    def _quorum(self, run: Run) -> bool:
        return self._seatable(list(run.votes), run)

    def _could_approve(self, run: Run, person: str) -> bool:
        return person not in self.view.barred and not run.excludes(person)

    def _seatable(self, people: Sequence[str], run: Run) -> bool:
        """Whether enough different people can fill the quorum, by trying every assignment."""
        places = [
            self.view.holders(run, role, self.act.replica)
            for role, count in run.required.items()
            for _ in range(count)
        ]
        return any(
            all(person in able for person, able in zip(seating, places, strict=True))
            for seating in permutations(people, len(places))
        )

    def _close(self, world: World, at: int, outcome: str) -> tuple[World, list[Line]]:
        run = world.runs[at]
        decided = Decided(
            outcome=outcome,
            votes={person: said.choice for person, said in run.votes.items()},
            waivers={check: said.by for check, said in run.waivers.items()},
            holders={
                role: self.view.holders(run, role, self.act.replica) - self.view.barred
                for role in run.required
            },
        )
        lines: list[Line] = [(at, "decided", outcome, "")]
        watch = ""
        if outcome in GO:
            lines += [(at, "condition opened", "", "")] * decided.conditions
            for earlier, other in enumerate(world.runs[:at]):
                if other.environment == run.environment and other.watch == "watching":
                    world = world.put(earlier, watch="ended")
                    lines.append((earlier, "watch ended", "superseded", ""))
            watch = "watching" if ENVIRONMENTS[run.environment][2] else ""
        return world.put(at, decided=decided, watch=watch), lines

    def _cancel(self, cancel: Cancel) -> After:
        run = self.world.runs[cancel.run]
        able = cancel.by == run.by or cancel.by in self.view.voters(run, self.act.replica)
        if run.decided or not able or cancel.by in self.view.barred:
            return Came.REFUSED, self.world, []
        return (Came.DONE, *self._close(self.world, cancel.run, "CANCELLED"))

    def _remind(self, remind: Remind) -> After:
        world, run = self.world, self.world.runs[remind.run]
        able = remind.by == run.by or remind.by in self.view.voters(run, self.act.replica)
        waits = run.deciding and not run.time_is_up and not run.reminded
        if not (able and waits) or remind.by in self.view.barred:
            return Came.REFUSED, world, []
        return Came.DONE, world.put(remind.run, reminded=True), [(remind.run, "reminded", remind.by, "")]

    def _rolled_back(self, back: RolledBack) -> After:
        """People on call (here: platform) and voters may record it."""
        world, run = self.world, self.world.runs[back.run]
        on_call = self.view.holders(run, called("platform", run.variant), self.act.replica)
        able = back.by in on_call | self.view.voters(run, self.act.replica)
        out = run.decided is not None and run.decided.outcome in GO and not run.rolled_back
        if not (able and out) or back.by in self.view.barred:
            return Came.REFUSED, world, []
        lines: list[Line] = [(back.run, "rolled back", back.by, "")]
        if run.watch == "watching":
            world = world.put(back.run, watch="ended")
            lines.append((back.run, "watch ended", "rolled back", ""))
        if run.decided and run.decided.conditions:  # nobody closes one here
            lines += [(back.run, "condition lifted", "", "")] * run.decided.conditions
            lines.append((back.run, "addendum issued", "", ""))
        return Came.DONE, world.put(back.run, rolled_back=back.by), lines

    def _start(self, start: Start) -> After:
        world = self.world
        if any(run.environment == start.environment and run.decided is None for run in world.runs):
            return Came.REFUSED, world, []
        if start.by in self.view.barred:
            return Came.REFUSED, world, []
        run = Run(start.environment, self.view.configured[self.act.replica], start.by)
        if not self._seatable([user for user in EVERYBODY if self._could_approve(run, user)], run):
            return Came.REFUSED, world, []
        line = (len(world.runs), "run started", start.by, start.environment)
        return Came.DONE, replace(world, runs=(*world.runs, run)), [line]

    def _finish(self, finish: Finish) -> After:
        run = self.world.runs[finish.run]
        if run.decided or finish.check in run.results:
            return Came.NOTHING, self.world, []
        results = {**run.results, finish.check: finish.outcome}
        lines: list[Line] = [(finish.run, "check finished", finish.check, finish.outcome)]
        if len(results) < len(CHECKS):
            return Came.NOTHING, self.world.put(finish.run, results=results), lines
        lines.append((finish.run, "evidence frozen", "", ""))
        return Came.NOTHING, self.world.put(finish.run, results=results, evidence=1), lines

    def _expire(self, expire: Expire) -> After:
        run = self.world.runs[expire.run]
        if run.deciding and run.time_is_up:
            return (Came.NOTHING, *self._close(self.world, expire.run, "EXPIRED"))
        return Came.NOTHING, self.world, []

    def _refreeze(self, refreeze: Refreeze) -> After:
        at, run = refreeze.run, self.world.runs[refreeze.run]
        if not run.deciding:
            return Came.NOTHING, self.world, []
        frozen = self.world.put(at, evidence=run.evidence + 1, votes={}, waivers={})
        return Came.NOTHING, frozen, [(at, "evidence frozen", "", "")]

    def _time_is_up(self, time: TimeIsUp) -> After:
        if not self.world.runs[time.run].deciding:
            return Came.NOTHING, self.world, []
        return Came.NOTHING, self.world.put(time.run, time_is_up=True), []
