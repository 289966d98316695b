"""What one person can do with a run now. These are only suggestions; every click is authorized again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.rules.approval import involved, overdue
from bot.rules.dossier import Dossier
from bot.rules.people import Electorate
from bot.rules.rollback import Prompt
from bot.rules.run import RunState
from checks.reading import Record


class Possible(Record):
    approve: bool = False  # Go, with or without a condition
    vote: bool = False
    waive: bool = False
    remind: bool = False
    cancel: bool = False
    prompts: tuple[Prompt, ...] = ()  # that they can answer


def possible(
    person: str, dossier: Dossier, electorate: Electorate | None, on_duty: Collection[str], now: datetime
) -> Possible:
    """`electorate`: who holds the run's roles; without it, everything that the run's state permits is
    returned. `on_duty`: who answers prompts.
    """
    run, environment = dossier.run, dossier.plan.environment
    required = environment.decide.approve

    def holds(*roles: str) -> bool:
        return electorate is None or person in electorate.holders(roles)

    unanswered = tuple(prompt for prompt in dossier.prompts if not prompt.state.answered)
    prompts = unanswered if person in on_duty or holds(*required) else ()
    has_a_say = person == run.requested_by or holds(*required)
    cancel = run.state is not RunState.CLOSED and has_a_say
    if run.state is not RunState.DECIDING or overdue(run, now):
        return Possible(cancel=cancel, prompts=prompts)
    free = person not in involved(run, environment, dossier.made_by)
    owned = [check for check in dossier.tally().waivers_missing if holds(environment.checks[check].owner)]
    return Possible(
        approve=free and holds(*required),
        vote=holds(*required),
        waive=free and bool(owned),
        remind=has_a_say,
        cancel=cancel,
        prompts=prompts,
    )
