"""Posts the decision packet: at the decision, and again on request."""

from __future__ import annotations

from datetime import timedelta

from bot.base.errors import Refused
from bot.base.next_step import Next
from bot.record.events import PacketPostedAgain
from bot.rules.request import RunRequest
from bot.rules.run import Run
from bot.slack.messages.files import SignedPacket, packet_files
from bot.store import dossiers, events, messages, runs
from bot.store.database import Connection
from bot.workflow import archiving
from bot.workflow.audience import Audience, visible
from bot.workflow.naming import names_of, record_names
from bot.workflow.pausing import must_have_paused
from bot.workflow.services import Services

PAUSE = timedelta(minutes=1)  # between two postings of a run's packet


async def post_again(services: Services, request: RunRequest) -> Run:
    """Post it in the run's thread. Raises Refused if there is no packet, or it was posted a moment ago.

    Every member of the workspace who can see the run may ask for it.
    """
    await Audience.of(services, request).must_be_admitted()
    await visible(services, request)
    number = request.run
    names = await names_of(services, [str(request.by), *await _unnamed(services, number)])
    async with services.act() as conn:
        run = await runs.lock(conn, number)
        dossier = await dossiers.read(conn, run)
        if dossier.decision is None:
            raise Refused(f"Run #{number} is not decided yet, so it has no packet.", then=[Next.show(number)])
        if dossier.evidence is None:
            raise Refused(f"Run #{number} ended before its checks were done, so it has no packet.")
        await must_have_paused(
            conn, number, PacketPostedAgain, PAUSE, "The packet was posted less than a minute ago"
        )
        await record_names(conn, number, names)
        event = await events.append(conn, number, PacketPostedAgain(), actor=request.by)
        await post(services, conn, run, asked_in=event)
    return run


async def _unnamed(services: Services, number: int) -> list[str]:
    """Those who have done something in the run, or are to do something, and have no name in its log yet."""
    async with services.database.transaction() as conn:
        run = await runs.existing(conn, number)
        actors = [event.actor for event in await events.of_run(conn, number)]
        owners = [each.owner for each in (await dossiers.read(conn, run)).conditions]
        known = await events.names(conn, number)
    return [user for user in (*actors, *owners) if user not in known]


async def post(services: Services, conn: Connection, run: Run, *, asked_in: int | None = None) -> None:
    """Call it in the transaction of the event that it is posted for."""
    for packet in packet_files(asked_in=asked_in):
        await messages.want(conn, run, packet)
    if services.signing.exists:
        await messages.want(conn, run, SignedPacket(asked_in=asked_in))
    await archiving.want(services, conn, run, asked_in=asked_in)
