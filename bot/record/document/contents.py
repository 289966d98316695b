"""The content of a packet for people, in an order that first-time readers can follow. Pure.

Decision, criteria, what was blocked; votes; rollback, monitoring, what is still open; then the basis of it
all: readings, charts, configuration, and the timeline.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.record.audit import AuditEvent
from bot.record.document import acting, afterward, changed, criteria, measuring, voting
from bot.record.document.model import (
    Cell,
    Code,
    Document,
    Facts,
    Figures,
    Listing,
    Paragraph,
    Part,
    Section,
    Status,
    Table,
    Tone,
    section,
)
from bot.record.document.names import Names
from bot.record.document.said import listing, moment, sentence, shortened, stopped
from bot.record.document.timeline import rows
from bot.record.events import Decided
from bot.rules.condition import ConditionState
from bot.rules.decision import Decision, Outcome
from bot.rules.dossier import Dossier
from bot.rules.instructions import Instructions, instructions
from bot.rules.labels import OUTCOMES
from bot.rules.previous import VERSION
from bot.rules.watch import WatchState
from checks.units import say_count

MOST_CHARTS = 100  # per packet; the readings are included in any case
LONGEST_VERSION = 60

_TONES: Mapping[Outcome, Tone] = {
    Outcome.GO: Tone.GOOD,
    Outcome.CONDITIONAL_GO: Tone.CAUTION,
    Outcome.NO_GO: Tone.BAD,
    Outcome.EXPIRED: Tone.NEUTRAL,
    Outcome.CANCELLED: Tone.NEUTRAL,
}


def document(dossier: Dossier, events: Sequence[AuditEvent], packet: str) -> Document:
    """The document of a run that was decided on evidence. It describes the state at the last of these events.

    `packet`: the digest of the packet that proves it.
    """
    dossier = _as_of(dossier, events)
    decision = dossier.decision
    assert decision and dossier.evidence
    told = instructions(dossier.run, dossier.plan, decision)
    names = Names.of(dossier, events)
    sections = (
        _decision(dossier, decision, names),
        criteria.criteria(dossier),
        criteria.blocked(dossier, names),
        voting.votes(dossier, decision, events, names),
        acting.actions(dossier, decision, names),
        afterward.rollback(dossier, decision, told, names),
        afterward.monitoring(dossier, decision, told, events, names),
        afterward.still_open(dossier, decision, told, events, names),
        criteria.gates(dossier),
        criteria.readings(dossier),
        _charts(dossier),
        changed.configuration(dossier, events, names),
        measuring.measuring(dossier),
        _timeline(events, names),
        _proof(dossier, packet),
    )
    return Document(
        title=f"Canary run #{dossier.run.number} on {dossier.run.environment}",
        status=Status(OUTCOMES[decision.outcome], _TONES[decision.outcome]),
        summary=list(_summary(dossier, decision, told, names)),
        facts=_facts(dossier, decision, events, names),
        sections=[each for each in sections if each.parts],
    )


def _as_of(dossier: Dossier, events: Sequence[AuditEvent]) -> Dossier:
    """Without later changes, if the packet is the one of the decision: it may be rendered much later."""
    if not events or events[-1].kind != Decided.kind:
        return dossier
    opened = {"state": ConditionState.OPEN, "closed_at": None, "closed_by": None, "statement": ""}
    watching = {"state": WatchState.WATCHING, "ended_at": None, "end": None}
    return dossier.model_copy(
        update={
            "conditions": tuple(each.model_copy(update=opened) for each in dossier.conditions),
            "watch": dossier.watch.model_copy(update=watching) if dossier.watch else None,
            "triggers": (),
            "prompts": (),
            "rollback": None,
            "actions": (),
        }
    )


def _summary(dossier: Dossier, decision: Decision, told: Instructions, names: Names) -> Iterator[str]:
    """What was decided, by whom and why; on what basis; and where to look if it goes wrong."""
    by, at = listing(names.each(decision.decided_by)), moment(decision.decided_at)
    subject = _subject(dossier)
    match decision.outcome:
        case Outcome.GO:
            yield f"{subject} may go ahead: approved by {by} on {at}."
        case Outcome.CONDITIONAL_GO:
            yield f"{subject} may go ahead under conditions: approved by {by} on {at}."
        case Outcome.NO_GO:
            yield f"{subject} must not go ahead: {by} voted No-go on {at}: {sentence(decision.reason)}"
        case Outcome.EXPIRED:
            yield f"{subject} must not go ahead: nobody had decided by {at}."
        case Outcome.CANCELLED:
            yield f"{subject} was not decided: {by} cancelled the run on {at}: {sentence(decision.reason)}"
    yield f"The checks recommended {dossier.verdict.recommendation}: {criteria.counted(dossier)}."
    if decision.conditions:
        said = dict.fromkeys(stopped(each.text) for each in decision.conditions)
        numbered = [f"({at}) {text}" for at, text in enumerate(said, 1)] if len(said) > 1 else list(said)
        yield f"{'Condition' if len(said) == 1 else 'Conditions'}: {' '.join(numbered)}"
    if decision.waivers:
        waived = {names.check(waiver.check): None for waiver in decision.waivers}
        yield f"Waived by the owners of the checks: {listing(waived)}."
    elif decision.outcome.goes_on:
        yield "No check was waived."
    if decision.outcome.goes_on:
        yield f"If it goes wrong: {sentence(told.mitigation)}"


def _subject(dossier: Dossier) -> str:
    version = shortened(dossier.run.arguments.get(VERSION, ""), LONGEST_VERSION)
    environment = dossier.run.environment
    return f"{version} on {environment}" if version else f"The change on {environment}"


def _facts(dossier: Dossier, decision: Decision, events: Sequence[AuditEvent], names: Names) -> Facts:
    run, made_by = dossier.run, dossier.made_by
    people = listing(names.each(made_by.people))
    change = f"{people}, {made_by.source}" if made_by.people else made_by.unknown or measuring.NOT_RECORDED
    return Facts(
        [
            ("Decided", f"{moment(decision.decided_at)} by {listing(names.each(decision.decided_by))}"),
            ("Requested", f"{moment(run.requested_at)} by {names.person(run.requested_by)}"),
            ("Change made by", change),
            *measuring.deployed(dossier),
            ("Arguments", " ".join(f"{name}={value}" for name, value in run.arguments.items()) or "none"),
            ("Recommended", dossier.verdict.recommendation),
            *_compared(dossier),
            ("Previous run", changed.previous(events)),
            ("Evidence", Code(decision.evidence or "none")),
            ("Configuration", Code(run.configuration)),
        ]
    )


def _compared(dossier: Dossier) -> Iterator[tuple[str, str]]:
    if baseline := dossier.baseline:
        captured = f"captured {moment(baseline.captured_at)}, {baseline.digest}"
        yield "Compared with", f"{baseline.called}, {captured}"


def _decision(dossier: Dossier, decision: Decision, names: Names) -> Section:
    roles: dict[str, list[str]] = {}
    for role, people in decision.filled.items():
        for person in people:
            roles.setdefault(person, []).append(role)
    approve = dossier.plan.environment.decide.approve
    required = listing(f"{count} of {role}" for role, count in approve.items())
    facts: list[tuple[str, Cell]] = [
        ("Outcome", Status(OUTCOMES[decision.outcome], _TONES[decision.outcome])),
        ("Reason", sentence(decision.reason)),
        (
            "Decided by",
            listing(
                f"{names.person(person)} as {listing(roles[person])}"
                if person in roles
                else names.person(person)
                for person in decision.decided_by
            ),
        ),
        ("Votes needed", f"{required}; a single No-go ends it"),
        ("Version to return to", decision.previous_version or "not known"),
    ]
    reasons = list(criteria.reasons(dossier)) or ["All criteria were met."]
    why = Part(f"Why the checks recommended {dossier.verdict.recommendation}", [Listing(reasons)])
    return section("decision", "Decision", Facts(facts), why, gist=OUTCOMES[decision.outcome])


def _charts(dossier: Dossier) -> Section:
    """At most `MOST_CHARTS`; how many are left out is said, and their readings are in any case."""
    every = list(criteria.drawn(dossier))
    drawn, left = every[:MOST_CHARTS], len(every) - MOST_CHARTS
    more = (
        f"{say_count(left, 'more chart')} would not fit: the packet's JSON has their values."
        if left > 0
        else ""
    )
    nothing = "" if every else "None: nothing was measured over time."
    gist = f"{len(drawn):,}" if drawn else "none"
    return section("charts", "Charts", Paragraph(nothing), Figures(drawn), Paragraph(more), gist=gist)


def _timeline(events: Sequence[AuditEvent], names: Names) -> Section:
    table = Table("Every event of this run, oldest first", ("When", "Who", "What"), list(rows(events, names)))
    return section("timeline", "Timeline", table, gist=say_count(len(events), "event"))


def _proof(dossier: Dossier, packet: str) -> Section:
    number = dossier.run.number
    return section(
        "proof",
        "Is it genuine? How to check this packet",
        Facts([("Packet's digest", Code(packet))]),
        Paragraph(
            "This text is for people, and proves nothing by itself. It was made from the packet in JSON that has this "
            "digest: the evidence, the configuration and the events with their hashes. Every conclusion follows from "
            "them, and `canary verify` derives each of them again."
        ),
        Paragraph(
            "Where the bot has a signing key, the run's thread also has the packet signed, in a file that ends in "
            ".intoto.json: `canary verify FILE --key PUBLIC_KEY` needs neither the bot nor its database. With the bot's "
            "database:"
        ),
        Listing(
            [
                f"canary packet {number} --json -o packet.json",
                "canary verify packet.json",
            ],
            ordered=True,
        ),
    )
