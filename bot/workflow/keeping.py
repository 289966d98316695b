"""Keeping what a person did: stored before it is acknowledged, quickly or not at all; and what it came to."""

from __future__ import annotations

import asyncio

from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_fixed

from bot.errors import CanaryError, Counted, Refused, Unavailable
from bot.failpoint import Place
from bot.interaction import Interaction
from bot.store import inbox
from bot.workflow.services import Services

WITHIN = 1.5  # seconds; Slack shows an error after three, and some of those are the network's
AGAIN_AFTER = 0.05  # seconds; a connection that broke is replaced by then


async def keep(services: Services, interaction: Interaction) -> None:
    """Store it, which enqueues its work; a redelivery changes nothing. Raises Unavailable in time to say so.

    An insert whose answer does not come is not cancelled, which could take longer than it: whether it is stored
    then, nobody knows, and its key lets it count once.
    """
    storing = asyncio.ensure_future(_insert(services, interaction))
    done, _ = await asyncio.wait([storing], timeout=WITHIN)
    if not done:
        storing.add_done_callback(_forget)
        raise Unavailable("The database does not answer.", hint="Try again in a moment.")
    storing.result()
    services.reach(Place.BEFORE_ACK)


async def refuse(services: Services, refusal: CanaryError) -> CanaryError | None:
    """Note that it came to this, before anybody is told.

    -> what to tell: the refusal; that of an earlier worker; or nothing, where it had its effect in another one.
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
    """Again where the answer got lost: the key tells what the first try came to."""
    async for attempt in AsyncRetrying(
        retry=retry_if_exception_type(Unavailable),
        stop=stop_after_delay(WITHIN),
        wait=wait_fixed(AGAIN_AFTER),
        reraise=True,
    ):
        with attempt:
            async with services.database.connection() as conn:
                await inbox.insert(conn, interaction)
                services.reach(Place.AFTER_STORE)


def _forget(storing: asyncio.Future[None]) -> None:
    """Nobody waits for it any more, whatever it comes to."""
    if not storing.cancelled():
        storing.exception()
