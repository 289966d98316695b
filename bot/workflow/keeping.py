"""Stores what a person did before it is acknowledged, quickly or not at all; and its result."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import datetime
from typing import Any, TypeVar

from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_fixed

from bot.base.errors import CanaryError, Counted, Refused, Unavailable
from bot.base.failpoint import Place
from bot.rules.interaction import Interaction, Received
from bot.store import database, inbox
from bot.workflow.services import Services

T = TypeVar("T")

AGAIN_AFTER = 0.05  # seconds; a broken connection is replaced by then


async def now(services: Services) -> datetime:
    """Returns the database's time, for a form with a time. Raises Unavailable in time to tell the person."""
    return await _in_time(_now(services), services.timing.intake.clock_within)


async def _now(services: Services) -> datetime:
    async with services.database.connection() as conn:
        return await database.now(conn)


async def keep(services: Services, interaction: Interaction) -> None:
    """Store it, which enqueues its job; a redelivery changes nothing. Raises Unavailable in time to tell the person.

    If the response to an insert is lost, it may or may not be stored; its key makes a second insert harmless.
    Pasted secrets are redacted here: everything else is made from what is stored.
    """
    payload = services.configuration.secrets.redact_within(interaction.payload)
    interaction = interaction.model_copy(update={"payload": payload})
    await _in_time(_insert(services, interaction), services.timing.intake.within)
    services.reach(Place.BEFORE_ACK)


async def _in_time(asked: Coroutine[Any, Any, T], within: float) -> T:
    """A call that does not return in time is abandoned, not cancelled, because cancelling could take longer."""
    answer = asyncio.ensure_future(asked)
    done, _ = await asyncio.wait([answer], timeout=within)
    if not done:
        answer.add_done_callback(_forget)
        raise Unavailable("The database isn't responding.", hint="Try again in a moment.")
    return answer.result()


async def must_be_new(services: Services, received: Received) -> None:
    """Call before any lookup. Raises its result if it has one: Counted, or the refusal."""
    if received.counted:
        async with services.database.connection() as conn:
            raise await inbox.outcome(conn, received.key)


async def refuse(services: Services, refusal: CanaryError) -> CanaryError | None:
    """Record the refusal before anyone is told.

    Returns the refusal to report: this one or an earlier worker's; None if another worker had applied it.
    """
    try:
        async with services.act() as conn:
            await services.refuse(conn, refusal)
    except Counted:
        return None
    except Refused as earlier:
        return earlier
    return refusal


async def _insert(services: Services, interaction: Interaction) -> None:
    """Retries if the response was lost: the key shows whether the first attempt succeeded."""
    async for attempt in AsyncRetrying(
        retry=retry_if_exception_type(Unavailable),
        stop=stop_after_delay(services.timing.intake.within),
        wait=wait_fixed(AGAIN_AFTER),
        reraise=True,
    ):
        with attempt:
            async with services.database.connection() as conn:
                await inbox.insert(conn, interaction)
                services.reach(Place.AFTER_STORE)


def _forget(answer: asyncio.Future[Any]) -> None:
    """Retrieves the abandoned task's exception."""
    if not answer.cancelled():
        answer.exception()
