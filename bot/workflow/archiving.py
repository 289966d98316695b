"""Stores packets outside Slack, in the configured folder or bucket: durably, and without anybody waiting for
it.

Each packet to store is a row, written in the transaction of the decision. While the archive does not respond,
it is retried at most a minute apart, and people are told once; it never gives up, unless PACKETS is removed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import structlog

from bot.archive.base import Archive, NotKept
from bot.base.errors import CanaryError, Unavailable
from bot.base.work import Queue, Work
from bot.record.audit import AuditEvent
from bot.record.events import PacketKept, PacketNotKept
from bot.record.packet import FORMS, file_name, up_to, written
from bot.record.proof.keys import SigningKey
from bot.rules.dossier import Dossier
from bot.rules.principal import BOT
from bot.rules.run import Run
from bot.slack.messages.archive import ArchiveAlert, ArchiveLine
from bot.store import database, dossiers, events, messages, packet_copies, runs
from bot.store.database import Connection
from bot.store.packet_copies import ToKeep
from bot.workflow.services import Services

log = structlog.get_logger(__name__)


class KeepPacket(Work[Services]):
    """Write a run's packet to the archive."""

    task = "keep packet"
    queue = Queue.CHECKS  # its workers may be delayed; those of timers may not
    lost = packet_copies.SQL["lost"]

    run: int

    async def do(self, services: Services, /, *, tries: int) -> None:  # noqa: ARG002
        await keep(services, self.run)


async def want(services: Services, conn: Connection, run: Run, *, asked_in: int | None) -> None:
    """Call it in the transaction of the change that the packet reports. Does nothing if no archive is
    configured.
    """
    if services.archive is None:
        return
    await packet_copies.want(conn, run.number, asked_in=asked_in)
    await services.enqueue(conn, KeepPacket(run=run.number))


async def keep(services: Services, number: int) -> None:
    """Raises Unavailable to be retried."""
    async with services.database.transaction() as conn:
        copy = await packet_copies.to_keep(conn, number)
        if copy is None:
            return
        dossier = await dossiers.read(conn, await runs.existing(conn, number))
        history = await events.of_run(conn, number)
        now = await database.now(conn)
    archive = services.archive
    if archive is None:
        await _give_up(services, number)
        return
    key = services.signing.key if services.signing.exists else None
    files = await asyncio.to_thread(lambda: list(_files(dossier, up_to(history, copy.asked_in), key, now)))
    try:
        for name, content in files:
            await archive.keep(name, content)
    except NotKept as error:
        await _failed(services, dossier, error, archive, late=services.timing.copies.late)
        raise
    await _kept(services, copy, dossier, archive)


async def _give_up(services: Services, number: int) -> None:
    """PACKETS is not set here. Raises Unavailable while it may be set in other processes, as during a restart of all."""
    async with services.database.transaction() as conn:
        given_up = await packet_copies.give_up(conn, number, after=services.timing.copies.unset)
    if not given_up:
        raise Unavailable(f"The packet of run #{number} is to be kept, but PACKETS is not set here.")
    log.warning(
        "a packet is not kept: PACKETS is not set any more",
        run=number,
        hint=f"Set PACKETS again, and type /canary packet #{number}.",
    )


def _files(
    dossier: Dossier, history: Sequence[AuditEvent], key: SigningKey | None, now: datetime
) -> Iterator[tuple[str, bytes]]:
    """Name -> content, in a folder for each environment."""
    folder = dossier.run.environment
    for form in FORMS:
        yield f"{folder}/{file_name(dossier, form)}", written(dossier, history, form).encode()
    if key:
        from bot.record.proof.statement import (  # it imports cryptography, which a bot without a key never loads
            ENDING,
            signed,
        )

        name = file_name(dossier, "json")
        envelope = signed(written(dossier, history, "json"), name, key, now)
        yield f"{folder}/{name.removesuffix('.json')}{ENDING}", envelope.encode()


async def _failed(
    services: Services, dossier: Dossier, error: CanaryError, archive: Archive, *, late: timedelta
) -> None:
    """People are told once, after it has failed for a while."""
    number, why = dossier.run.number, str(error)
    log.warning("a packet cannot be kept", run=number, place=archive.place, why=why)
    async with services.database.transaction() as conn:
        run = await runs.lock(conn, number)
        if not await packet_copies.failed(conn, number, late=late):
            return
        event = await events.append(conn, number, PacketNotKept(place=archive.place, why=why), actor=BOT)
        await _tell(services, conn, run, event)
    log.error("a packet has not been kept for a while", run=number, place=archive.place, why=why)


async def _kept(services: Services, copy: ToKeep, dossier: Dossier, archive: Archive) -> None:
    number = dossier.run.number
    async with services.database.transaction() as conn:
        run = await runs.lock(conn, number)
        found = await packet_copies.kept(conn, copy)
        if not found.is_new:
            return
        event = await events.append(conn, number, PacketKept(place=archive.place), actor=BOT)
        if found.was_told:
            await _tell(services, conn, run, event)
    log.info("a packet is kept", run=number, place=archive.place)


async def _tell(services: Services, conn: Connection, run: Run, event: int) -> None:
    """In the thread, and in the alerts channel if there is one."""
    await messages.want(conn, run, ArchiveLine(event=event))
    alerts = services.configuration.plan.alerts
    if alerts and alerts.channel != run.channel:
        about = ArchiveAlert(event=event, channel=alerts.channel)
        await messages.want(conn, run, about, channel=alerts.channel)
