"""Votes, waivers, expiry, and the decision that they come to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from bot.base.errors import Misused, Refused, Unavailable
from bot.base.failpoint import Place
from bot.base.work import Timer
from bot.plan.model import Environment
from bot.record.audit import BOT
from bot.record.events import Voted, VoteLapsed, Waived, WaiverLapsed
from bot.rules.approval import (
    Choice,
    Condition,
    Vote,
    Waiver,
    involved,
    may_take_part,
    may_vote,
    may_waive,
    must_be_open,
    must_know_author,
    overdue,
)
from bot.rules.authors import Authors, authors
from bot.rules.decision import Outcome, made_by, outcome_of, reason_for
from bot.rules.dossier import Dossier
from bot.rules.people import Electorate, Person
from bot.rules.run import Run
from bot.slack.messages.alert import Alert
from bot.slack.messages.card import Card
from bot.slack.messages.votes import VoteLine, WaiverLine
from bot.store import configurations, database, dossiers, events, messages, runs, votes
from bot.store.database import Connection
from bot.workflow.authors import known
from bot.workflow.closing import close
from bot.workflow.refusals import must_be_fresh, must_stand_there, recorded
from bot.workflow.screening import screened
from bot.workflow.services import Services
from checks.reading import Record

T = TypeVar("T")

_TRIES = 5


class Clicked(Record):
    """What comes with a click on a card, or with a form that one opened: nothing in it is authority."""

    run_key: str
    evidence: str  # digest that the clicked message showed
    channel: str  # where that message stands
    person: str


class Ballot(Clicked):
    choice: Choice
    reason: str = ""
    condition: Condition | None = None


class Excuse(Clicked):
    """A waiver."""

    check: str
    reason: str


async def vote(services: Services, ballot: Ballot) -> bool:
    """Count a vote, and decide when it completes the quorum or vetoes.

    False when it stands already, or a newer one of the same person does.

    Raises Refused, and records that it did.
    """

    async def cast(visitor: _Visitor) -> bool:
        async with visitor.recorded(services, f"vote {ballot.choice}"):
            return await _vote(services, visitor, ballot)

    async def may(lately: Services) -> None:
        visitor = await _at_the_door(lately, ballot)
        able = visitor.electorate.holders(visitor.environment.decide.approve)
        may_take_part(visitor.person, visitor.run, able=able)

    async with screened(services, ballot.person, may):
        return await _with_everybody_asked(services, ballot, cast)


async def opened(services: Services, click: Clicked) -> Dossier:
    """The run that a form is opened for. Raises Refused, recorded, where no vote on it counts any more.

    Slack is not asked who clicked: it takes a form within three seconds of the click, and the rights of whoever
    sends the form are looked up then, by the same path and with the same patience as those of a Go. Only who opens
    many and has no part in the run by what is known of them is refused: Slack opens so many forms a minute for all.
    """
    async with services.database.transaction() as conn:
        run = await _run(conn, click)
        dossier, now = await dossiers.read(conn, run), await database.now(conn)
        alerted = await _alerted(conn, run, click)

    async def may(lately: Services) -> None:
        await _must_have_a_part(lately, dossier, click.person)

    async with screened(services, click.person, may):
        async with recorded(services, run=run.number, person=click.person, what="open a form"):
            must_stand_there(run, click.channel, also=alerted)
            must_be_open(run, click.evidence, now)
        services.turned_away.note(click.person)
    return dossier


async def _must_have_a_part(services: Services, dossier: Dossier, user: str) -> None:
    """Raises Refused for who can neither vote on a run nor waive one of its checks."""
    environment = dossier.plan.environment
    roles = {*environment.decide.approve, *(check.owner for check in environment.checks.values())}
    may_take_part(
        await services.directory.person(user),
        dossier.run,
        able=(await services.electorate(dossier.plan, roles=roles)).holders(roles),
    )


async def waive(services: Services, excuse: Excuse) -> None:
    """Excuse a check that needs it, and decide when that was all that was missing. Raises Refused, recorded."""

    async def grant(visitor: _Visitor) -> None:
        async with visitor.recorded(services, f"waive {excuse.check}"):
            await _waive(services, visitor, excuse)

    async def may(lately: Services) -> None:
        visitor = await _at_the_door(lately, excuse)
        if check := visitor.environment.checks.get(excuse.check):
            able = visitor.electorate.holders([check.owner])
            may_take_part(visitor.person, visitor.run, able=able)

    async with screened(services, excuse.person, may):
        await _with_everybody_asked(services, excuse, grant)


class Expire(Timer[Services]):
    """End the vote when nobody has decided by then."""

    task = "expire"
    lost = runs.SQL["lost_deadlines"]

    run: int

    async def do(self, services: Services, /, *, tries: int) -> None:  # noqa: ARG002
        await expire(services, number=self.run)


async def expire(services: Services, *, number: int) -> None:
    """Nobody decided in time: that is no go. A timer that comes too early, for a deadline of before, ends nothing."""
    services.reach(Place.IN_EXPIRE)
    async with services.database.transaction() as conn:
        run = await runs.lock(conn, number)
        if not overdue(run, await database.now(conn)):
            return
        await close(
            services,
            conn,
            await dossiers.read(conn, run),
            Outcome.EXPIRED,
            reason="nobody decided in time",
            decided_by=(),
            actor=BOT,
        )


@dataclass(frozen=True)
class _Visitor:
    """Who clicked, with all that had to be asked of the network, before any lock is taken."""

    run: Run  # as it was then; the rules are asked again of the locked one
    alerted: frozenset[
        str
    ]  # channels that show its card instead of its own, where the click came from another
    environment: Environment
    made_by: Authors  # by the evidence that there was then
    voted: tuple[str, ...]  # who need not be asked any more, in a refusal
    person: Person
    electorate: Electorate
    asked: frozenset[str]  # whose accounts were asked about
    known_since: datetime  # all that was asked was found out after this; by the database's clock, like
    came_at: datetime

    def must_know_the_evidence_of(self, run: Run) -> None:
        """Raises _UnaskedError where it was frozen since they came in: it may say who made the change."""
        if self.environment.decide.author and run.evidence != self.run.evidence:
            raise _UnaskedError(frozenset())

    def must_be_able_to_vote(self, services: Services, run: Run, ballot: Ballot, now: datetime) -> None:
        must_be_fresh(services, self.came_at, now)
        must_stand_there(run, ballot.channel, also=self.alerted)
        may_vote(
            self.person,
            run,
            choice=ballot.choice,
            evidence=ballot.evidence,
            required=self.environment.decide.approve,
            electorate=self.electorate,
            involved=involved(run, self.environment, self.made_by),
            voted=self.voted,
            now=now,
        )
        if ballot.choice is not Choice.NO_GO:
            must_know_author(run, self.environment, self.made_by)

    def must_be_able_to_waive(
        self, services: Services, run: Run, check: str, click: Clicked, now: datetime
    ) -> None:
        must_be_fresh(services, self.came_at, now)
        must_stand_there(run, click.channel, also=self.alerted)
        may_waive(
            self.person,
            run,
            check=check,
            owner=self.environment.checks[check].owner,
            evidence=click.evidence,
            electorate=self.electorate,
            involved=involved(run, self.environment, self.made_by),
            now=now,
        )
        must_know_author(run, self.environment, self.made_by)

    def recorded(self, services: Services, what: str) -> AbstractAsyncContextManager[None]:
        """Their refusal stands in the log."""
        return recorded(services, run=self.run.number, person=self.person.id, what=what)

    @property
    def roles(self) -> tuple[str, ...]:
        """Those that count in this vote."""
        held = self.electorate.roles_of(self.person.id)
        return tuple(role for role in held if role in self.environment.decide.approve)


class _UnaskedError(Exception):
    """It rests on votes or waivers of `people`, about whom nobody has asked; or, `again`, not since they said it."""

    def __init__(self, people: frozenset[str], *, again: bool = False) -> None:
        super().__init__(people)
        self.people = people
        self.again = again


async def _with_everybody_asked(
    services: Services, click: Clicked, act: Callable[[_Visitor], Awaitable[T]]
) -> T:
    """What decides, decides on accounts as they are now; what does not need not ask about the others."""
    others: frozenset[str] = frozenset()
    again = False
    for _ in range(_TRIES):
        visitor = await _at_the_door(services, click, others, again=again)
        try:
            return await act(visitor)
        except _UnaskedError as unasked:
            others |= unasked.people
            again |= unasked.again
    raise Unavailable("Too many votes are coming in at once.", hint="Try again in a moment.")


async def _at_the_door(
    services: Services,
    click: Clicked,
    others: frozenset[str] = frozenset(),
    *,
    again: bool = False,
) -> _Visitor:
    """`again`: what was found out since the click is not new enough."""
    async with services.database.connection() as conn:
        run = await _run(conn, click)
        plan, now = await configurations.load(conn, run.configuration), await database.now(conn)
        alerted = await _alerted(conn, run, click)
        voted, waived = await votes.voters(conn, run), await votes.waived(conn, run)
        made_by = await _made_by(conn, run, plan.environment)
    checks = plan.environment.checks
    excused = {*waived, *([click.check] if isinstance(click, Excuse) else [])} & checks.keys()
    roles = {*plan.environment.decide.approve, *(checks[check].owner for check in excused)}
    if again:
        services = replace(services, directory=services.directory.asked(0))
    return _Visitor(
        run=run,
        alerted=alerted,
        environment=plan.environment,
        voted=voted,
        made_by=await known(services, made_by),
        person=await services.directory.person(click.person),
        electorate=(await services.electorate(plan, roles=roles)).without(await services.barred(others)),
        asked=others | {click.person},
        known_since=now if again or services.interaction is None else services.interaction.received_at,
        came_at=now,
    )


async def _made_by(conn: Connection, run: Run, environment: Environment) -> Authors:
    results = (await dossiers.read(conn, run)).results if environment.decide.author else {}
    return authors(environment, run.arguments, results)


async def _run(conn: Connection, click: Clicked) -> Run:
    run = await runs.by_key(conn, click.run_key)
    if run is None:
        raise Misused("I do not know the run that this button belongs to.", hint="/canary status")
    return run


async def _alerted(conn: Connection, run: Run, click: Clicked) -> frozenset[str]:
    """Channels that show the run's card instead of its own; looked for where the click came from another."""
    if click.channel == run.channel:
        return frozenset()
    return frozenset(await messages.channels(conn, run, Alert))


