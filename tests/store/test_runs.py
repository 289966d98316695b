"""What the tables themselves forbid, whoever asks."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from bot.base.errors import Busy
from bot.plan.model import Pinned
from bot.record.events import PacketPostedAgain
from bot.rules.decision import Decision, Outcome
from bot.rules.principal import Principal
from bot.rules.watch import WatchEnd
from bot.store import check_runs, configurations, decisions, events, evidences, runs, watches
from bot.store.database import Database, run
from checks.outcome import Outcome as CheckOutcome
from checks.result import Result
from tests.store.conftest import start


async def test_numbers_have_no_gaps_however_many_runs_start_and_fail_at_once(
    store: Database, pinned: Pinned
) -> None:
    async def attempt(number: int) -> int | None:
        try:
            async with store.transaction() as conn:
                started = await start(conn, pinned, f"environment-{number}")
                if number % 3 == 0:
                    raise LookupError
                return started.number
        except LookupError:
            return None

    numbers = await asyncio.gather(*(attempt(number) for number in range(9)))
    assert sorted(number for number in numbers if number) == [1, 2, 3, 4, 5, 6]


async def test_an_environment_has_one_active_run(store: Database, pinned: Pinned) -> None:
    async with store.transaction() as conn:
        first = await start(conn, pinned)
    with pytest.raises(Busy) as busy:
        async with store.transaction() as conn:
            await start(conn, pinned)
    assert busy.value.run == first.number
    async with store.transaction() as conn:
        await runs.close(conn, first.number)
        assert (await conn.execute("UPDATE run_number SET last = last RETURNING last")).rowcount == 1
    async with store.connection() as conn:
        assert [run.number for run in await runs.overview(conn, "staging", 5)] == [1]


async def test_how_long_checks_took_is_known_from_the_last_run_with_evidence(
    store: Database, pinned: Pinned
) -> None:
    first, second = (f"sha256:{digit * 64}" for digit in "01")
    async with store.transaction() as conn:
        assert await check_runs.took(conn, "staging") == {}
        for seconds, evidence in ((9.0, first), (2.5, second), (7.0, None)):
            number = (await start(conn, pinned)).number
            await check_runs.insert(conn, number, ["age", "unmeasured"])
            attempt = await check_runs.start(conn, number, "age")
            assert attempt
            result = passed().model_copy(update={"seconds": seconds})
            assert await check_runs.finish(conn, number, "age", result, attempt=attempt)
            if evidence:
                await evidences.insert(conn, number, digest=evidence, document="{}")
                await runs.conclude(conn, number, evidence=evidence, expires=timedelta(hours=1))
            await runs.close(conn, number)
        assert await check_runs.took(conn, "staging") == {"age": 2.5}
        assert await check_runs.took(conn, "production") == {}


async def test_a_configuration_is_read_back_as_stored(store: Database, pinned: Pinned) -> None:
    async with store.connection() as conn:
        await configurations.keep(conn, pinned)
        await configurations.keep(conn, pinned)
        kept = await configurations.load(conn, pinned.digest)
    assert kept == pinned
    assert list(kept.environment.checks) == list(pinned.environment.checks)


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("UPDATE run SET arguments = '{}' WHERE number = %(run)s", "run never changes"),
        ("DELETE FROM run WHERE number = %(run)s", "run never changes"),
        ("UPDATE decision SET outcome = 'GO' WHERE run = %(run)s", "decision never changes"),
        ("DELETE FROM decision WHERE run = %(run)s", "decision never changes"),
        ("UPDATE evidence SET document = '{}' WHERE run = %(run)s", "evidence never changes"),
        ("UPDATE event SET actor = 'U2' WHERE run = %(run)s", "event never changes"),
        ("DELETE FROM event WHERE run = %(run)s", "event never changes"),
    ],
)
async def test_a_decision_never_changes(store: Database, pinned: Pinned, sql: str, says: str) -> None:
    async with store.transaction() as conn:
        started = await start(conn, pinned)
        digest = "sha256:" + "0" * 64
        await evidences.insert(conn, started.number, digest=digest, document="{}")
        await events.append(conn, started.number, PacketPostedAgain(), actor=Principal.slack_user("U1"))
        closed = await runs.close(conn, started.number)
        assert closed.closed_at
        await decisions.insert(
            conn,
            Decision(
                run=started.number,
                outcome=Outcome.NO_GO,
                evidence=digest,
                reason="no",
                decided_by=("U1",),
                decided_at=closed.closed_at,
            ),
        )
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match=says):
        async with store.transaction() as conn:
            await run(conn, sql, run=started.number)


async def test_a_run_is_decided_once(store: Database, pinned: Pinned) -> None:
    async with store.transaction() as conn:
        started = await start(conn, pinned)
        closed = await runs.close(conn, started.number)
        assert closed.closed_at
        decision = Decision(
            run=1,
            outcome=Outcome.CANCELLED,
            evidence=None,
            reason="",
            decided_by=(),
            decided_at=closed.closed_at,
        )
        await decisions.insert(conn, decision)
    with pytest.raises(psycopg.errors.UniqueViolation):
        async with store.transaction() as conn:
            await decisions.insert(conn, decision)
    with pytest.raises(LookupError):
        async with store.transaction() as conn:
            await runs.close(conn, started.number)


def passed() -> Result:
    return Result(outcome=CheckOutcome.PASS, reason="", started_at=datetime.now(UTC), seconds=0.1)


async def test_the_newest_measurement_of_a_check_is_recorded_and_its_first_result_counts(
    store: Database, pinned: Pinned
) -> None:
    async with store.transaction() as conn:
        number = (await start(conn, pinned)).number
        await check_runs.insert(conn, number, ["age"])
        asleep, awake = [await check_runs.start(conn, number, "age") for _ in range(2)]
        assert asleep and awake
        assert not await check_runs.finish(conn, number, "age", passed(), attempt=asleep)
        assert await check_runs.finish(conn, number, "age", passed(), attempt=awake)
        assert not await check_runs.finish(conn, number, "age", passed(), attempt=awake)
        assert await check_runs.start(conn, number, "age") is None


async def test_a_measurement_of_a_watch_is_restarted_until_its_result_is_stored(
    store: Database, pinned: Pinned
) -> None:
    async with store.transaction() as conn:
        number = (await start(conn, pinned)).number
        await watches.insert(conn, number, length=timedelta(hours=1), triggers=[])
        first, second = [await watches.look(conn, number, 1) for _ in range(2)]
        assert first and second and first != second  # earlier attempts have been superseded
        await watches.ticked(conn, number, 1)
        assert await watches.look(conn, number, 1) is None
        assert await watches.look(conn, number, 2)
        assert await watches.finish(conn, number, WatchEnd.COMPLETED)
        assert await watches.look(conn, number, 2) is None
