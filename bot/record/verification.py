"""Verifies a decision packet: every digest, and every conclusion, recomputed from its premises.

A change in one place is detected, because the same fact is also in another: votes in the log, the verdict in the
results, the instructions in the configuration. A consistent rewrite of everything, including the digests, is only
detected by comparison with the bot's own record.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pydantic import AwareDatetime, ValidationError

from bot.base.canonical import digest, own_digest, parsed
from bot.base.errors import Unreadable
from bot.base.formats import FIRST, TODAY, Formats, format_of, must_be_known
from bot.plan.by_kind import STORED
from bot.plan.model import Pinned
from bot.record.audit import AuditEvent
from bot.record.chain import Link, first_break
from bot.record.events import (
    BaselineChosen,
    Decided,
    Detail,
    EvidenceFrozen,
    RolesResolved,
    RunStarted,
    asked_in,
    of_kind,
)
from bot.record.followed import misopened
from bot.record.logged import (
    votes_logged,
    votes_told,
    waivers_logged,
    waivers_told,
    without_role,
    wrongly_withdrawn,
)
from bot.rules.approval import Choice, involved
from bot.rules.authors import authors
from bot.rules.decision import Decision, Outcome, outcome_of
from bot.rules.instructions import Instructions, instructions
from bot.rules.run import Run, RunState
from bot.rules.verdict import Verdict, assess
from checks.reading import Record
from checks.result import Result

_FORMAT = re.compile(r"canary-packet/([1-9]\d{0,8})", re.ASCII)
LARGEST = 32 * 1024 * 1024  # bytes


class FrozenBaseline(Record):
    """What the run was compared with, as the evidence says."""

    number: int
    name: str
    digest: str


class Frozen(Record):
    """The evidence, read back."""

    format: int = FIRST
    run: int
    environment: str
    arguments: dict[str, str]
    requested_by: str
    requested_at: AwareDatetime
    configuration: str
    baseline: FrozenBaseline | None = None
    checks: dict[str, Result]
    verdict: Verdict


class DecidedRun(Record):
    """A decision with everything that it follows from."""

    evidence: Frozen
    evidence_digest: str
    decision: Decision
    configuration: Pinned
    events: tuple[AuditEvent, ...]


class Packet(DecidedRun):
    format: str
    rollback: Instructions
    digest: str


def named(number: int) -> str:
    """The format that a packet states."""
    return f"canary-packet/{number}"


def problems(text: str, today: Formats = TODAY) -> list[str]:
    """Returns problems of a packet, one sentence each; none if it is consistent.

    `today`: the formats that this version writes. Sentences in an older format are accepted as stored,
    instead of being compared with today's wording.

    Raises Unreadable if a part of the packet has a newer format, and ValueError if it is not a packet.
    """
    try:
        raw = parsed(text)
        _must_be_known(raw, today)
        packet = Packet.model_validate_json(text, extra="ignore", context=STORED)
        return [
            *_digests(raw),
            *_rollback(packet, today),
            *_chain(packet),
            *conclusions(packet, today),
        ]
    except Unreadable as error:
        return [" ".join(error.sentences)]
    except ValidationError as error:
        return [
            f"this is not a decision packet: {'.'.join(map(str, each['loc']))}: {each['msg']}"
            for each in error.errors()
        ]
    except NotAPacketError as error:
        return [f"this is not a decision packet: {error}"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, ArithmeticError) as error:
        return [f"this is not a decision packet: {type(error).__name__}: {error}"]


class NotAPacketError(ValueError):
    """The document says that it is something else."""


def conclusions(run: DecidedRun, today: Formats = TODAY) -> list[str]:
    """Returns where a decided run contradicts itself, one sentence each.

    The caller has verified the digests and the chain of events.
    """
    return [*_references(run), *_conclusions(run, today), *_log(run)]


def _must_be_known(raw: dict[str, Any], today: Formats) -> None:
    """Raises Unreadable if a part of the packet has a newer format, and NotAPacketError for another document."""
    found = _FORMAT.fullmatch(str(raw.get("format")))
    if not found:
        raise NotAPacketError(f"its format is {raw.get('format')!r}, expected {named(today.packet)!r}")
    must_be_known("This packet", int(found[1]), today.packet)
    must_be_known("The evidence of this packet", format_of(raw["evidence"]), today.evidence)
    must_be_known("The configuration of this packet", format_of(raw["configuration"]), today.configuration)


def _digests(raw: dict[str, Any]) -> Iterator[str]:
    """Digests of the text as written, not as parsed."""
    configuration = raw["configuration"]
    parts = [
        ("evidence", digest(raw["evidence"]), raw["evidence_digest"]),
        ("configuration", own_digest(configuration), configuration["digest"]),
        ("packet", own_digest(raw), raw["digest"]),
    ]
    if compared := raw["evidence"].get("baseline"):
        parts.append(("baseline", digest(raw.get("baseline")), compared["digest"]))
    for what, found, said in parts:
        if found != said:
            yield f"{what}: its digest is {found}, the packet says {said}"


def _references(packet: DecidedRun) -> Iterator[str]:
    decision, evidence = packet.decision, packet.evidence
    bound = [
        ("decision", decision.evidence),
        *((f"vote of {vote.person}", vote.evidence) for vote in decision.votes),
        *((f"waiver of {waiver.check}", waiver.evidence) for waiver in decision.waivers),
    ]
    for what, rests_on in bound:
        if rests_on != packet.evidence_digest:
            yield f"{what}: rests on {rests_on}, not on this evidence"
    if decision.run != evidence.run:
        yield f"decision: is about run #{decision.run}, the evidence about run #{evidence.run}"
    if packet.configuration.digest != evidence.configuration:
        yield f"configuration: is {packet.configuration.digest}, the run's was {evidence.configuration}"


def _conclusions(packet: DecidedRun, today: Formats) -> Iterator[str]:
    """Derives every conclusion again and compares it; wordings only if they are in today's format."""
    evidence, decision, plan = packet.evidence, packet.decision, packet.configuration
    verdict = assess(evidence.checks, plan.environment.fallbacks)
    if not agree(verdict, evidence.verdict, worded_now=evidence.format == today.evidence):
        yield "verdict: does not follow from the results"
    if evidence.checks.keys() != plan.environment.checks.keys():
        yield "results: are not those of the configured checks"
    if decision.outcome not in {Outcome.EXPIRED, Outcome.CANCELLED}:
        yield from _decided(packet, verdict)


