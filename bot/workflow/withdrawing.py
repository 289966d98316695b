"""A voter withdraws their vote while the run waits for votes."""

from __future__ import annotations

from bot.base.errors import Unavailable
from bot.record.events import VoteLapsed, VoteWithdrawn
from bot.rules.approval import Choice, require_can_withdraw
from bot.rules.request import RunRequest
from bot.rules.run import Run
from bot.slack.messages.card import Card
from bot.slack.messages.withdrawn import WithdrawalLine
from bot.store import database, dossiers, events, inbox, messages, runs, votes
from bot.store.database import Connection
from bot.workflow.audience import visible
from bot.workflow.refusals import recorded
from bot.workflow.screening import screened
from bot.workflow.services import Services


async def withdraw(services: Services, request: RunRequest) -> Choice:
    """Returns the withdrawn vote. Only the voter can ask for it. Raises Refused, recorded.

    Slack is not asked about the voter: withdrawing one's own vote needs no role, and never decides a run.
    """
    number, by = request.run, str(request.by)
    await visible(services, request)

    async def check(lately: Services) -> None:
        async with lately.database.transaction() as conn:
            run = await runs.existing(conn, number)
            dossier = await dossiers.read(conn, run)
            require_can_withdraw(by, run, dossier.votes, await database.now(conn))

    async with (
        screened(services, request.by, check),
        recorded(services, run=number, by=request.by, what="withdraw a vote"),
        services.act() as conn,
    ):
        run = await runs.lock(conn, number)
        await _must_be_the_latest(services, conn, run, by)
        dossier = await dossiers.read(conn, run)
        vote = require_can_withdraw(by, run, dossier.votes, await database.now(conn))
        await votes.withdraw(conn, number, vote)
        withdrawn = VoteWithdrawn(choice=vote.choice, evidence=vote.evidence)
        event = await events.append(conn, number, withdrawn, actor=request.by)
        lapsed = VoteLapsed(person=by, choice=vote.choice)
        await events.append(conn, number, lapsed, actor=request.by)
        await messages.want(conn, run, WithdrawalLine(event=event))
        await messages.want(conn, run, Card(), urgent=True)
    return vote.choice


async def _must_be_the_latest(services: Services, conn: Connection, run: Run, by: str) -> None:
    """Raises Unavailable while an earlier vote of theirs is still being handled: it would count afterward."""
    given = services.interaction
    if given and await inbox.votes_before(conn, by, run.key, before=given.received_at, besides=given.key):
        raise Unavailable(
            f"Your earlier vote on run #{run.number} is still being counted.", hint="Try again in a moment."
        )
