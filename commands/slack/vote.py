"""A vote, by a button, by a form or as a command."""

from __future__ import annotations

from bot.rules.approval import Choice
from bot.rules.labels import CHOICES
from bot.rules.request import Ballot
from bot.slack.private import Asker
from bot.workflow import voting
from commands.slack.desk import Desk


async def vote(desk: Desk, who: Asker, ballot: Ballot) -> None:
    """The card and the thread show that it counts; that it does not, only the voter is told."""
    if not await voting.vote(desk.services, ballot):
        await tell_that_it_counts_already(desk, who, ballot.choice)


async def tell_that_it_counts_already(desk: Desk, who: Asker, choice: Choice) -> None:
    await desk.private.tell(
        who, f"Your {CHOICES[choice]} has already been counted, or you have voted again since."
    )
