"""The kinds of audit event: one class each, whose fields are the event's detail.

The name of a kind and the names and values in its detail are stored and hashed, so their meaning never
changes. A detail may gain a field whose default means what its absence meant before; a change of meaning
needs a new kind. An event's hash covers the stored text: the parsed form is only for comparison and display.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Self, TypeVar

from pydantic import AwareDatetime, Field

from bot.record.audit import AuditEvent
from bot.rules.approval import Choice, Condition, Vote, Waiver
from bot.rules.asked import Members
from bot.rules.baseline import Baseline
from bot.rules.condition import Said
from bot.rules.decision import Decision, Outcome
from bot.rules.people import Electorate
from bot.rules.rollback import Answer, Found
from bot.rules.verdict import Recommendation
from bot.rules.watch import WatchEnd
from checks.outcome import Outcome as CheckOutcome
from checks.reading import Record


class EventKind(enum.StrEnum):
    RUN_STARTED = "run started"
    BASELINE_CHOSEN = "baseline chosen"
    PEOPLE_NAMED = "people named"
    CHECK_FINISHED = "check finished"
    PREVIOUS_COMPARED = "previous compared"
    EVIDENCE_FROZEN = "evidence frozen"
    VOTED = "voted"
    VOTE_WITHDRAWN = "vote withdrawn"
    VOTE_LAPSED = "vote lapsed"
    WAIVED = "waived"
    WAIVER_LAPSED = "waiver lapsed"
    REMINDED = "reminded"
    NOT_REACHED = "not reached"
    ROLES_RESOLVED = "roles resolved"
    DECIDED = "decided"
    PACKET_POSTED_AGAIN = "packet posted again"
    PACKET_NOT_KEPT = "packet not kept"
    PACKET_KEPT = "packet kept"
    ROLLBACK_PROMPTED = "rollback prompted"
    TRIGGER_RECOVERED = "trigger recovered"
    WATCH_BLIND = "watch blind"
    PROMPT_ESCALATED = "prompt escalated"
    PROMPT_ANSWERED = "prompt answered"
    ROLLED_BACK = "rolled back"
    WATCH_ENDED = "watch ended"
    CHECKED_OFF = "checked off"
    ACTION_REQUESTED = "action requested"
    ACTION_CONFIRMED = "action confirmed"
    ACTION_CLAIMED = "action claimed"
    ACTION_DONE = "action done"
    ACTION_FAILED = "action failed"
    ACTION_UNCLEAR = "action unclear"
    ACTION_SETTLED = "action settled"
    ACTION_COVERED = "action covered"
    CONDITION_OPENED = "condition opened"
    CONDITION_REMINDED = "condition reminded"
    CONDITION_OVERDUE = "condition overdue"
    CONDITION_MET = "condition met"
    CONDITION_LIFTED = "condition lifted"
    ADDENDUM_ISSUED = "addendum issued"
    ALERT = "alert"
    MESSAGE_RESOLVED = "message resolved"
    REFUSED = "refused"
    REMOVED_BY_RETENTION = "removed by retention"


class Detail(Record):
    """The detail of an event, besides who did it and when."""

    kind: ClassVar[EventKind]
    logged: ClassVar[tuple[str, ...]] = ()  # fields that the process's own log also shows: no free text
    added: ClassVar[
        tuple[str, ...]
    ] = ()  # fields that earlier versions lack: not stored while they are empty

    @classmethod
    def read(cls, event: AuditEvent) -> Self | None:
        """Returns None for an event of another kind.

        Ignores fields added by later versions. Raises pydantic's ValidationError.
        """
        return cls.model_validate(event.detail, extra="ignore") if event.kind == cls.kind else None

    def stored(self) -> dict[str, Any]:
        said = self.model_dump(mode="json")
        return {name: value for name, value in said.items() if value or name not in self.added}


AnyDetail = TypeVar("AnyDetail", bound=Detail)


def of_kind(events: Sequence[AuditEvent], kind: type[AnyDetail]) -> Iterator[tuple[AuditEvent, AnyDetail]]:
    """The events of one kind, in order, each with its parsed detail."""
    name = str(kind.kind)
    for event in events:
        if event.kind == name and (detail := kind.read(event)) is not None:
            yield event, detail


class RunStarted(Detail):
    kind = EventKind.RUN_STARTED

    environment: str
    arguments: dict[str, str]
    configuration: str  # digest


class BaselineChosen(Detail):
    """The baseline that the run is compared with, recorded directly after its start: later captures change
    nothing.

    It is a separate event because earlier versions compare the whole detail of a start.
    """

    kind = EventKind.BASELINE_CHOSEN
    logged = ("baseline",)

    baseline: int  # its number
    name: str
    digest: str

    @classmethod
    def of(cls, baseline: Baseline) -> BaselineChosen:
        return cls(baseline=baseline.number, name=baseline.name, digest=baseline.digest)


class CheckFinished(Detail):
    kind = EventKind.CHECK_FINISHED
    logged = ("check", "outcome")

    check: str
    outcome: CheckOutcome
    reason: str


class EvidenceFrozen(Detail):
    kind = EventKind.EVIDENCE_FROZEN
    logged = ("recommendation",)
    added = ("asked",)

    evidence: str  # digest
    recommendation: Recommendation
    reasons: tuple[str, ...]
    asked: Members = Field(default_factory=dict)  # asked to vote, and to fix or waive what did not pass


class RolesResolved(Detail):
    """Who held which role when somebody voted or waived; recorded directly before that event.

    It is a separate event because earlier versions compare the whole detail of a vote.
    """

    kind = EventKind.ROLES_RESOLVED

    roles: dict[str, tuple[str, ...]]  # role -> user ids

    @classmethod
    def of(cls, electorate: Electorate) -> RolesResolved:
        return cls(roles={role: tuple(sorted(people)) for role, people in electorate.roles.items()})


class Voted(Detail):
    kind = EventKind.VOTED
    logged = ("choice",)

    choice: Choice
    reason: str
    condition: Condition | None
    evidence: str  # digest
    roles: tuple[str, ...]  # as held when the vote was cast

    @classmethod
    def of(cls, vote: Vote) -> Voted:
        return cls(
            choice=vote.choice,
            reason=vote.reason,
            condition=vote.condition,
            evidence=vote.evidence,
            roles=vote.roles,
        )


class VoteWithdrawn(Detail):
    """A vote withdrawn by its voter before the decision.

    A `VoteLapsed` by the same voter follows, which tells earlier versions that the vote no longer counts.
    """

    kind = EventKind.VOTE_WITHDRAWN
    logged = ("choice",)

    choice: Choice
    evidence: str  # digest


class VoteLapsed(Detail):
    """A vote that no longer counts: its voter lost the right to it, or has just withdrawn it."""

    kind = EventKind.VOTE_LAPSED
    logged = ("choice",)

    person: str
    choice: Choice


class Waived(Detail):
    kind = EventKind.WAIVED
    logged = ("check",)

    check: str
    reason: str
    evidence: str  # digest

    @classmethod
    def of(cls, waiver: Waiver) -> Waived:
        return cls(check=waiver.check, reason=waiver.reason, evidence=waiver.evidence)


class WaiverLapsed(Detail):
    kind = EventKind.WAIVER_LAPSED
    logged = ("check",)

    person: str
    check: str


class Reminded(Detail):
    kind = EventKind.REMINDED
    added = ("asked", "direct")

    missing: dict[str, int]  # role -> places still open
    waivers: tuple[str, ...]  # checks that need one
    asked: Members = Field(default_factory=dict)
    direct: tuple[str, ...] = ()  # who gets a direct message; the others are mentioned in the thread


class NotReached(Detail):
    """People whose direct message failed or may have failed; they are mentioned in the thread instead."""

    kind = EventKind.NOT_REACHED

    reminded: int  # number of the event that reminded them
    people: dict[str, str]  # user id -> why


class Decided(Detail):
    kind = EventKind.DECIDED
    logged = ("outcome",)

    outcome: Outcome
    reason: str
    evidence: str | None  # digest
    decided_by: tuple[str, ...]
    filled: dict[str, tuple[str, ...]]  # role -> who filled its places
    previous_version: str = ""

    @classmethod
    def of(cls, decision: Decision) -> Decided:
        return cls(
            outcome=decision.outcome,
            reason=decision.reason,
            evidence=decision.evidence,
            decided_by=decision.decided_by,
            filled=decision.filled,
            previous_version=decision.previous_version,
        )


class PacketPostedAgain(Detail):
    kind = EventKind.PACKET_POSTED_AGAIN


class PacketNotKept(Detail):
    """The packet's copy outside Slack could not be written for a while; people are told."""

    kind = EventKind.PACKET_NOT_KEPT
    logged = ("place",)

    place: str
    why: str


