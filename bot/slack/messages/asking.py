"""The request for votes: mentions the people whose votes are needed, once, when the results are in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.plan.member import is_user_group
from bot.rules.asked import Asked
from bot.rules.dossier import Dossier
from bot.rules.outstanding import Outstanding
from bot.rules.run import RunState
from bot.slack.blocks import Block, section
from bot.slack.messages.lines import title
from bot.slack.text import escape, mention, moment

MOST_MENTIONED = 5  # people; a user group is one mention


def votes_wanted(dossier: Dossier, asked: Asked) -> list[Block]:
    """For the message with the results; empty if the run is already decided."""
    run = dossier.run
    if run.state is not RunState.DECIDING or not run.expires_at:
        return []
    needed = ", ".join([*_places(dossier, asked), *_waivers(dossier)])
    return [section(f"*Votes wanted* until {moment(run.expires_at)}: {needed}")]


def votes_wanted_text(dossier: Dossier, asked: Asked) -> str:
    """The same for notifications, as markup; empty if the run is already decided."""
    if not votes_wanted(dossier, asked):
        return ""
    about = escape(f"Votes wanted on run #{dossier.run.number} on {dossier.run.environment}")
    return f"{about}: {', '.join(_places(dossier, asked))}. "


def some(members: Iterable[str]) -> str:
    """Mentions: all user groups, and up to MOST_MENTIONED people."""
    found = list(members)
    groups = [member for member in found if is_user_group(member)]
    people = [member for member in found if not is_user_group(member)]
    shown = [mention(member) for member in (*groups, *people[:MOST_MENTIONED])]
    more = len(people) - MOST_MENTIONED
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " or ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


def _places(dossier: Dossier, asked: Asked) -> Iterator[str]:
    """ "1 of platform (@platform-team)" for each group with missing votes."""
    left = Outstanding.of(dossier, asked)
    for role, count in left.missing.items():
        who = some(asked.addressed(role, among=left.votes[role]))
        yield f"{count} of {escape(role)} ({who or 'nobody is left'})"


def _waivers(dossier: Dossier) -> Iterator[str]:
    """Mentions nobody: the results below do that already."""
    for check in dossier.tally().waivers_missing:
        owner = dossier.plan.environment.checks[check].owner
        yield f"for a go, a waiver for {escape(title(dossier, check))} ({escape(owner)})"
