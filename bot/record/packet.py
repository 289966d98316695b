"""The decision packet: a document that says who decided what, on what evidence, and proves it.

The JSON form contains the evidence itself and two digests: of the evidence, which votes are bound to, and of
the whole packet. Both are over canonical JSON (RFC 8785), so anyone can recompute them. The forms for people,
Markdown and a page, say the same in words: `bot.record.document.contents`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from typing import Any, Literal, TypeAlias

from bot.base.canonical import digest
from bot.base.formats import TODAY
from bot.record.audit import AuditEvent
from bot.record.document import html, markdown
from bot.record.document.contents import document
from bot.record.events import Decided
from bot.record.verification import named
from bot.rules.dossier import Dossier
from bot.rules.instructions import instructions
from bot.rules.previous import VERSION

Form: TypeAlias = Literal["md", "json", "html"]
FORMS: tuple[Form, ...] = ("md", "json", "html")

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+|(?<=\.)\.+")  # in a file name; also two dots in a row
_LONGEST_WORD = 40


def as_json(dossier: Dossier, events: Sequence[AuditEvent]) -> str:
    """Indented for readability; the digests are over the canonical form, which indentation does not affect."""
    packet = _packet(dossier, events)
    return (
        json.dumps(packet | {"digest": digest(packet)}, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    )


def as_markdown(dossier: Dossier, events: Sequence[AuditEvent]) -> str:
    """For people, where text is shown: the decision, its evidence, and how to roll back."""
    return markdown.as_markdown(document(dossier, events, _digest(dossier, events)))


def as_html(dossier: Dossier, events: Sequence[AuditEvent]) -> str:
    """For people, in a browser and on paper: the same with charts."""
    return html.as_html(document(dossier, events, _digest(dossier, events)))


_WRITERS: Mapping[Form, Callable[[Dossier, Sequence[AuditEvent]], str]] = {
    "md": as_markdown,
    "json": as_json,
    "html": as_html,
}


def written(dossier: Dossier, events: Sequence[AuditEvent], form: Form) -> str:
    """It may take a second for hundreds of readings: call it off the event loop."""
    return _WRITERS[form](dossier, events)


def up_to(events: Sequence[AuditEvent], asked_in: int | None) -> Sequence[AuditEvent]:
    """The events up to the one that a packet is made for (None: the decision), so that its forms agree
    whenever they are made.
    """
    decided = (event.seq for event in events if event.kind == Decided.kind)
    return events[: asked_in or next(decided, len(events))]


def file_name(dossier: Dossier, form: Form) -> str:
    """ "canary-12-staging-1.42.0-2026-11-30.html": limited in length, with characters that every file system
    accepts.
    """
    assert dossier.decision
    run = dossier.run
    date = f"{dossier.decision.decided_at.astimezone(UTC):%Y-%m-%d}"
    words = (_safe(run.environment), _safe(run.arguments.get(VERSION, "")), date)
    return f"{'-'.join(['canary', str(run.number), *filter(None, words)])}.{form}"


def _safe(text: str) -> str:
    """It begins and ends with a letter or digit, so that it is not a hidden file and has no other extension."""
    return _UNSAFE.sub("-", text)[:_LONGEST_WORD].strip("-._")


def _digest(dossier: Dossier, events: Sequence[AuditEvent]) -> str:
    """Of the JSON form, in which the other forms are proved."""
    return digest(_packet(dossier, events))


def _packet(dossier: Dossier, events: Sequence[AuditEvent]) -> dict[str, Any]:
    assert dossier.decision and dossier.evidence
    told = instructions(dossier.run, dossier.plan, dossier.decision)
    return {
        "format": named(TODAY.packet),
        "evidence": json.loads(dossier.evidence.document),
        "evidence_digest": dossier.evidence.digest,
        "decision": dossier.decision.model_dump(mode="json"),
        "configuration": json.loads(dossier.configuration),
        "rollback": told.model_dump(mode="json"),
        **({"baseline": json.loads(dossier.baseline.document)} if dossier.baseline else {}),
        "events": [event.model_dump(mode="json") for event in events],
    }
