"""The database fails within a transaction: whichever library notices, the work is done again, once."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from bot.jobs import CONCURRENCY
from bot.store.database import IDLE_TIMEOUT
from commands.serve import Running
from sandbox.slack.person import PATIENCE
from sandbox.slack.server import LocalSlack
from tests.faults.proxy import Proxy
from tests.faults.test_postgres import comes_true, query, went_go, who_voted
from tests.journeys.conftest import StartBot, World, both_go, decided

ENQUEUE = b"procrastinate_defer_jobs"
BROKEN = "Something went wrong"


@pytest.fixture
async def bot(start_bot: StartBot, slack: LocalSlack, far_database: str) -> AsyncIterator[Running]:
    """A bot whose connection to the database goes through the proxy."""
    async with start_bot(database_url=far_database) as bot:
        await slack.connected()
        yield bot


def told(slack: LocalSlack) -> list[str]:
    """What Ana, Ben and Raj were told in private."""
    return [message.text for name in ("ana", "ben", "raj") for message in slack.user(name).ephemerals]


async def all_counted(slack: LocalSlack, dsn: str) -> None:
    """Both votes count once, and nobody was told otherwise."""
    assert await who_voted(dsn) == ["U01ANA", "U02BEN"]
    assert not [words for words in told(slack) if BROKEN in words]
    assert await query(dsn, "SELECT error FROM inbox WHERE error IS NOT NULL") == []


@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize(
    "place",
    [
        b"SET counted_at",
        b"INSERT INTO vote",
        b"INSERT INTO event",
        b"INSERT INTO message",
        b"INSERT INTO decision",
        ENQUEUE,
        b"COMMIT",
    ],
)
async def test_a_vote_counts_once_wherever_its_transaction_breaks(
    bot: Running, slack: LocalSlack, postgres_line: Proxy, bot_database: str, place: bytes, answered: bool
) -> None:
    """The deciding vote also enqueues the watch, through the job engine."""
    card = await decided(slack)
    trip = postgres_line.breaks_at(b"SET counted_at", place, answered=answered)
    await went_go(slack, card)
    assert trip.happened.is_set()
    await all_counted(slack, bot_database)


@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize("place", [b"INSERT INTO run", b"INSERT INTO check_run", ENQUEUE, b"COMMIT"])
async def test_a_run_starts_once_wherever_its_transaction_breaks(
    bot: Running, slack: LocalSlack, postgres_line: Proxy, bot_database: str, place: bytes, answered: bool
) -> None:
    trip = postgres_line.breaks_at(b"INSERT INTO run", place, answered=answered)
    await went_go(slack, await decided(slack))
    assert trip.happened.is_set()
    await all_counted(slack, bot_database)


@pytest.mark.parametrize("answered", [True, False])
async def test_a_run_asks_for_votes_even_if_its_deadline_could_not_be_enqueued(
    bot: Running, slack: LocalSlack, postgres_line: Proxy, bot_database: str, answered: bool
) -> None:
    trip = postgres_line.breaks_at(b"INSERT INTO evidence", ENQUEUE, answered=answered)
    await went_go(slack, await decided(slack))
    assert trip.happened.is_set()
    await all_counted(slack, bot_database)


@pytest.mark.parametrize("answered", [True, False])
async def test_a_watch_continues_even_if_its_next_measurement_could_not_be_enqueued(
    bot: Running, slack: LocalSlack, world: World, postgres_line: Proxy, bot_database: str, answered: bool
) -> None:
    await went_go(slack, await decided(slack))
    trip = postgres_line.breaks_at(b"UPDATE watch SET tick", ENQUEUE, answered=answered)
    await asyncio.wait_for(trip.happened.wait(), PATIENCE)
    await world.put("duplicates", 1)
    await slack.sees("#releases", "Roll back staging")


# ---------------------------------------------------------------- errors from the server


async def test_a_vote_counts_if_its_worker_was_suspended_within_its_transaction(
    bot: Running, slack: LocalSlack, postgres_line: Proxy, bot_database: str
) -> None:
    """The server ends the transaction with 25P03, which is not an OperationalError in the driver."""
    card = await decided(slack)
    slept = asyncio.Event()

    async def sleeps() -> None:
        with postgres_line.hanging():
            await asyncio.sleep(IDLE_TIMEOUT + 0.5)
        slept.set()

    tasks: set[asyncio.Task[None]] = set()
    postgres_line.notices(b"INSERT INTO vote", then=lambda: tasks.add(asyncio.create_task(sleeps())))
    assert (await slack.user("ana").click(card, "Go")).acked
    await asyncio.wait_for(slept.wait(), PATIENCE)
    assert (await slack.user("ben").click(card, "Go")).acked
    await slack.sees("#releases", "Decision on run #1")
    await all_counted(slack, bot_database)


@asynccontextmanager
async def read_only(server: str, dsn: str) -> AsyncIterator[None]:
    """The database answers but accepts no writes, as after a failover to a standby."""
    name = urlsplit(dsn).path.removeprefix("/")
    async with await psycopg.AsyncConnection.connect(server, autocommit=True) as conn:
        setting = sql.SQL("ALTER DATABASE {} {} default_transaction_read_only").format
        await conn.execute(setting(sql.Identifier(name), sql.SQL("SET")) + sql.SQL(" = on"))
        await conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        try:
            yield
        finally:
            await conn.execute(setting(sql.Identifier(name), sql.SQL("RESET")))
            await conn.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )


async def test_while_the_database_is_read_only_people_are_told_and_then_work_continues(
    bot: Running, slack: LocalSlack, postgres_server: str, bot_database: str
) -> None:
    card = await decided(slack)

    async def refused() -> bool:
        await slack.user("raj").command("#releases", "/canary", "status")
        return any("I cannot reach my database" in words for words in told(slack))

    async def taken() -> bool:
        return bool((await slack.user("ana").click(card, "Go")).acked)

    async with read_only(postgres_server, bot_database):
        await comes_true(refused)
        assert not (await slack.user("ana").click(card, "Go")).acked
    await comes_true(taken)
    assert (await slack.user("ben").click(card, "Go")).acked
    await slack.sees("#releases", "Decision on run #1")
    await all_counted(slack, bot_database)


REFUSES_VOTES = """
CREATE SEQUENCE refusals; GRANT USAGE ON refusals TO public;
CREATE FUNCTION refuse_vote() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('refusals') <= {times} THEN RAISE EXCEPTION 'not now' USING ERRCODE = '{state}'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_refuse_vote BEFORE INSERT ON vote FOR EACH ROW EXECUTE FUNCTION refuse_vote();
"""


@pytest.mark.parametrize(
    "state",
    [
        "40P01",
        "40001",
        "55P03",
        "57014",
        "57P03",
        "53100",
        "53300",
        "25006",
        "25P04",
        "42501",
        "58030",
        "XX000",
        "72000",
    ],
)
async def test_a_vote_counts_after_any_temporary_server_error(
    bot: Running, slack: LocalSlack, bot_database: str, state: str
) -> None:
    card = await decided(slack)
    await query_none(bot_database, REFUSES_VOTES.format(times=1, state=state))
    await both_go(slack, card)
    await slack.sees("#releases", "Decision on run #1")
    await all_counted(slack, bot_database)


async def query_none(dsn: str, statements: str) -> None:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        await conn.execute(statements.encode())


# ---------------------------------------------------------------- the job engine


LISTENERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND query LIKE 'LISTEN "procrastinate%' AND backend_start > '{since}'
"""


