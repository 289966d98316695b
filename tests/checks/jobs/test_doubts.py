"""A measure does not silently ignore what it cannot count, and a failure stays a failure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from checks.base import Check
from checks.context import opened
from checks.evaluate import evaluate
from checks.jobs.layout import Layout
from checks.jobs.measure import JobsMeasure
from checks.kinds import KINDS
from checks.outcome import Cause, Outcome
from checks.reading import Moment
from checks.result import Result
from sandbox.jobsystem import JobSystem
from tests.checks.jobs.conftest import NOBODY, Canary, Histories, example_check, postgres

HISTORIES = pytest.mark.xdist_group("histories")  # generated once per worker


async def misbehaving(system: JobSystem) -> None:
    """Two hours; in the second, everything goes wrong, and at the end nothing is enqueued any more."""
    await system.advance(hours=1)
    for dial in ("duplicate_sends", "slow_queue", "failing_runs", "contention"):
        await system.turn(dial, 1)
    await system.advance(minutes=20)
    await system.turn("missed_ticks", 1)
    await system.advance(minutes=40)


async def unfair(system: JobSystem) -> None:
    """Two hours; in the second, one tenant takes everything."""
    await system.advance(hours=1)
    await system.turn("hot_tenant", 1)
    await system.advance(hours=1)


async def six_hours(system: JobSystem) -> None:
    await system.advance(hours=6)


def value(result: Result, reading: str) -> Any:
    return next(judged.reading.value for judged in result.judged if judged.reading.name == reading)


async def as_configured(canary: Canary, name: str, source: dict[str, Any], **changes: Any) -> Result:
    async with opened(postgres(canary.reader_dsn, **source), NOBODY) as database:
        return await evaluate(example_check(name, **changes), database, Moment(now=canary.now), NOBODY)


async def test_a_duplicate_send_recorded_only_in_a_run_fails(canary: Canary) -> None:
    await canary.system.advance(hours=1)
    await canary.execute(
        """UPDATE "BackgroundFunctionRun" SET "lastError" = 'Send failed: DUPLICATE-SEND refused'
           WHERE "id" = (SELECT min("id") FROM "BackgroundFunctionRun"
                         WHERE "functionName" = 'process-background-jobs')"""
    )
    result = await canary.ask("duplicate-sends")
    assert result.outcome is Outcome.FAIL
    assert (value(result, "run_signals"), value(result, "job_signals")) == (1, 0)
    assert any(line.startswith("run ") and "DUPLICATE-SEND" in line for line in result.detail)


async def test_without_runs_of_the_function_duplicates_are_unknown(canary: Canary) -> None:
    await canary.system.advance(hours=1)
    result = await canary.ask("duplicate-sends", function="process-backgroundjobs")
    jobs_only = await canary.ask("duplicate-sends", function=None)
    assert result.outcome is Outcome.UNKNOWN
    assert jobs_only.outcome is Outcome.PASS, jobs_only.reason


@HISTORIES
@pytest.mark.parametrize(
    ("check", "table", "column"),
    [
        ("duplicate-sends", "BackgroundJob", "lastError"),
        ("duplicate-sends", "BackgroundFunctionRun", "lastError"),
        ("duplicate-sends", "BackgroundJob", "id"),
        ("duplicate-sends", "BackgroundJob", "messageId"),
        ("function-failures", "BackgroundFunctionRun", "lastError"),
        ("function-failures", "BackgroundFunctionRun", "functionName"),
        ("contention", "BackgroundJob", "lastError"),
        ("dispatch-health", "BackgroundDispatchWindow", "errorMessage"),
        ("queue-age", "BackgroundJob", "clientId"),
        ("fairness", "BackgroundJob", "clientId"),
        ("stale-runs", "BackgroundFunctionRun", "id"),
        ("stale-runs", "BackgroundFunctionRun", "functionName"),
    ],
)
async def test_a_megabyte_of_text_does_not_hide_a_failure(
    histories: Histories, check: str, table: str, column: str
) -> None:
    async with histories.after(unfair if check == "fairness" else misbehaving) as canary:
        before = await canary.ask(check)
        await with_a_megabyte(canary, table, column)
        after = await canary.ask(check)
    assert before.outcome is Outcome.FAIL, before.reason
    assert after.outcome is Outcome.FAIL, after.reason
    assert all(len(line) <= 200 for line in after.detail)


async def with_a_megabyte(canary: Canary, table: str, column: str) -> None:
    """Fill that column of some rows with a megabyte."""
    await canary.execute(  # random, so that it fits no index by being compressed
        """CREATE FUNCTION long() RETURNS text LANGUAGE sql AS
           $$ SELECT string_agg(md5(n::text), '') FROM generate_series(1, 32768) AS n $$"""
    )
    await canary.execute(
        f"""DO $$ DECLARE name text; BEGIN
            FOR name IN SELECT indexname FROM pg_indexes
                        WHERE tablename = '{table}' AND indexname NOT LIKE '%status%' AND indexname NOT LIKE '%pkey'
            LOOP EXECUTE format('DROP INDEX %I', name); END LOOP; END $$"""
    )
    await canary.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_pkey"')
    # and compression takes no time
    await canary.execute(f'ALTER TABLE "{table}" ALTER "{column}" SET STORAGE EXTERNAL')
    error = "errorMessage" if table == "BackgroundDispatchWindow" else "lastError"
    await canary.execute(
        f"""UPDATE "{table}" SET "{column}" = "{column}" || ' ' || (SELECT long()) WHERE "{column}" IS NOT NULL
            AND ctid = ANY (ARRAY(SELECT ctid FROM "{table}" ORDER BY "{error}" IS NULL, random() LIMIT 60))"""
    )


@HISTORIES
@pytest.mark.parametrize("check", ["throughput", "queue-age", "fairness", "duplicate-sends", "contention"])
async def test_an_unknown_status_is_an_error_until_it_is_configured(histories: Histories, check: str) -> None:
    async with histories.after(six_hours) as canary:
        await canary.execute("""ALTER TYPE "BackgroundJobStatus" ADD VALUE 'ARCHIVED'""")
        await canary.execute(
            """UPDATE "BackgroundJob" SET "status" = 'ARCHIVED'
               WHERE "id" IN (SELECT "id" FROM "BackgroundJob" ORDER BY "id" LIMIT 3)"""
        )
        result = await canary.ask(check)
        named = {"layout": {"jobs": {"words": {"ignored": ["ARCHIVED"]}}}}
        ignored = await as_configured(canary, check, named)
    assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
    assert "ARCHIVED (3)" in result.reason
    assert "layout.jobs.words" in result.reason
    assert ignored.outcome is Outcome.PASS, ignored.reason


async def test_uncountable_rows_do_not_hide_a_failure(canary: Canary) -> None:
    await canary.system.advance(hours=1)
    await canary.system.turn("duplicate_sends", 1)
    await canary.system.advance(minutes=1)
    await canary.execute('ALTER TABLE "BackgroundJob" ALTER "runAt" DROP NOT NULL')
    await canary.execute(
        """UPDATE "BackgroundJob" SET "runAt" = NULL WHERE "id" = (SELECT min("id") FROM "BackgroundJob")"""
    )
    result = await canary.ask("duplicate-sends")
    assert result.outcome is Outcome.FAIL
    assert result.detail[0] == "not counted: jobs without a due time (1)"


async def test_failed_runs_count_whenever_they_were_created(canary: Canary) -> None:
    await canary.system.advance(hours=1)
    await canary.execute('ALTER TABLE "BackgroundFunctionRun" ALTER "createdAt" DROP NOT NULL')
    for created in ("NULL", """"startedAt" - interval '5 h'""", """"startedAt" + interval '5 h'"""):
        await canary.execute(
            f"""UPDATE "BackgroundFunctionRun" SET "createdAt" = {created}, "status" = 'FAILED'
                WHERE "id" = (SELECT min("id") FROM "BackgroundFunctionRun" WHERE "status" = 'SUCCEEDED')"""
        )
    assert value(await canary.ask("function-failures"), "failed") == 3


@pytest.mark.parametrize("length", ["60", "NULL"])
async def test_a_dispatch_stuck_in_an_earlier_window_counts(canary: Canary, length: str) -> None:
    await canary.system.advance(hours=2)
    await canary.execute('ALTER TABLE "BackgroundDispatchWindow" ALTER "windowSeconds" DROP NOT NULL')
    await canary.execute(
        f"""UPDATE "BackgroundDispatchWindow" SET "status" = 'DISPATCHING', "windowSeconds" = {length}
            WHERE "windowStart" = timestamp '2026-11-23 12:59:00'"""
    )
    result = await canary.ask("dispatch-health", consecutive=2, **{"pass": {"not_enqueued": "== 0"}})
    assert result.outcome is Outcome.FAIL
    assert "window 1 of 2" in result.reason


async def test_a_tenant_served_exactly_on_the_minute_counts_in_that_minute(canary: Canary) -> None:
    await canary.system.advance(minutes=10)
    await canary.execute("""
        DELETE FROM "BackgroundJob";
        INSERT INTO "BackgroundJob" ("id", "type", "status", "dedupeKey", "clientId", "leadId", "messageId",
            "runAt", "startedAt", "finishedAt", "createdAt", "updatedAt")
        SELECT tenant || n, 'SEND', 'SUCCEEDED', tenant || n, tenant, n, tenant || n, timestamp '2026-11-23 12:00', at, at, at, at
        FROM (VALUES ('a', 4, timestamp '2026-11-23 12:05'), ('b', 4, '2026-11-23 12:05'), ('b', 1, '2026-11-23 12:06'))
             AS served (tenant, jobs, at), generate_series(10 * jobs, 11 * jobs - 1) AS n
    """)
    measured = await canary.measure("jobs.fairness", canary.last(minutes=10))
    assert measured.reading("jain").value == pytest.approx(1)  # type: ignore[union-attr]
    assert measured.reading("top_over_fair").value == pytest.approx(1)  # type: ignore[union-attr]


async def test_a_tenant_starved_since_before_the_window_counts_as_starved(canary: Canary) -> None:
    await canary.system.advance(minutes=10)
    await canary.execute("""
        DELETE FROM "BackgroundJob";
        INSERT INTO "BackgroundJob" ("id", "type", "status", "dedupeKey", "clientId", "leadId", "messageId",
            "runAt", "startedAt", "finishedAt", "createdAt", "updatedAt")
        SELECT n, 'SEND', 'SUCCEEDED', n, 'loud', n, n, at, at, at, at, at
        FROM generate_series(1, 9) AS n, (VALUES (timestamp '2026-11-23 12:08:30')) AS time (at);
        INSERT INTO "BackgroundJob" ("id", "type", "dedupeKey", "clientId", "leadId", "messageId", "runAt",
            "createdAt", "updatedAt")
        SELECT 'x', 'SEND', 'x', 'quiet', 'x', 'x', at, at, at FROM (VALUES (timestamp '2026-11-23 12:01')) AS time (at)
    """)
    measured = await canary.measure("jobs.fairness", canary.last(minutes=2))
    assert measured.reading("starved").value == 1  # type: ignore[union-attr]


# ---------------------------------------------------------------- idle


async def test_an_idle_queue_is_measured_and_passes(canary: Canary) -> None:
    await canary.system.advance(hours=1)
    await canary.execute("""DELETE FROM "BackgroundJob" WHERE "status" <> 'SUCCEEDED'""")
    later = Moment(now=canary.now + timedelta(days=3))
    result = await evaluate(example_check("queue-age"), canary.database, later, NOBODY)
    assert result.outcome is Outcome.PASS, result.reason
    assert [value(result, name) for name in ("due", "p95", "max", "started")] == [0, 0, 0, 0]


async def test_waiting_jobs_are_not_hidden_by_served_ones(canary: Canary) -> None:
    await canary.system.advance(hours=1)
    await canary.execute("""
        INSERT INTO "BackgroundJob" ("id", "type", "dedupeKey", "clientId", "leadId", "messageId", "runAt",
            "createdAt", "updatedAt")
        SELECT 'w' || n, 'SEND', 'w' || n, 'quiet', n, n, at, at, at
        FROM generate_series(1, 3) AS n, (VALUES (timestamp '2026-11-23 12:10')) AS time (at)
    """)
    result = await canary.ask("queue-age", consecutive=1)
    assert result.outcome is Outcome.FAIL
    assert value(result, "p95") > 2000


async def test_one_retried_job_is_no_retry_storm(canary: Canary) -> None:
    await canary.system.advance(hours=1)
    await canary.execute("""
        DELETE FROM "BackgroundJob";
        INSERT INTO "BackgroundJob" ("id", "type", "status", "dedupeKey", "clientId", "leadId", "messageId", "attempts",
            "runAt", "startedAt", "finishedAt", "createdAt", "updatedAt")
        SELECT 'x', 'SEND', 'SUCCEEDED', 'x', 'a', 'x', 'x', 2, at, at, at, at, at
        FROM (VALUES (timestamp '2026-11-23 12:50')) AS time (at)
    """)
    result = await canary.ask("contention")
    assert result.outcome is Outcome.PASS, result.reason
    assert (value(result, "retried"), value(result, "retry_storm")) == (1, 0)


# ---------------------------------------------------------------- clocks and zones


async def shifted_to_zone(canary: Canary, hours: int) -> None:
    """Shift the columns to the local time of a zone this many hours east of UTC."""
    await canary.execute(f"""
        UPDATE "BackgroundJob" SET "runAt" = "runAt" + interval '{hours} h', "startedAt" = "startedAt" + interval '{hours} h',
            "finishedAt" = "finishedAt" + interval '{hours} h', "updatedAt" = "updatedAt" + interval '{hours} h';
        UPDATE "BackgroundFunctionRun" SET "startedAt" = "startedAt" + interval '{hours} h',
            "createdAt" = "createdAt" + interval '{hours} h';
        UPDATE "BackgroundDispatchWindow" SET "windowStart" = "windowStart" + interval '{hours} h'
    """)


@HISTORIES
@pytest.mark.parametrize(
    "check",
    [
        *("throughput", "queue-age", "fairness", "cadence", "dispatch-health", "function-failures"),
        *("duplicate-sends", "contention"),
    ],
)
async def test_columns_in_local_time_are_an_error_until_their_zone_is_configured(
    canary_now: Canary, check: str
) -> None:
    canary = canary_now
    good = await canary.ask(check)
    await shifted_to_zone(canary, 8)
    wrong = await canary.ask(check)
    right = await as_configured(canary, check, {"layout": {"time_zone": "Asia/Singapore"}})
    assert wrong.outcome in {Outcome.ERROR, Outcome.FAIL}, wrong.reason
    assert any(
        "ahead of the database's clock" in line and "time_zone" in line
        for line in (wrong.reason, *wrong.detail)
    )
    assert [(judged.reading.name, judged.reading.value) for judged in right.judged] == [
        (judged.reading.name, judged.reading.value) for judged in good.judged
    ]


@HISTORIES
async def test_waiting_jobs_in_local_time_are_an_error(canary_now: Canary) -> None:
    canary = canary_now
    await canary.execute("""DELETE FROM "BackgroundJob" WHERE "status" <> 'SUCCEEDED'""")
    await canary.execute("""
        INSERT INTO "BackgroundJob" ("id", "type", "dedupeKey", "clientId", "leadId", "messageId", "runAt",
            "createdAt", "updatedAt")
        SELECT 'w' || n, 'SEND', 'w' || n, 'quiet', n, n, at, at, at
        FROM generate_series(1, 300) AS n,
             LATERAL (SELECT now()::timestamp + interval '1 h' - n * interval '10 s' AS at) AS time
    """)
    result = await canary.ask("queue-age")
    assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
    assert "ahead of the database's clock" in result.reason


@pytest.mark.parametrize("name", ["Europe/Berln", "UTC+2", "+02:00", "x'; SELECT 1", ""])
def test_an_unknown_zone_is_refused_at_load(name: str) -> None:
    with pytest.raises(ValidationError):
        Layout(time_zone=name)


async def test_no_measure_passes_if_the_bots_clock_differs_from_the_databases(canary_now: Canary) -> None:
    for name, model in KINDS.items():
        if not issubclass(model, JobsMeasure):
            continue
        check = measured(name)
        for behind in (timedelta(hours=2), timedelta(hours=-2)):
            moment = Moment.present(datetime.now(UTC) - behind, {})
            result = await evaluate(check, canary_now.database, moment, NOBODY)
            if name == "jobs.coverage":  # does not depend on time
                assert result.outcome is Outcome.PASS, result.reason
            else:
                assert result.outcome is Outcome.ERROR, (name, result.reason)
                assert "the database's clock is" in result.reason
                assert ("ahead of" if behind > timedelta() else "behind") in result.reason
        result = await evaluate(check, canary_now.database, Moment.present(datetime.now(UTC), {}), NOBODY)
        assert result.outcome is not Outcome.ERROR, (name, result.reason)


def measured(kind: str) -> Check:
    """A check of that kind without any limit that could fail."""
    model = KINDS[kind]
    assert issubclass(model, JobsMeasure)
    reading, unit = next(iter(model.units.items()))
    fields: dict[str, Any] = {"kind": kind, "owner": "x", "pass": {reading: f">= 0{unit}"}}
    if kind == "jobs.coverage":
        return model.model_validate(fields | {"table": "WorkspaceSettings", "column": "highQuotaEnabled"})
    return model.model_validate(fields if kind == "jobs.stale_runs" else fields | {"window": "1h"})
