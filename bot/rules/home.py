"""What a person sees in App Home: what waits for them, the conditions they own, and active runs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from pydantic import AwareDatetime

from bot.plan.model import Rollback
from bot.rules.approval import involved, overdue
from bot.rules.decision import Outcome
from bot.rules.dossier import Dossier
from bot.rules.instructions import instructions
from bot.rules.people import Electorate
from bot.rules.previous import VERSION
from bot.rules.quorum import outstanding
from bot.rules.rollback import Prompt
from bot.rules.run import RunState
from bot.rules.watch import WatchState
from checks.outcome import Outcome as CheckOutcome
from checks.reading import Record

RECENT = timedelta(days=7)  # since it was last opened; an older Home is no longer updated
OVERDUE = timedelta(days=7)  # how long an overdue condition is still shown


class Placed(Record):
    """A run in a list, and the place of its card."""

    run: int
    environment: str
    version: str | None
    channel: str
    ts: str | None  # None before the card is posted


class Duty(Placed):
    """What the person has to do by a time, after the run's go."""

    key: str  # of the run
    due: AwareDatetime


class Promise(Duty):
    """A condition that the person owns."""

    number: int | None = None  # within its run; None if an earlier version decided, which followed up none
    text: str
    overdue: bool = False
    check: str = ""  # that shows it; empty if its owner says that it is met
    holds: tuple[str, ...] = ()  # actions that are refused until it is met
    looked_at: AwareDatetime | None = None  # when its check was last measured
    outcome: CheckOutcome | None = None  # of that measurement


class Past(Placed):
    """A run that was decided."""

    outcome: Outcome
    decided_at: AwareDatetime
    rolled_back_at: AwareDatetime | None = None


class Task(Duty):
    """An item of a watch's checklist, owned by a group that the person is in."""

    number: int  # on the checklist, from 0
    item: str


class Ask(Record):
    """What a run waits for from this person."""

    dossier: Dossier
    roles: tuple[str, ...] = ()  # that need their vote
    waivers: tuple[str, ...] = ()  # checks of theirs that prevent a go
    prompts: tuple[Prompt, ...] = ()  # without an answer by on-call

    def __bool__(self) -> bool:
        return bool(self.roles or self.waivers or self.prompts)


class Home(Record):
    """`refused`: why they are shown nothing, as a sentence; everything else is then empty."""

    person: str
    refused: str = ""
    asks: tuple[Ask, ...] = ()
    promises: tuple[Promise, ...] = ()
    tasks: tuple[Task, ...] = ()
    under_way: tuple[Dossier, ...] = ()
    latest: tuple[Past, ...] = ()
    can_start: tuple[str, ...] = ()  # environments that they can see
    operates: bool = False
    missing: tuple[str, ...] = ()  # in the setup
    unknown_groups: bool = False  # Slack does not currently say who is in which group
    url: str = ""  # of the workspace, for links


def asked_of(
    person: str, dossier: Dossier, electorate: Electorate, holds: Electorate, now: AwareDatetime
) -> Ask:
    """`electorate`: who holds the roles of this run. `holds`: current group members, who determine on-call."""
    environment = dossier.plan.environment
    prompts = tuple(
        prompt
        for prompt in dossier.prompts
        if not prompt.state.answered and person in holds.holders(_asked_roles(environment.rollback, prompt))
    )
    if dossier.run.state is not RunState.DECIDING or overdue(dossier.run, now):
        return Ask(dossier=dossier, prompts=prompts)
    barred = involved(dossier.run, environment, dossier.made_by)
    voted = [vote.person for vote in dossier.votes]
    left = outstanding(voted, environment.decide.approve, electorate, excluded=barred)
    owns = [
        check
        for check in dossier.tally().waivers_missing
        if person not in barred and person in electorate.holders([environment.checks[check].owner])
    ]
    roles = tuple(role for role, people in left.items() if person in people)
    return Ask(dossier=dossier, roles=roles, waivers=tuple(owns), prompts=prompts)


def _asked_roles(rollback: Rollback, prompt: Prompt) -> list[str]:
    escalated = [rollback.escalate.to] if rollback.escalate and prompt.escalated_at else []
    return [rollback.on_call, *escalated]


def tasks_of(
    person: str, dossier: Dossier, electorate: Electorate, done: Collection[int]
) -> tuple[Task, ...]:
    """The open items of a watched run's checklist. `done`: the numbers of those that are checked off."""
    watch, decision = dossier.watch, dossier.decision
    if decision is None or watch is None or watch.state is not WatchState.WATCHING:
        return ()
    run, checklist = dossier.run, instructions(dossier.run, dossier.plan, decision).checklist
    return tuple(
        Task(
            run=run.number,
            key=run.key,
            environment=run.environment,
            version=run.arguments.get(VERSION),
            channel=run.channel,
            ts=dossier.root.ts if dossier.root else None,
            due=task.due,
            number=number,
            item=task.item,
        )
        for number, task in enumerate(checklist)
        if number not in done and person in electorate.holders([task.owner])
    )
