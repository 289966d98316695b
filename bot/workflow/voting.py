"""A vote."""

from __future__ import annotations

from collections.abc import Mapping

from bot.base.errors import Misused, Refused
from bot.base.next_step import Next
from bot.record.events import RolesResolved, Voted
from bot.rules.approval import Choice, require_part
from bot.rules.condition import completed
from bot.rules.dossier import Dossier
from bot.rules.request import Ballot, NumberedBallot, RunRequest, require_complete
from bot.rules.run import Run, RunState
from bot.rules.verdict import Recommendation
from bot.slack.messages.votes import VoteLine
from bot.store import database, dossiers, events, messages, runs, votes
from bot.store.database import Connection
from bot.workflow.audience import visible
from bot.workflow.clicked import clicked_run
from bot.workflow.deciding import decide_if_complete, with_everybody_asked
from bot.workflow.naming import names_of, record_names
from bot.workflow.refusals import recorded
from bot.workflow.screening import screened
from bot.workflow.services import Services
from bot.workflow.voter import Unasked, Voter, resolve_voter


async def vote(services: Services, ballot: Ballot) -> bool:
    """Count a vote, and decide if it completes the quorum or vetoes.

    Returns False if it already counts, or a newer one of the same person does.

    Raises Refused, and records it.
    """

    async def check(lately: Services) -> None:
        voter = await resolve_voter(lately, ballot)
        able = voter.electorate.holders(voter.environment.decide.approve)
        require_part(voter.person, voter.run, able=able)

    owners = await names_of(services, [ballot.condition.owner] if ballot.condition else [])

    async def attempt(conn: Connection, voter: Voter) -> bool | Unasked:
        return await _vote(services, conn, voter, ballot, owners)

    async with screened(services, ballot.by, check):
        return await with_everybody_asked(services, ballot, attempt, what=f"vote {ballot.choice}")


async def vote_on_current_evidence(services: Services, request: NumberedBallot) -> bool:
    """The same, on the current evidence. Raises Refused if that is newer than the vote."""
    run = await visible(services, request)
    given = services.interaction
    if given and run.concluded_at and run.concluded_at > given.received_at:
        raise Refused(
            f"The results of run #{run.number} came in after your vote. Look at them first.",
            then=[Next.show(run.number)],
        )
    return await vote(services, _on(run, request))


async def vote_from_elsewhere(services: Services, ballot: Ballot) -> bool:
    """A vote by the button of a private answer: allowed by who may see the run, not by where the run's card
    is.
    """
    async with services.database.connection() as conn:
        run = await clicked_run(conn, ballot)
    await visible(services, RunRequest(by=ballot.by, channel=ballot.channel, run=run.number))
    return await vote(services, ballot.model_copy(update={"channel": run.channel}))


async def overriding(services: Services, request: NumberedBallot) -> Dossier | None:
    """The run, if this Go would override the recommendation, so that the voter is asked first; None if it
    just counts.

    Raises Refused, recorded, for people who may not vote.
    """
    run = await visible(services, request)
    if request.choice is not Choice.GO or run.state is not RunState.DECIDING:
        return None
    async with services.database.transaction() as conn:
        dossier = await dossiers.read(conn, run)
    stands = any(vote.person == str(request.by) and vote.choice is Choice.GO for vote in dossier.votes)
    if stands or dossier.verdict.recommendation is Recommendation.GO:
        return None
    await _must_be_able_to_vote(services, _on(run, request))
    return dossier


async def _must_be_able_to_vote(services: Services, ballot: Ballot) -> None:
    async def check(lately: Services) -> None:
        voter = await resolve_voter(lately, ballot)
        require_part(voter.person, voter.run, able=voter.electorate.holders(voter.environment.decide.approve))

    async with screened(services, ballot.by, check):
        voter = await resolve_voter(services, ballot)
        async with recorded(services, run=voter.run.number, by=ballot.by, what=f"vote {ballot.choice}"):
            voter.require_can_vote(services, voter.run, ballot, voter.asked_at)


def _on(run: Run, request: NumberedBallot) -> Ballot:
    """The vote as if clicked on the run's card."""
    return Ballot(
        run_key=run.key,
        evidence=run.evidence or "",
        channel=run.channel,
        by=request.by,
        choice=request.choice,
        reason=request.reason,
    )


def _completed(voter: Voter, ballot: Ballot) -> Ballot:
    """With what its condition's template adds. Raises Misused if it names something that the run does not
    have.
    """
    if ballot.condition is None:
        return ballot
    try:
        condition = completed(ballot.condition, voter.environment)
    except Misused as error:
        raise Misused(str(error), then=[Next.show(voter.run.number)]) from error
    return ballot.model_copy(update={"condition": condition})


async def _vote(
    services: Services, conn: Connection, voter: Voter, ballot: Ballot, owners: Mapping[str, str]
) -> bool | Unasked:
    run = await runs.lock(conn, voter.run.number)
    if not voter.knows_author_by(run):
        return Unasked()
    now = await database.now(conn)
    given_at = services.interaction.received_at if services.interaction else None
    require_complete(ballot, given_at or now)
    ballot = _completed(voter, ballot)
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
    await record_names(conn, run.number, {**owners, voter.person.id: voter.person.name})
    await events.append(conn, run.number, RolesResolved.of(voter.electorate), actor=ballot.by)
    event = await events.append(conn, run.number, voted, actor=ballot.by)
    await messages.want(conn, run, VoteLine(event=event))
    return await decide_if_complete(services, conn, run, voter) or True
