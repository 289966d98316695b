"""Audit events as sentences, for people. Events that this version cannot parse are shown as stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from pydantic import ValidationError

from bot.record.audit import AuditEvent
from bot.record.document import action_sentences
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
from bot.rules.principal import BOT

Titles: TypeAlias = Mapping[str, str]


def rows(events: Sequence[AuditEvent], titles: Titles) -> Iterator[tuple[str, str, str]]:
    """(when, who, what), oldest first. `titles`: the titles of checks."""
    for event in events:
        yield moment(event.at), who(event.actor), say(event, titles)


def who(actor: str) -> str:
    return "canary (the bot)" if actor == str(BOT) else actor


def say(event: AuditEvent, titles: Titles) -> str:
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
        return sentence(said(detail))
    return sentence(_SAID[type(detail)](detail, titles))


def _started(detail: RunStarted, _: Titles) -> str:
    given = " ".join(f"{name}={value}" for name, value in detail.arguments.items())
    return f"started the run on {detail.environment}{f' with {given}' if given else ''}"


def _compared(detail: BaselineChosen, _: Titles) -> str:
    return f"compares it with {called(detail.baseline, detail.name)}, {detail.digest}"


def _finished(detail: CheckFinished, titles: Titles) -> str:
    return f"{_title(detail.check, titles)} finished: {detail.outcome}, {detail.reason}"


def _frozen(detail: EvidenceFrozen, _: Titles) -> str:
    asked = f"; asked for votes: {listing(detail.asked)}" if detail.asked else ""
    return f"froze the evidence, which recommends {detail.recommendation}{asked}"


def _roles(detail: RolesResolved, _: Titles) -> str:
    held = (f"{role}: {listing(people)}" for role, people in detail.roles.items())
    return f"looked up who may decide: {'; '.join(held) or 'nobody'}"


def _voted(detail: Voted, _: Titles) -> str:
    said = f"voted {CHOICES[detail.choice]} as {listing(detail.roles, 'no approver')}"
    if detail.condition:
        condition = detail.condition
        return f"{said}, on condition: {condition.text} ({condition.owner}, due {minute(condition.due)})"
    return f"{said}: {detail.reason}" if detail.reason else said


def _withdrew(detail: VoteWithdrawn, _: Titles) -> str:
    return f"withdrew the vote {CHOICES[detail.choice]}"


def _lapsed(detail: VoteLapsed, _: Titles) -> str:
    return f"{CHOICES[detail.choice]} of {detail.person} no longer counts"


def _waived(detail: Waived, titles: Titles) -> str:
    return f"waived {_title(detail.check, titles)}: {detail.reason}"


def _waiver_lapsed(detail: WaiverLapsed, titles: Titles) -> str:
    return f"the waiver of {_title(detail.check, titles)} by {detail.person} no longer counts"


def _reminded(detail: Reminded, titles: Titles) -> str:
    missing = [f"{count} of {role}" for role, count in detail.missing.items()]
    waivers = [f"a waiver of {_title(check, titles)}" for check in detail.waivers]
    return f"reminded those whose votes are missing: {listing([*missing, *waivers])}"


def _not_reached(detail: NotReached, _: Titles) -> str:
    people = (f"{person} ({why})" for person, why in detail.people.items())
    return f"could not remind in person, so mentioned in the thread: {listing(people)}"


def _decided(detail: Decided, _: Titles) -> str:
    made_by = f" by {listing(detail.decided_by)}" if detail.decided_by else ""
    return f"decided: {OUTCOMES[detail.outcome]}{made_by}; {detail.reason}"


def _posted_again(_: PacketPostedAgain, __: Titles) -> str:
    return "had the packet posted again"


def _not_kept(detail: PacketNotKept, _: Titles) -> str:
    return f"the packet could not be kept in {detail.place}: {detail.why}"


def _kept(detail: PacketKept, _: Titles) -> str:
    return f"kept the packet in {detail.place}"


def _prompted(detail: RollbackPrompted, _: Titles) -> str:
    asked = f" ({listing(detail.asked)})" if detail.asked else ""
    return f"asked whether to roll back{asked}, because of the trigger {detail.trigger}: {detail.reason}"


def _recovered(detail: TriggerRecovered, _: Titles) -> str:
    return f"the trigger {detail.trigger} recovered"


def _blind(detail: WatchBlind, _: Titles) -> str:
    return f"the trigger {detail.trigger} could not be measured: {detail.reason}"


def _escalated(detail: PromptEscalated, _: Titles) -> str:
    return f"nobody had answered the prompt of {detail.trigger}, so asked {detail.to}"


def _answered(detail: PromptAnswered, _: Titles) -> str:
    note = f": {detail.note}" if detail.note else ""
    return f"answered the prompt of {detail.trigger}: “{ANSWERS[detail.answer]}”{note}"


def _rolled_back(detail: RolledBack, _: Titles) -> str:
    return f"recorded a rollback{f': {detail.reason}' if detail.reason else ''}"


def _watch_ended(detail: WatchEnded, _: Titles) -> str:
    return f"the watch ended: {detail.end}"


def _checked_off(detail: CheckedOff, _: Titles) -> str:
    return f"checked off: {detail.text}"


def _opened(detail: ConditionOpened, titles: Titles) -> str:
    shown_by = f", shown by {_title(detail.check, titles)}" if detail.check else ""
    return f"condition {detail.number} is open: {detail.text} ({detail.owner}, due {minute(detail.due_at)}{shown_by})"


def _condition_reminded(detail: ConditionReminded, _: Titles) -> str:
    return f"reminded {detail.person} of condition {detail.number}"


def _overdue(detail: ConditionOverdue, _: Titles) -> str:
    return f"condition {detail.number} is overdue"


def _met(detail: ConditionMet, _: Titles) -> str:
    how = detail.statement or (detail.found.reason if detail.found else "")
    return f"condition {detail.number} is met{f': {how}' if how else ''}"


def _lifted(detail: ConditionLifted, _: Titles) -> str:
    return f"lifted condition {detail.number}: {detail.reason}"


def _addendum(detail: AddendumIssued, _: Titles) -> str:
    return f"all conditions are closed; the addendum has the digest {detail.digest}"


def _alerted(detail: Alerted, _: Titles) -> str:
    return f"alert: Slack does not show a message ({detail.message}) in {detail.channel}: {detail.why}"


def _resolved(detail: MessageResolved, _: Titles) -> str:
    reason = f": {detail.reason}" if detail.reason else ""
    return f"settled message {detail.message}, which Slack did not show, as {detail.verdict}{reason}"


def _refused(detail: RequestRefused, _: Titles) -> str:
    return f"was refused: {detail.what}; {detail.reason}"


def _removed(detail: RemovedByRetention, _: Titles) -> str:
    return f"removed the content of {detail.events} events and of everything else, after {detail.days} days"


def _title(check: str, titles: Titles) -> str:
    return titles.get(check, check)


_SAID: Mapping[type[Detail], Callable[[Any, Titles], str]] = {
    RunStarted: _started,
    BaselineChosen: _compared,
    CheckFinished: _finished,
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