async def _vote(services: Services, visitor: _Visitor, ballot: Ballot) -> bool:
    number, person = visitor.run.number, visitor.person.id
    async with services.act() as conn:
        run = await runs.lock(conn, number)
        visitor.must_know_the_evidence_of(run)
        visitor.must_be_able_to_vote(services, run, ballot, await database.now(conn))
        cast = await votes.cast(
            conn,
            number,
            evidence=ballot.evidence,
            person=person,
            roles=visitor.roles,
            choice=ballot.choice,
            reason=ballot.reason,
            condition=ballot.condition,
            said_at=services.interaction.received_at if services.interaction else None,
        )
        if not cast:
            return False
        voted = Voted(
            choice=ballot.choice,
            reason=ballot.reason,
            condition=ballot.condition,
            evidence=ballot.evidence,
            roles=tuple(visitor.roles),
        )
        event = await events.append(conn, number, voted, actor=person)
        await messages.want(conn, run, VoteLine(event=event))
        await _decide_if_complete(services, conn, run, visitor)
        return True


async def _waive(services: Services, visitor: _Visitor, excuse: Excuse) -> None:
    number, person = visitor.run.number, visitor.person.id
    async with services.act() as conn:
        run = await runs.lock(conn, number)
        visitor.must_know_the_evidence_of(run)
        dossier = await dossiers.read(conn, run)
        if excuse.check not in dossier.verdict.needs_waiver:
            raise Refused(f"{excuse.check} needs no waiver.", hint=f"/canary show #{number}")
        visitor.must_be_able_to_waive(services, run, excuse.check, excuse, await database.now(conn))
        await _lapse(conn, dossier, visitor)  # a void waiver stands in nobody's way
        waived = Waived(check=excuse.check, reason=excuse.reason, evidence=excuse.evidence)
        if not await votes.waive(conn, number, person=person, **dict(waived)):
            raise Refused(f"{excuse.check} has already been waived.", hint=f"/canary show #{number}")
        await events.append(conn, number, waived, actor=person)
        await messages.want(conn, run, WaiverLine(check=excuse.check))
        await _decide_if_complete(services, conn, run, visitor)


