"""A run as people see it, in each of its states: the same few checks and people in every message."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.plan.load import load
from bot.plan.model import Pinned
from bot.record.audit import AuditEvent
from bot.record.events import Alerted, CheckedOff, Detail, NotReached, Reminded, Voted, VoteWithdrawn, Waived
from bot.rules.action import Action, ActionState, Confirmation
from bot.rules.approval import Choice, Condition, Vote, Waiver
from bot.rules.decision import Decision, Outcome
from bot.rules.dossier import Dossier
from bot.rules.evidence import Evidence, freeze
from bot.rules.outbox import Message, MessageState
from bot.rules.previous import Previous
from bot.rules.rollback import Found, Prompt, PromptState, Rollback
from bot.rules.run import CheckRun, CheckState, Run, RunState
from bot.rules.verdict import assess
from bot.rules.watch import Trigger, Watch, WatchEnd, WatchState
from bot.slack.messages.kind import MessageKind
from checks.actions.base import Preview
from checks.actions.sql import SqlAction
from checks.outcome import Cause
from checks.outcome import Outcome as Found_
from checks.reading import Measurement, Reading
from checks.result import Judged, Result

ANA, BEN, RAJ, MIA = "U01ANA", "U02BEN", "U03RAJ", "U04MIA"
NUMBER = 412
NOW = datetime(2026, 3, 4, 1, 33, tzinfo=UTC)
PLAN = load(
    Path(__file__).with_name("canary.yaml"), {"STAGING_DSN": "postgresql://reader@db.example.com/app"}
)
PINNED: Pinned = PLAN.plan.pinned("staging")
CONDITION = Condition(
    text="Promotion stays off until coverage is 62 of 62", owner=RAJ, due=NOW + timedelta(days=2)
)
WHY_WAIVED = "Both came from the load test"
WHY_NOT = "Duplicate emails went to customers"


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


# ---------------------------------------------------------------- what the checks found


def _result(outcome: Found_, reason: str, *judged: Judged, **more: Any) -> Result:
    looks = (Measurement(readings=tuple(each.reading for each in judged)),)
    return Result(
        outcome=outcome,
        reason=reason,
        judged=judged,
        measurements=looks,
        started_at=NOW,
        seconds=1.2,
        **more,
    )


def _judged(outcome: Found_, limit: str, name: str, value: float, unit: str = "", n: int = 0) -> Judged:
    return Judged(
        reading=Reading(name=name, value=value, unit=unit, n=n or None), outcome=outcome, limit=limit
    )


def duplicates(found: int) -> Result:
    outcome = Found_.FAIL if found else Found_.PASS
    return _result(
        outcome,
        f"signals is {found}, limit == 0 (n = 5379)" if found else "all readings within limits",
        _judged(outcome, "== 0", "signals", found, n=5379),
        _judged(Found_.PASS, "== 0", "repeated", 0, n=5379),
        cause=Cause.REGRESSION if found else None,
        detail=("job 8f14 sent 2 times: signal order-1093", "job 91c2 sent 2 times: signal order-1101")
        if found
        else (),
    )


def queue_age(seconds: int) -> Result:
    outcome = Found_.WARN if seconds >= 90 else Found_.PASS
    return _result(
        outcome, f"p95 is {seconds} s, limit < 90s", _judged(outcome, "< 90s", "p95", seconds, "s", 31)
    )


SUPPRESSED = _result(
    Found_.PASS,
    "all expectations are met",
    _judged(Found_.PASS, "== expectations_total", "expectations_met", 2),
    Judged(reading=Reading(name="expectations_total", value=2), outcome=None),
)
UNREACHABLE = _result(
    Found_.ERROR,
    "https://staging.example.com did not answer within 10 s",
    cause=Cause.ENVIRONMENT,
    hint="Check that staging.example.com is up and reachable from the bot's machine.",
)
TESTED = _result(Found_.PASS, "all readings within limits", _judged(Found_.PASS, "> 0", "ran", 412))

GOOD = (duplicates(0), queue_age(41), SUPPRESSED, TESTED)
NEAR = (duplicates(0), queue_age(182), SUPPRESSED, TESTED)
BAD = (duplicates(2), queue_age(182), UNREACHABLE, TESTED)


# ---------------------------------------------------------------- the run


def run(state: RunState) -> Run:
    return Run(
        number=NUMBER,
        key="k" * 22,
        environment="staging",
        state=state,
        version=1,
        channel="C0RELEASES",
        requested_by=RAJ,
        requested_from="C0RELEASES",
        arguments={"version": "1.42.0", "region": "eu"},
        configuration=PINNED.digest,
        requested_at=NOW,
        concluded_at=None if state is RunState.CHECKING else minutes(1),
        expires_at=None if state is RunState.CHECKING else minutes(24 * 60),
        closed_at=minutes(7) if state is RunState.CLOSED else None,
    )


def checking() -> Dossier:
    done = (duplicates(2), queue_age(182))
    checks = tuple(
        CheckRun(
            run=NUMBER,
            name=name,
            position=at,
            state=CheckState.DONE if at < len(done) else CheckState.RUNNING,
            started_at=NOW,
            finished_at=minutes(1.2) if at < len(done) else None,
            result=done[at] if at < len(done) else None,
        )
        for at, name in enumerate(PINNED.environment.checks)
    )
    return _dossier(run(RunState.CHECKING), checks)


def deciding(results: tuple[Result, ...], **more: Any) -> Dossier:
    return _with_results(RunState.DECIDING, results, previous=Previous(version="1.41.3"), **more)


def _with_results(state: RunState, results: tuple[Result, ...], **more: Any) -> Dossier:
    names = list(PINNED.environment.checks)
    checks = tuple(
        CheckRun(run=NUMBER, name=name, position=at, state=CheckState.DONE, result=result)
        for at, (name, result) in enumerate(zip(names, results, strict=True))
    )
    verdict = assess(dict(zip(names, results, strict=True)), PINNED.environment.fallbacks)
    about = run(state)
    digest, document = freeze(about, checks, verdict)
    evidence = Evidence(digest=digest, document=document, frozen_at=minutes(1))
    return _dossier(about.model_copy(update={"evidence": digest}), checks, evidence=evidence, **more)


def _dossier(about: Run, checks: tuple[CheckRun, ...], **more: Any) -> Dossier:
    given: dict[str, Any] = {
        "evidence": None,
        "votes": (),
        "waivers": (),
        "decision": None,
        "watch": None,
        "triggers": (),
        "prompts": (),
        "root": None,
    }
    return Dossier(
        run=about, plan=PINNED, configuration=PINNED.model_dump_json(), checks=checks, **given | more
    )


def vote(person: str, role: str, choice: Choice = Choice.GO) -> Vote:
    condition = CONDITION if choice is Choice.CONDITIONAL_GO else None
    return Vote(
        person=person, roles=(role,), choice=choice, evidence="", condition=condition, cast_at=minutes(5)
    )


VOTES = (vote(ANA, "release-managers", Choice.CONDITIONAL_GO), vote(BEN, "platform"))
WAIVERS = tuple(
    Waiver(check=check, person=BEN, evidence="", reason=WHY_WAIVED, granted_at=minutes(4))
    for check in ("duplicate-sends", "suppression")
)


def decided(outcome: Outcome, results: tuple[Result, ...] = BAD, **more: Any) -> Dossier:
    whole = _with_results(RunState.CLOSED, results, **more)
    goes = outcome.goes_on
    by = {Outcome.NO_GO: (ANA,), Outcome.CANCELLED: (RAJ,), Outcome.EXPIRED: ()}.get(outcome, (ANA, BEN))
    reasons = {Outcome.NO_GO: WHY_NOT, Outcome.CANCELLED: "Wrong version"}
    decision = Decision(
        run=NUMBER,
        outcome=outcome,
        evidence=whole.run.evidence,
        reason=reasons.get(outcome, ""),
        decided_by=by,
        decided_at=minutes(7),
        votes=VOTES if outcome is Outcome.CONDITIONAL_GO else (),
        waivers=WAIVERS if outcome is Outcome.CONDITIONAL_GO else (),
        filled={"release-managers": (ANA,), "platform": (BEN,)} if goes else {},
        previous_version="1.41.3",
    )
    watch = more.get("watch") or (watching() if goes else None)
    return whole.model_copy(
        update={"decision": decision, "watch": watch, "triggers": _triggers() if goes else ()}
        | {name: part for name, part in more.items() if name != "watch"}
    )


def _triggers() -> tuple[Trigger, ...]:
    return tuple(Trigger(run=NUMBER, name=name, outcome=Found_.PASS) for name in ("duplicates", "queue-age"))


def watching(end: WatchEnd | None = None) -> Watch:
    return Watch(
        run=NUMBER,
        state=WatchState.ENDED if end else WatchState.WATCHING,
        tick=120 if end else 14,
        started_at=minutes(7),
        ends_at=minutes(127),
        ended_at=minutes(127) if end else None,
        end=end,
    )


def failing(state: PromptState = PromptState.OPEN, **more: Any) -> Dossier:
    """The state after a go when a check has failed."""
    result = duplicates(1)
    at = {PromptState.ACKNOWLEDGED: {"acknowledged_by": RAJ, "acknowledged_at": minutes(23)}}.get(state, {})
    if state.answered:
        at = {"answered_by": RAJ, "answered_at": minutes(25)}
    if state is PromptState.DISMISSED:
        at["note"] = "Load test by the platform team, over by 3 PM"
    given: dict[str, Any] = {"reason": result.reason, "found": Found.of(result), **at, **more}
    prompt = Prompt(
        key="p",
        run=NUMBER,
        trigger="duplicates",
        episode=1,
        state=state,
        breached_since=minutes(20),
        opened_at=minutes(21),
        escalates_at=minutes(36),
        **given,
    )
    trigger = Trigger(
        run=NUMBER,
        name="duplicates",
        breaches=1,
        outcome=Found_.FAIL,
        reason=result.reason,
        breached_since=minutes(20),
    )
    rolled = state is PromptState.ROLLED_BACK
    return decided(
        Outcome.GO,
        GOOD,
        prompts=(prompt,),
        triggers=(trigger, _triggers()[1]),
        rollback=Rollback(run=NUMBER, by=RAJ, reason="", at=minutes(25)) if rolled else None,
        watch=watching(WatchEnd.ROLLED_BACK) if rolled else None,
    )


def blind() -> Dossier:
    trigger = Trigger(
        run=NUMBER,
        name="duplicates",
        blind=3,
        outcome=Found_.ERROR,
        reason="the database could not be reached",
    )
    return decided(Outcome.GO, GOOD, triggers=(trigger, _triggers()[1]))


def rolled_back() -> Dossier:
    rollback = Rollback(run=NUMBER, by=RAJ, reason="Errors in checkout", at=minutes(25))
    return decided(Outcome.GO, GOOD, rollback=rollback, watch=watching(WatchEnd.ROLLED_BACK))


# ---------------------------------------------------------------- events


def event(number: int, said: Detail, actor: str = ANA) -> AuditEvent:
    detail = said.model_dump(mode="json")
    return AuditEvent(
        run=NUMBER, seq=number, at=minutes(5), actor=actor, kind=said.kind, detail=detail, hash=""
    )


REMINDED = Reminded(
    missing={"release-managers": 1, "platform": 1},
    waivers=("duplicate-sends", "suppression"),
    asked={"release-managers": {ANA: (ANA,)}, "platform": {"S0PLATFORM": (BEN,)}},
    direct=(ANA,),
)
EVENTS = (
    event(1, Voted(choice=Choice.GO, reason="", condition=None, evidence="", roles=("platform",)), BEN),
    event(
        2,
        Voted(
            choice=Choice.CONDITIONAL_GO,
            reason="",
            condition=CONDITION,
            evidence="",
            roles=("release-managers",),
        ),
    ),
    event(
        3, Voted(choice=Choice.NO_GO, reason=WHY_NOT, condition=None, evidence="", roles=("platform",)), BEN
    ),
    event(4, VoteWithdrawn(choice=Choice.GO, evidence=""), BEN),
    event(5, Waived(check="duplicate-sends", reason=WHY_WAIVED, evidence=""), BEN),
    event(6, REMINDED, "canary"),
    event(7, NotReached(reminded=6, people={BEN: "direct messages are closed"}), "canary"),
    event(9, CheckedOff(item=1, text="Read the newest errors"), ANA),
)


def alert(why: str) -> AuditEvent:
    return event(8, Alerted(message="table", subject="", channel="C0RELEASES", why=why), "canary")


def hidden(content: MessageKind, state: MessageState, why: str, *, alerted: bool = True) -> Message:
    """A message that Slack does not show."""
    return Message(
        id=17,
        run=NUMBER,
        kind=content.kind,
        subject=content.subject,
        channel="C0RELEASES",
        state=state,
        wanted=1,
        shown=0,
        ts=None,
        thread=None,
        earlier=(),
        file=None,
        urgent=False,
        claim=0,
        not_before=NOW,
        error=why,
        excused=False,
        tried_at=NOW,
        begun_at=None,
        free_at=None,
        doubted_at=NOW if state is MessageState.AMBIGUOUS else None,
        alerted_at=NOW if alerted else None,
        created_at=NOW,
        posted_at=None,
        sent_at=None,
    )


# ---------------------------------------------------------------- what was done on the go

_BACKFILL = SqlAction.model_validate(
    {
        "kind": "sql",
        "title": "Turn high quota on for every workspace",
        "source": "staging-admin",
        "statement": 'UPDATE "WorkspaceSettings" SET "highQuotaEnabled" = true WHERE NOT "highQuotaEnabled"',
        "rows": {"max": 100},
        "allow": {"release-managers": 1},
    }
)
SEEN = Preview(does=(_BACKFILL.statement,), rows=62, sample=("ws-001", "ws-002"), verb="update")


def acting(state: ActionState | None, said: str = "", *, by_hand: str = "") -> Dossier:
    """After a go, with one action and an attempt at it in that state. `by_hand`: how somebody knows what came of it."""
    whole = decided(Outcome.GO, GOOD)
    environment = PINNED.environment.model_copy(update={"actions": {"backfill": _BACKFILL}})
    attempt = Action(
        run=NUMBER,
        name="backfill",
        attempt=1,
        state=state or ActionState.REQUESTED,
        preview=SEEN,
        confirmed=(Confirmation(person=ANA, roles=("release-managers",), at=NOW),),
        requested_at=NOW,
        ready_at=NOW,
        idempotency_key="1f0c",
        claimed_at=minutes(10),
        said=said,
        ended_at=minutes(11),
        settled_by=ANA if by_hand else None,
        note=by_hand,
    )
    return whole.model_copy(
        update={
            "plan": PINNED.model_copy(update={"environment": environment}),
            "actions": (attempt,) if state else (),
        }
    )
