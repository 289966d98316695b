"""The run that a click is about, and whether a form can be opened for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.base.errors import CanaryError, Misused, Refused
from bot.base.next_step import Next
from bot.plan.model import Environment
from bot.rules.approval import (
    Choice,
    involved,
    must_be_open,
    must_know_author,
    require_can_vote,
    require_can_waive,
    require_part,
)
from bot.rules.dossier import Dossier
from bot.rules.people import Electorate, Person
from bot.rules.principal import Principal
from bot.rules.request import Click
from bot.rules.run import Run
from bot.slack.messages.alert import Alert
from bot.store import database, dossiers, messages, runs
from bot.store.database import Connection
from bot.workflow.refusals import must_stand_there, recorded
from bot.workflow.screening import screened
from bot.workflow.services import Services

KNOWN_WITHIN = 0.4  # seconds: Slack allows three for a form, and nobody should wait for what it might add


@dataclass(frozen=True)
class Opened:
    """A run for which a form is opened, and the person who opened it, as far as Slack answered within a
    moment.

    It tells early why a submission would be refused; the submission itself is judged by Slack's answers at
    that time.
    """

    dossier: Dossier
    at: datetime
    changed: bool  # there are newer results than the clicked message showed
    by: str
    person: Person | None = None
    electorate: Electorate | None = None

    @property
    def involved(self) -> dict[str, str]:
        return involved(self.dossier.run, self.dossier.plan.environment, self.dossier.made_by)

    def objection_to(self, choice: Choice) -> Refused | None:
        """Why a vote of theirs would not count, as far as known."""
        run, environment = self.dossier.run, self.dossier.plan.environment
        try:
            if choice is not Choice.NO_GO:
                must_know_author(run, environment, self.dossier.made_by)
            require_can_vote(
                self.person or Person(id=self.by, name="", team=""),
                run,
                choice=choice,
                evidence=run.evidence or "",
                required=environment.decide.approve,
                electorate=self._electorate(environment.decide.approve),
                involved=self.involved,
                voted=[vote.person for vote in self.dossier.votes],
                now=self.at,
            )
        except Refused as refused:
            return refused
        return None

    def objection_to_waiving(self, check: str) -> Refused | None:
        """The same for a waiver of a check."""
        run, environment = self.dossier.run, self.dossier.plan.environment
        owner = environment.checks[check].owner
        try:
            must_know_author(run, environment, self.dossier.made_by)
            require_can_waive(
                self.person or Person(id=self.by, name="", team=""),
                run,
                check=environment.title_of(check),
                owner=owner,
                evidence=run.evidence or "",
                electorate=self._electorate([owner]),
                involved=self.involved,
                now=self.at,
            )
        except Refused as refused:
            return refused
        return None

    def _electorate(self, roles: Iterable[str]) -> Electorate:
        """Who holds the roles; while unknown, the person who clicked might."""
        known = self.electorate
        if known and not known.unreadable:
            return known
        return Electorate(roles={role: frozenset({self.by}) for role in roles})


async def clicked_run(conn: Connection, click: Click) -> Run:
    """Raises Misused if no run has this key."""
    run = await runs.by_key(conn, click.run_key)
    if run is None:
        raise Misused("I can't find the run that this button belongs to.", then=[Next.list_runs()])
    return run


async def run_of(services: Services, click: Click) -> Run:
    """The same, in a separate transaction."""
    async with services.database.connection() as conn:
        return await clicked_run(conn, click)


async def alerted(conn: Connection, run: Run, click: Click) -> frozenset[str]:
    """Channels that show the run's card instead of its own; only looked up if the click came from another."""
    if click.channel == run.channel:
        return frozenset()
    return frozenset(await messages.channels(conn, run, Alert))


async def opened(services: Services, click: Click) -> Opened:
    """The run that a form is opened for. Raises Refused, recorded, if no vote on it counts any more.

    It does not wait for Slack to say who clicked: Slack accepts a form within three seconds of the click, and
    the submitter's rights are looked up at submission, in the same way and with the same patience as those of
    a Go. The form shows what is known within a moment. Only people who open many forms, and who have no role
    in the run as far as is known, are refused: Slack limits the forms a minute for everybody.
    """
    async with services.database.transaction() as conn:
        run = await clicked_run(conn, click)
        dossier, now = await dossiers.read(conn, run), await database.now(conn)
        also = await alerted(conn, run, click)

    async def check(lately: Services) -> None:
        await _require_part(lately, dossier, click.by)

    async with screened(services, click.by, check):
        async with recorded(services, run=run.number, by=click.by, what="open a form"):
            must_stand_there(run, click.channel, also=also)
            must_be_open(run, run.evidence or "", now)
        services.turned_away.note(str(click.by))
    seen = Opened(dossier, now, changed=click.evidence != run.evidence, by=str(click.by))
    return await _with_what_is_known(services, seen, click.by)


async def _with_what_is_known(services: Services, opened: Opened, by: Principal) -> Opened:
    lately = replace(services, directory=services.directory.lately())
    plan = opened.dossier.plan
    try:
        async with asyncio.timeout(KNOWN_WITHIN):
            person, electorate = await asyncio.gather(
                lately.person(by),
                lately.electorate(plan, roles=_deciding_roles(plan.environment), partly=True),
            )
    except (CanaryError, TimeoutError):
        return opened
    return replace(opened, person=person, electorate=electorate)


async def _require_part(services: Services, dossier: Dossier, by: Principal) -> None:
    """Raises Refused for people who can neither vote on a run nor waive one of its checks."""
    roles = _deciding_roles(dossier.plan.environment)
    require_part(
        await services.person(by),
        dossier.run,
        able=(await services.electorate(dossier.plan, roles=roles)).holders(roles),
    )


def _deciding_roles(environment: Environment) -> set[str]:
    """The roles of all who can vote on a run or waive one of its checks."""
    return {*environment.decide.approve, *(check.owner for check in environment.checks.values())}
