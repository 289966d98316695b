"""The audit log's hash chain: an event's hash covers its content and the previous event's hash.

So changing, removing or inserting an event requires rewriting every later hash, and the last one then differs from
the one in a packet or a signed checkpoint. The database computes the same in a trigger, `chain_event`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from pydantic import AwareDatetime

from bot.base.canonical import canonical, digest_of_text
from bot.record.audit import AuditEvent
from checks.reading import Record

_JSON = json.JSONEncoder(ensure_ascii=False)


class Link(Record):
    """An event in its hashed and stored form."""

    run: int
    seq: int
    at: AwareDatetime
    actor: str
    kind: str
    detail: str  # canonical JSON
    hash: str

    @classmethod
    def of(cls, event: AuditEvent) -> Link:
        return cls(**event.model_dump(exclude={"detail"}), detail=canonical(event.detail))

    def event(self) -> AuditEvent:
        """Raises ValueError if the detail is not in the form that the bot writes, even if its hash is correct."""
        detail = json.loads(self.detail)
        if canonical(detail) != self.detail:
            raise ValueError(f"the detail of event {self.seq} is not in canonical form")
        return AuditEvent(**self.model_dump(exclude={"detail"}), detail=detail)


def hash_after(previous: str, link: Link) -> str:
    """`previous`: the previous event's hash, "" for the first."""
    hashed = [previous, link.run, link.seq, written(link.at), link.actor, link.kind, link.detail]
    return digest_of_text(_JSON.encode(hashed))


def written(at: datetime) -> str:
    """A time in its hashed form."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def first_break(run: int, links: Sequence[Link], *, unknown: int = 0) -> str | None:
    """Returns the first of a run's events that breaks the chain, as a sentence; None if none does.

    `unknown`: how many of the first no longer have the content that their hashes cover.
    """
    previous = ""
    for seq, link in enumerate(links, 1):
        if link.run != run:
            return f"event {seq} of run #{run}: it is one of run #{link.run}"
        if link.seq != seq:
            return f"event {seq} of run #{run} is missing; event {link.seq} is in its place"
        if seq > unknown and link.hash != hash_after(previous, link):
            return f"event {seq} of run #{run}: its hash does not follow from {_before(seq)} and what it says"
        previous = link.hash
    return None if links else f"event 1 of run #{run} is missing; the run has none"


def _before(seq: int) -> str:
    return f"event {seq - 1}" if seq > 1 else "nothing before it"
