"""A sample of every kind of message, as long as a configuration can make it: all checks failed, everything
was said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bot.plan.model import Environment, Pinned
from bot.record.audit import AuditEvent
from bot.record.events import (
    Alerted,
    ConditionOverdue,
    ConditionReminded,
    Detail,
    NotReached,
    PacketNotKept,
    Reminded,
    Voted,
    VoteWithdrawn,
    Waived,
)
from bot.rules.action import Action, ActionState, Confirmation
from bot.rules.approval import Choice, Condition, Vote, Waiver
from bot.rules.baseline import Baseline, Capture, CaptureDossier, CaptureState, Measured, captured
from bot.rules.condition import ConditionState, Held, TrackedCondition
from bot.rules.decision import Decision, Outcome
from bot.rules.dossier import Dossier
from bot.rules.evidence import Evidence, freeze
from bot.rules.home import Ask, Home, Past, Promise, Task
from bot.rules.outbox import Message, MessageState
from bot.rules.rollback import Found, Prompt, PromptState, Rollback
from bot.rules.run import CheckRun, CheckState, Run, RunState
from bot.rules.verdict import assess
from bot.rules.watch import Trigger, Watch, WatchEnd, WatchState
from bot.slack.messages.action import ActionList, ActionResult
from bot.slack.messages.alert import Alert
from bot.slack.messages.archive import ArchiveAlert, ArchiveLine
from bot.slack.messages.baseline import BaselineMessage
from bot.slack.messages.card import Card
from bot.slack.messages.conditions import (
    ConditionMention,
    ConditionMessage,
    ConditionNews,
    ConditionReminder,
)
from bot.slack.messages.decision import DecisionRecord
from bot.slack.messages.home import HomePage
from bot.slack.messages.instructions import RollbackInstructions
from bot.slack.messages.kind import Facts, Hidden, MessageKind
from bot.slack.messages.posting import Posting
from bot.slack.messages.reminding import DirectReminder, MentionInstead, Reminder
from bot.slack.messages.requester import DecisionMention, DirectDecision
from bot.slack.messages.table import ResultsTable
from bot.slack.messages.votes import VoteLine, WaivedLine, WaiverLine
from bot.slack.messages.watch import BlindWatch, EscalationLine, RollbackLine, RollbackPrompt, WatchEndLine
from bot.slack.messages.withdrawn import WithdrawalLine
from checks import outcome
from checks.actions.base import Preview
from checks.base import Check
from checks.outcome import Cause
from checks.reading import Measurement, Reading, Typical
from checks.result import Judged, Result

NUMBER = 123_456  # of the run
PERSON, OTHER = "U00000000AA", "U00000000AB"
WORDS = 1000  # characters that people may write in a form
MANY = 9_999_999
LISTED = 50  # of everything in App Home
_VOTED, _WAIVED, _REMINDED, _MISSED, _ALERTED, _WITHDRAWN = range(1, 7)  # numbers of the events
_OVERDUE, _CONDITION_REMINDED, _CONDITION_MISSED = range(7, 10)
_NOT_KEPT, _DECIDED = 10, 11

_CHECKING, _DECIDING, _CLOSED = RunState.CHECKING, RunState.DECIDING, RunState.CLOSED


def _is_watched(whole: Dossier) -> bool:
    return whole.watch is not None


def _has_actions(whole: Dossier) -> bool:
    return bool(whole.actions)


class _Kind(NamedTuple):
    content: Callable[[Dossier], MessageKind]
    states: tuple[RunState, ...] = (_DECIDING,)  # states of the run that change how it looks
    needs: Callable[[Dossier], object] = lambda _: True  # of the configuration


# each kind of message by its name; None for files, which are not made of blocks
KINDS_OF_SAMPLES: Mapping[str, _Kind | None] = {
    "card": _Kind(lambda _: Card(), (_CHECKING, _DECIDING, _CLOSED)),
    "table": _Kind(lambda _: ResultsTable(), (_DECIDING, _CLOSED)),
    "reminder": _Kind(lambda _: Reminder(event=_REMINDED)),
    "direct reminder": _Kind(lambda _: DirectReminder(run=NUMBER, event=_REMINDED, person=OTHER)),
    "mention": _Kind(lambda _: MentionInstead(event=_MISSED)),
    "direct decision": _Kind(lambda _: DirectDecision(run=NUMBER, event=_DECIDED, person=PERSON), (_CLOSED,)),
    "decision mention": _Kind(lambda _: DecisionMention(event=_DECIDED), (_CLOSED,)),
    "vote": _Kind(lambda _: VoteLine(event=_VOTED)),
    "withdrawal": _Kind(lambda _: WithdrawalLine(event=_WITHDRAWN)),
    "waived": _Kind(lambda _: WaivedLine(event=_WAIVED)),
    "waiver": _Kind(lambda whole: WaiverLine(check=whole.waivers[0].check)),
    "alert": _Kind(lambda whole: Alert(event=_ALERTED, channel=whole.run.channel)),
    "decision": _Kind(lambda _: DecisionRecord(), (_CLOSED,)),
    "instructions": _Kind(lambda _: RollbackInstructions(), (_CLOSED,)),
    "escalation": _Kind(
        lambda whole: EscalationLine(key=whole.prompts[0].key),
        (_CLOSED,),
        needs=lambda whole: _is_watched(whole) and whole.plan.environment.rollback.escalate,
    ),
    "prompt": _Kind(lambda whole: RollbackPrompt(key=whole.prompts[0].key), (_CLOSED,), needs=_is_watched),
    "blind": _Kind(
        lambda whole: BlindWatch(trigger=whole.triggers[0].name, tick=1), (_CLOSED,), needs=_is_watched
    ),
    "watch end": _Kind(lambda _: WatchEndLine(), (_CLOSED,), needs=_is_watched),
    "rolled back": _Kind(lambda _: RollbackLine(), (_CLOSED,), needs=_is_watched),
    "actions": _Kind(lambda _: ActionList(), (_CLOSED,), needs=_has_actions),
    "action": _Kind(
        lambda whole: ActionResult(action=whole.actions[0].name, attempt=1), (_CLOSED,), needs=_has_actions
    ),
    "condition": _Kind(lambda _: ConditionMessage(number=1), (_CLOSED,)),
    "condition news": _Kind(lambda _: ConditionNews(event=_OVERDUE), (_CLOSED,)),
    "condition reminder": _Kind(
        lambda _: ConditionReminder(run=NUMBER, event=_CONDITION_REMINDED, person=OTHER), (_CLOSED,)
    ),
    "condition mention": _Kind(lambda _: ConditionMention(event=_CONDITION_MISSED), (_CLOSED,)),
    "baseline": _Kind(lambda _: BaselineMessage(number=NUMBER)),
    "home": _Kind(lambda _: HomePage(), (_DECIDING, _CLOSED)),
    "chart": None,
    "packet": None,
    "addendum": None,
    "packet page": None,
    "archive": _Kind(lambda _: ArchiveLine(event=_NOT_KEPT), (_CLOSED,)),
    "archive alert": _Kind(
        lambda whole: ArchiveAlert(event=_NOT_KEPT, channel=whole.run.channel), (_CLOSED,)
    ),
    "signed packet": None,
}


class Sample(NamedTuple):
    name: str  # what people call it, and the state of the run
    posting: Posting


def samples(pinned: Pinned, now: datetime) -> Iterator[Sample]:
    """Each kind, in each state of a run that changes how it looks."""
    for state in (_CHECKING, _DECIDING, _CLOSED):
        whole = dossier_of(pinned, state, now)
        held = tuple(Held(condition=each, environment=pinned.name) for each in whole.conditions)
        hidden = Hidden(_message(whole, Card(), now), Card())
        facts = Facts(
            whole,
            _events(whole, now),
            hidden,
            home=_home(whole, now),
            held=held,
            capture=_capture(pinned, now),
        )
        for kind in KINDS_OF_SAMPLES.values():
            if kind is None or state not in kind.states or not kind.needs(whole):
                continue
            content = kind.content(whole)
            rendered = content.render(facts)
            assert isinstance(rendered, Posting)
            yield Sample(f"{content.called} ({content.kind}), {state}", rendered)


def dossier_of(pinned: Pinned, state: RunState, now: datetime) -> Dossier:
    """A run in this state, with everything that can happen to it."""
    environment = pinned.environment
    has_results = state is not RunState.CHECKING
    checks = tuple(
        CheckRun(
            run=NUMBER,
            name=name,
            position=at,
            state=CheckState.DONE if has_results else CheckState.RUNNING,
            result=_result(check, now) if has_results else None,
        )
        for at, (name, check) in enumerate(environment.checks.items())
    )
    run = _run(pinned, state, now)
    verdict = assess({check.name: check.result for check in checks if check.result}, environment.fallbacks)
    digest, document = freeze(run, checks, verdict)
    votes = tuple(_vote(role, digest, at, now) for at, role in enumerate(environment.decide.approve))
    waivers = tuple(
        Waiver(check=name, person=OTHER, evidence=digest, reason="x" * WORDS, granted_at=now)
        for name in environment.checks
    )
    closed = state is RunState.CLOSED
    watched = environment.watch is not None and closed
    return Dossier(
        run=run.model_copy(update={"evidence": digest if has_results else None}),
        plan=pinned,
        configuration=pinned.model_dump_json(),
        checks=checks,
        evidence=Evidence(digest=digest, document=document, frozen_at=now) if has_results else None,
        votes=votes if closed else (),
        waivers=waivers if has_results else (),
        decision=_decision(digest, votes, waivers, now) if closed else None,
        watch=_watch(now) if watched else None,
        triggers=tuple(_trigger(name, now) for name in environment.watch.triggers)
        if watched and environment.watch
        else (),
        prompts=tuple(_prompt(name, now) for name in environment.watch.triggers)
        if watched and environment.watch
        else (),
        root=None,
        conditions=tuple(_condition(at, environment, now) for at in range(1, len(votes) + 1))
        if closed
        else (),
        rollback=Rollback(run=NUMBER, by=PERSON, reason="x" * WORDS, at=now) if watched else None,
        actions=tuple(_action(name, now) for name in environment.actions) if closed else (),
    )


def _action(name: str, now: datetime) -> Action:
    """One that needs attention: it has the most text."""
    return Action(
        run=NUMBER,
        name=name,
        attempt=1,
        state=ActionState.UNCLEAR,
        preview=Preview(does=("x" * WORDS,), rows=MANY, verb="update"),
        confirmed=tuple(Confirmation(person=person, roles=(), at=now) for person in (PERSON, OTHER)),
        requested_at=now,
        ready_at=now,
        idempotency_key="x" * 36,
        claimed_at=now,
        said="x" * WORDS,
    )


def _run(pinned: Pinned, state: RunState, now: datetime) -> Run:
    return Run(
        number=NUMBER,
        key="k" * 22,
        environment=pinned.name,
        state=state,
        version=1,
        channel=pinned.environment.channel,
        requested_by=PERSON,
        requested_from=pinned.environment.channel,
        arguments=dict.fromkeys(pinned.environment.arguments, "x" * 200),
        configuration=pinned.digest,
        requested_at=now,
        concluded_at=None if state is RunState.CHECKING else now,
        expires_at=now + timedelta(days=1),
        closed_at=now if state is RunState.CLOSED else None,
    )


def _result(check: Check, now: datetime) -> Result:
    units = check.readings() or dict.fromkeys(check.passing().root, "")
    readings = tuple(Reading(name=name, value=MANY, unit=unit, n=MANY) for name, unit in units.items())
    return Result(
        outcome=outcome.Outcome.FAIL,
        reason="x" * WORDS,
        cause=Cause.REGRESSION,
        hint="x" * WORDS,
        judged=tuple(
            Judged(reading=reading, outcome=outcome.Outcome.FAIL, limit=f"< {MANY:,}") for reading in readings
        ),
        measurements=(Measurement(readings=readings),),
        detail=("x" * WORDS,) * 5,
        started_at=now,
        seconds=1.0,
    )


def _vote(role: str, digest: str, at: int, now: datetime) -> Vote:
    condition = Condition(text="x" * WORDS, owner=OTHER, due=now)
    return Vote(
        person=f"U{at:010}",
        roles=(role,),
        choice=Choice.CONDITIONAL_GO,
        evidence=digest,
        condition=condition,
        cast_at=now,
    )


def _condition(number: int, environment: Environment, now: datetime) -> TrackedCondition:
    return TrackedCondition(
        run=NUMBER,
        number=number,
        state=ConditionState.OVERDUE,
        text="x" * WORDS,
        owner=OTHER,
        set_by=PERSON,
        due_at=now,
        check=next(iter(environment.checks)),
        question="x" * WORDS,
        holds=(*environment.actions, *("x" * 60,) * LISTED),
        opened_at=now,
        overdue_at=now,
        looked_at=now,
        outcome=outcome.Outcome.FAIL,
        found=Found(reason="x" * WORDS, judged=()),
    )


def _decision(digest: str, votes: tuple[Vote, ...], waivers: tuple[Waiver, ...], now: datetime) -> Decision:
    return Decision(
        run=NUMBER,
        outcome=Outcome.CONDITIONAL_GO,
        evidence=digest,
        reason="x" * WORDS,
        decided_by=tuple(vote.person for vote in votes),
        decided_at=now,
        votes=votes,
        waivers=waivers,
        previous_version="x" * 60,
    )


def _watch(now: datetime) -> Watch:
    return Watch(
        run=NUMBER,
        state=WatchState.ENDED,
        tick=MANY,
        started_at=now,
        ends_at=now,
        ended_at=now,
        end=WatchEnd.COMPLETED,
    )


def _trigger(name: str, now: datetime) -> Trigger:
    return Trigger(
        run=NUMBER, name=name, reason="x" * WORDS, outcome=outcome.Outcome.FAIL, breached_since=now
    )


def _prompt(name: str, now: datetime) -> Prompt:
    return Prompt(
        key=name,
        run=NUMBER,
        trigger=name,
        episode=1,
        state=PromptState.OPEN,
        reason="x" * WORDS,
        breached_since=now,
        opened_at=now,
        escalates_at=now,
        escalated_at=now,
    )


def _events(whole: Dossier, now: datetime) -> list[AuditEvent]:
    condition = Condition(text="x" * WORDS, owner=OTHER, due=now)
    voted = Voted(
        choice=Choice.CONDITIONAL_GO,
        reason="x" * WORDS,
        condition=condition,
        evidence=whole.run.evidence or "",
        roles=tuple(whole.plan.environment.decide.approve),
    )
    waived = Waived(
        check=next(iter(whole.plan.environment.checks)),
        reason="x" * WORDS,
        evidence=whole.run.evidence or "",
    )
    withdrawn = VoteWithdrawn(choice=Choice.CONDITIONAL_GO, evidence=whole.run.evidence or "")
    reminded = Reminded(
        missing=dict.fromkeys(whole.plan.environment.decide.approve, 1),
        waivers=tuple(whole.plan.environment.checks),
    )
    people = [member for group in whole.plan.people.values() for member in group.members]
    missed = NotReached(reminded=_REMINDED, people=dict.fromkeys(people, "direct messages are closed"))
    alerted = Alerted(message=Card.kind, subject="", channel=whole.run.channel, why="not_in_channel")
    return [
        _event(number, said, now)
        for number, said in (
            (_VOTED, voted),
            (_WAIVED, waived),
            (_REMINDED, reminded),
            (_MISSED, missed),
            (_ALERTED, alerted),
            (_WITHDRAWN, withdrawn),
            (_OVERDUE, ConditionOverdue(number=1)),
            (_CONDITION_REMINDED, ConditionReminded(number=1, person=OTHER)),
            (_CONDITION_MISSED, NotReached(reminded=_CONDITION_REMINDED, people={OTHER: "closed"})),
            (_NOT_KEPT, PacketNotKept(place="s3://" + "x" * WORDS, why="x" * WORDS)),
        )
    ]


def _capture(pinned: Pinned, now: datetime) -> CaptureDossier:
    name, digest = "x" * 40, f"sha256:{'0' * 64}"
    capture = Capture(
        number=NUMBER,
        environment=pinned.name,
        name=name,
        state=CaptureState.DONE,
        channel=pinned.environment.channel,
        requested_by=PERSON,
        configuration=pinned.digest,
        samples=10,
        tick=10,
        attempt=1,
        started_at=now,
        ends_at=now,
        ended_at=now,
    )
    return CaptureDossier(
        capture=capture,
        plan=pinned,
        baseline=Baseline(
            number=NUMBER, environment=pinned.name, name=name, digest=digest, document="{}", captured_at=now
        ),
        measured={name: _in_baseline(check) for name, check in captured(pinned).items()},
    )


def _in_baseline(check: Check) -> Measured:
    units = check.readings() or dict.fromkeys(check.passing().root, "")
    readings = tuple(
        Typical(name=name, value=MANY, unit=unit, samples=10, low=1, high=MANY)
        for name, unit in units.items()
    )
    return Measured(readings=readings, measurements=10, failed=1, why="x" * WORDS)


def _home(whole: Dossier, now: datetime) -> Home:
    """The Home of a person for whom everything waits."""
    environment, run = whole.plan.environment, whole.run
    placed: dict[str, Any] = {
        "run": NUMBER,
        "environment": run.environment,
        "version": "x" * WORDS,
        "channel": run.channel,
        "ts": "1700000000.000100",
    }
    duty = placed | {"key": run.key, "due": now, "number": MANY}
    deciding = run.state is RunState.DECIDING
    ask = Ask(
        dossier=whole,
        roles=tuple(environment.decide.approve) if deciding else (),
        waivers=tuple(environment.checks) if deciding else (),
        prompts=whole.prompts,
    )
    return Home(
        person=PERSON,
        asks=(ask,) * LISTED,
        promises=(Promise(**duty, text="x" * WORDS, overdue=True, holds=("x" * 60,) * LISTED),) * LISTED,
        tasks=(Task(**duty, item="x" * WORDS),) * LISTED,
        under_way=(whole,) * LISTED,
        latest=(Past(**placed, outcome=Outcome.CONDITIONAL_GO, decided_at=now, rolled_back_at=now),) * LISTED,
        can_start=(run.environment,),
        operates=True,
        missing=("x" * WORDS,) * LISTED,
        url="https://example.slack.com/",
    )


def _event(number: int, said: Detail, now: datetime) -> AuditEvent:
    return AuditEvent(
        run=NUMBER, seq=number, at=now, actor=PERSON, kind=said.kind, detail=said.stored(), hash=""
    )


def _message(whole: Dossier, content: MessageKind, now: datetime) -> Message:
    """An outbox row that is not shown, as the subject of an alert."""
    fields: dict[str, Any] = dict.fromkeys(Message.model_fields)
    return Message.model_validate(
        fields
        | {
            "id": MANY,
            "run": NUMBER,
            "kind": content.kind,
            "subject": content.subject,
            "channel": whole.run.channel,
            "state": MessageState.FAILED,
            "wanted": 1,
            "shown": 0,
            "earlier": (),
            "urgent": True,
            "claim": 1,
            "excused": False,
            "awaited": True,
            "not_before": now,
            "created_at": now,
            "alerted_at": now,
        }
    )
