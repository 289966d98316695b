"""The sample system's log stream and promotions, and the role that may turn high quota on."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import psycopg
import pytest

from checks.sources.loki import nanoseconds
from sandbox.jobsystem import JobSystem
from sandbox.jobsystem.demand import TENANTS

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BEARER = {"Authorization": "Bearer cron-secret"}
LOGS = "/loki/api/v1/query_range"


@pytest.fixture
async def system(postgres_server: str) -> AsyncIterator[JobSystem]:
    database = f"jobs_{uuid.uuid4().hex}"
    async with JobSystem.create(postgres_server, seed=7, start=NOON, database=database) as system:
        yield system


@pytest.fixture
async def client(system: JobSystem) -> AsyncIterator[aiohttp.ClientSession]:
    async with system.serve(secret="cron-secret") as url, aiohttp.ClientSession(url) as client:
        yield client


def window(minutes: int, **more: int) -> dict[str, str]:
    """Query parameters for the first minutes after noon."""
    end = NOON + timedelta(minutes=minutes)
    asked = {"start": nanoseconds(NOON), "end": nanoseconds(end), **more}
    return {name: str(value) for name, value in asked.items()}


async def lines(client: aiohttp.ClientSession, asked: dict[str, str]) -> list[str]:
    async with client.get(LOGS, params=asked, headers=BEARER) as response:
        assert response.status == 200
        found: dict[str, Any] = await response.json()
    return [line for stream in found["data"]["result"] for _, line in stream["values"]]


async def test_the_log_stream_has_a_line_for_each_decision_in_the_window(
    system: JobSystem, client: aiohttp.ClientSession
) -> None:
    await system.advance(minutes=10)
    found = await lines(client, window(5, limit=100))
    assert sum(line.startswith("[Background Autoscale] {") for line in found) == 5
    assert sum(line.startswith("[Background Promotion Gate] {") for line in found) == 5
    assert await lines(client, window(5, limit=3)) == found[:3]


async def test_the_log_stream_refuses_strangers_and_everybody_when_blocked(
    system: JobSystem, client: aiohttp.ClientSession
) -> None:
    asked = window(5)
    async with client.get(LOGS, params=asked) as response:
        assert response.status == 401
    async with client.get(LOGS, params={"start": "yesterday"}, headers=BEARER) as response:
        assert response.status == 400
    await system.turn("log_stream_blocked", 1)
    async with client.get(LOGS, params=asked, headers=BEARER) as response:
        assert response.status == 403


async def test_a_promotion_happens_once_for_each_idempotency_key(
    system: JobSystem, client: aiohttp.ClientSession
) -> None:
    headers, body = {**BEARER, "Idempotency-Key": "k1"}, {"version": "1.42.0"}
    async with client.get("/promotions/k1", headers=BEARER) as response:
        assert response.status == 404
    async with client.post("/promotions", json=body, headers=headers) as response:
        assert response.status == 201
    assert system.dials["promotion"] == 1
    await system.turn("promotion", 0)
    async with client.post("/promotions", json=body, headers=headers) as response:
        assert response.status == 200
    assert system.dials["promotion"] == 0  # not promoted again
    async with client.get("/promotions/k1", headers=BEARER) as response:
        assert await response.json() == {"version": "1.42.0", "state": "promoted"}


async def test_a_promotion_without_secret_key_or_version_is_refused(
    system: JobSystem, client: aiohttp.ClientSession
) -> None:
    key = {**BEARER, "Idempotency-Key": "k1"}
    for headers, body, status in (
        ({}, {"version": "1"}, 401),
        (BEARER, {"version": "1"}, 400),
        (key, {"version": 1}, 400),
        (key, [], 400),
    ):
        async with client.post("/promotions", json=body, headers=headers) as response:
            assert response.status == status
    assert not system.promotions


async def test_the_backfill_role_turns_high_quota_on_and_changes_nothing_else(system: JobSystem) -> None:
    await system.turn("quota_coverage", 0)
    async with await psycopg.AsyncConnection.connect(system.backfill_dsn, autocommit=True) as connection:
        updated = await connection.execute('UPDATE "WorkspaceSettings" SET "highQuotaEnabled" = true')
        assert updated.rowcount == len(TENANTS)
        for forbidden in (
            'DELETE FROM "WorkspaceSettings"',
            'UPDATE "WorkspaceSettings" SET "clientId" = \'x\'',
            'SELECT FROM "BackgroundJob"',
            "CREATE TABLE note ()",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await connection.execute(forbidden)


async def test_another_dial_does_not_undo_a_backfill(system: JobSystem) -> None:
    await system.turn("quota_coverage", 0)
    async with await psycopg.AsyncConnection.connect(system.backfill_dsn, autocommit=True) as connection:
        await connection.execute('UPDATE "WorkspaceSettings" SET "highQuotaEnabled" = true')
        await system.turn("duplicate_sends", 1)
        covered = await connection.execute('SELECT bool_and("highQuotaEnabled") FROM "WorkspaceSettings"')
        assert await covered.fetchone() == (True,)
