"""The addendum to a decision packet: how each condition of the go was closed, once all of them are.

It builds on the run's packet without repeating it: it names the digests of the evidence and of the packet as
posted with the decision, and contains the audit events from the decision on, whose hashes continue the chain
in the packet. Its own digest covers its canonical JSON, and is in the audit log.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import AwareDatetime, ValidationError

from bot.base.canonical import canonical, digest_of_text, own_digest, parsed
from bot.base.errors import Unreadable
from bot.base.formats import TODAY, Formats, must_be_known
from bot.record.audit import AuditEvent
from bot.record.chain import Link, hash_after
from bot.record.document.markdown import as_markdown
from bot.record.document.model import Code, Document, Facts, Status, Table, Tone, section
from bot.record.document.said import minute, sentence
from bot.record.events import Decided, of_kind
from bot.record.followed import Told, conditions_logged, misclosed, told_of
from bot.record.packet import as_json
from bot.rules.condition import ConditionState, all_closed
from bot.rules.dossier import Dossier
from checks.reading import Record

_FORMAT = re.compile(r"canary-addendum/([1-9]\d{0,8})", re.ASCII)


class Rests(Record):
    """The packet that an addendum belongs to."""

    digest: str  # as posted with the decision; one posted again later has more events, and another digest
    evidence_digest: str
    before: str  # hash of the event before the decision
    decided: str  # hash of the event of the decision; every packet of the run contains both


class Addendum(Record):
    format: str
    run: int
    environment: str
    arguments: dict[str, str]
    packet: Rests
    decided_at: AwareDatetime
    conditions: tuple[Told, ...]
    events: tuple[AuditEvent, ...]  # from the decision on
    digest: str


def issued(dossier: Dossier, events: Sequence[AuditEvent]) -> tuple[str, str]:
    """Returns (digest, canonical JSON without it). All conditions of the run are closed."""
    assert dossier.evidence and dossier.decision and all_closed(dossier.conditions)
    at = next(at for at, event in enumerate(events) if event.kind == Decided.kind)
    packet = json.loads(as_json(dossier, events[: at + 1]))
    document = canonical(
        {
            "format": f"canary-addendum/{TODAY.addendum}",
            "run": dossier.run.number,
            "environment": dossier.run.environment,
            "arguments": dossier.run.arguments,
            "packet": {
                "digest": packet["digest"],
                "evidence_digest": dossier.evidence.digest,
                "before": events[at - 1].hash,
                "decided": events[at].hash,
            },
            "decided_at": dossier.decision.model_dump(mode="json")["decided_at"],
            "conditions": [told_of(each).model_dump(mode="json") for each in dossier.conditions],
            "events": [event.model_dump(mode="json") for event in events[at:]],
        }
    )
    return digest_of_text(document), document


def as_file(document: str) -> str:
    """Indented for readability, with its digest; `document`: as returned by `issued`."""
    whole = json.loads(document) | {"digest": digest_of_text(document)}
    return json.dumps(whole, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def is_addendum(raw: Any) -> bool:
    return isinstance(raw, Mapping) and str(raw.get("format")).startswith("canary-addendum/")


# ---------------------------------------------------------------- for people


def as_text(document: str) -> str:
    """As Markdown: the conditions, and how and by whom each was closed."""
    told = Addendum.model_validate_json(as_file(document), extra="ignore")
    rests = told.packet
    lifted = sum(each.state is ConditionState.LIFTED for each in told.conditions)
    end = f"{len(told.conditions) - lifted} met, {lifted} lifted"
    facts = Facts(
        [
            ("Decided", minute(told.decided_at)),
            ("Arguments", " ".join(f"{name}={value}" for name, value in told.arguments.items()) or "none"),
            ("Evidence", Code(rests.evidence_digest)),
            ("Packet", Code(rests.digest)),
            ("This addendum", Code(told.digest)),
        ]
    )
    rows = [
        (
            str(each.said.number),
            sentence(each.said.text),
            each.said.owner,
            minute(each.said.due_at),
            *_end(each),
        )
        for each in told.conditions
    ]
    return as_markdown(
        Document(
            f"Addendum to run #{told.run} on {told.environment}",
            Status(end, Tone.GOOD if not lifted else Tone.CAUTION),
            ["All conditions of this conditional go are closed."],
            facts,
            [
                section(
                    "conditions",
                    "How the conditions were closed",
                    Table(
                        "The conditions", ("No.", "Condition", "Owner", "Due", "Closed", "By", "How"), rows
                    ),
                )
            ],
        )
    )


def _end(told: Told) -> tuple[str, str, str]:
    """When, by whom and how."""
    assert told.closed_at
    how = told.found.reason if told.found else told.statement
    shown = f"{told.said.check}: " if told.found else ""
    late = ", overdue" if told.overdue_at else ""
    return f"{minute(told.closed_at)}{late}", told.closed_by or "", f"{told.state}: {shown}{how}"


# ---------------------------------------------------------------- verification


def problems(text: str, packet: str = "", today: Formats = TODAY) -> list[str]:
    """Returns what is wrong with an addendum, one sentence each. `packet`: the text of its run's packet, to
    compare them.
    """
    try:
        raw = parsed(text)
        found = _FORMAT.fullmatch(str(raw.get("format")))
        if not found:
            return [f"this is not an addendum: its format is {raw.get('format')!r}"]
        must_be_known("This addendum", int(found[1]), today.addendum)
        addendum = Addendum.model_validate_json(text, extra="ignore")
        against = _against(addendum, parsed(packet)) if packet else ()
        return [*_digest(raw), *_log(addendum), *_conditions(addendum), *against]
    except Unreadable as error:
        return [" ".join(error.sentences)]
    except ValidationError as error:
        each = error.errors()[0]
        return [f"this is not an addendum: {'.'.join(map(str, each['loc']))}: {each['msg']}"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, ArithmeticError) as error:
        return [f"this is not an addendum: {type(error).__name__}: {error}"]


def _digest(raw: Mapping[str, Any]) -> Iterator[str]:
    if (found := own_digest(raw)) != raw["digest"]:
        yield f"addendum: its digest is {found}, it says {raw['digest']}"


def _log(addendum: Addendum) -> Iterator[str]:
    """The events form a chain that begins with the decision."""
    events = addendum.events
    decided = [(event.at, event.hash) for event, _ in of_kind(events, Decided)]
    if decided != [(addendum.decided_at, addendum.packet.decided)] or events[0].kind != Decided.kind:
        yield "events: do not begin with the decision that the addendum names"
        return
    if [said.evidence for _, said in of_kind(events, Decided)] != [addendum.packet.evidence_digest]:
        yield "events: the decision rests on other evidence than the addendum says"
    previous, seq = addendum.packet.before, events[0].seq
    for at, event in enumerate(events):
        link = Link.of(event)
        if (link.run, link.seq) != (addendum.run, seq + at) or link.hash != hash_after(previous, link):
            yield f"events: event {link.seq} does not follow from the one before it"
            return
        previous = link.hash


def _conditions(addendum: Addendum) -> Iterator[str]:
    logged = conditions_logged(addendum.events)
    told = {each.said.number: each for each in addendum.conditions}
    for number in sorted(told.keys() | logged.keys()):
        if told.get(number) != logged.get(number):
            yield f"condition {number}: is not what the events say"
        elif not told[number].state.closed:
            yield f"condition {number}: is still {told[number].state}"
    yield from misclosed(addendum.events)


def _against(addendum: Addendum, packet: Any) -> Iterator[str]:
    """Whether it belongs to a packet."""
    decided = [event["hash"] for event in packet["events"] if event["kind"] == Decided.kind]
    if (packet["evidence_digest"], decided) != (addendum.packet.evidence_digest, [addendum.packet.decided]):
        yield "packet: is not the one that the addendum belongs to"