class PacketKept(Detail):
    kind = EventKind.PACKET_KEPT
    logged = ("place",)

    place: str  # "s3://bucket/prefix", or a folder


class RollbackPrompted(Detail):
    kind = EventKind.ROLLBACK_PROMPTED
    logged = ("trigger",)
    added = ("asked",)

    trigger: str
    reason: str
    asked: Members = Field(default_factory=dict)


class TriggerRecovered(Detail):
    kind = EventKind.TRIGGER_RECOVERED
    logged = ("trigger",)

    trigger: str


class WatchBlind(Detail):
    """A trigger that could not be measured several times in a row."""

    kind = EventKind.WATCH_BLIND
    logged = ("trigger",)
    added = ("asked",)

    trigger: str
    reason: str
    asked: Members = Field(default_factory=dict)


class PromptEscalated(Detail):
    """Nobody answered a rollback prompt in time, so others were asked."""

    kind = EventKind.PROMPT_ESCALATED
    logged = ("trigger", "to")
    added = ("asked",)

    trigger: str
    to: str  # a role
    asked: Members = Field(default_factory=dict)


class PromptAnswered(Detail):
    kind = EventKind.PROMPT_ANSWERED
    logged = ("trigger", "answer")

    trigger: str
    answer: Answer
    note: str = ""


