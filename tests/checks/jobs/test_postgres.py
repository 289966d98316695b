"""Databases that are not as a check expects them, and queries that a check may not run."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo

from bot import embedded
from checks.context import opened
from checks.evaluate import evaluate
from checks.outcome import Cause, CheckError, Outcome
from checks.reading import Moment
from checks.result import Result
from checks.secrets import Secrets
from checks.sources.postgres import Database
from tests.checks.jobs.conftest import NOBODY, NOON, Canary, example_check, postgres

SECRET = "s3cr3t-w0rd"


async def ask(dsn: str, name: str = "queue-age") -> Result:
    """Evaluates without redaction, so that messages must be clean by themselves."""
    async with opened(postgres("${DATABASE}"), Secrets({"DATABASE": dsn})) as database:
        return await evaluate(example_check(name), database, Moment(now=NOON), NOBODY)


async def refusal(database: Database, query: str, **params: object) -> CheckError:
    with pytest.raises(CheckError) as caught:
        await database.query(query, params)
    return caught.value


@asynccontextmanager
async def as_reader(canary: Canary, **source: object) -> AsyncIterator[Database]:
    async with opened(postgres(canary.system.reader_dsn, **source), NOBODY) as database:
        yield database


# ---------------------------------------------------------------- the database cannot be reached


async def test_an_unreachable_database_is_an_environment_error() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        port = unheard.getsockname()[1]
        result = await ask(f"postgresql://canary:{SECRET}@127.0.0.1:{port}/jobs")
    assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.ENVIRONMENT)
    assert "the database refused the connection" in result.reason
    assert "Is the server up" in result.hint
    assert SECRET not in str(result)


async def test_an_unknown_host_is_named() -> None:
    result = await ask(f"postgresql://canary:{SECRET}@nowhere.invalid/jobs")
    assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.ENVIRONMENT)
    assert "host name cannot be resolved" in result.reason


async def test_a_server_that_never_answers_ends_in_a_timeout() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        dsn = f"host=127.0.0.1 port={silent.getsockname()[1]} sslmode=disable"
        async with opened(postgres(dsn, connect_timeout="300ms"), NOBODY) as database:
            error = await refusal(database, "SELECT 1")
    assert error.cause is Cause.TIMEOUT
    assert "could not be reached within 300ms" in str(error)


async def test_a_wrong_password_is_a_configuration_error(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("pg")
    async with embedded.postgres(folder, durable=False) as dsn:
        await ask_for_passwords(dsn, next(folder.rglob("pg_hba.conf")))
        wrong = conninfo.make_conninfo(dsn, user="locked", password=SECRET)
        right = conninfo.make_conninfo(dsn, user="locked", password="opensesame")
        result = await ask(wrong)
        source = postgres("${DATABASE}", tables=["BackgroundJob"])
        async with opened(source, Secrets({"DATABASE": right})) as database:
            assert (await database.query("SELECT 1 AS one", {})).rows == ((1,),)
    assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
    assert "refused the user or the password" in result.reason
    assert "Check the secret" in result.hint
    assert SECRET not in str(result)


async def ask_for_passwords(dsn: str, rules: Path) -> None:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        await connection.execute("CREATE ROLE locked LOGIN PASSWORD 'opensesame'")
        await connection.execute('CREATE TABLE "BackgroundJob" ()')  # which the source lists
        rules.write_text(f"local all locked scram-sha-256\n{rules.read_text()}")
        await connection.execute("SELECT pg_reload_conf()")
        while not await (
            await connection.execute(
                "SELECT 1 FROM pg_hba_file_rules WHERE user_name = ARRAY['locked'] AND error IS NULL"
            )
        ).fetchone():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "dsn", [f"host=x {SECRET}", f"postgresql://u:{SECRET}@h:notaport/d", "=", "port=x=" + SECRET]
)
async def test_a_malformed_dsn_is_never_quoted(dsn: str) -> None:
    result = await ask(dsn)
    assert result.outcome is Outcome.ERROR
    assert SECRET not in str(result)


async def test_the_dsn_is_filled_from_the_secrets(canary: Canary) -> None:
    source = postgres("${DATABASE}")
    async with opened(source, Secrets({"DATABASE": canary.system.reader_dsn})) as database:
        answer = await database.query("SELECT 1 AS one", {})
    assert source.dsn == "${DATABASE}"
    assert answer.columns == ("one",)


# ---------------------------------------------------------------- tables and rights are not as expected


async def test_a_missing_table_is_named_with_the_nearest_name(canary: Canary) -> None:
    layout = {"jobs": {"table": "BackgroundJobs"}}
    async with as_reader(canary, layout=layout) as database:
        result = await evaluate(example_check("queue-age"), database, Moment(now=NOON), NOBODY)
    assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
    assert "the query reads BackgroundJobs, which `tables` of the source does not list" in result.reason
    assert result.hint == 'Did you mean "BackgroundJob"?'


async def test_a_missing_column_is_named_with_the_nearest_name(canary: Canary) -> None:
    layout = {"jobs": {"due": "run_at"}}
    async with as_reader(canary, layout=layout) as database:
        result = await evaluate(example_check("queue-age"), database, Moment(now=NOON), NOBODY)
    assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
    assert "run_at" in result.reason
    assert result.hint == 'Did you mean "runAt"?'


async def test_a_status_missing_from_the_enum_is_named(canary: Canary) -> None:
    layout = {"jobs": {"words": {"pending": "WAITING"}}}
    async with as_reader(canary, layout=layout) as database:
        result = await evaluate(example_check("queue-age"), database, Moment(now=NOON), NOBODY)
    assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
    assert "WAITING" in result.reason


async def test_a_missing_privilege_is_named_with_the_grant(canary: Canary) -> None:
    await canary.execute('REVOKE SELECT ON "BackgroundJob" FROM canary_reader')
    result = await canary.ask("queue-age")
    assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
    assert "permission denied for table BackgroundJob" in result.reason
    assert 'grant select on "BackgroundJob"' in result.hint


async def test_rows_hidden_by_a_policy_are_an_error_not_a_healthy_zero(canary: Canary) -> None:
    await canary.system.advance(minutes=10)
    await canary.execute('ALTER TABLE "BackgroundJob" ENABLE ROW LEVEL SECURITY')
    result = await canary.ask("duplicate-sends")
    assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
    assert "row security hides rows" in result.reason


@pytest.mark.parametrize(
    "check",
    [
        *("throughput", "queue-age", "fairness", "cadence", "dispatch-health", "function-failures"),
        *("stale-runs", "duplicate-sends", "contention", "quota-coverage"),
    ],
)
async def test_an_empty_table_is_unknown_and_never_a_pass(canary: Canary, check: str) -> None:
    await canary.execute('DELETE FROM "WorkspaceSettings"')
    result = await canary.ask(check)
    assert (result.outcome, result.cause) == (Outcome.UNKNOWN, Cause.DATA_MISSING)
    assert "found nothing to measure" in result.reason


async def test_a_dead_scheduler_fails_even_though_its_window_is_empty(canary: Canary) -> None:
    await canary.system.advance(minutes=30)
    check = example_check("cadence")
    later = Moment(now=canary.system.now + timedelta(hours=2))
    result = await evaluate(check, canary.database, later, NOBODY)
    readings = {judged.reading.name: judged.reading.value for judged in result.judged}
    assert result.outcome is Outcome.FAIL
    assert (readings["runs"], readings["longest_gap"], readings["missed"]) == (0, 3600, 59)


# ---------------------------------------------------------------- reads only, and only listed tables


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (
            """INSERT INTO "WorkspaceSettings" SELECT * FROM "WorkspaceSettings" """,
            "does more than read: it is INSERT",
        ),
        ('WITH gone AS (DELETE FROM "BackgroundJob" RETURNING 1) SELECT * FROM gone', "changes rows"),
        ('SELECT "id" FROM "BackgroundJob" FOR UPDATE', "FOR UPDATE or another lock"),
        ("CREATE TABLE mine (id int)", "it is CREATE"),
        ("CREATE TEMP TABLE mine AS SELECT 1", "it is CREATE TABLE AS"),
        ("SELECT 1 INTO TEMP mine", "uses INTO"),
        ('DROP TABLE "BackgroundJob"', "it is DROP"),
        ("SET TRANSACTION READ WRITE", "it is VARIABLE SET"),
        ("RESET ALL", "it is VARIABLE SET"),
        ("NOTIFY somebody", "it is NOTIFY"),
        ('COPY "BackgroundJob" TO STDOUT', "it is COPY"),
        ("DO $$ BEGIN PERFORM 1; END $$", "it is DO"),
        ("SELECT 1; SELECT 2", "2 statements, expected one"),
        ("SELECT 1) AS a, (SELECT 2", "as a SELECT"),
        ("SELECT lo_create(0)", "lo_create()"),
        ("SELECT pg_advisory_lock(1)", "pg_advisory_lock()"),
        ("SELECT pg_notify('a', 'b')", "pg_notify()"),
        ("SELECT pg_sleep(60)", "pg_sleep()"),
        ('SELECT "pg_sleep" /* why not */ (60)', "pg_sleep()"),
        ("SELECT 1 LIMIT Pg_Catalog . PG_SLEEP(60)::text::int", "pg_sleep()"),
        ("SELECT U&\"pg!005fsleep\" UESCAPE '!' (60)", "pg_sleep()"),
        ("SELECT set_config('transaction_read_only', 'off', true)", "set_config()"),
        ("SELECT current_setting('app.jwt_secret', true)", "current_setting()"),
        ("SELECT pg_read_file('/etc/passwd')", "pg_read_file()"),
        ("SELECT query_to_xml('SELECT 1', true, true, '')", "query_to_xml()"),
        ("SELECT table_to_xml('pg_authid', true, true, '')", "table_to_xml()"),
        ("SELECT repeat('x', 300000000)", "repeat()"),
        ("SELECT * FROM pg_stat_activity", "does not list"),
        ("SELECT * FROM pg_stat_get_activity(NULL)", "pg_stat_get_activity()"),
        ("SELECT * FROM information_schema.tables", "does not list"),
        ('SELECT (SELECT count(*) FROM pg_class) FROM "BackgroundJob"', "pg_class"),
        ("SELECT %x", "cannot be bound"),
        ("SELECT %(nobody)s", "nobody"),
        ("SELECT 1 AS a, 2 AS a", "two columns with the same name"),
        ("SELECT '1e9999999'::json AS a", "a number of more than 200,000 places"),
        ("SELECT (repeat(repeat('[', 100), 30) || repeat(repeat(']', 100), 30))::json", "nested too deeply"),
    ],
)
async def test_a_query_that_does_more_than_read_listed_tables_is_refused(
    canary: Canary, query: str, words: str
) -> None:
    error = await refusal(canary.database, query)
    assert error.cause is Cause.CONFIGURATION, str(error)
    assert words in str(error)


async def test_even_as_the_database_owner_checks_only_read(canary: Canary) -> None:
    async with opened(postgres(canary.system.dsn), NOBODY) as database:
        changing = await refusal(database, 'DELETE FROM "BackgroundJob"')
        locking = await refusal(database, 'SELECT "id" FROM "BackgroundJob" FOR UPDATE')
        unlisted = await refusal(database, "SELECT rolpassword FROM pg_authid")
    assert "it is DELETE" in str(changing)
    assert "FOR UPDATE" in str(locking)
    assert "pg_authid" in str(unlisted)


async def test_a_listed_view_can_be_read_without_its_tables(canary: Canary) -> None:
    await canary.execute("CREATE TABLE salaries (id int); INSERT INTO salaries VALUES (1), (2)")
    await canary.execute("CREATE VIEW harmless AS SELECT id FROM salaries")
    await canary.execute("GRANT SELECT ON harmless TO canary_reader")
    async with as_reader(canary, tables=["harmless"]) as database:
        answer = await database.query("SELECT count(*) AS n FROM harmless", {})
        error = await refusal(database, "SELECT count(*) FROM salaries")
    assert answer.rows == ((2,),)
    assert "reads salaries, which `tables` of the source does not list" in str(error)


async def test_a_user_defined_function_is_refused(canary: Canary) -> None:
    await canary.execute(
        "CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER AS 'SELECT count(*) FROM pg_authid'"
    )
    error = await refusal(canary.database, "SELECT peek()")
    assert "peek()" in str(error)


async def test_partitions_belong_to_their_table(canary: Canary) -> None:
    await canary.execute(
        "CREATE TABLE event (at int) PARTITION BY RANGE (at);"
        "CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM (0) TO (10);"
        "INSERT INTO event VALUES (1), (2); GRANT SELECT ON event TO canary_reader"
    )
    async with as_reader(canary, tables=["public.event"]) as database:
        answer = await database.query("SELECT count(*) AS n FROM event WHERE at > %(least)s", {"least": 1})
    assert answer.rows == ((1,),)


@pytest.mark.parametrize(
    "value",
    [
        '\'; DROP TABLE "BackgroundJob"; --',
        "' OR '1'='1",
        "1) UNION SELECT 1 --",
        "%(now)s",
        "{jobs}",
        "\\' x",
        "%s",
    ],
)
async def test_values_are_bound_and_never_interpolated(canary: Canary, value: str) -> None:
    answer = await canary.database.query("SELECT %(value)s::text AS said", {"value": value})
    assert answer.rows == ((value,),)


# ---------------------------------------------------------------- bounded


async def test_the_server_cancels_a_query_at_its_timeout(canary: Canary) -> None:
    async with as_reader(canary, statement_timeout="200ms") as database:
        error = await refusal(database, "SELECT count(*) FROM generate_series(1, 10000000000)")
    assert error.cause is Cause.TIMEOUT
    assert "longer than its 200ms" in str(error)


async def test_a_cancelled_check_leaves_no_query_behind(canary: Canary) -> None:
    asking = asyncio.ensure_future(
        canary.database.query("SELECT count(*) AS forever FROM generate_series(1, 10000000000)", {})
    )
    while not await others_at_work(canary):
        await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await gone(canary)


async def others_at_work(canary: Canary) -> int:
    async with await psycopg.AsyncConnection.connect(canary.system.dsn) as connection:
        found = await connection.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE application_name = 'canary-bot' AND state = 'active' AND query LIKE '%forever%'"
        )
        row = await found.fetchone()
        return row[0] if row else 0


async def gone(canary: Canary) -> bool:
    for _ in range(100):
        if not await others_at_work(canary):
            return True
        await asyncio.sleep(0.05)
    return False


async def test_a_frozen_server_is_given_up_soon_after_the_timeout(canary: Canary) -> None:
    async with as_reader(canary, statement_timeout="300ms") as database:
        asking = asyncio.ensure_future(
            refusal(database, "SELECT count(*) AS forever FROM generate_series(1, 10000000000)")
        )
        while not (pids := await backends(canary)):
            await asyncio.sleep(0.01)
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        began = time.monotonic()
        try:
            error = await asking
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)
    assert error.cause is Cause.TIMEOUT
    assert time.monotonic() - began < 10  # well before the server is resumed


async def backends(canary: Canary) -> list[int]:
    async with await psycopg.AsyncConnection.connect(canary.system.dsn) as connection:
        found = await connection.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE application_name = 'canary-bot' AND state = 'active' AND query LIKE '%forever%'"
        )
        return [row[0] for row in await found.fetchall()]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT generate_series(1, 10000000) AS number", "more than 10 rows"),
        ("SELECT string_agg('x', '') AS text FROM generate_series(1, 5000000)", "more than 4,096 bytes"),
        (
            "SELECT string_agg('x', '') AS text FROM generate_series(1, 1000), generate_series(1, 9) AS g GROUP BY g",
            "more than 4,096 bytes",
        ),
    ],
)
async def test_an_oversized_answer_is_an_error(canary: Canary, query: str, words: str) -> None:
    async with as_reader(canary, max_rows=10, max_bytes=4096) as database:
        error = await refusal(database, query)
    assert words in str(error)


async def test_checks_of_one_source_run_concurrently(canary: Canary) -> None:
    await canary.system.advance(minutes=10)
    results = await asyncio.gather(*(canary.ask("stale-runs") for _ in range(12)))
    assert {result.outcome for result in results} == {Outcome.PASS}


async def test_a_connection_dropped_between_two_queries_is_replaced(canary: Canary) -> None:
    await canary.database.query("SELECT 1 AS one", {})
    await canary.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'canary-bot'"
        " AND datname = current_database()"
    )
    answer = await canary.database.query("SELECT 1 AS one", {})
    assert answer.rows == ((1,),)


async def test_columns_with_a_zone_give_the_same_readings(canary: Canary) -> None:
    await canary.system.advance(hours=1)
    kinds = ["throughput", "queue_age", "fairness", "duplicates", "contention"]
    before = [await canary.measure(f"jobs.{kind}", canary.last(minutes=30)) for kind in kinds]
    columns = ["runAt", "startedAt", "finishedAt", "updatedAt"]
    changes = ", ".join(
        f"""ALTER "{name}" TYPE timestamptz USING "{name}" AT TIME ZONE 'UTC'""" for name in columns
    )
    await canary.execute(f'ALTER TABLE "BackgroundJob" {changes}')
    await canary.execute("ALTER ROLE canary_reader SET TimeZone = 'America/New_York'")
    after = [await canary.measure(f"jobs.{kind}", canary.last(minutes=30)) for kind in kinds]
    assert after == before
