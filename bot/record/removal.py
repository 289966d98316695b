"""Tombstones: what remains of a run after its retention, and how that is verified.

Of each event, the number, time, kind and hash remain; actor and detail are gone, so the hash can no longer be
computed. The function that removes them records, in an event that continues the chain, how many events there
were, the last hash, and a digest over what remains. So none of that can be changed later, either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from pydantic import AwareDatetime

from bot.base.canonical import digest_of_text
from bot.record.chain import Link, first_break, written
from bot.record.events import RemovedByRetention
from bot.record.proof.keys import said
from checks.reading import Record

GONE = "{}"  # the detail of a removed event


class Tombstone(Record):
    run: int
    removed_at: AwareDatetime


class Remains(Record):
    """What the rows of a removed run still contain."""

    environment: str
    version: str = ""
    outcome: str = ""
    evidence: tuple[str, ...]  # digests
    content: tuple[str, ...] = ()  # what should be gone, but is not


def kept_digest(links: Sequence[Link]) -> str:
    """Over what remains of removed events; the database computes the same in `remove_expired`."""
    return digest_of_text(
        "\n".join(f"{link.seq} {written(link.at)} {link.kind} {link.hash}" for link in links)
    )


def removal_in(links: Sequence[Link]) -> tuple[int, RemovedByRetention] | None:
    """Returns the index of the event that records the removal of earlier content, and its detail.

    Raises ValueError if it cannot be parsed.
    """
    for at, link in enumerate(links):
        if link.kind == RemovedByRetention.kind and (told := RemovedByRetention.read(link.event())):
            return at, told
    return None


def removal_problems(
    run: int,
    links: Sequence[Link],
    *,
    tombstone: Tombstone | None,
    remains: Remains,
    retention: timedelta,
) -> Iterator[str]:
    """Problems of a run that has a tombstone or claims to be removed, one sentence each.

    `retention`: no run is removed before its end.
    """
    found = removal_in(links)
    if tombstone is None:
        yield "it was removed by retention, as its log says, and has no tombstone"
    if found is None:
        yield "it has a tombstone, and its log does not say that it was removed by retention"
        return
    at, told = found
    yield from _chain(run, links, at, told)
    removed_at = links[at].at
    last = links[at - 1].at if at else removed_at
    if tombstone and tombstone.removed_at != removed_at:
        yield f"its tombstone is of {said(tombstone.removed_at)}, its log says {said(removed_at)}"
    if removed_at - last < max(retention, timedelta(days=told.days)):
        yield (
            f"it was removed too early: on {said(removed_at)}, {(removed_at - last).days} days after its last event; "
            f"the retention is {max(retention.days, told.days)} days"
        )
    if remains.evidence != told.evidence:
        yield "its evidence has other digests than its log says"
    if (remains.environment, remains.version, remains.outcome) != (
        told.environment,
        told.version,
        told.outcome,
    ):
        yield "its environment, version or outcome is not what its log says"
    for left in remains.content:
        yield f"it was removed by retention, and there is still {left}"


def _chain(run: int, links: Sequence[Link], at: int, told: RemovedByRetention) -> Iterator[str]:
    """Verifies the events before the removal by their digest, the others by their hashes."""
    gone = links[:at]
    if any(link.detail != GONE or link.actor for link in gone):
        yield "an event before its removal still has content"
    if (len(gone), gone[-1].hash if gone else "") != (told.events, told.head):
        yield f"its log says that {told.events} events were removed, the last with the hash {told.head}; there are others"
    if kept_digest(gone) != told.kept:
        yield "what stays of its removed events is not what its log says: a number, time, kind or hash was changed"
    if broken := first_break(run, links, unknown=at):
        yield broken