def _rollback(packet: Packet, today: Formats) -> Iterator[str]:
    told_now = instructions(_run(packet), packet.configuration, packet.decision)
    if packet.format == named(today.packet) and _unordered(packet.rollback) != _unordered(told_now):
        yield "rollback: is not what the configuration says, filled in"


def _chain(packet: Packet) -> Iterator[str]:
    if broken := first_break(packet.evidence.run, [Link.of(event) for event in packet.events]):
        yield f"events: {broken}"


def agree(drawn: Verdict, frozen: Verdict, *, worded_now: bool) -> bool:
    """Whether a verdict equals the derived one. `worded_now`: its reasons are in today's wording."""
    one, other = _unordered(drawn), _unordered(frozen)
    if not worded_now:
        one["reasons"] = other["reasons"]
    return one == other


def _unordered(part: Verdict | Instructions) -> dict[str, Any]:
    """Ignores the order of mappings, which canonical JSON does not preserve."""
    unordered = {"reasons", "needs_waiver", "triggers"}
    return {
        name: sorted(map(str, value)) if name in unordered else value
        for name, value in part.model_dump(mode="json").items()
    }


def _decided(packet: DecidedRun, verdict: Verdict) -> Iterator[str]:
    decision, decide = packet.decision, packet.configuration.environment.decide
    choices = {vote.person: vote.choice for vote in decision.votes}
    if len(choices) < len(decision.votes):
        yield "votes: a person voted twice"
    yield from _separate(packet, choices)
    yield from _roles(packet)
    vetoed_by = {person for person, choice in choices.items() if choice is Choice.NO_GO}
    seated = [person for people in decision.filled.values() for person in people]
    if set(decision.decided_by) != (vetoed_by or set(seated)):
        yield "decision: was not made by those whom it names"
    if decision.outcome is not _outcome(choices):
        yield f"decision: {decision.outcome} does not follow from the votes"
    if not decision.outcome.goes_on:
        return
    if {role: len(people) for role, people in decision.filled.items()} != decide.approve:
        yield "decision: its quorum was not reached"
    if len(set(seated)) < len(seated) or not set(seated) <= choices.keys():
        yield "decision: its quorum is not made of different people who voted"
    if missing := set(verdict.needs_waiver) - {waiver.check for waiver in decision.waivers}:
        yield f"decision: a go without a waiver for {', '.join(sorted(missing))}"


