"""A vote, by a button, a form or a command; and its withdrawal."""

from __future__ import annotations

from bot.rules.approval import Choice
from bot.rules.labels import CHOICES
from bot.rules.request import Ballot, RunRequest
from bot.rules.run import Run, RunState
from bot.slack.private import Asker
from bot.workflow import clicked, voting, withdrawing
from commands.slack import answers
from commands.slack.desk import Desk


async def vote(desk: Desk, who: Asker, ballot: Ballot) -> None:
    counts = await voting.vote(desk.services, ballot)
    await tell(desk, who, ballot.choice, counts, await clicked.run_of(desk.services, ballot))


async def vote_from_an_answer(desk: Desk, who: Asker, ballot: Ballot) -> None:
    counts = await voting.vote_from_elsewhere(desk.services, ballot)
    await tell(desk, who, ballot.choice, counts, await clicked.run_of(desk.services, ballot))


async def tell(desk: Desk, who: Asker, choice: Choice, counts: bool, run: Run) -> None:
    """Once the run is decided, its card and thread say everything about a vote that counted."""
    if not counts:
        await desk.private.tell(who, *answers.counts_already(choice))
    elif run.state is RunState.DECIDING:
        await desk.private.tell(who, *answers.counted(run, choice))


async def take_back(desk: Desk, who: Asker, asked: RunRequest) -> None:
    choice = await withdrawing.withdraw(desk.services, asked)
    await desk.private.tell(who, f"Your {CHOICES[choice]} on run #{asked.run} is withdrawn.")
