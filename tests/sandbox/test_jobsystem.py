"""The sample job system: it does its work, records it in its tables, and misbehaves only when told to."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import psycopg
import pytest

from sandbox.jobsystem import JobSystem

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECRET = "cron-secret"
CRON = "/api/cron/background-jobs"
BEARER = {"Authorization": f"Bearer {SECRET}"}
DISPATCH = {
    *(
        "source",
        "requestedAt",
        "dispatchKey",
        "correlationId",
        "dispatchWindowStart",
        "dispatchWindowSeconds",
    ),
}


def named() -> str:
    return f"jobs_{uuid.uuid4().hex}"


@pytest.fixture
async def system(postgres_server: str) -> AsyncIterator[JobSystem]:
    async with JobSystem.create(postgres_server, seed=7, start=NOON, database=named()) as system:
        yield system


@pytest.fixture
async def client(system: JobSystem) -> AsyncIterator[aiohttp.ClientSession]:
    async with system.serve(secret=SECRET) as url, aiohttp.ClientSession(url) as client:
        yield client


async def rows(system: JobSystem, query: str) -> list[tuple[Any, ...]]:
    async with await psycopg.AsyncConnection.connect(system.dsn) as connection:
        return await (await connection.execute(query)).fetchall()


async def one(system: JobSystem, query: str) -> Any:
    return (await rows(system, query))[0][0]


async def test_jobs_of_many_tenants_are_done_within_minutes(system: JobSystem) -> None:
    await system.advance(hours=2)
    assert await one(system, 'SELECT count(DISTINCT "clientId") FROM "BackgroundJob"') > 50
    done = await one(system, """SELECT count(*) FROM "BackgroundJob" WHERE "status" = 'SUCCEEDED'""")
    waiting = await one(system, """SELECT count(*) FROM "BackgroundJob" WHERE "status" = 'PENDING'""")
    assert done > 400
    assert waiting < 20
    slowest = await one(system, 'SELECT max("startedAt" - "runAt") FROM "BackgroundJob" WHERE "attempts" = 1')
    assert slowest < timedelta(minutes=3)


async def test_every_minute_is_dispatched_once(system: JobSystem) -> None:
    await system.advance(hours=1)
    found = await rows(system, 'SELECT "windowStart" FROM "BackgroundDispatchWindow" ORDER BY 1')
    assert found == [((NOON + minute * timedelta(minutes=1)).replace(tzinfo=None),) for minute in range(60)]


async def test_no_row_is_ahead_of_the_clock(system: JobSystem) -> None:
    await system.advance(minutes=30, seconds=2.5)
    now = f"'{system.now.replace(tzinfo=None).isoformat()}'"
    for table, column in (
        ("BackgroundJob", "createdAt"),
        ("BackgroundJob", "startedAt"),
        ("BackgroundJob", "finishedAt"),
        ("BackgroundFunctionRun", "finishedAt"),
        ("BackgroundDispatchWindow", "updatedAt"),
    ):
        assert await one(system, f'SELECT count(*) FROM "{table}" WHERE "{column}" > {now}') == 0


async def test_the_same_seed_gives_the_same_history(postgres_server: str) -> None:
    histories = []
    for _ in range(2):
        async with JobSystem.create(postgres_server, seed=3, start=NOON, database=named()) as system:
            await system.turn("contention", 0.5)
            await system.advance(minutes=30)
            histories.append(await rows(system, 'SELECT * FROM "BackgroundJob" ORDER BY "id"'))
    assert histories[0] == histories[1]


async def test_small_steps_and_one_leap_give_the_same_result(postgres_server: str) -> None:
    counts = []
    for step in (1, 600):
        async with JobSystem.create(postgres_server, seed=3, start=NOON, database=named()) as system:
            for _ in range(600 // step):
                await system.advance(seconds=step)
            counts.append(
                await rows(
                    system, 'SELECT "id", "startedAt", "finishedAt" FROM "BackgroundJob" ORDER BY "id"'
                )
            )
    assert counts[0] == counts[1]


async def test_the_control_loops_see_what_the_tables_contain(system: JobSystem) -> None:
    for dials in ({}, {"hot_tenant": 1}, {"hot_tenant": 0, "slow_queue": 0.8, "failing_runs": 0.3}):
        for dial, position in dials.items():
            await system.turn(dial, position)
        await system.advance(minutes=45)
    found = await rows(
        system,
        """
        SELECT seen."activeWorkspaces", told."activeWorkspaces", seen.percent, told.percent, seen.age, told.age
        FROM "BackgroundControlDecision" AS autoscale
        JOIN "BackgroundControlDecision" AS promotion USING ("decidedAt")
        CROSS JOIN LATERAL (
            SELECT (autoscale."decision" ->> 'activeWorkspaces')::int,
                   (promotion."decision" #>> '{signals,failureRatePercent}')::numeric,
                   (promotion."decision" #>> '{signals,queueAgeP95Seconds}')::int
        ) AS seen ("activeWorkspaces", percent, age)
        CROSS JOIN LATERAL (
            SELECT (
                SELECT count(DISTINCT "clientId") FROM "BackgroundJob"
                WHERE "runAt" <= "decidedAt" AND "runAt" > "decidedAt" - interval '5 minutes'
            ), (
                SELECT coalesce(round(100.0 * count(*) FILTER (WHERE "status" = 'FAILED') / nullif(count(*), 0), 2), 0)
                FROM "BackgroundFunctionRun"
                WHERE "functionName" = 'process-background-jobs'
                  AND "finishedAt" <= "decidedAt" AND "finishedAt" > "decidedAt" - interval '15 minutes'
            ), (
                SELECT coalesce(floor(percentile_disc(0.95) WITHIN GROUP (
                    ORDER BY extract(epoch FROM "decidedAt" - "runAt")
                )), 0)
                FROM "BackgroundJob"
                WHERE "runAt" <= "decidedAt" AND ("status" = 'PENDING' OR "startedAt" > "decidedAt")
            )
        ) AS told ("activeWorkspaces", percent, age)
        WHERE autoscale."loop" = 'autoscale' AND promotion."loop" = 'promotion' AND NOT EXISTS (
            SELECT FROM "BackgroundJob"  -- that was tried again later, and so its first due time is not known
            WHERE "runAt" <> "createdAt" AND "createdAt" <= "decidedAt" AND "runAt" > "decidedAt"
        )
        ORDER BY "decidedAt"
        """,
    )
    assert len(found) > 60
    for active_seen, active, percent_seen, percent, age_seen, age in found:
        assert (active_seen, float(percent_seen), age_seen) == (active, float(percent), age)
    assert len({row[0] for row in found}) > 5
    assert len({row[2] for row in found}) > 3
    assert max(row[4] for row in found) > 120


async def test_the_reader_role_can_only_read(system: JobSystem) -> None:
    async with await psycopg.AsyncConnection.connect(system.reader_dsn, autocommit=True) as reader:
        await reader.execute('SELECT * FROM "BackgroundJob"')
        for refused in (
            'DELETE FROM "BackgroundJob"',
            "CREATE TABLE mine (id int)",
            "CREATE TEMP TABLE mine (id int)",
            "SELECT lo_create(0)",
            "SELECT pg_advisory_lock(1)",
            "SELECT pg_notify('a', 'b')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await reader.execute(refused)


async def test_a_duplicate_send_is_recorded_in_a_job_and_in_its_run(system: JobSystem) -> None:
    await system.advance(hours=1)
    await system.turn("duplicate_sends", 1)
    await system.advance(seconds=1)
    for table in ("BackgroundJob", "BackgroundFunctionRun"):
        found = f"""SELECT count(*) FROM "{table}" WHERE "lastError" LIKE 'duplicate send%'"""
        assert await one(system, found) == 1


async def test_the_due_time_of_a_finally_failed_job_is_its_failure(system: JobSystem) -> None:
    await system.turn("contention", 1)
    await system.advance(hours=2)
    moved = (
        """SELECT bool_and("runAt" >= "startedAt"), count(*) FROM "BackgroundJob" WHERE "status" = 'FAILED'"""
    )
    (all_moved, count), *_ = await rows(system, moved)
    assert count > 0
    assert all_moved


async def test_after_a_reset_the_last_day_is_healthy_and_the_reader_can_still_read(system: JobSystem) -> None:
    await system.turn("duplicate_sends", 1)
    await system.turn("quota_coverage", 3)
    await system.advance(minutes=5)
    await system.reset()
    errors = """SELECT count(*) FROM "BackgroundJob" WHERE "lastError" LIKE 'duplicate%'"""
    assert await one(system, errors) == 0
    assert await one(system, 'SELECT count(*) FROM "BackgroundDispatchWindow"') == 24 * 60
    assert all(dial["value"] == dial["normal"] for dial in system.dials.shown())
    async with await psycopg.AsyncConnection.connect(system.reader_dsn) as reader:
        found = await reader.execute('SELECT count(*) FROM "WorkspaceSettings" WHERE "highQuotaEnabled"')
        assert await found.fetchone() == (62,)


async def test_a_day_can_be_rewritten_with_dials_turned_at_its_end(system: JobSystem) -> None:
    await system.turn("duplicate_sends", 1)
    await system.advance(minutes=5)
    await system.relive({"slow_queue": 1}, ago=timedelta(minutes=30))
    turned = {dial["name"] for dial in system.dials.shown() if dial["value"] != dial["normal"]}
    assert turned == {"slow_queue"}
    waiting = """SELECT count(*), min("runAt") FROM "BackgroundJob" WHERE "status" = 'PENDING'"""
    (count, oldest), *_ = await rows(system, waiting)
    assert count > 30
    assert oldest.replace(tzinfo=UTC) > system.now - timedelta(minutes=32)
    errors = """SELECT count(*) FROM "BackgroundJob" WHERE "lastError" LIKE 'duplicate%'"""
    assert await one(system, errors) == 0


async def test_in_real_time_duplicates_show_soon_after_the_dial_is_turned(postgres_server: str) -> None:
    start = datetime.now(UTC) - timedelta(minutes=5)
    async with JobSystem.create(postgres_server, seed=7, start=start, database=named()) as system:
        running = asyncio.ensure_future(system.run_forever())
        try:
            while system.now < datetime.now(UTC) - timedelta(seconds=2):
                await asyncio.sleep(0.05)
            await system.turn("duplicate_sends", 1)
            signals = """SELECT count(*) FROM "BackgroundJob" WHERE "lastError" LIKE 'duplicate send%'"""
            async with asyncio.timeout(10):
                while not await one(system, signals):
                    await asyncio.sleep(0.1)
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


# ---------------------------------------------------------------- over HTTP


async def test_the_second_request_in_a_window_is_suppressed(client: aiohttp.ClientSession) -> None:
    async with client.get(CRON, headers=BEARER) as response:
        assert response.status == 202
        first = await response.json()
    async with client.get(CRON, headers={"x-cron-secret": SECRET}) as response:
        assert response.status == 200
        second = await response.json()
    assert (first["mode"], first["enqueued"]) == ("dispatch-only", True)
    assert (second["mode"], second["enqueued"]) == ("dispatch-duplicate-suppressed", False)
    assert set(first["dispatch"]) == set(second["dispatch"]) == DISPATCH
    assert first["dispatch"]["dispatchKey"] == "background-jobs:v1:60:2026-11-23T12:00:00.000Z"
    assert second["dispatch"]["dispatchKey"] == first["dispatch"]["dispatchKey"]


async def test_after_its_windows_tick_every_request_is_suppressed(
    system: JobSystem, client: aiohttp.ClientSession
) -> None:
    await system.advance(seconds=30)
    for _ in range(2):
        async with client.get(CRON, headers=BEARER) as response:
            assert response.status == 200
            assert (await response.json())["mode"] == "dispatch-duplicate-suppressed"


async def test_a_rejected_dispatch_is_an_error_that_can_be_retried(
    system: JobSystem, client: aiohttp.ClientSession
) -> None:
    await system.turn("missed_ticks", 1)
    answers = []
    for _ in range(20):
        async with client.get(CRON, headers=BEARER) as response:
            answers.append((response.status, await response.json()))
        await system.advance(minutes=1)
    rejected = [body for status, body in answers if status == 503]
    assert rejected
    assert {(body["mode"], body["enqueued"], body["retryable"]) for body in rejected} == {
        ("dispatch-failed", False, True)
    }


async def test_a_request_dispatches_its_minute_and_the_tick_is_suppressed(
    system: JobSystem, client: aiohttp.ClientSession
) -> None:
    async with client.get(CRON, headers=BEARER) as response:
        assert response.status == 202
    await system.advance(seconds=59)
    assert await rows(system, 'SELECT "source", "status"::text FROM "BackgroundDispatchWindow"') == [
        ("api", "ENQUEUED")
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": SECRET},
        {"x-cron-secret": "wrong"},
        {"Authorization": "Bearer wrong", "x-cron-secret": SECRET},
    ],
)
async def test_requests_without_the_secret_are_refused(
    client: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    async with client.get(CRON, headers=headers) as response:
        assert response.status == 401
        assert await response.json() == {"error": "Unauthorized"}


async def test_dials_can_be_listed_turned_and_reset_from_any_page(client: aiohttp.ClientSession) -> None:
    async with client.put("/dials", json={"name": "duplicate_sends", "value": True}) as response:
        turned = {dial["name"]: dial for dial in await response.json()}
        assert response.headers["Access-Control-Allow-Origin"] == "*"
    async with client.options("/dials") as preflight:
        assert preflight.status == 200
    async with client.post("/dials/reset") as response:
        reset = {dial["name"]: dial for dial in await response.json()}
    async with client.get("/dials") as response:
        assert {dial["name"]: dial for dial in await response.json()} == reset
    assert turned["duplicate_sends"]["value"] is True
    assert reset["duplicate_sends"]["value"] is False
    assert set(reset["hot_tenant"]) == {"name", "title", "kind", "value", "min", "max", "step", "normal"}


@pytest.mark.parametrize(
    "body",
    [{"name": "warp", "value": 1}, {"name": "hot_tenant", "value": 2}, {"value": 1}, [], {"name": "x"}],
)
async def test_an_invalid_dial_position_is_refused(client: aiohttp.ClientSession, body: Any) -> None:
    async with client.put("/dials", json=body) as response:
        assert response.status == 400
        assert (await response.json())["error"]


async def test_the_page_can_turn_a_dial_in_the_past(system: JobSystem, client: aiohttp.ClientSession) -> None:
    body = {"dials": {"slow_queue": 1}, "seconds": 1800}
    async with client.post("/relive", json=body) as response:
        assert {dial["name"]: dial["value"] for dial in await response.json()}["slow_queue"] == 1
    assert await one(system, """SELECT count(*) FROM "BackgroundJob" WHERE "status" = 'PENDING'""") > 30


@pytest.mark.parametrize(
    "body",
    [[], {"dials": {}}, {"dials": {"warp": 1}, "seconds": 1}, {"dials": {"slow_queue": 2}, "seconds": 1}],
)
async def test_an_invalid_past_is_refused_and_changes_nothing(
    system: JobSystem, client: aiohttp.ClientSession, body: Any
) -> None:
    await system.turn("duplicate_sends", 1)
    async with client.post("/relive", json=body) as response:
        assert response.status == 400
        assert (await response.json())["error"]
    assert {dial["name"]: dial["value"] for dial in system.dials.shown()}["duplicate_sends"] is True