async def _lapse(conn: Connection, dossier: Dossier, visitor: _Visitor) -> Dossier:
    """What was said by somebody who has lost the right since counts no more; the log says so. -> what still counts.

    Raises _UnaskedError where they may have gained it since: they said it later than what I know of them.
    """
    number = dossier.run.number
    lapsed, void = _without_right(dossier, visitor)
    said_since = {vote.person for vote in lapsed if vote.cast_at >= visitor.known_since}
    said_since |= {waiver.person for waiver in void if waiver.granted_at >= visitor.known_since}
    if said_since:
        raise _UnaskedError(frozenset(said_since), again=True)
    for vote in lapsed:
        await votes.withdraw(conn, number, vote)
        vote_lapsed = VoteLapsed(person=vote.person, choice=vote.choice)
        await events.append(conn, number, vote_lapsed, actor=BOT)
    for waiver in void:
        await votes.withdraw_waiver(conn, number, waiver)
        waiver_lapsed = WaiverLapsed(person=waiver.person, check=waiver.check)
        await events.append(conn, number, waiver_lapsed, actor=BOT)
    return dossier.model_copy(
        update={
            "votes": tuple(vote for vote in dossier.votes if vote not in lapsed),
            "waivers": tuple(waiver for waiver in dossier.waivers if waiver not in void),
        }
    )


