"""Reminders of votes and waivers: a direct message to each person who is outstanding, and one line in the thread.

Nobody gets both: the line mentions only those who get no direct message.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from bot.record.events import NotReached, Reminded, asked_in, of_kind
from bot.rules.asked import Asked
from bot.rules.dossier import Dossier
from bot.rules.outstanding import Outstanding
from bot.rules.run import RunState
from bot.slack.blocks import context, section, sections
from bot.slack.messages.asking import unknown_author
from bot.slack.messages.direct import ASKED_HERE, DirectMessage
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.lines import recommended, subject, titled, verdict, votes_from
from bot.slack.messages.posting import Posting
from bot.slack.text import escape, link, mentions, moment, one_line, utc

MOST_CHECKS = 5  # named in a reminder; the card lists all
MOST_MENTIONED = 50  # in one line, which has to fit into a message


class Reminder(MessageKind):
    """The line in the thread."""

    kind = "reminder"
    called = "reminder"

    event: int  # number of the audit event

    def render(self, facts: Facts) -> Posting:
        event = facts.event(self.event)
        reminded = Reminded.read(event)
        return reminder(
            facts.dossier, facts.asked(asked_in(event)), direct=reminded.direct if reminded else ()
        )

    def moot(self, facts: Facts) -> str:
        return _decided(facts)


class DirectReminder(DirectMessage):
    """Of a vote or waiver. If a newer one comes before it is sent, it is not sent at all."""

    kind = "direct reminder"
    called = "reminder"
    until_decided = True

    def render(self, facts: Facts) -> Posting:
        return direct_reminder(facts, self._left(facts), self.person)

    def moot(self, facts: Facts) -> str:
        if why := _decided(facts):
            return why
        newer = (event for event, said in of_kind(facts.events, Reminded) if self.person in said.direct)
        if any(event.seq > self.event for event in newer):
            return "a newer reminder is on its way"
        return "" if self.person in self._left(facts).people else "nothing is missing from them any more"

    def names_reader(self, facts: Facts) -> bool:
        asked = facts.asked(asked_in(facts.event(self.event)))
        return any(self.person in members for members in asked.roles.values())

    def instead(self, event: int) -> MessageKind:
        return MentionInstead(event=event)

    def _left(self, facts: Facts) -> Outstanding:
        return Outstanding.of(facts.dossier, facts.asked(asked_in(facts.event(self.event))))


class MentionInstead(MessageKind):
    """In the thread: mentions people who could not be sent a direct message."""

    kind = "mention"
    called = "reminder"

    event: int  # number of the audit event

    def render(self, facts: Facts) -> Posting:
        return mention_instead(facts.dossier, self._people(facts))

    def moot(self, facts: Facts) -> str:
        return _decided(facts) or ("" if self._people(facts) else "nothing is missing from them any more")

    def _people(self, facts: Facts) -> list[str]:
        said = NotReached.read(facts.event(self.event))
        assert said
        asked = facts.asked(asked_in(facts.event(said.reminded)))
        left = Outstanding.of(facts.dossier, asked).people
        return [person for person in said.people if person in left]


def reminder(dossier: Dossier, asked: Asked, *, direct: Collection[str] = ()) -> Posting:
    """Rendered when it is sent: people who have voted in the meantime are not mentioned."""
    run, about = dossier.run, _about(dossier)
    if run.state is not RunState.DECIDING or not run.expires_at:
        said = f"Reminder: {about} was waiting for votes"
        return Posting.of(said, [section(said)])
    left = Outstanding.of(dossier, asked)
    rest = f"It still needs {'. '.join(_needed(dossier, left, asked, direct))}"
    if unknown := unknown_author(dossier):
        rest = f"Nobody can approve it: {unknown}"
    rest += _told(len(left.people & set(direct)))
    return Posting.of(
        f"Reminder: {about} expires at {utc(run.expires_at)}. {rest}",
        [section(f"*Reminder*: {about} expires {moment(run.expires_at)}. {rest}")],
    )


def _told(people: int) -> str:
    if not people:
        return ""
    return f". {people} {'person gets' if people == 1 else 'people get'} a direct message"


def direct_reminder(facts: Facts, left: Outstanding, person: str) -> Posting:
    """What they are asked to do, by when and about what; the link leads to the card, which has the buttons."""
    dossier, run = facts.dossier, facts.dossier.run
    assert run.expires_at
    roles, checks = left.asked_of(person)
    wanted = "Your vote is needed" if roles else "Your waiver is needed"
    about, card = one_line(subject(dossier)), f"run #{run.number}"
    found = one_line(verdict(dossier))
    where = link(facts.link, card) if facts.link else f"{card} in <#{escape(run.channel)}>"
    asks = list(_asks(dossier, roles, checks))
    lines = [
        f"*{wanted}* · {about} · by {moment(run.expires_at)}",
        f"*{recommended(dossier)}*: {found}",
        *(f"• {ask}" for ask in asks),
    ]
    blocks = [*sections(lines), context(f"The buttons are on its card: {where}")]
    text = f"{wanted}: {about} by {utc(run.expires_at)}. {recommended(dossier)}: {found}. {'. '.join(asks)}. {card[0].upper()}{card[1:]}."
    return Posting.of(text, blocks)


def mention_instead(dossier: Dossier, people: Sequence[str]) -> Posting:
    run = dossier.run
    assert run.expires_at
    who, about = _everybody(people), _about(dossier)
    return Posting.of(
        f"{who}: {about} needs you by {utc(run.expires_at)}. {ASKED_HERE}",
        [section(f"{who}: {about} needs you by {moment(run.expires_at)}. {ASKED_HERE}")],
    )


def _about(dossier: Dossier) -> str:
    return escape(f"run #{dossier.run.number} on {dossier.run.environment}")


def _asks(dossier: Dossier, roles: Sequence[str], checks: Sequence[str]) -> Iterator[str]:
    if roles:
        yield f"Vote as {escape(' or '.join(roles))}"
    if checks:
        yield f"Fix or waive {_named(dossier, checks)}, which a Go needs"


def _needed(dossier: Dossier, left: Outstanding, asked: Asked, direct: Collection[str]) -> Iterator[str]:
    """ "a vote from platform (@platform-team)": mentions, once, those who get no direct message."""
    said: set[str] = set()

    def who(*parts: tuple[str, Collection[str]]) -> str:
        members = [each for role, people in parts for each in left.mentioned(role, people, asked, direct)]
        fresh = list(dict.fromkeys(member for member in members if member not in said))
        said.update(fresh)
        if fresh:
            return f" ({_everybody(fresh)})"
        return "" if any(people for _, people in parts) else " (nobody left)"

    votes = [
        f"{escape(votes_from(count, role))}{who((role, left.votes[role]))}"
        for role, count in left.missing.items()
    ]
    if votes:
        yield " and ".join(filter(None, (", ".join(votes[:-1]), votes[-1])))
    if checks := list(left.waivers):
        owners = [(left.owners[check], left.waivers[check]) for check in checks]
        word = "a waiver" if len(checks) == 1 else "waivers"
        needs = f"{word} for {_named(dossier, checks)}{who(*owners)}"
        yield f"To go ahead, it also needs {needs}" if votes else needs


def _named(dossier: Dossier, checks: Sequence[str]) -> str:
    named = ", ".join(titled(dossier, check) for check in checks[:MOST_CHECKS])
    more = len(checks) - MOST_CHECKS
    return f"{named} and {more} more" if more > 0 else named


def _everybody(members: Sequence[str]) -> str:
    """All of them, because nothing else notifies them."""
    more = len(members) - MOST_MENTIONED
    return f"{mentions(members[:MOST_MENTIONED])} and {more} more" if more > 0 else mentions(members)


def _decided(facts: Facts) -> str:
    return "" if facts.dossier.run.state is RunState.DECIDING else "the run is decided"
