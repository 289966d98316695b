"""The content of a packet for people, in an order that first-time readers can follow. Pure.

Decision, criteria, what was blocked; votes; rollback, monitoring, what is still open; then the basis of it
all: readings, charts, configuration, and the timeline.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from bot.record.audit import AuditEvent
from bot.record.document import afterward, criteria, voting
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
from bot.record.document.said import listing, moment, sentence, shortened
from bot.record.document.timeline import rows
from bot.record.events import Decided
from bot.rules.condition import ConditionState
from bot.rules.decision import Decision, Outcome
from bot.rules.dossier import Dossier
from bot.rules.instructions import Instructions, instructions
from bot.rules.labels import OUTCOMES
from bot.rules.previous import VERSION
from bot.rules.watch import WatchState

MOST_CHARTS = 100  # per packet; the readings are included in any case
LONGEST_VERSION = 60
LONGEST_CONDITION = 300  # of its text, in the summary

_TONES: Mapping[Outcome, Tone] = {
    Outcome.GO: Tone.GOOD,
    Outcome.CONDITIONAL_GO: Tone.CAUTION,
    Outcome.NO_GO: Tone.BAD,
    Outcome.EXPIRED: Tone.NEUTRAL,
    Outcome.CANCELLED: Tone.NEUTRAL,
}


def document(dossier: Dossier, events: Sequence[AuditEvent]) -> Document:
    """The document of a run that was decided on evidence. It describes the state at the last of these events."""
    dossier = _as_of(dossier, events)
    decision = dossier.decision
    assert decision and dossier.evidence
    told = instructions(dossier.run, dossier.plan, decision)
    sections = (
        _decision(dossier, decision),
        criteria.criteria(dossier),
        criteria.blocked(dossier),
        voting.votes(dossier, decision, events),
        afterward.rollback(dossier, decision, told),
        afterward.monitoring(dossier, told, events),
        afterward.still_open(dossier, decision, told, events),
        criteria.gates(dossier),
        criteria.readings(dossier),
        section("charts", "Charts", Figures(list(islice(criteria.drawn(dossier), MOST_CHARTS)))),
        _configuration(dossier),
        section(
            "timeline",
            "Timeline",
            Table(
                "Every event of this run, oldest first",
                ("When", "Who", "What"),
                list(rows(events, dossier.titles)),
            ),
        ),
        _proof(dossier),
    )
    return Document(
        title=f"Canary run #{dossier.run.number} on {dossier.run.environment}",
        status=Status(OUTCOMES[decision.outcome], _TONES[decision.outcome]),
        summary=list(_summary(dossier, decision, told)),
        facts=_facts(dossier, decision),
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
        }
    )


def _summary(dossier: Dossier, decision: Decision, told: Instructions) -> Iterator[str]:
    """What was decided, by whom and why; on what basis; and where to look if it goes wrong."""
    by, at = listing(decision.decided_by), moment(decision.decided_at)
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
        said = dict.fromkeys(shortened(each.text, LONGEST_CONDITION) for each in decision.conditions)
        yield f"{'Condition' if len(said) == 1 else 'Conditions'}: {sentence(listing(said))}"
    if decision.waivers:
        waived = {dossier.titles.get(waiver.check, waiver.check): None for waiver in decision.waivers}
        yield f"Waived by the owners of the checks: {listing(waived)}."
    if decision.outcome.goes_on:
        yield f"If it goes wrong: {sentence(told.mitigation)}"


def _subject(dossier: Dossier) -> str:
    version = shortened(dossier.run.arguments.get(VERSION, ""), LONGEST_VERSION)
    environment = dossier.run.environment
    return f"{version} on {environment}" if version else f"The change on {environment}"


def _facts(dossier: Dossier, decision: Decision) -> Facts:
    run, made_by = dossier.run, dossier.made_by
    change = [("Change made by", f"{listing(made_by.people)}, {made_by.source}")] if made_by.people else []
    return Facts(
        [
            ("Decided", f"{moment(decision.decided_at)} by {listing(decision.decided_by)}"),
            ("Requested", f"{moment(run.requested_at)} by {run.requested_by}"),
            *change,
            ("Arguments", " ".join(f"{name}={value}" for name, value in run.arguments.items()) or "none"),
            ("Recommended", dossier.verdict.recommendation),
            *_compared(dossier),
            ("Evidence", Code(decision.evidence or "none")),
            ("Configuration", Code(run.configuration)),
        ]
    )


def _compared(dossier: Dossier) -> Iterator[tuple[str, str]]:
    if baseline := dossier.baseline:
        captured = f"captured {moment(baseline.captured_at)}, {baseline.digest}"
        yield "Compared with", f"{baseline.called}, {captured}"


def _decision(dossier: Dossier, decision: Decision) -> Section:
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
                f"{person} ({listing(roles[person])})" if person in roles else person
                for person in decision.decided_by
            ),
        ),
        ("Votes needed", f"{required}; a single No-go ends it"),
        ("Version to return to", decision.previous_version or "not known"),
    ]
    why = Part("Why the checks recommended that", [Listing(list(criteria.reasons(dossier)))])
    return section("decision", "Decision", Facts(facts), why)


def _configuration(dossier: Dossier) -> Section:
    arguments = [(Code(name), value) for name, value in dossier.run.arguments.items()]
    return section(
        "configuration",
        "Configuration",
        Facts(
            [
                ("Digest", Code(dossier.run.configuration)),
                ("Whole", "in the packet's JSON, under configuration: as it was when the run started"),
            ]
        ),
        Part("Arguments", [Table("The arguments of the run", ("Name", "Value"), arguments)]),
        Part(
            "Changed since the baseline",
            [Table("What differs from the baseline", ("Check", "Change"), list(criteria.changes(dossier)))],
        ),
        Part("How it was measured", [Listing(list(criteria.circumstances(dossier)))]),
    )


def _proof(dossier: Dossier) -> Section:
    number = dossier.run.number
    return section(
        "proof",
        "How to check this packet",
        Paragraph(
            "This is the packet for people. The same run's JSON packet holds the evidence, the configuration and the events "
            "with their hashes: every conclusion follows from them, and `canary verify` derives each of them again. Where the "
            "bot has a signing key, the run's thread also has the packet signed, in a file that ends in .intoto.json: "
            "`canary verify FILE --key PUBLIC_KEY` needs neither the bot nor its database. With the bot's database:"
        ),
        Listing(
            [
                f"canary packet {number} --json -o packet.json",
                "canary verify packet.json",
            ],
            ordered=True,
        ),
    )
