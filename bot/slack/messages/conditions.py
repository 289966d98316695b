"""The conditions of a conditional go, in its thread: each with its buttons, a line for each change of its
state, and a reminder to its owner before it is due.

The message of a condition is edited, which notifies nobody; so its owner is notified by separate messages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from bot.record.audit import AuditEvent
from bot.record.events import ConditionLifted, ConditionMet, ConditionOverdue, NotReached
from bot.rules.condition import ConditionState, TrackedCondition, all_closed
from bot.rules.dossier import Dossier
from bot.rules.request import ConditionClick
from bot.rules.rollback import Found
from bot.slack.actions import Button
from bot.slack.blocks import Element, actions, context, header, section, sections
from bot.slack.messages.direct import ASKED_HERE, DirectMessage
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.lines import SIGNS, held_back, how_long, subject, titled
from bot.slack.messages.posting import Posting
from bot.slack.text import cut, escape, link, mention, mentions, moment, one_line, utc
from checks.units import say_count
from checks.wording import MOST_READINGS, Words

LONGEST_TEXT = 500  # characters of what must become true
LONGEST_STATEMENT = 1000
LONGEST_FOUND = 300

MET = Button("condition_met", "Met", "primary", opens_form=True)
CHECK_NOW = Button("condition_check", "Check now", "primary")
LIFT = Button("condition_lift", "Lift", opens_form=True)

When = Callable[[datetime], str]

_SYMBOLS = {
    ConditionState.OPEN: "📌",
    ConditionState.OVERDUE: "⏰",
    ConditionState.MET: "✅",
    ConditionState.LIFTED: "↩️",
}


class ConditionMessage(MessageKind):
    kind = "condition"
    called = "condition"
    awaited = True

    number: int  # within its run

    def render(self, facts: Facts) -> Posting:
        condition = facts.dossier.condition(self.number)
        assert condition
        return condition_message(facts.dossier, condition)


class ConditionNews(MessageKind):
    """Reports that it is overdue, met or lifted."""

    kind = "condition news"
    called = "line about a condition"
    awaited = True

    event: int  # number of the audit event

    def render(self, facts: Facts) -> Posting:
        return condition_news(facts.dossier, facts.event(self.event))


class ConditionReminder(DirectMessage):
    """To its owner before it is due."""

    kind = "condition reminder"
    called = "reminder of a condition"

    def render(self, facts: Facts) -> Posting:
        return condition_reminder(facts, self._condition(facts))

    def moot(self, facts: Facts) -> str:
        return _settled(self._condition(facts))

    def names_reader(self, facts: Facts) -> bool:  # noqa: ARG002
        """A voter named them, not the configuration: Slack is asked whether they may be told anything."""
        return False

    def deadline(self, facts: Facts) -> datetime | None:
        return self._condition(facts).due_at

    def instead(self, event: int) -> MessageKind:
        return ConditionMention(event=event)

    def _condition(self, facts: Facts) -> TrackedCondition:
        return _of_event(facts.dossier, facts.event(self.event))


class ConditionMention(MessageKind):
    """In the thread: mentions an owner who could not be sent a direct message."""

    kind = "condition mention"
    called = "reminder of a condition"

    event: int  # number of the audit event that says who was not reached

    def render(self, facts: Facts) -> Posting:
        missed = self._missed(facts)
        condition = _of_event(facts.dossier, facts.event(missed.reminded))
        return condition_mention(condition, list(missed.people))

    def moot(self, facts: Facts) -> str:
        return _settled(_of_event(facts.dossier, facts.event(self._missed(facts).reminded)))

    def _missed(self, facts: Facts) -> NotReached:
        missed = NotReached.read(facts.event(self.event))
        assert missed
        return missed


def _of_event(dossier: Dossier, event: AuditEvent) -> TrackedCondition:
    """The condition that an event is about."""
    condition = dossier.condition(int(event.detail["number"]))
    assert condition
    return condition


def _settled(condition: TrackedCondition) -> str:
    return f"the condition is {condition.state}" if condition.state is not ConditionState.OPEN else ""


# ---------------------------------------------------------------- the condition itself


def condition_message(dossier: Dossier, condition: TrackedCondition) -> Posting:
    heading = f"{_SYMBOLS[condition.state]} {_heading(dossier, condition)}"
    lines = [*_says(condition, moment), *_stands(dossier, condition, moment)]
    alone = [_heading(dossier, condition), *_says(condition, utc), *_stands(dossier, condition, utc)]
    text = ". ".join(line.rstrip(".") for line in alone).replace("*", "")
    buttons = [] if condition.state.closed else [actions(condition_buttons(dossier, condition))]
    return Posting.of(text, [header(heading), *sections(lines), *buttons])


def _heading(dossier: Dossier, condition: TrackedCondition) -> str:
    state = "" if condition.state is ConditionState.OPEN else f" {condition.state}"
    return f"Condition {condition.number}{state} · {subject(dossier)}"


def _says(condition: TrackedCondition, when: When) -> Iterator[str]:
    """What must become true, who is responsible, by when, and what it holds until then."""
    yield f"*{one_line(_text(condition))}*"
    parts = [mention(condition.owner), f"due {when(condition.due_at)}", *_holds(condition)]
    yield " · ".join(parts)


def _holds(condition: TrackedCondition) -> list[str]:
    return [] if condition.state.closed else held_back(condition.holds)


def _stands(dossier: Dossier, condition: TrackedCondition, when: When) -> Iterator[str]:
    if condition.state.closed:
        yield _closed(dossier, condition, when)
        return
    if condition.overdue_at:
        yield "It is overdue, and can still be met"
    if condition.looked_at and condition.outcome and condition.found:
        sign = SIGNS[condition.outcome]
        yield f"{sign} {titled(dossier, condition.check)}: {found_in(dossier, condition, condition.found)} · {when(condition.looked_at)}"
    yield _how(dossier, condition)


def _how(dossier: Dossier, condition: TrackedCondition) -> str:
    """How it is closed, as markup."""
    if condition.state.closed:
        return ""
    if condition.check:
        every = how_long(dossier.plan.environment.decide.follow_up.check_every)
        return f"Met when {titled(dossier, condition.check)} passes; measured again every {every}"
    if condition.question:
        asked = one_line(cut(condition.question, LONGEST_TEXT))
        return f"To close it, {mention(condition.owner)} answers: {asked}"
    return f"{mention(condition.owner)} says here when it is met"


def _closed(dossier: Dossier, condition: TrackedCondition, when: When) -> str:
    assert condition.closed_at is not None and condition.closed_by is not None
    at, why = when(condition.closed_at), one_line(cut(condition.statement, LONGEST_STATEMENT))
    if condition.state is ConditionState.LIFTED:
        return f"Lifted by {mention(condition.closed_by)}, {at}: {why}"
    if condition.check and condition.found:
        return f"Met {at}: {titled(dossier, condition.check)} passed, {found_in(dossier, condition, condition.found)}"
    return f"Met, says {mention(condition.closed_by)}, {at}: {why}"


def condition_buttons(dossier: Dossier, condition: TrackedCondition) -> list[Element]:
    number = condition.number
    what = f"condition {number} of run {dossier.run.number}"
    value = ConditionClick.value_of(dossier.run.key, number)
    return [owners_button(condition.check).about(what, value), LIFT.about(what, value)]


def owners_button(check: str) -> Button:
    """`check`: that shows the condition; "" if its owner says that it is met."""
    return CHECK_NOW if check else MET


def _text(condition: TrackedCondition) -> str:
    return cut(condition.text, LONGEST_TEXT)


def found_in(dossier: Dossier, condition: TrackedCondition, found: Found) -> str:
    """What its check measured, as markup: "61 found, must be 62"."""
    check = dossier.plan.environment.checks.get(condition.check)
    if check is None:
        return one_line(cut(found.reason, LONGEST_FOUND))
    words = Words(check, check.title or condition.check, found.judged)
    said = "; ".join(str(words.of(judged)) for judged in found.judged[:MOST_READINGS] if judged.outcome)
    return one_line(cut(said or found.reason, LONGEST_FOUND))


# ---------------------------------------------------------------- changes of its state


def condition_news(dossier: Dossier, event: AuditEvent) -> Posting:
    """Rendered from the audit event, so that it says what happened then."""
    condition = _of_event(dossier, event)
    about, who = one_line(_text(condition)), mention(condition.owner)
    number = f"Condition {condition.number}"
    if ConditionOverdue.read(event):
        how = _how(dossier, condition) or "It has been closed since"
        said = f"⏰ *{number} is overdue*: {about} · {who} · was due {moment(condition.due_at)}. {how}"
        text = f"{number} is overdue: {about} · {who} · was due {utc(condition.due_at)}. {how}".replace(
            "*", ""
        )
        return Posting.of(text, [section(said)])
    if met := ConditionMet.read(event):
        shown = _shown_by(dossier, condition, met, event)
        said = f"✅ *{number} is met*: {about} · {shown}"
        text = f"{number} is met: {about} · {shown}".replace("*", "")
    else:
        lifted = ConditionLifted.read(event)
        assert lifted
        by, why = mention(event.actor), one_line(cut(lifted.reason, LONGEST_STATEMENT))
        said = f"↩️ *{number} is lifted*: {about} · {who} · by {by}: {why}"
        text = f"{number} is lifted by {by}: {about} · {why}"
    last = _was_last(dossier, event)
    return Posting.of(
        f"{text}{'. ' if last else ''}{last}", [section(said), *([context(last)] if last else [])]
    )


def _shown_by(dossier: Dossier, condition: TrackedCondition, met: ConditionMet, event: AuditEvent) -> str:
    if met.found:
        return f"{titled(dossier, condition.check)} passed, {found_in(dossier, condition, met.found)}"
    return f"{mention(event.actor)}: {one_line(cut(met.statement, LONGEST_STATEMENT))}"


def _was_last(dossier: Dossier, event: AuditEvent) -> str:
    """Whether it was the last open condition, as a sentence."""
    if not all_closed(dossier.conditions) or event.at != max(
        each.closed_at for each in dossier.conditions if each.closed_at
    ):
        return ""
    count = len(dossier.conditions)
    whole = "The only condition" if count == 1 else f"All {say_count(count, 'condition')}"
    closed = f"{whole} of run #{dossier.run.number} {'is' if count == 1 else 'are'} closed"
    return f"{closed}; the addendum to its packet is below"


# ---------------------------------------------------------------- reminders


def condition_reminder(facts: Facts, condition: TrackedCondition) -> Posting:
    """What its owner must do and by when; the link leads to the card, in whose thread the buttons are."""
    dossier = facts.dossier
    about, card = one_line(subject(dossier)), f"run #{dossier.run.number}"
    where = link(facts.link, card) if facts.link else f"{card} in <#{escape(dossier.run.channel)}>"
    what = one_line(_text(condition))
    lines = [
        f"*Your condition is due* {moment(condition.due_at)} · {about}",
        " · ".join([what, *_holds(condition)]),
        *_asked_of_owner(dossier, condition),
    ]
    todo = " · ".join(lines[1:]).replace("*", "")
    text = f"Your condition is due {utc(condition.due_at)}: {todo} ({about}, {card})"
    return Posting.of(text, [*sections(lines), context(f"The buttons are in its thread: {where}")])


def _asked_of_owner(dossier: Dossier, condition: TrackedCondition) -> list[str]:
    """What closes it. The buttons are elsewhere."""
    if condition.check:
        return [_how(dossier, condition)]
    if condition.question:
        return [f"To close it, answer: {one_line(cut(condition.question, LONGEST_TEXT))}"]
    return ["When it is met, say so in its thread"]


def condition_mention(condition: TrackedCondition, people: Sequence[str]) -> Posting:
    who, what = mentions(people), one_line(_text(condition))
    about = f"condition {condition.number} is due"
    return Posting.of(
        f"{who}: {about} {utc(condition.due_at)}: {what}. {ASKED_HERE}",
        [section(f"{who}: {about} {moment(condition.due_at)}: {what}. {ASKED_HERE}")],
    )


# ---------------------------------------------------------------- in other messages


def condition_lines(dossier: Dossier, when: When = moment) -> list[str]:
    """The state of each condition, one line each, as markup: open ones first."""
    return [_line(each, when) for each in sorted(dossier.conditions, key=lambda each: each.state.closed)]


def _line(condition: TrackedCondition, when: When) -> str:
    what, who = one_line(_text(condition)), mention(condition.owner)
    match condition.state:
        case ConditionState.OPEN:
            due = f"due {when(condition.due_at)}"
            return " · ".join([f"Condition: {what}", _who_closes(condition, who), due, *_holds(condition)])
        case ConditionState.OVERDUE:
            late = f"⏰ Condition overdue: {what}"
            return " · ".join([late, who, f"was due {when(condition.due_at)}", *_holds(condition)])
        case ConditionState.MET:
            return f"✅ Condition met: {what} · {who}"
        case ConditionState.LIFTED:
            return f"↩️ Condition lifted: {what} · {who}"


def _who_closes(condition: TrackedCondition, who: str) -> str:
    if condition.check:
        return f"{who} · its check closes it"
    return f"{who} closes it with *{MET.label}…* in the thread"


def left_open(dossier: Dossier) -> str:
    """ "2 conditions open, the first due …", as markup; "" if none is open."""
    left = [each for each in dossier.conditions if not each.state.closed]
    if not left:
        return ""
    first = min(each.due_at for each in left)
    late = sum(each.state is ConditionState.OVERDUE for each in left)
    overdue = (
        f", {late} overdue"
        if late
        else f", due {moment(first)}"
        if len(left) == 1
        else f", the first due {moment(first)}"
    )
    return f"{say_count(len(left), 'condition')} open{overdue}"
