"""Withdraws votes and waivers of people who have since lost the right to them, and logs it."""

from __future__ import annotations

from bot.record.events import VoteLapsed, WaiverLapsed
from bot.rules.approval import Vote, Waiver
from bot.rules.dossier import Dossier
from bot.rules.principal import BOT
from bot.store import events, votes
from bot.store.database import Connection
from bot.workflow.voter import Unasked, Voter


async def lapse(conn: Connection, dossier: Dossier, voter: Voter) -> Dossier | Unasked:
    """Withdraw what its owner no longer has the right to. Returns what still counts.

    Returns Unasked if they may have gained the right since: they voted or waived later than the lookup.
    """
    owners = {dossier.plan.environment.checks[waiver.check].owner for waiver in dossier.waivers}
    if owners - voter.electorate.roles.keys():  # a check was waived after Slack was asked
        return Unasked()
    lapsed, void = _without_right(dossier, voter)
    said_since = {vote.person for vote in lapsed if vote.cast_at >= voter.known_since}
    said_since |= {waiver.person for waiver in void if waiver.granted_at >= voter.known_since}
    if said_since:
        return Unasked(frozenset(said_since), again=True)
    await _withdraw(conn, dossier.run.number, lapsed, void)
    return dossier.model_copy(
        update={
            "votes": tuple(vote for vote in dossier.votes if vote not in lapsed),
            "waivers": tuple(waiver for waiver in dossier.waivers if waiver not in void),
        }
    )


def _without_right(dossier: Dossier, voter: Voter) -> tuple[list[Vote], list[Waiver]]:
    environment, electorate = voter.environment, voter.electorate
    deciders = electorate.holders(environment.decide.approve)
    return [vote for vote in dossier.votes if vote.person not in deciders], [
        waiver
        for waiver in dossier.waivers
        if waiver.person not in electorate.holders([environment.checks[waiver.check].owner])
    ]


async def _withdraw(conn: Connection, number: int, lapsed: list[Vote], void: list[Waiver]) -> None:
    for vote in lapsed:
        await votes.withdraw(conn, number, vote)
        vote_lapsed = VoteLapsed(person=vote.person, choice=vote.choice)
        await events.append(conn, number, vote_lapsed, actor=BOT)
    for waiver in void:
        await votes.withdraw_waiver(conn, number, waiver)
        waiver_lapsed = WaiverLapsed(person=waiver.person, check=waiver.check)
        await events.append(conn, number, waiver_lapsed, actor=BOT)
