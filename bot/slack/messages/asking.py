"""The request for votes: mentions the people whose votes are needed, once, when the results are in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from bot.plan.member import is_user_group
from bot.record.events import EvidenceFrozen, of_kind
from bot.rules.asked import Asked
from bot.rules.dossier import Dossier
from bot.rules.outstanding import Outstanding
from bot.rules.run import RunState
from bot.slack.blocks import Block, section
from bot.slack.messages.kind import Facts
from bot.slack.messages.lines import subject, titled, votes_from
from bot.slack.text import escape, mention, moment, one_line

MOST_MENTIONED = 5  # people; a user group is one mention
MOST_WAIVERS = 2  # named on the card, on which each failed check has a line anyway


def votes_wanted(dossier: Dossier, asked: Asked) -> list[Block]:
    """For the message with the results; empty if the run is already decided."""
    run = dossier.run
    if run.state is not RunState.DECIDING or not run.expires_at:
        return []
    if unknown := unknown_author(dossier):
        return [section(f"*Nobody can approve this run*: {unknown}")]
    needs = [*_places(dossier, asked), *filter(None, [_waivers_needed(dossier)])]
    return [section(f"*Votes wanted.* {_to_go_ahead(needs, moment(run.expires_at))}")]


def votes_wanted_text(dossier: Dossier, asked: Asked) -> str:
    """The same for notifications, as markup; empty if the run is already decided."""
    if not votes_wanted(dossier, asked):
        return ""
    about = escape(f"Votes wanted on {subject(dossier)}")
    return f"{about}: {', '.join(_places(dossier, asked))}. "


def needed(dossier: Dossier, asked: Asked | None, when: Callable[[datetime], str] = moment) -> str:
    """What is still missing, from whom and by when, in one line of markup.

    `asked`: whom to mention, if that notifies nobody; without it, only groups are named.
    """
    run = dossier.run
    if unknown := unknown_author(dossier):
        until = f"; otherwise it expires {when(run.expires_at)}" if run.expires_at else ""
        return f"Nobody can approve this run: {unknown}. A No-go still counts{until}"
    missing = dossier.tally().missing.items()
    groups = (escape(votes_from(count, role)) for role, count in missing)
    places, waivers = _places(dossier, asked) if asked else groups, _waivers_needed(dossier, asked)
    needs = [*places, *filter(None, [waivers])]
    return (
        _to_go_ahead(needs, when(run.expires_at) if run.expires_at else "") if needs else "Needs nothing more"
    )


def _to_go_ahead(needs: Sequence[str], until: str) -> str:
    by = f" by {until}, or it expires, which is not a go" if until else ""
    return f"To go ahead, it needs {_all_of(needs)}{by}. A single No-go stops it"


def unknown_author(dossier: Dossier) -> str:
    """Why nobody can approve, as markup; "" if the author is known or not needed."""
    if not dossier.plan.environment.decide.separate_duties or not dossier.made_by.unknown:
        return ""
    return f"the author of the change is not known ({one_line(dossier.made_by.unknown)})"


def _waivers_needed(dossier: Dossier, asked: Asked | None = None) -> str:
    """ "a waiver for *Duplicate sends* (@platform-team)". `asked`: to name people; otherwise it names their
    group.

    Groups without anybody left to ask come first.
    """
    checks = dossier.tally().waivers_missing
    if not asked:
        owners = dict.fromkeys(dossier.plan.environment.checks[check].owner for check in checks)
        return _waivers(dossier, checks, escape(", ".join(owners)))
    left = Outstanding.of(dossier, asked).waivers
    stuck = [check for check in checks if not left[check]]
    others = [check for check in checks if left[check]]
    addressed = dict.fromkeys(
        member
        for check in others
        for member in asked.addressed(dossier.plan.environment.checks[check].owner, among=left[check])
    )
    each = [_waivers(dossier, stuck, "nobody left"), _waivers(dossier, others, some(addressed))]
    return _all_of([one for one in each if one])


def _waivers(dossier: Dossier, checks: Sequence[str], people: str) -> str:
    if not checks:
        return ""
    shown = [titled(dossier, check) for check in checks[:MOST_WAIVERS]]
    more = len(checks) - MOST_WAIVERS
    named = _all_of([*shown, *([f"{more} more"] if more > 0 else [])])
    return f"{'a waiver' if len(checks) == 1 else 'waivers'} for {named} ({people})"


def _all_of(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def asked_for_votes(facts: Facts) -> Asked:
    """Whom the results asked when they came in."""
    frozen = [said.asked for _, said in of_kind(facts.events, EvidenceFrozen)]
    return facts.asked(frozen[-1] if frozen else None)


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
    """ "a vote from platform (@platform-team)" for each group with missing votes."""
    left = Outstanding.of(dossier, asked)
    for role, count in left.missing.items():
        who = some(asked.addressed(role, among=left.votes[role]))
        yield f"{escape(votes_from(count, role))} ({who or 'nobody left'})"
