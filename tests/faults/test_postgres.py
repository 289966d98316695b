"""The connection to PostgreSQL breaks, hangs or loses responses: what was acknowledged is stored, and what was begun
ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import psycopg
import pytest

from commands.serve import Running
from sandbox.slack.faults import Fault
from sandbox.slack.message import Message
from sandbox.slack.person import PATIENCE
from sandbox.slack.server import LocalSlack
from tests.faults.proxy import Proxy
from tests.journeys.conftest import StartBot, World, both_go, decided

TOLD = 2.5  # seconds in which people must hear that it did not work
BACK = 60.0  # seconds in which clicks must be accepted again


@pytest.fixture
async def bot(start_bot: StartBot, slack: LocalSlack, far_database: str) -> AsyncIterator[Running]:
    """A bot whose connection to the database goes through the proxy."""
    async with start_bot(database_url=far_database) as bot:
        await slack.connected()
        yield bot


async def query(dsn: str, sql: Any) -> list[tuple[Any, ...]]:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        return await (await conn.execute(sql)).fetchall()


async def comes_true(look: Callable[[], Any], within: float = PATIENCE) -> Any:
    async with asyncio.timeout(within):
        while not (found := await look()):
            await asyncio.sleep(0.1)
    return found


async def went_go(slack: LocalSlack, card: Message) -> None:
    await both_go(slack, card)
    await slack.sees("#releases", "Decision on run #1")


async def who_voted(dsn: str) -> list[str]:
    found = await query(dsn, "SELECT actor FROM event WHERE kind = 'voted' ORDER BY actor")
    return [actor for (actor,) in found]


@pytest.mark.parametrize("answered", [True, False])
async def test_a_click_whose_insert_got_no_response_is_acknowledged_and_counts_once(
    bot: Running, slack: LocalSlack, postgres_line: Proxy, bot_database: str, answered: bool
) -> None:
    card = await decided(slack)
    trip = postgres_line.breaks_at(b"INSERT INTO inbox", answered=answered)
    await went_go(slack, card)
    assert trip.happened.is_set()
    assert await who_voted(bot_database) == ["U01ANA", "U02BEN"]


async def test_a_vote_whose_commit_got_no_response_counts_once(
    bot: Running, slack: LocalSlack, postgres_line: Proxy, bot_database: str
) -> None:
    card = await decided(slack)
    trip = postgres_line.breaks_at(b"INSERT INTO vote", b"COMMIT")
    await went_go(slack, card)
    assert trip.happened.is_set()
    assert await who_voted(bot_database) == ["U01ANA", "U02BEN"]


async def test_a_watch_continues_if_the_end_of_a_measurement_could_not_be_stored(
    bot: Running, slack: LocalSlack, world: World, postgres_line: Proxy, bot_database: str
) -> None:
    """The worker is alive, so nobody takes over: it has to notice by itself."""
    await went_go(slack, await decided(slack))
    trip = postgres_line.breaks_at(b"procrastinate_finish_job", b"COMMIT")
    await asyncio.wait_for(trip.happened.wait(), PATIENCE)
    [(before,)] = await query(bot_database, "SELECT tick FROM watch")

    async def went_on() -> bool:
        return bool((await query(bot_database, "SELECT tick FROM watch"))[0][0] > before + 3)

    await comes_true(went_on)


async def test_a_vote_is_retried_even_if_its_failure_could_not_be_stored(
    bot: Running, slack: LocalSlack, postgres_line: Proxy
) -> None:
    """Its job stays `doing`, held by a live worker that has forgotten it."""
    card = await decided(slack)
    slack.faults.inject(Fault.ERROR_BEFORE, "users.info")
    trip = postgres_line.breaks_at(b"procrastinate_retry_job", b"COMMIT", answered=False)
    assert (await slack.user("ana").click(card, "Go")).acked
    await asyncio.wait_for(trip.happened.wait(), PATIENCE)
    await slack.sees("#releases", "needs a vote from platform")


async def test_a_job_whose_end_could_not_be_stored_does_not_stay(
    bot: Running, slack: LocalSlack, postgres_line: Proxy, bot_database: str
) -> None:
    trip = postgres_line.breaks_at(b"procrastinate_finish_job", b"COMMIT", answered=False)
    await decided(slack)
    assert trip.happened.is_set()

    async def nothing_is_left() -> bool:
        return not await query(bot_database, "SELECT FROM procrastinate_jobs WHERE status = 'doing'")

    await comes_true(nothing_is_left)


@pytest.mark.parametrize("forgets", [False, True])
async def test_while_the_connection_hangs_people_are_told_in_time_and_then_work_continues(
    bot: Running, slack: LocalSlack, postgres_line: Proxy, bot_database: str, forgets: bool
) -> None:
    """With `forgets`, earlier connections never respond again, nor end."""
    slack.courier.ack_limit = TOLD
    card = await decided(slack)
    with postgres_line.hanging(forgets=forgets):
        told = await slack.user("raj").command("#releases", "/canary", "status")
        assert told.acked
        assert "I cannot reach my database" in (await told.told())
        assert not (await slack.user("ana").click(card, "Go")).acked
    assert postgres_line.hits["forgotten" if forgets else "hang"]

    async def taken() -> bool:
        return bool((await slack.user("ana").click(card, "Go")).acked)

    await comes_true(taken, within=BACK)
    assert (await slack.user("ben").click(card, "Go")).acked
    await slack.sees("#releases", "Decision on run #1")
    assert await who_voted(bot_database) == ["U01ANA", "U02BEN"]


async def test_a_form_that_could_not_be_stored_is_not_acknowledged(
    bot: Running, slack: LocalSlack, postgres_line: Proxy, bot_database: str
) -> None:
    slack.courier.ack_limit = TOLD
    card = await decided(slack)
    ben = slack.user("ben")
    await ben.click(card, "No-go…")
    form = await ben.sees_modal("No-go")
    with postgres_line.hanging():
        assert not (await ben.submit(form, {"Reason": "duplicates"})).acked
