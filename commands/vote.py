"""A vote, by a button or by a form."""

from __future__ import annotations

from bot.slack.private import Asker
from bot.workflow import deciding
from bot.workflow.deciding import Ballot
from commands.desk import Desk


async def cast(desk: Desk, who: Asker, ballot: Ballot) -> None:
    """The card and the thread show that it counts; that it does not, only its caster is told."""
    if not await deciding.vote(desk.services, ballot):
        await desk.private.tell(
            who, f"Your {ballot.choice} is counted already, or a newer vote of yours stands."
        )