async def test_after_an_outage_workers_listen_again_and_the_libraries_log_no_errors(
    bot: Running, slack: LocalSlack, postgres_line: Proxy, bot_database: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def could_not_connect() -> bool:
        return any("error connecting" in record.getMessage() for record in caplog.records)

    card = await decided(slack)
    unnoted = postgres_line.breaks_at(b"procrastinate_finish_job", b"COMMIT", answered=False)
    assert (await slack.user("ana").click(card, "Go")).acked
    await asyncio.wait_for(unnoted.happened.wait(), PATIENCE)
    [(since,)] = await query(bot_database, "SELECT now()")
    postgres_line.refuse()
    await comes_true(could_not_connect)
    await postgres_line.accept_again()

    async def all_listen() -> bool:
        return bool((await query(bot_database, LISTENERS.format(since=since)))[0][0] == len(CONCURRENCY))

    await comes_true(all_listen)
    assert (await slack.user("ben").click(card, "Go")).acked
    await slack.sees("#releases", "Decision on run #1")
    await all_counted(slack, bot_database)
    gc.collect()  # asyncio reports an unretrieved exception when its task is collected
    assert not [
        record.getMessage()
        for record in caplog.records
        if record.levelname == "ERROR" and record.name.startswith(("procrastinate", "asyncio"))
    ]
