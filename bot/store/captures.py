"""Captures of baselines, and their measurements so far."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from psycopg.errors import UniqueViolation

from bot.base.errors import Refused, Unavailable
from bot.rules.baseline import (
    Baseline,
    Capture,
    CaptureDossier,
    CaptureState,
    Sampled,
    captured,
    summary,
)
from bot.store import baselines, configurations
from bot.store.database import Connection, as_json, maybe, one, row, rows, run, violated
from bot.store.statements import Statements

SQL = Statements("capture")


async def insert(
    conn: Connection,
    *,
    environment: str,
    name: str,
    channel: str,
    requested_by: str,
    configuration: str,
    samples: int,
    length: timedelta,
) -> Capture:
    """Raises Refused if the environment has an active capture, or a baseline of this name."""
    given = {"environment": environment, "name": name, "channel": channel, "requested_by": requested_by}
    given |= {"configuration": configuration}
    try:
        async with conn.transaction():
            return await one(conn, Capture, SQL["insert"], **given, samples=samples, length=length)
    except UniqueViolation as error:
        match violated(error):
            case "capture_one_at_a_time":
                if other := await under_way(conn, environment):
                    raise _busy(other) from error
                raise Unavailable(
                    f"Another capture of {environment} has just ended.", hint="Try again."
                ) from error
            case "capture_named_once":
                raise Refused(
                    f"There is already a baseline “{name}” of {environment}; baselines never change.",
                    hint="Choose another name, or none.",
                ) from error
        raise


def _busy(other: Capture) -> Refused:
    return Refused(
        f"A baseline of {other.environment} is being captured already: {other.called}.",
        hint="Wait for it, or stop it.",
    )


async def find(conn: Connection, number: int) -> Capture | None:
    return await maybe(conn, Capture, SQL["by_number"], number=number)


async def under_way(conn: Connection, environment: str) -> Capture | None:
    return await maybe(conn, Capture, SQL["under_way"], environment=environment)


async def lock(conn: Connection, number: int) -> Capture:
    return await one(conn, Capture, SQL["lock"], number=number)


async def lock_under_way(conn: Connection, environment: str) -> Capture | None:
    return await maybe(conn, Capture, SQL["lock_under_way"], environment=environment)


async def begin(conn: Connection, number: int, tick: int) -> Capture | None:
    """Returns the capture with the number of this attempt, or None if that measurement is done or the capture
    has ended.
    """
    return await maybe(conn, Capture, SQL["begin"], number=number, tick=tick)


async def add_sample(conn: Connection, number: int, tick: int, sampled: Mapping[str, Sampled]) -> None:
    document = {name: one.model_dump(mode="json") for name, one in sampled.items()}
    await run(conn, SQL["add_sample"], capture=number, tick=tick, document=as_json(document))
    await run(conn, SQL["sampled"], number=number, tick=tick)


async def samples(conn: Connection, number: int) -> list[dict[str, Sampled]]:
    """Oldest first."""
    return [
        {name: Sampled.model_validate(sampled, extra="ignore") for name, sampled in found["document"].items()}
        for found in await rows(conn, SQL["samples"], capture=number)
    ]


async def finish(conn: Connection, number: int, state: CaptureState, *, by: str | None = None) -> Capture:
    return await one(conn, Capture, SQL["finish"], number=number, state=state, by=by)


async def done(conn: Connection) -> set[int]:
    """Returns the numbers of those that produced a baseline."""
    return {each["number"] for each in await rows(conn, SQL["done"])}


async def asked_lately(conn: Connection, person: str, *, most: int) -> int:
    """Returns how many captures this person started within the last hour, counted up to `most`."""
    found = await row(conn, SQL["asked_lately"], person=person, most=most)
    assert found
    return int(found["captures"])


async def dossier(conn: Connection, capture: Capture) -> CaptureDossier:
    """Raises Unreadable."""
    plan = await configurations.load(conn, capture.configuration)
    baseline: Baseline | None = await baselines.find(conn, capture.number)
    if baseline:
        measured = baselines.read(baseline).checks
    else:
        measured = summary(await samples(conn, capture.number), captured(plan))
    return CaptureDossier(capture=capture, plan=plan, baseline=baseline, measured=measured)