class RolledBack(Detail):
    """A rollback recorded without a prompt."""

    kind = EventKind.ROLLED_BACK

    reason: str = ""


class WatchEnded(Detail):
    kind = EventKind.WATCH_ENDED
    logged = ("end",)

    end: WatchEnd


class CheckedOff(Detail):
    """An item of the monitoring checklist that somebody has done."""

    kind = EventKind.CHECKED_OFF
    logged = ("item",)

    item: int  # 0, 1, 2, … as configured
    text: str  # as shown


class ConditionOpened(Detail):
    """A condition of a conditional go is followed up from now on."""

    kind = EventKind.CONDITION_OPENED
    logged = ("number",)
    added = ("check", "question", "holds")

    number: int  # 1, 2, … within the run
    text: str
    owner: str
    set_by: str
    due_at: AwareDatetime
    check: str = ""
    question: str = ""
    holds: tuple[str, ...] = ()

    @classmethod
    def of(cls, said: Said) -> ConditionOpened:
        return cls(**dict(said))

    @property
    def said(self) -> Said:
        return Said(**dict(self))


class ConditionReminded(Detail):
    """Its owner is reminded by a direct message before it is due."""

    kind = EventKind.CONDITION_REMINDED
    logged = ("number",)

    number: int
    person: str


class ConditionOverdue(Detail):
    kind = EventKind.CONDITION_OVERDUE
    logged = ("number",)

    number: int


class ConditionMet(Detail):
    """`found`: the measurement of its check, if one shows it; otherwise its owner's `statement`."""

    kind = EventKind.CONDITION_MET
    logged = ("number",)
    added = ("statement", "found")

    number: int
    statement: str = ""
    found: Found | None = None


class ConditionLifted(Detail):
    """It no longer needs to be met."""

    kind = EventKind.CONDITION_LIFTED
    logged = ("number",)

    number: int
    reason: str


class AddendumIssued(Detail):
    """All conditions of the run are closed."""

    kind = EventKind.ADDENDUM_ISSUED

    digest: str  # of the addendum


class Alerted(Detail):
    """An alert about a message that Slack does not show."""

    kind = EventKind.ALERT

    message: str  # its kind
    subject: str  # which of its kind
    channel: str
    why: str


class MessageResolved(Detail):
    """An operator's resolution of a message that Slack does not show."""

    kind = EventKind.MESSAGE_RESOLVED

    message: int  # id of its row
    verdict: str
    ts: str
    reason: str


class RequestRefused(Detail):
    kind = EventKind.REFUSED
    logged = ("what",)

    what: str  # was asked for
    reason: str


class RemovedByRetention(Detail):
    """The content of all earlier events was removed, with everything else about the run except its number and
    times.

    Written by the database, in the same form: `remove_expired`.
    """

    kind = EventKind.REMOVED_BY_RETENTION

    days: int  # the retention that had ended
    environment: str
    events: int  # that were removed
    evidence: tuple[str, ...]  # digests
    head: str  # hash of the last event
    kept: str  # digest over what remains of the events: `bot.record.removal`
    outcome: str  # of the decision; "" if there was none
    version: str  # "" if there was none


def asked_in(event: AuditEvent) -> Members:
    """The people asked by messages about this event; empty for other kinds of event, and for events of older
    versions.
    """
    for kind in (EvidenceFrozen, Reminded, RollbackPrompted, PromptEscalated, WatchBlind):
        if detail := kind.read(event):
            return detail.asked
    return {}
