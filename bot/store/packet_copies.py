"""Copies of packets outside Slack: what has to be stored, and what is."""

from __future__ import annotations

from datetime import timedelta

from pydantic import AwareDatetime

from bot.store.database import Connection, maybe, one, row, run
from bot.store.statements import Statements
from checks.reading import Record

SQL = Statements("packet_copy")


class ToKeep(Record):
    run: int
    wanted: int  # its version
    asked_in: int | None  # number of the event up to which it reports; None: the decision


class Kept(Record):
    was_told: bool  # people had been told that it was late
    is_new: bool  # not stored before


class Waiting(Record):
    """The packets that are still to be stored."""

    runs: tuple[int, ...] | None
    since: AwareDatetime | None


async def want(conn: Connection, number: int, *, asked_in: int | None) -> None:
    await run(conn, SQL["want"], run=number, asked_in=asked_in)


async def to_keep(conn: Connection, number: int) -> ToKeep | None:
    return await maybe(conn, ToKeep, SQL["to_keep"], run=number)


async def kept(conn: Connection, copy: ToKeep) -> Kept:
    found = await row(conn, SQL["kept"], run=copy.run, version=copy.wanted)
    assert found
    return Kept(**found)


async def failed(conn: Connection, number: int, *, late: timedelta) -> bool:
    """Returns whether people should be told now that it is late: once per failure."""
    found = await row(conn, SQL["failed"], run=number, late=late)
    return bool(found and found["is_late"])


async def give_up(conn: Connection, number: int, *, after: timedelta) -> bool:
    """Returns False if a process that has an archive tried within this time, so that it may still be stored."""
    return await run(conn, SQL["give_up"], run=number, after=after) == 1


async def waiting(conn: Connection, *, grace: timedelta) -> Waiting:
    """Those that were wanted longer ago than `grace`."""
    return await one(conn, Waiting, SQL["waiting"], grace=grace)
