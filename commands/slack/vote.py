"""A vote, by a button, by a form or as a command."""

from __future__ import annotations

from bot.rules.labels import CHOICES
from bot.slack.private import Asker
from bot.workflow import deciding
from bot.workflow.deciding import Ballot
from commands.slack.desk import Desk


async def cast(desk: Desk, who: Asker, ballot: Ballot) -> bool:
    """Whether it counts: the card and the thread show that; that it does not, only its caster is told."""
    counts = await deciding.vote(desk.services, ballot)
    if not counts:
        await desk.private.tell(
            who, f"Your {CHOICES[ballot.choice]} has already been counted, or you have voted again since."
        )
    return counts