def _separate(packet: DecidedRun, choices: Mapping[str, Choice]) -> Iterator[str]:
    """Checks that nobody approved their own run or change."""
    environment, evidence = packet.configuration.environment, packet.evidence
    made_by = authors(environment, evidence.arguments, evidence.checks)
    for person, did in involved(_run(packet), environment, made_by).items():
        if choices.get(person) not in {None, Choice.NO_GO}:
            yield f"votes: {person}, who {did}, approved it"
    if environment.decide.separate_duties and made_by.unknown and packet.decision.outcome.goes_on:
        yield f"decision: a go although who made the change is not known: {made_by.unknown}"


def _outcome(choices: Mapping[str, Choice]) -> Outcome:
    said = set(choices.values())
    worst = next(choice for choice in reversed(Choice) if choice in said or choice is Choice.GO)
    return outcome_of(worst)


def _roles(packet: DecidedRun) -> Iterator[str]:
    """If a group lists users individually, only they can have been in it."""
    people, environment = packet.configuration.people, packet.configuration.environment
    claims = [(vote.person, role) for vote in packet.decision.votes for role in vote.roles]
    for waiver in packet.decision.waivers:
        if waiver.check in environment.checks:
            claims.append((waiver.person, environment.checks[waiver.check].owner))
        else:
            yield f"waiver of {waiver.check}: there is no such check"
    for person, role in claims:
        users = people[role].users if role in people else frozenset()
        if users is not None and person not in users:
            yield f"{person}: is not one of {role}"


def _run(packet: DecidedRun) -> Run:
    evidence = packet.evidence
    return Run(
        number=evidence.run,
        key="",
        environment=evidence.environment,
        state=RunState.CLOSED,
        version=0,
        channel=packet.configuration.environment.channel,
        requested_by=evidence.requested_by,
        requested_from="",
        arguments=evidence.arguments,
        configuration=evidence.configuration,
        evidence=packet.evidence_digest,
        requested_at=evidence.requested_at,
    )


def _log(packet: DecidedRun) -> Iterator[str]:
    """Compares the packet with its audit log."""
    events, decision, evidence = packet.events, packet.decision, packet.evidence
    facts: list[tuple[type[Detail], dict[str, Any]]] = [
        (RunStarted, {"arguments": evidence.arguments, "configuration": evidence.configuration}),
        (EvidenceFrozen, {"evidence": packet.evidence_digest}),
        (Decided, dict(Decided.of(decision))),
    ]
    if compared := evidence.baseline:
        facts.append(
            (BaselineChosen, {"baseline": compared.number, **compared.model_dump(exclude={"number"})})
        )
    for kind, facts_told in facts:
        logged = [said for _, said in of_kind(events, kind)]
        for name, value in facts_told.items():
            if [getattr(said, name) for said in logged] != [value]:
                yield f"events: “{kind.kind}” does not say the same {name}"
    if [event.at for event, _ in of_kind(events, Decided)] != [decision.decided_at]:
        yield f"events: “{Decided.kind}” does not say the same time"
    if votes_told(decision.votes) != votes_logged(events):
        yield "events: do not tell the votes that the decision rests on"
    if waivers_told(decision.waivers) != waivers_logged(events):
        yield "events: do not tell the waivers that the decision rests on"
    yield from wrongly_withdrawn(events)
    yield from misopened(decision, events)
    yield from without_role(events, packet.configuration.environment)
    yield from _strangers(packet)


def _strangers(packet: DecidedRun) -> Iterator[str]:
    """If the configuration lists users individually, only they can have been asked or have held a role.

    On-call people, and those a prompt escalates to, follow the configuration of that time, which may be a
    later one.
    """
    named = {role: group.users for role, group in packet.configuration.people.items()}
    rollback = packet.configuration.environment.rollback
    on_duty = {rollback.on_call, *([rollback.escalate.to] if rollback.escalate else [])}
    for event in packet.events:
        for role, people in _resolved(event, but=on_duty).items():
            users = named.get(role, frozenset())
            if users is not None and (strangers := people - users):
                yield f"events: “{event.kind}” counts {', '.join(sorted(strangers))} to {role}"


def _resolved(event: AuditEvent, *, but: Collection[str]) -> dict[str, set[str]]:
    """Role -> the people whom the event says were asked in it or held it; roles in `but` are left out."""
    if resolved := RolesResolved.read(event):
        return {role: set(people) for role, people in resolved.roles.items()}
    asked = asked_in(event)
    return {
        role: {person for people in members.values() for person in people or ()}
        for role, members in asked.items()
        if role not in but
    }
