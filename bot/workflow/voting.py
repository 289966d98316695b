"""A vote."""

from __future__ import annotations

from bot.base.errors import Refused
from bot.base.next_step import Next
from bot.record.events import RolesResolved, Voted
from bot.rules.approval import require_part
from bot.rules.request import Ballot, NumberedBallot, require_complete
from bot.slack.messages.votes import VoteLine
from bot.store import database, events, messages, runs, votes
from bot.store.database import Connection
from bot.workflow.audience import visible
from bot.workflow.deciding import decide_if_complete, with_everybody_asked
from bot.workflow.screening import screened
from bot.workflow.services import Services
from bot.workflow.voter import Unasked, Voter, resolve_voter


async def vote(services: Services, ballot: Ballot) -> bool:
    """Count a vote, and decide when it completes the quorum or vetoes.

    False when it stands already, or a newer one of the same person does.

    Raises Refused, and records that it did.
    """

    async def check(lately: Services) -> None:
        voter = await resolve_voter(lately, ballot)
        able = voter.electorate.holders(voter.environment.decide.approve)
        require_part(voter.person, voter.run, able=able)

    async def attempt(conn: Connection, voter: Voter) -> bool | Unasked:
        return await _vote(services, conn, voter, ballot)

    async with screened(services, ballot.by, check):
        return await with_everybody_asked(services, ballot, attempt, what=f"vote {ballot.choice}")


async def vote_on_current_evidence(services: Services, request: NumberedBallot) -> bool:
    """The same, on the evidence that there is. Raises Refused where that came after the vote was given."""
    run = await visible(services, request)
    given = services.interaction
    if given and run.concluded_at and run.concluded_at > given.received_at:
        raise Refused(
            f"The results of run #{run.number} came after your vote; look at them first.",
            then=[Next.show(run.number)],
        )
    ballot = Ballot(
        run_key=run.key,
        evidence=run.evidence or "",
        channel=run.channel,
        by=request.by,
        choice=request.choice,
        reason=request.reason,
    )
    return await vote(services, ballot)


async def _vote(services: Services, conn: Connection, voter: Voter, ballot: Ballot) -> bool | Unasked:
    run = await runs.lock(conn, voter.run.number)
    if not voter.knows_author_by(run):
        return Unasked()
    now = await database.now(conn)
    given_at = services.interaction.received_at if services.interaction else None
    require_complete(ballot, given_at or now)
    voter.require_can_vote(services, run, ballot, now)
    counts = await votes.cast(
        conn,
        run.number,
        evidence=ballot.evidence,
        person=str(ballot.by),
        roles=voter.roles,
        choice=ballot.choice,
        reason=ballot.reason,
        condition=ballot.condition,
        said_at=given_at,
    )
    if not counts:
        return False
    voted = Voted(
        choice=ballot.choice,
        reason=ballot.reason,
        condition=ballot.condition,
        evidence=ballot.evidence,
        roles=voter.roles,
    )
    await events.append(conn, run.number, RolesResolved.of(voter.electorate), actor=ballot.by)
    event = await events.append(conn, run.number, voted, actor=ballot.by)
    await messages.want(conn, run, VoteLine(event=event))
    return await decide_if_complete(services, conn, run, voter) or True
