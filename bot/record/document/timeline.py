"""Audit events as sentences, for people. Events that this version cannot parse are shown as stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from bot.record.audit import AuditEvent
from bot.record.context_events import PeopleNamed, PreviousCompared
from bot.record.document import action_sentences
from bot.record.document.names import Names
from bot.record.document.said import listing, minute, moment, sentence
from bot.record.events import (
    AddendumIssued,
    Alerted,
    BaselineChosen,
    CheckedOff,
    CheckFinished,
    ConditionLifted,
    ConditionMet,
    ConditionOpened,
    ConditionOverdue,
    ConditionReminded,
    Decided,
    Detail,
    EvidenceFrozen,
    MessageResolved,
    NotReached,
    PacketKept,
    PacketNotKept,
    PacketPostedAgain,
    PromptAnswered,
    PromptEscalated,
    Reminded,
    RemovedByRetention,
    RequestRefused,
    RolesResolved,
    RollbackPrompted,
    RolledBack,
    RunStarted,
    TriggerRecovered,
    Voted,
    VoteLapsed,
    VoteWithdrawn,
    Waived,
    WaiverLapsed,
    WatchBlind,
    WatchEnded,
)
from bot.rules.baseline import called
from bot.rules.labels import ANSWERS, CHOICES, OUTCOMES
from checks.units import say_count


def rows(events: Sequence[AuditEvent], names: Names) -> Iterator[tuple[str, str, str]]:
    """(when, who, what), oldest first."""
    for event in events:
        yield moment(event.at), names.person(event.actor), say(event, names)


def say(event: AuditEvent, names: Names) -> str:
    """ "Voted Go (release-managers)." """
    known = WORDED.get(event.kind)
    try:
        detail = known.read(event) if known else None
    except ValidationError:
        detail = None
    if detail is None:
        stored = json.dumps(event.detail, ensure_ascii=False, sort_keys=True)
        return f"{event.kind}: {stored}"
    if said := action_sentences.SAID.get(type(detail)):
        return sentence(said(detail, names))
    return sentence(_SAID[type(detail)](detail, names))


def _started(detail: RunStarted, _: Names) -> str:
    given = " ".join(f"{name}={value}" for name, value in detail.arguments.items())
    return f"started the run on {detail.environment}{f' with {given}' if given else ''}"


def _compared(detail: BaselineChosen, _: Names) -> str:
    return f"compares it with {called(detail.baseline, detail.name)}, {detail.digest}"


def _people(detail: PeopleNamed, _: Names) -> str:
    named = (f"{name} is {user}" for user, name in detail.names.items())
    return f"recorded the names that Slack shows: {listing(named)}"


def _previous(detail: PreviousCompared, _: Names) -> str:
    if detail.run is None:
        return "found no earlier run to compare the configuration with"
    unread = f"; {listing(detail.unread)} could not be compared" if detail.unread else ""
    return f"compared the configuration with that of run #{detail.run}: {say_count(len(detail.changes), 'change')}{unread}"


def _finished(detail: CheckFinished, names: Names) -> str:
    return f"{names.check(detail.check)} finished: {detail.outcome}, {detail.reason}"


def _frozen(detail: EvidenceFrozen, _: Names) -> str:
    asked = f"; asked for votes: {listing(detail.asked)}" if detail.asked else ""
    return f"froze the evidence, which recommends {detail.recommendation}{asked}"


def _roles(detail: RolesResolved, names: Names) -> str:
    held = (f"{role}: {listing(names.each(people))}" for role, people in detail.roles.items())
    return f"looked up who may decide: {'; '.join(held) or 'nobody'}"


def _voted(detail: Voted, names: Names) -> str:
    said = f"voted {CHOICES[detail.choice]} as {listing(detail.roles, 'no approver')}"
    if detail.condition:
        condition = detail.condition
        return f"{said}, on condition: {condition.text} ({names.person(condition.owner)}, due {minute(condition.due)})"
    return f"{said}: {detail.reason}" if detail.reason else said


def _withdrew(detail: VoteWithdrawn, _: Names) -> str:
    return f"withdrew the vote {CHOICES[detail.choice]}"


def _lapsed(detail: VoteLapsed, names: Names) -> str:
    return f"{CHOICES[detail.choice]} of {names.person(detail.person)} no longer counts"


def _waived(detail: Waived, names: Names) -> str:
    return f"waived {names.check(detail.check)}: {detail.reason}"


def _waiver_lapsed(detail: WaiverLapsed, names: Names) -> str:
    return f"the waiver of {names.check(detail.check)} by {names.person(detail.person)} no longer counts"


def _reminded(detail: Reminded, names: Names) -> str:
    missing = [f"{count} of {role}" for role, count in detail.missing.items()]
    waivers = [f"a waiver of {names.check(check)}" for check in detail.waivers]
    return f"reminded those whose votes are missing: {listing([*missing, *waivers])}"


def _not_reached(detail: NotReached, names: Names) -> str:
    people = (f"{names.person(person)} ({why})" for person, why in detail.people.items())
    return f"could not remind in person, so mentioned in the thread: {listing(people)}"


def _decided(detail: Decided, names: Names) -> str:
    made_by = f" by {listing(names.each(detail.decided_by))}" if detail.decided_by else ""
    return f"decided: {OUTCOMES[detail.outcome]}{made_by}; {detail.reason}"


def _posted_again(_: PacketPostedAgain, __: Names) -> str:
    return "had the packet posted again"


def _not_kept(detail: PacketNotKept, _: Names) -> str:
    return f"the packet could not be kept in {detail.place}: {detail.why}"


def _kept(detail: PacketKept, _: Names) -> str:
    return f"kept the packet in {detail.place}"


def _prompted(detail: RollbackPrompted, _: Names) -> str:
    asked = f" ({listing(detail.asked)})" if detail.asked else ""
    return f"asked whether to roll back{asked}, because of the trigger {detail.trigger}: {detail.reason}"


def _recovered(detail: TriggerRecovered, _: Names) -> str:
    return f"the trigger {detail.trigger} recovered"


def _blind(detail: WatchBlind, _: Names) -> str:
    return f"the trigger {detail.trigger} could not be measured: {detail.reason}"


def _escalated(detail: PromptEscalated, _: Names) -> str:
    return f"nobody had answered the prompt of {detail.trigger}, so asked {detail.to}"


def _answered(detail: PromptAnswered, _: Names) -> str:
    note = f": {detail.note}" if detail.note else ""
    return f"answered the prompt of {detail.trigger}: “{ANSWERS[detail.answer]}”{note}"


def _rolled_back(detail: RolledBack, _: Names) -> str:
    return f"recorded a rollback{f': {detail.reason}' if detail.reason else ''}"


def _watch_ended(detail: WatchEnded, _: Names) -> str:
    return f"the watch ended: {detail.end}"


def _checked_off(detail: CheckedOff, _: Names) -> str:
    return f"checked off: {detail.text}"


def _opened(detail: ConditionOpened, names: Names) -> str:
    shown_by = f", shown by {names.check(detail.check)}" if detail.check else ""
    return f"condition {detail.number} is open: {detail.text} ({names.person(detail.owner)}, due {minute(detail.due_at)}{shown_by})"


def _condition_reminded(detail: ConditionReminded, names: Names) -> str:
    return f"reminded {names.person(detail.person)} of condition {detail.number}"


def _overdue(detail: ConditionOverdue, _: Names) -> str:
    return f"condition {detail.number} is overdue"


def _met(detail: ConditionMet, _: Names) -> str:
    how = detail.statement or (detail.found.reason if detail.found else "")
    return f"condition {detail.number} is met{f': {how}' if how else ''}"


def _lifted(detail: ConditionLifted, _: Names) -> str:
    return f"lifted condition {detail.number}: {detail.reason}"


def _addendum(detail: AddendumIssued, _: Names) -> str:
    return f"all conditions are closed; the addendum has the digest {detail.digest}"


def _alerted(detail: Alerted, _: Names) -> str:
    return f"alert: Slack does not show a message ({detail.message}) in {detail.channel}: {detail.why}"


def _resolved(detail: MessageResolved, _: Names) -> str:
    reason = f": {detail.reason}" if detail.reason else ""
    return f"settled message {detail.message}, which Slack did not show, as {detail.verdict}{reason}"


def _refused(detail: RequestRefused, _: Names) -> str:
    return f"was refused: {detail.what}; {detail.reason}"


def _removed(detail: RemovedByRetention, _: Names) -> str:
    return f"removed the content of {detail.events} events and of everything else, after {detail.days} days"


_SAID: Mapping[type[Detail], Callable[[Any, Names], str]] = {
    RunStarted: _started,
    BaselineChosen: _compared,
    PeopleNamed: _people,
    CheckFinished: _finished,
    PreviousCompared: _previous,
    EvidenceFrozen: _frozen,
    RolesResolved: _roles,
    Voted: _voted,
    VoteWithdrawn: _withdrew,
    VoteLapsed: _lapsed,
    Waived: _waived,
    WaiverLapsed: _waiver_lapsed,
    Reminded: _reminded,
    NotReached: _not_reached,
    Decided: _decided,
    PacketPostedAgain: _posted_again,
    PacketNotKept: _not_kept,
    PacketKept: _kept,
    RollbackPrompted: _prompted,
    TriggerRecovered: _recovered,
    WatchBlind: _blind,
    PromptEscalated: _escalated,
    PromptAnswered: _answered,
    RolledBack: _rolled_back,
    WatchEnded: _watch_ended,
    CheckedOff: _checked_off,
    ConditionOpened: _opened,
    ConditionReminded: _condition_reminded,
    ConditionOverdue: _overdue,
    ConditionMet: _met,
    ConditionLifted: _lifted,
    AddendumIssued: _addendum,
    Alerted: _alerted,
    MessageResolved: _resolved,
    RequestRefused: _refused,
    RemovedByRetention: _removed,
}
WORDED: Mapping[str, type[Detail]] = {kind.kind: kind for kind in (*_SAID, *action_sentences.SAID)}
