"""Histories: steps of concurrent actions, and what must hold after each step."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from bot.rules.interaction import InteractionKind
from tests.contention.actions import (
    Account,
    Act,
    Action,
    Again,
    Cancel,
    Clicked,
    Configure,
    Expire,
    Finish,
    Handling,
    Members,
    NewRun,
    Plan,
    Refreeze,
    Remind,
    RolledBack,
    Start,
    Step,
    TimeIsUp,
    Vote,
    Waive,
    Withdraw,
    new_runs,
    steps,
)
from tests.contention.facts import Facts, wrong, wrong_in_inbox
from tests.contention.model import Came, View, World
from tests.contention.order import explain
from tests.contention.stage import Stage

PERSONAL = Vote | Waive | Withdraw | Cancel | Remind | RolledBack | Start
CHANGES = Members | Account | Configure
RECORDED = Vote | Waive | Withdraw | Cancel | Remind | RolledBack  # refusals of these are recorded in the log


class Counter:
    """Counts of what was tried."""

    def __init__(self) -> None:
        self.histories = self.steps = self.acts = 0
        self.outcomes: dict[str, int] = {}
        self.failure = ""  # the final outcomes

    def __str__(self) -> str:
        outcomes = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(self.outcomes.items()))
        return f"{self.steps:,} interleavings of {self.acts:,} actions in {self.histories:,} histories, which came to {outcomes}"


class Contention(RuleBasedStateMachine):
    """Subclasses set its stage, loop and counter."""

    stage: Stage
    loop: asyncio.AbstractEventLoop
    counter: Counter

    def __init__(self) -> None:
        super().__init__()
        self.view = View()
        # the worlds that the history may be in: they differ in what is not written down
        self.worlds = [World()]
        self.done: list[Act] = []  # interactions in the order in which they were stored
        self.seen: list[Facts] = []
        self.final: dict[int, Any] = {}
        self.transcript: list[str] = []
        self._await(self.stage.begin())

    def _await(self, coroutine: Any) -> Any:
        return self.loop.run_until_complete(coroutine)

    # ------------------------------------------------------------ what happens

    @initialize(run=new_runs)
    def begins(self, run: NewRun) -> None:
        self.counter.histories += 1
        self._is_started(run)

    @rule(step=steps(), seed=st.integers(0, 2**32 - 1), run=new_runs)
    def all_at_once(self, step: Step, seed: int, run: NewRun) -> None:
        """Usually on the newest run; on an older one once that is decided."""
        if self.worlds[0].runs[-1].decided:
            self._is_started(run)
        self._happen(step, seed)

    def _is_started(self, run: NewRun) -> None:
        self._happen([Plan(Start(run.by, run.environment), 0)], seed=0)
        self._happen([Plan(Finish(check, outcome, 0), 1) for check, outcome in run.results.items()], seed=0)

    def _happen(self, step: Step, seed: int) -> None:
        acts = [act for each in step for act in self._acts(each)]
        if not acts:
            return
        self.counter.steps += len(acts) > 1
        came = self._await(self.stage.all_at_once(acts, seed))
        self.counter.acts += len(acts)
        told = list(zip(acts, came, strict=True))
        changes = [act.action for act in acts if isinstance(act.action, CHANGES)]
        views = list(accumulate(changes, View.after, initial=self.view))
        self.view = views[-1]
        self.transcript += ["--- at once:", *(f"{came.value:>20}  {act}" for act, came in told)]
        self._explain([each for each in told if not isinstance(each[0].action, CHANGES)], views)

    def _acts(self, each: Plan | Again) -> list[Act]:
        if isinstance(each, Again):
            return (
                [replace(self.done[-1 - each.which % len(self.done)], replica=each.replica)]
                if self.done
                else []
            )
        act = Act(_absolute(each.action, self.worlds[0]), each.replica)
        if not isinstance(act.action, PERSONAL):
            return [act]
        key = self._await(self.stage.keep(_kind(act.action), act.action))
        act = replace(act, key=key, said=len(self.done) + 1, behind=self._behind(act.action))
        self.done.append(act)
        match each.handling:
            case Handling.ONCE:
                return [act]
            case Handling.TWICE:
                return [act, replace(act, replica=1 - act.replica)]
            case Handling.LATER:
                return []

    def _behind(self, action: Action) -> tuple[str, ...]:
        if not isinstance(action, Withdraw):
            return ()
        clicked = [each for each in self.done if isinstance(each.action, Clicked)]
        return tuple(each.key for each in clicked if _whose(each.action) == _whose(action))

    # ------------------------------------------------------------ what must hold

    def _explain(self, told: Sequence[tuple[Act, Came]], views: Sequence[View]) -> None:
        found = self._await(self.stage.facts())
        before = [*self.seen, *([None] * (len(found) - len(self.seen)))]
        log = tuple(
            tuple(now.lines(len(then.events) if then else 0)) for then, now in zip(before, found, strict=True)
        )
        self.transcript += [
            f"{'log':>20}  run {at}: {line}" for at, lines in enumerate(log) for line in lines
        ]
        possible = [end for world in self.worlds for end in explain(world, told, log, views)]
        self._must(bool(possible), "no order of these explains what was told and what the log says")
        inbox = self._await(self.stage.inbox())
        problems = {id(world): self._wrong(world, found, inbox) for world in possible}
        self.worlds = [world for world in possible if not problems[id(world)]]
        self._must(bool(self.worlds), "; ".join(problems[id(possible[0])]))
        changed = self._changed_after_the_end(found)
        self._must(not changed, "; ".join(changed))
        self.seen = found

    def _wrong(
        self, world: World, found: Sequence[Facts], inbox: Mapping[str, tuple[bool, bool]]
    ) -> list[str]:
        """Differences between the stored state and the expected one."""
        pairs = list(zip(found, world.runs, strict=True))
        return [
            *(fault for facts, run in pairs for fault in wrong(facts, run)),
            *wrong_in_inbox(inbox, world),
            *self._miscounted_refusals(world, found),
        ]

    def _miscounted_refusals(self, world: World, found: Sequence[Facts]) -> list[str]:
        """Each refusal is in the log once, however often it was retried."""
        told = {
            act.key
            for act in self.done
            if isinstance(act.action, RECORDED) and world.came.get(act.key) is Came.REFUSED
        }
        written = sum(now.refusals for now in found)
        return [] if written == len(told) else [f"{written} refusals are in the log, {len(told)} were told"]

    def _changed_after_the_end(self, found: Sequence[Facts]) -> list[str]:
        problems = []
        for at, now in enumerate(found):
            if now.run["state"] != "closed":
                continue
            if at not in self.final:
                self.final[at] = now.final
                outcome = now.decision["outcome"]
                self.counter.outcomes[outcome] = self.counter.outcomes.get(outcome, 0) + 1
            if self.final[at] != now.final:
                problems.append(f"a decided run changed from {self.final[at]} to {now.final}")
        return problems

    def _must(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.counter.failure = "\n".join([otherwise, *self.transcript])
            raise AssertionError(self.counter.failure)


def _absolute(action: Action, world: World) -> Action:
    """The action with its actual run and evidence instead of counts back."""
    match action:
        case Vote() | Waive():
            run = max(0, len(world.runs) - 1 - action.run)
            return replace(action, run=run, evidence=max(0, world.runs[run].evidence - action.evidence))
        case Withdraw() | Cancel() | Remind() | RolledBack() | Finish() | Refreeze() | TimeIsUp() | Expire():
            return replace(action, run=max(0, len(world.runs) - 1 - action.run))
        case _:
            return action


def _whose(action: Clicked) -> tuple[int, str]:
    return action.run, action.by


def _kind(action: Action) -> InteractionKind:
    return (
        InteractionKind.COMMAND
        if isinstance(action, Cancel | Remind | RolledBack | Start)
        else InteractionKind.ACTION
    )
