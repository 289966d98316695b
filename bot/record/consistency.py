"""Compares the rows of a run with its audit log. `bot.record.chain` verifies the log itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pydantic import AwareDatetime, ValidationError

from bot.base.canonical import canonical, digest_of_text, own_digest, parsed
from bot.base.formats import TODAY, format_of, incomplete, must_be_known
from bot.record import actions_told, addendum
from bot.record.audit import AuditEvent
from bot.record.events import (
    AddendumIssued,
    BaselineChosen,
    CheckedOff,
    CheckFinished,
    ConditionReminded,
    Decided,
    EvidenceFrozen,
    NotReached,
    PromptEscalated,
    Reminded,
    RollbackPrompted,
    RunStarted,
    TriggerRecovered,
    WatchEnded,
    of_kind,
)
from bot.record.followed import conditions_logged, misopened, told_of
from bot.record.logged import (
    answers_logged,
    rollbacks_logged,
    votes_logged,
    votes_told,
    waivers_logged,
    waivers_told,
    without_role,
    wrongly_withdrawn,
)
from bot.record.verification import Frozen, agree
from bot.rules.condition import all_closed
from bot.rules.decision import Outcome
from bot.rules.dossier import Dossier
from bot.rules.instructions import instructions
from bot.rules.principal import BOT
from bot.rules.rollback import Answer, Prompt, PromptState
from bot.rules.run import CheckState, RunState
from bot.rules.watch import WatchEnd
from checks.reading import Record


class DecisionColumns(Record):
    """The columns of a decision besides its document."""

    outcome: Outcome
    evidence: str | None
    decided_at: AwareDatetime


class ReminderRow(Record):
    number: int
    done_at: AwareDatetime | None


class Beside(Record):
    """The rows of a run that are not in a dossier."""

    evidences: tuple[str, ...]  # digests of all evidence, in order
    results: dict[str, Any]  # of finished checks, by name, as stored
    votes: int  # on any evidence
    waivers: int
    decision: DecisionColumns | None
    decided: Any = None  # the decision's document, as stored
    reminders: tuple[ReminderRow, ...] = ()
    previous_versions: tuple[str, ...] = ()  # the version to roll back to, at the time of the decision


def disagreements(dossier: Dossier, beside: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    """One sentence per disagreement."""
    rules = (
        _configuration,
        _start,
        _baseline,
        _checks,
        _evidence,
        _votes,
        _waivers,
        _roles,
        _reminders,
        _decision,
        _watch,
        _prompts,
        _escalations,
        _rollback,
        _checklist,
        _actions,
        _conditions,
    )
    for rule in rules:
        yield from rule(dossier, beside, events)


Rule = Callable[[Dossier, Beside, Sequence[AuditEvent]], Iterator[str]]


def _configuration(dossier: Dossier, _: Beside, __: Sequence[AuditEvent]) -> Iterator[str]:
    try:
        found = own_digest(parsed(dossier.configuration))
    except ValueError as error:
        yield f"configuration: {error}"
        return
    if not found == dossier.plan.digest == dossier.run.configuration:
        yield f"configuration: its digest is {found}, the run was started with {dossier.run.configuration}"


def _start(dossier: Dossier, _: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    run = dossier.run
    started = RunStarted(
        environment=run.environment, arguments=run.arguments, configuration=run.configuration
    )
    logged = [(event.actor, event.at, said) for event, said in of_kind(events, RunStarted)]
    if logged != [(run.requested_by, run.requested_at, started)]:
        yield "run: was not started as the log says"
    environment = dossier.plan.environment
    if run.channel != environment.channel or run.environment != dossier.plan.name:
        yield "run: is not in the channel of its configuration"
    if run.expires_at and run.concluded_at and run.expires_at > run.concluded_at + environment.decide.expires:
        yield "run: has a later deadline than its configuration gives it"


def _baseline(dossier: Dossier, _: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    """The run is compared with the baseline that was chosen at its start, as captured."""
    baseline = dossier.baseline
    if [said for _, said in of_kind(events, BaselineChosen)] != (
        [BaselineChosen.of(baseline)] if baseline else []
    ):
        yield "run: is compared with another baseline than the log says was chosen"
    if (baseline.number if baseline else None) != dossier.run.baseline:
        yield "baseline: the one that the run is compared with is missing"
    if baseline and (found := digest_of_text(baseline.document)) != baseline.digest:
        yield f"baseline {baseline.number}: its digest is {found}, its row says {baseline.digest}"


def _checks(dossier: Dossier, _: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    logged = {said.check: said for _, said in of_kind(events, CheckFinished)}
    for check in dossier.checks:
        result = check.result if check.state is CheckState.DONE else None
        finished = result and CheckFinished(check=check.name, outcome=result.outcome, reason=result.reason)
        if finished != logged.pop(check.name, None):
            yield f"check_run {check.name}: its result is not the one in the log"
    for name in logged:
        yield f"check_run {name}: is missing, and the log has its result"
    if {check.name for check in dossier.checks} != dossier.plan.environment.checks.keys():
        yield "check_run: the checks are not those of the configuration"


def _evidence(dossier: Dossier, beside: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    run, evidence = dossier.run, dossier.evidence
    frozen = [(said.evidence, event.at) for event, said in of_kind(events, EvidenceFrozen)]
    if list(beside.evidences) != [digest for digest, _ in frozen]:
        yield "evidence: is not what the log says was frozen"
    if (run.evidence, run.concluded_at) != (frozen[-1] if frozen else (None, None)):
        yield "run: does not rest on the evidence that the log says was frozen"
    if evidence is None:
        return
    if (found := digest_of_text(evidence.document)) != evidence.digest:
        yield f"evidence: its digest is {found}, the run rests on {evidence.digest}"
    elif canonical(json.loads(evidence.document)) != evidence.document:
        yield "evidence: is not in canonical form"
    else:
        yield from _rests_on(dossier, beside, json.loads(evidence.document))


def _rests_on(dossier: Dossier, beside: Beside, said: dict[str, Any]) -> Iterator[str]:
    """Compares the evidence with the rows it was made from, as stored rather than as parsed now. Raises
    Unreadable.
    """
    run = dossier.run
    must_be_known("The evidence", format_of(said), TODAY.evidence)
    try:
        frozen = Frozen.model_validate(said, extra="ignore")
    except ValidationError as error:
        raise incomplete("The evidence", error) from error
    about = (frozen.run, frozen.environment, frozen.arguments, frozen.requested_by, frozen.configuration)
    if about != (run.number, run.environment, run.arguments, run.requested_by, run.configuration):
        yield "evidence: is about another run, or one that was started otherwise"
    if compared := frozen.baseline:
        baseline = dossier.baseline
        if baseline is None or (compared.number, compared.digest) != (baseline.number, baseline.digest):
            yield "evidence: is compared with another baseline than the run"
    if frozen.requested_at != run.requested_at:
        yield "evidence: says another time at which the run was started"
    if canonical(said["checks"]) != canonical(beside.results):
        yield "evidence: is not what the results of the run's checks come to"
    if not agree(dossier.verdict, frozen.verdict, worded_now=frozen.format == TODAY.evidence):
        yield "evidence: its verdict does not follow from the results of the run's checks"


def _votes(dossier: Dossier, beside: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    cast, logged = votes_told(dossier.votes), votes_logged(events)
    for person in sorted(cast.keys() | logged.keys()):
        if cast.get(person) != logged.get(person):
            yield f"vote of {person}: is not the one in the log"
    yield from wrongly_withdrawn(events)
    if beside.votes != len(dossier.votes):
        yield "vote: there are votes on other evidence than the run's"


def _waivers(dossier: Dossier, beside: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    granted, logged = waivers_told(dossier.waivers), waivers_logged(events)
    for check in sorted(granted.keys() | logged.keys()):
        if granted.get(check) != logged.get(check):
            yield f"waiver of {check}: is not the one in the log"
    if beside.waivers != len(dossier.waivers):
        yield "waiver: there are waivers on other evidence than the run's"


def _roles(dossier: Dossier, _: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    yield from without_role(events, dossier.plan.environment)


def _reminders(dossier: Dossier, beside: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    """The configured reminders; requested ones are only in the log."""
    planned = dossier.plan.environment.decide.reminders if dossier.evidence else ()
    if [reminder.number for reminder in beside.reminders] != list(range(1, len(planned) + 1)):
        yield "reminder: there are others than the configuration plans"
    done = {reminder.done_at for reminder in beside.reminders}
    if any(event.at not in done for event, _ in of_kind(events, Reminded) if event.actor == str(BOT)):
        yield "reminder: one that the log says was sent is not done"
    direct = {event.seq: set(said.direct) for event, said in of_kind(events, Reminded)}
    direct |= {event.seq: {said.person} for event, said in of_kind(events, ConditionReminded)}
    for _, said in of_kind(events, NotReached):
        if strangers := sorted(said.people.keys() - direct.get(said.reminded, set())):
            yield f"reminder: {', '.join(strangers)} was not reached, and was sent no direct message"


def _decision(dossier: Dossier, beside: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    run, decision, columns = dossier.run, dossier.decision, beside.decision
    logged = [(event.at, said) for event, said in of_kind(events, Decided)]
    if (run.state is RunState.CLOSED) != bool(logged):
        yield f"run: is {run.state}, and the log says otherwise"
    if logged != ([(decision.decided_at, Decided.of(decision))] if decision else []):
        yield "decision: is not the one in the log"
    if decision is None or columns is None:
        return
    stands = (columns.outcome, columns.evidence, columns.decided_at, run.number, run.evidence, run.closed_at)
    said = (decision.outcome, decision.evidence, decision.decided_at, decision.run, decision.evidence)
    if stands != (*said, decision.decided_at):
        yield "decision: its row does not say what its document says"
    if _has_renamed(beside.decided, decision.model_dump(mode="json")):
        yield "decision: a key of its document is another one than this or any other version writes"
    if decision.previous_version not in beside.previous_versions:
        yield f"decision: says {decision.previous_version or 'no version'} to go back to, and the runs before it left another"
    if (decision.votes, decision.waivers) != (dossier.votes, dossier.waivers):
        yield "decision: does not rest on the votes and waivers that there are"


def _has_renamed(stored: Any, read: Any) -> bool:
    """Whether a document lacks a key and has an unknown one instead: later versions only add keys, earlier
    ones only lack some.
    """
    if isinstance(stored, dict) and isinstance(read, dict):
        if stored.keys() - read.keys() and read.keys() - stored.keys():
            return True
        return any(_has_renamed(stored[name], read[name]) for name in stored.keys() & read.keys())
    if isinstance(stored, list) and isinstance(read, list):
        return any(map(_has_renamed, stored, read))
    return False


def _watch(dossier: Dossier, _: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    ends = [dossier.watch.end] if dossier.watch and dossier.watch.end else []
    if ends != [said.end for _, said in of_kind(events, WatchEnded)]:
        yield "watch: did not end as the log says"


def _prompts(dossier: Dossier, _: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    asked = sorted((said.trigger, event.at) for event, said in of_kind(events, RollbackPrompted))
    if asked != sorted((prompt.trigger, prompt.opened_at) for prompt in dossier.prompts):
        yield "prompt: on-call was not asked what the log says"
    for trigger in sorted({trigger for trigger, _ in asked}):
        episodes = [prompt.episode for prompt in dossier.prompts if prompt.trigger == trigger]
        if sorted(episodes) != list(range(1, len(episodes) + 1)):
            yield f"prompt of {trigger}: there is one for an episode that there was not"
    recovered = {(said.trigger, event.at) for event, said in of_kind(events, TriggerRecovered)}
    for prompt in dossier.prompts:
        if prompt.recovered_at and (prompt.trigger, prompt.recovered_at) not in recovered:
            yield f"prompt of {prompt.trigger}: did not recover when the row says so"
    logged = answers_logged(events)
    of_a_rollback = {(Answer.ROLLED_BACK, by, str(at), why) for by, at, why in rollbacks_logged(events)}
    answers = sorted(
        answer  # a rollback answers all other open prompts, without separate events
        for answer in _answers_told(dossier.prompts)
        if answer in logged or answer[1:] not in of_a_rollback
    )
    if answers != sorted(logged):
        named = {trigger for trigger, *_ in answers} or {prompt.trigger for prompt in dossier.prompts}
        yield f"prompt of {', '.join(sorted(named))}: its answer is not the one in the log"


def _escalations(dossier: Dossier, _: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    """Whom a prompt escalated to, and when. The previous version schedules no escalations, so the time may be
    missing.
    """
    configured = dossier.plan.environment.rollback.escalate
    logged = [(said.trigger, event.at) for event, said in of_kind(events, PromptEscalated)]
    told = [(prompt.trigger, prompt.escalated_at) for prompt in dossier.prompts if prompt.escalated_at]
    if sorted(logged) != sorted(told):
        yield "prompt: did not escalate when the log says"
    if any(configured is None or said.to != configured.to for _, said in of_kind(events, PromptEscalated)):
        yield "prompt: escalated to others than the configuration names"
    for prompt in dossier.prompts:
        planned = prompt.opened_at + configured.after if configured else None
        if prompt.escalates_at not in {None, planned}:
            yield f"prompt of {prompt.trigger}: escalates at another time than its configuration says"


def _answers_told(prompts: Sequence[Prompt]) -> Iterator[tuple[str, ...]]:
    """Yields (trigger, answer, by whom, when, note) of each answer in the rows."""
    for prompt in prompts:
        if prompt.acknowledged_by or prompt.acknowledged_at:
            on_it = (Answer.ON_IT, str(prompt.acknowledged_by), str(prompt.acknowledged_at), "")
            yield prompt.trigger, *on_it
        if prompt.state.answered or prompt.answered_by or prompt.answered_at:
            answer = _LED_TO.get(prompt.state, "")
            yield prompt.trigger, answer, str(prompt.answered_by), str(prompt.answered_at), prompt.note


_LED_TO = {PromptState.ROLLED_BACK: Answer.ROLLED_BACK, PromptState.DISMISSED: Answer.FALSE_ALARM}


def _rollback(dossier: Dossier, _: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    rollback = dossier.rollback
    recorded = [(rollback.by, rollback.at, rollback.reason)] if rollback else []
    if recorded != rollbacks_logged(events):
        yield "rollback: is not the one in the log"
    ended = dossier.watch and dossier.watch.end is WatchEnd.ROLLED_BACK
    answered = any(prompt.state is PromptState.ROLLED_BACK for prompt in dossier.prompts)
    if not rollback and (ended or answered):
        yield "rollback: is missing, and the watch or a prompt says that there was one"


def _actions(dossier: Dossier, _: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    yield from actions_told.disagreements(dossier.actions, dossier.plan.environment.actions, events)


def _conditions(dossier: Dossier, _: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    """What each condition says, and how it ended; earlier versions opened none."""
    logged = conditions_logged(events)
    told = {each.number: told_of(each) for each in dossier.conditions}
    for number in sorted(told.keys() | logged.keys()):
        if told.get(number) != logged.get(number):
            yield f"condition {number}: is not what the log says"
    yield from misopened(dossier.decision, events)
    issued = [said.digest for _, said in of_kind(events, AddendumIssued)]
    if issued != ([dossier.addendum.digest] if dossier.addendum else []):
        yield "addendum: is not the one in the log"
    if bool(issued) != all_closed(dossier.conditions):
        yield "addendum: does not agree with the conditions about whether all are closed"
    if dossier.addendum:
        if (found := digest_of_text(dossier.addendum.document)) != dossier.addendum.digest:
            yield f"addendum: its digest is {found}, its row says {dossier.addendum.digest}"
        yield from addendum.problems(addendum.as_file(dossier.addendum.document))


def _checklist(dossier: Dossier, _: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    done = [said for _, said in of_kind(events, CheckedOff)]
    decision = dossier.decision
    goes_on = decision is not None and decision.outcome.goes_on
    tasks = instructions(dossier.run, dossier.plan, decision).checklist if decision and goes_on else ()
    shown = {number: task.item for number, task in enumerate(tasks)}
    for said in done:
        if shown.get(said.item) != said.text:
            yield f"checklist: item {said.item + 1} is not the one that was checked off"
    if len({said.item for said in done}) < len(done):
        yield "checklist: an item was checked off twice"
