"""Whether the rows of a run say what its audit log says. The log's own chain is `bot.chain`'s matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pydantic import AwareDatetime

from bot.audit import AuditEvent
from bot.canonical import digest, digest_of_text
from bot.decision import Outcome
from bot.dossier import Dossier
from bot.evidence import freeze
from bot.logged import as_logged, votes_logged, votes_told, waivers_logged, waivers_told
from bot.run import CheckState, RunState
from checks.reading import Record


class DecisionColumns(Record):
    """What stands beside a decision's document."""

    outcome: Outcome
    evidence: str | None
    decided_at: AwareDatetime


class Beside(Record):
    """What a dossier leaves out of a run's rows."""

    evidences: tuple[str, ...]  # digests of all there are, in order
    votes: int  # on whatever evidence
    waivers: int
    decision: DecisionColumns | None


def disagreements(dossier: Dossier, beside: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    """A sentence each."""
    rules = (_configuration, _start, _checks, _evidence, _votes, _waivers, _decision, _watch, _prompts)
    for rule in rules:
        yield from rule(dossier, beside, events)


Rule = Callable[[Dossier, Beside, Sequence[AuditEvent]], Iterator[str]]


def _details(events: Sequence[AuditEvent], kind: str, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(event.detail[name] for name in names) for event in events if event.kind == kind]


def _configuration(dossier: Dossier, _: Beside, __: Sequence[AuditEvent]) -> Iterator[str]:
    found = digest(dossier.plan.model_dump(mode="json", exclude={"digest"}))
    if not found == dossier.plan.digest == dossier.run.configuration:
        yield f"configuration: its digest is {found}, the run was started with {dossier.run.configuration}"


def _start(dossier: Dossier, _: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    run = dossier.run
    told = (run.requested_by, run.requested_at, run.environment, run.arguments, run.configuration)
    logged = [
        (
            event.actor,
            event.at,
            *_details([event], event.kind, "environment", "arguments", "configuration")[0],
        )
        for event in events
        if event.kind == "run started"
    ]
    if logged != [told]:
        yield "run: was not started as the log says"


def _checks(dossier: Dossier, _: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    logged = {
        detail[0]: detail for detail in _details(events, "check finished", "check", "outcome", "reason")
    }
    for check in dossier.checks:
        done = check.state is CheckState.DONE and check.result
        told = (check.name, check.result.outcome, check.result.reason) if done and check.result else None
        if told != logged.pop(check.name, None):
            yield f"check_run {check.name}: its result is not the one in the log"
    for name in logged:
        yield f"check_run {name}: is missing, and the log has its result"


def _evidence(dossier: Dossier, beside: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    run, evidence = dossier.run, dossier.evidence
    frozen = [(event.detail["evidence"], event.at) for event in events if event.kind == "evidence frozen"]
    if list(beside.evidences) != [digest for digest, _ in frozen]:
        yield "evidence: is not what the log says was frozen"
    if (run.evidence, run.concluded_at) != (frozen[-1] if frozen else (None, None)):
        yield "run: does not rest on the evidence that the log says was frozen"
    if evidence is None:
        return
    if (found := digest_of_text(evidence.document)) != evidence.digest:
        yield f"evidence: its digest is {found}, the run rests on {evidence.digest}"
    elif freeze(run, dossier.checks, dossier.verdict)[0] != evidence.digest:
        yield "evidence: is not what the run and the results of its checks come to"


def _votes(dossier: Dossier, beside: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    told, logged = votes_told(dossier.votes), votes_logged(events)
    for person in sorted(told.keys() | logged.keys()):
        if told.get(person) != logged.get(person):
            yield f"vote of {person}: is not the one in the log"
    if beside.votes != len(dossier.votes):
        yield "vote: there are votes on other evidence than the run's"


def _waivers(dossier: Dossier, beside: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    told, logged = waivers_told(dossier.waivers), waivers_logged(events)
    for check in sorted(told.keys() | logged.keys()):
        if told.get(check) != logged.get(check):
            yield f"waiver of {check}: is not the one in the log"
    if beside.waivers != len(dossier.waivers):
        yield "waiver: there are waivers on other evidence than the run's"


def _decision(dossier: Dossier, beside: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    run, decision, columns = dossier.run, dossier.decision, beside.decision
    logged = [(event.at, event.detail) for event in events if event.kind == "decided"]
    if (run.state is RunState.CLOSED) != bool(logged):
        yield f"run: is {run.state}, and the log says otherwise"
    if logged != ([(decision.decided_at, as_logged(decision))] if decision else []):
        yield "decision: is not the one in the log"
    if decision is None or columns is None:
        return
    stands = (columns.outcome, columns.evidence, columns.decided_at, run.number, run.evidence, run.closed_at)
    said = (decision.outcome, decision.evidence, decision.decided_at, decision.run, decision.evidence)
    if stands != (*said, decision.decided_at):
        yield "decision: its row does not say what its document says"
    if (decision.votes, decision.waivers) != (dossier.votes, dossier.waivers):
        yield "decision: does not rest on the votes and waivers that there are"


def _watch(dossier: Dossier, _: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    ends = [dossier.watch.end] if dossier.watch and dossier.watch.end else []
    if ends != [end for (end,) in _details(events, "watch ended", "end")]:
        yield "watch: did not end as the log says"


def _prompts(dossier: Dossier, _: Beside, events: Sequence[AuditEvent]) -> Iterator[str]:
    asked = sorted(trigger for (trigger,) in _details(events, "rollback prompted", "trigger"))
    if asked != sorted(prompt.trigger for prompt in dossier.prompts):
        yield "prompt: on-call was not asked what the log says"
    answered = {event.actor for event in events if event.kind == "prompt answered"}
    for prompt in dossier.prompts:
        if prompt.answered_by not in {None, *answered}:
            yield f"prompt of {prompt.trigger}: the log knows of no answer by {prompt.answered_by}"
