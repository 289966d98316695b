"""The person who votes or waives: who they are and what they may do, looked up in Slack before the run is
locked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.base.errors import Misused, Refused
from bot.plan.model import Environment
from bot.rules.approval import (
    Choice,
    Condition,
    involved,
    must_know_author,
    require_can_vote,
    require_can_waive,
)
from bot.rules.authors import Authors, authors
from bot.rules.condition import owned_by, require_can_own
from bot.rules.people import Electorate, Person
from bot.rules.principal import Principal
from bot.rules.request import Ballot, Click, WaiverRequest
from bot.rules.run import Run
from bot.store import configurations, database, dossiers, votes
from bot.store.database import Connection
from bot.workflow.authors import known
from bot.workflow.clicked import alerted, clicked_run
from bot.workflow.refusals import must_be_fresh, must_stand_there
from bot.workflow.services import Services


@dataclass(frozen=True)
class Unasked:
    """What must be looked up before this can be decided: `people` as well; or everything `again`, as of now."""

    people: frozenset[str] = frozenset()
    again: bool = False

    def __or__(self, other: Unasked) -> Unasked:
        return Unasked(self.people | other.people, again=self.again or other.again)


ALL_ASKED = Unasked()


@dataclass(frozen=True)
class Voter:
    """The voter according to Slack, with everybody else whose account and roles count."""

    run: Run  # as of then; the rules are applied again to the locked one
    alerted: frozenset[str]  # see `clicked.alerted`
    environment: Environment
    made_by: Authors  # according to the evidence at that time
    voted: tuple[str, ...]  # voters who need not be asked again, in a refusal
    by: Principal
    person: Person
    electorate: Electorate
    owner: Person | None  # of the vote's condition, if it has one
    asked: frozenset[str]  # whose accounts were looked up
    known_since: datetime  # everything was looked up after this time, by the database's clock
    asked_at: datetime  # by the database's clock

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that count in this vote."""
        held = self.electorate.roles_of(self.person.id)
        return tuple(role for role in held if role in self.environment.decide.approve)

    def knows_author_by(self, run: Run) -> bool:
        """False if evidence was frozen after Slack was asked: it may name the change's author."""
        return self.environment.decide.author is None or run.evidence == self.run.evidence

    def require_can_vote(self, services: Services, run: Run, ballot: Ballot, now: datetime) -> None:
        """Raises Refused; Unavailable if too much time has passed since Slack was asked."""
        self._require_current(services, run, ballot, now)
        require_can_vote(
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
        if ballot.condition and self.owner:
            require_can_own(self.owner, owned_by(ballot.condition, self.environment), self.electorate)

    def require_can_waive(self, services: Services, run: Run, request: WaiverRequest, now: datetime) -> None:
        """Raises Refused; Unavailable if too much time has passed since Slack was asked."""
        self._require_current(services, run, request, now)
        check = self.environment.checks[request.check]
        require_can_waive(
            self.person,
            run,
            check=check.title or request.check,
            owner=check.owner,
            evidence=request.evidence,
            electorate=self.electorate,
            involved=involved(run, self.environment, self.made_by),
            now=now,
        )
        must_know_author(run, self.environment, self.made_by)

    def _require_current(self, services: Services, run: Run, click: Click, now: datetime) -> None:
        must_be_fresh(services, self.asked_at, now)
        must_stand_there(run, click.channel, also=self.alerted)


async def resolve_voter(services: Services, click: Click, unasked: Unasked = Unasked()) -> Voter:
    """Look up the person who clicked, and `unasked`, in Slack. Raises Misused if there is no such run."""
    async with services.database.connection() as conn:
        run = await clicked_run(conn, click)
        plan, now = await configurations.load(conn, run.configuration), await database.now(conn)
        also = await alerted(conn, run, click)
        voted, waived = await votes.voters(conn, run), await votes.waived(conn, run)
        made_by = await _made_by(conn, run, plan.environment)
    checks = plan.environment.checks
    excused = {*waived, *([click.check] if isinstance(click, WaiverRequest) else [])} & checks.keys()
    roles = {*plan.environment.decide.approve, *(checks[check].owner for check in excused)}
    condition = click.condition if isinstance(click, Ballot) else None
    if condition and (group := owned_by(condition, plan.environment)):
        roles.add(group)
    if unasked.again:
        services = replace(services, directory=services.directory.asked(0))
    return Voter(
        run=run,
        alerted=also,
        environment=plan.environment,
        voted=voted,
        made_by=await known(services, made_by),
        by=click.by,
        person=await services.person(click.by),
        owner=await _owner(services, condition) if condition else None,
        electorate=(await services.electorate(plan, roles=roles)).without(
            await services.barred(unasked.people)
        ),
        asked=unasked.people | {str(click.by)},
        known_since=now
        if unasked.again or services.interaction is None
        else services.interaction.received_at,
        asked_at=now,
    )


async def _owner(services: Services, condition: Condition) -> Person:
    """Raises Refused if Slack does not know them: a voter chose them in a form, which anyone could forge."""
    try:
        return await services.directory.person(condition.owner)
    except Misused as error:
        raise Refused(str(error), hint="Vote again, and choose another owner for the condition") from error


async def _made_by(conn: Connection, run: Run, environment: Environment) -> Authors:
    results = (await dossiers.read(conn, run)).results if environment.decide.author else {}
    return authors(environment, run.arguments, results)
