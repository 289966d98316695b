"""A vote, by a button, by a form or as a command."""

from __future__ import annotations

from bot.rules.request import Ballot
from bot.slack.private import Asker
from bot.workflow import voting
from commands.slack.desk import Desk


async def vote(desk: Desk, who: Asker, ballot: Ballot) -> bool:
    """Whether it counts: the card and the thread show that; that it does not, only the voter is told."""
    counts = await voting.vote(desk.services, ballot)
    if not counts:
        await desk.private.tell(
            who, f"Your {ballot.choice} has already been counted, or you have voted again since."
        )
    return counts
