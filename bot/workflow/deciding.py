"""The decision that follows from votes and waivers, on accounts as they are when it is made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.base.errors import Unavailable
from bot.rules.decision import made_by, outcome_of, reason_for
from bot.rules.request import Click
from bot.rules.run import Run
from bot.slack.messages.card import Card
from bot.store import dossiers, messages
from bot.store.database import Connection, roll_back
from bot.workflow.closing import close
from bot.workflow.lapsing import lapse
from bot.workflow.refusals import recorded
from bot.workflow.services import Services
from bot.workflow.voter import ALL_ASKED, Unasked, Voter, resolve_voter

T = TypeVar("T")

_TRIES = 5


async def with_everybody_asked(
    services: Services,
    click: Click,
    attempt: Callable[[Connection, Voter], Awaitable[T | Unasked]],
    *,
    what: str,
) -> T:
    """Ask Slack, then try in one transaction; if that depends on people nobody asked about, ask about them
    and try again.

    So a decision rests on current accounts, and others are not looked up needlessly.

    Raises Refused, recorded as the refusal of `what`; Unavailable if others vote faster than Slack answers.
    """
    unasked = ALL_ASKED
    for _ in range(_TRIES):
        voter = await resolve_voter(services, click, unasked)
        number = voter.run.number
        async with (
            recorded(services, run=number, by=click.by, what=what),
            services.act() as conn,
        ):
            outcome = await attempt(conn, voter)
            if isinstance(outcome, Unasked):
                roll_back(conn)
        if not isinstance(outcome, Unasked):
            return outcome
        unasked |= outcome
    raise Unavailable("Too many votes are coming in at once.", hint="Try again in a moment.")


async def decide_if_complete(services: Services, conn: Connection, run: Run, voter: Voter) -> Unasked | None:
    """Close the run if nothing is missing any more, otherwise update its card. The caller holds the run's
    lock.
    """
    dossier = await lapse(conn, await dossiers.read(conn, run), voter)
    if isinstance(dossier, Unasked):
        return dossier
    standing = dossier.tally(voter.electorate)
    said = {vote.person for vote in dossier.votes} | {waiver.person for waiver in dossier.waivers}
    if standing.choice and (unasked := said - voter.asked):
        return Unasked(frozenset(unasked))
    if standing.choice is None:
        await messages.want(conn, run, Card(), urgent=True)
        return None
    await close(
        services,
        conn,
        dossier,
        outcome_of(standing.choice),
        reason=reason_for(standing, dossier.votes),
        decided_by=made_by(standing),
        filled=standing.filled,
        actor=voter.by,
    )
    return None