def _without_right(dossier: Dossier, visitor: _Visitor) -> tuple[list[Vote], list[Waiver]]:
    """Raises _UnaskedError where a check was waived meanwhile whose owners nobody has asked about."""
    environment, electorate = visitor.environment, visitor.electorate
    if {environment.checks[waiver.check].owner for waiver in dossier.waivers} - electorate.roles.keys():
        raise _UnaskedError(frozenset())
    deciders = electorate.holders(environment.decide.approve)
    return [vote for vote in dossier.votes if vote.person not in deciders], [
        waiver
        for waiver in dossier.waivers
        if waiver.person not in electorate.holders([environment.checks[waiver.check].owner])
    ]


async def _decide_if_complete(services: Services, conn: Connection, run: Run, visitor: _Visitor) -> None:
    dossier = await _lapse(conn, await dossiers.read(conn, run), visitor)
    standing = dossier.tally(visitor.electorate)
    said = {vote.person for vote in dossier.votes} | {waiver.person for waiver in dossier.waivers}
    if standing.choice and (unasked := said - visitor.asked):
        raise _UnaskedError(frozenset(unasked))
    if standing.choice is None:
        await messages.want(conn, run, Card(), urgent=True)
        return
    await close(
        services,
        conn,
        dossier,
        outcome_of(standing.choice),
        reason=reason_for(standing, dossier.votes),
        decided_by=made_by(standing),
        filled=standing.filled,
        actor=visitor.person.id,
    )
