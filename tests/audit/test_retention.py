"""Retention: the content of an old run goes, the proof stays; and a tombstone that lies is found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.errors import (
    InsufficientPrivilege,
    IntegrityConstraintViolation,
    InvalidParameterValue,
)

from bot.base.errors import Unreadable
from bot.base.work import Work
from bot.record.chain import Link, hash_after
from bot.record.proof.checkpoint import Against
from bot.record.proof.exported import Examination
from bot.rules.retention import DEFAULT, parse_retention
from bot.store import dossiers, runs
from bot.store.database import Database
from bot.store.roles import BOT, as_role
from bot.workflow import retaining
from commands.audit_log import checkpoint
from tests.audit.conftest import UNSEEN, found, tamper
from tests.audit.team import team
from tests.audit.test_commands import Shell, shell  # noqa: F401 — shell is a fixture
from tests.audit.test_export import RING, again, exported, of_run
from tests.journeys.conftest import World

pytestmark = pytest.mark.xdist_group("audit")  # the history is made once

LONG = timedelta(days=500)
DAYS = DEFAULT.days


async def age(dsn: str, *numbers: int, by: timedelta = LONG) -> None:
    """Let them be older, with a chain that says so. Their evidence is not, so that they no longer verify until it is gone."""
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        await conn.execute(UNSEEN)
        closed = (
            "UPDATE condition SET state = 'lifted', closed_at = now(), closed_by = 'U1' WHERE run = ANY(%s)"
        )
        await conn.execute(closed, [list(numbers)])
        for number in numbers:
            await _age(conn, number, by)


async def _age(conn: psycopg.AsyncConnection[Any], number: int, by: timedelta) -> None:
    cursor = await conn.execute(
        "SELECT run, seq, at, actor, kind, detail, hash FROM event WHERE run = %s ORDER BY seq", [number]
    )
    before = ""
    for row in await cursor.fetchall():
        link = Link(**dict(zip(Link.model_fields, row, strict=True)))
        link = link.model_copy(update={"at": link.at - by})
        before = hash_after(before, link)
        await conn.execute(
            "UPDATE event SET at = %s, hash = %s WHERE run = %s AND seq = %s",
            (link.at, before, number, link.seq),
        )
    times = ("requested_at", "concluded_at", "expires_at", "closed_at")
    later = ", ".join(f"{time} = {time} - %(by)s" for time in times)
    await conn.execute(f"UPDATE run SET {later} WHERE number = %(number)s", {"by": by, "number": number})


async def removes(dsn: str, number: int, days: int = DAYS) -> bool:
    """As the bot's role."""
    connect = psycopg.AsyncConnection.connect(as_role(dsn, BOT), autocommit=True)
    async with await connect as conn:
        row = await (await conn.execute("SELECT remove_expired(%s, %s)", (number, days))).fetchone()
    assert row
    return bool(row[0])


async def one(dsn: str, statement: str) -> Any:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        row = await (await conn.execute(statement)).fetchone()
    assert row
    return row[0]


@pytest.fixture
async def removed(record: str) -> str:
    """A record of which runs #1 to #5 were removed."""
    await age(record, 1, 2, 3, 4, 5)
    for number in range(1, 6):
        assert await removes(record, number)
    return record


async def test_a_removed_run_keeps_its_proof_and_loses_its_content(removed: str) -> None:
    assert await found(removed) == []
    for secret in ("U01ANA", "a test send", "wrong version", "it was no better", "U02BEN"):
        for table, key in (
            ("event", "run"),
            ("evidence", "run"),
            ("decision", "run"),
            ("run", "number"),
            ("rollback", "run"),
        ):
            holding = f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE '%{secret}%' AND {key} < 6"
            assert await one(removed, holding) == 0, (table, secret)
    for table in ("vote", "waiver", "check_run", "prompt", "message", "watch", "reminder", "condition"):
        assert await one(removed, f"SELECT count(*) FROM {table} WHERE run < 6") == 0, table
    log = json.loads(
        await one(removed, "SELECT detail FROM event WHERE run = 3 AND kind = 'removed by retention'")
    )
    assert (log["outcome"], log["environment"], log["version"], log["days"]) == (
        "NO-GO",
        "staging",
        "1.3",
        DAYS,
    )
    assert await one(removed, "SELECT count(*) FROM run") == 6


async def test_a_checkpoint_from_before_still_holds(record: str) -> None:
    await age(record, 3)
    before = Against(await checkpoint(record, Path("nowhere")))
    assert await removes(record, 3)
    assert await found(record, before) == []
    await tamper(
        record,
        "UPDATE event SET hash = 'sha256:0' WHERE run = 3 AND seq = (SELECT max(seq) - 1 FROM event WHERE run = 3)",
    )
    assert any("is not the one in the checkpoint of" in problem for problem in await found(record, before))


async def test_what_has_not_expired_stays(record: str) -> None:
    assert not await removes(record, 3)  # young
    assert not await removes(record, 99)
    await age(record, 3, by=timedelta(days=DAYS - 1))
    assert not await removes(record, 3)
    await age(record, 3, by=timedelta(days=2))
    assert not await removes(record, 6)  # open
    assert await removes(record, 3)
    assert not await removes(record, 3)  # once
    await age(record, 2, 4)
    await tamper(record, "DELETE FROM rollback WHERE run = 2")
    assert not await removes(record, 2)  # the newest go says what is live
    await tamper(record, "UPDATE watch SET state = 'watching', ended_at = NULL, \"end\" = NULL WHERE run = 2")
    assert await removes(record, 4)


@pytest.mark.parametrize("days", [0, -1, 89, None])
async def test_nobody_removes_anything_early_whatever_they_say(record: str, days: int | None) -> None:
    await age(record, 3)
    with pytest.raises(InvalidParameterValue, match="nothing is removed before 90 days"):
        await removes(record, 3, days=days)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO tombstone (run) VALUES (3)",
        "UPDATE tombstone SET removed_at = now()",
        "DELETE FROM tombstone",
        "UPDATE event SET detail = '{}' WHERE run = 3",
        "DELETE FROM retention",
    ],
)
async def test_the_bots_role_has_no_other_way(record: str, statement: str) -> None:
    async with await psycopg.AsyncConnection.connect(as_role(record, BOT), autocommit=True) as conn:
        with pytest.raises(InsufficientPrivilege):
            await conn.execute(statement)


async def test_a_lookalike_of_the_table_opens_no_way(record: str) -> None:
    async with (
        await psycopg.AsyncConnection.connect(as_role(record, BOT), autocommit=True) as conn,
        conn.transaction(),
    ):
        await conn.execute(
            "CREATE TEMP TABLE tombstone AS SELECT 2::bigint AS run, pg_current_xact_id() AS removed_in"
        )
        with pytest.raises(IntegrityConstraintViolation, match="closed run"):
            await conn.execute("DELETE FROM public.vote WHERE run = 2")


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE event SET actor = 'U1' WHERE run = 3 AND seq = 1", "event never changes"),
        ("UPDATE tombstone SET removed_at = now() WHERE run = 3", "tombstone never changes"),
        ("DELETE FROM tombstone WHERE run = 3", "tombstone never changes"),
        ("UPDATE run SET requested_by = 'U1' WHERE number = 3", "a closed run never changes"),
        ("TRUNCATE tombstone", "tombstone never changes"),
    ],
)
async def test_after_the_removal_it_is_final_for_the_owner_too(
    removed: str, statement: str, says: str
) -> None:
    async with await psycopg.AsyncConnection.connect(removed, autocommit=True) as conn:
        with pytest.raises(IntegrityConstraintViolation, match=says):
            await conn.execute(statement)


REMOVAL = "SELECT seq FROM event WHERE run = 3 AND kind = 'removed by retention'"


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        (["DELETE FROM tombstone WHERE run = 3"], "has no tombstone"),
        (
            [f"DELETE FROM event WHERE run = 3 AND seq = ({REMOVAL})"],
            "its log does not say that it was removed by retention",
        ),
        (
            [f"DELETE FROM event WHERE run = 3 AND seq = ({REMOVAL})", "DELETE FROM tombstone WHERE run = 3"],
            "its hash does not follow",
        ),
        (["UPDATE tombstone SET removed_at = removed_at - interval '1 day' WHERE run = 3"], "its tombstone is of"),
        (["UPDATE event SET hash = 'sha256:0' WHERE run = 3 AND seq = 4"], "what stays of its removed events"),
        (["UPDATE event SET kind = 'voted' WHERE run = 3 AND seq = 4"], "what stays of its removed events"),
        (["UPDATE event SET at = at - interval '1 s' WHERE run = 3 AND seq = 4"], "what stays of its removed events"),
        (["DELETE FROM event WHERE run = 3 AND seq = 4"], "there are others"),
        (["UPDATE event SET detail = '{\"a\":1}' WHERE run = 3 AND seq = 4"], "still has content"),
        (["UPDATE event SET actor = 'U1' WHERE run = 3 AND seq = 4"], "still has content"),
        (["UPDATE decision SET outcome = 'GO' WHERE run = 3"], "its environment, version or outcome"),
        (["UPDATE run SET environment = 'production' WHERE number = 3"], "its environment, version or outcome"),
        (["UPDATE run SET arguments = '{\"version\": \"2\"}' WHERE number = 3"], "its environment, version or outcome"),
        (["UPDATE run SET requested_by = 'U1' WHERE number = 3"], "there is still a requester"),
        (["UPDATE evidence SET document = '{}' WHERE run = 3"], "there is still evidence"),
        (["UPDATE evidence SET digest = 'sha256:0' WHERE run = 3"], "its evidence has other digests"),
        ([f"UPDATE event SET detail = replace(detail, '{DAYS}', '90') WHERE run = 3 AND seq = ({REMOVAL})"], "its hash does not follow"),
    ],
)  # fmt: skip
async def test_a_tombstone_that_lies_is_found(removed: str, statements: Sequence[str], says: str) -> None:
    await tamper(removed, *statements)
    problems = await found(removed)
    assert any(says in problem and "run #3" in problem for problem in problems), problems


async def test_a_run_that_was_removed_too_early_is_found(record: str) -> None:
    """Within what the database allows, but before the retention that the auditor knows."""
    await age(record, 3, by=timedelta(days=100))
    assert await removes(record, 3, days=90)
    [problem] = await found(record)
    assert problem.endswith("100 days after its last event; the retention is 403 days")
    assert "run #3: it was removed too early: on 20" in problem


async def test_content_that_was_blanked_without_a_removal_is_found(record: str) -> None:
    await tamper(record, "UPDATE event SET actor = '', detail = '{}' WHERE run = 3")
    [problem] = await found(record)
    assert problem.startswith("event 1 of run #3: its hash does not follow")


async def test_an_export_says_what_was_removed_and_verifies(removed: str) -> None:
    lines = await exported(removed)
    examination = Examination(RING)
    assert list(examination.problems(lines)) == []
    assert (examination.runs, examination.removed) == (6, 5)
    at = of_run(lines, 3)
    document = json.loads(lines[at])
    assert (document["outcome"], document["decision"], document["evidence"]) == ("NO-GO", None, None)
    for change in (
        {"removed": None},
        {"removed": document["removed"] | {"evidence": []}},
        {"outcome": "GO"},
        {"requested_by": "U01ANA"},
        {"events": document["events"][:-1]},
        {"events": [document["events"][0] | {"kind": "voted"}, *document["events"][1:]]},
    ):
        forged = json.dumps(document | change).encode() + b"\n"
        assert list(Examination(None).problems(again([*lines[:at], forged, *lines[at + 1 :]]))), change


async def test_later_runs_still_know_what_they_went_back_to(record: str) -> None:
    """Their decision names a version of a run that was removed since."""
    await age(record, 1, 2)
    assert await removes(record, 1)
    assert await removes(record, 2)
    assert [problem for problem in await found(record) if "run #3" in problem or "run #4" in problem] == []


async def test_what_reads_a_removed_run_says_so(removed: str, shell: Shell) -> None:  # noqa: F811
    async with Database(as_role(removed, BOT)) as database, database.connection() as conn:
        run = await runs.existing(conn, 3)
        with pytest.raises(Unreadable, match=r"The content of run #3 was removed on 20.*retention had ended"):
            await dossiers.read(conn, run)
    ended = await shell.canary("packet", "3", DATABASE_URL=removed)
    assert (ended.code, "was removed on 20" in ended.err) == (2, True), ended
    listed = await shell.canary("runs", DATABASE_URL=removed)
    assert "NO-GO" in listed.out
    ended = await shell.canary("verify", "--database", DATABASE_URL=removed)
    assert ended.code == 0, ended
    assert "; removed by retention: 5, the last on 20" in ended.out
    ended = await shell.canary("verify", "--database", DATABASE_URL=removed, RETENTION="2 years")
    assert (ended.code, "too early" in ended.err) == (1, True)
    ended = await shell.canary("verify", "--database", DATABASE_URL=removed, RETENTION="never")
    assert (ended.code, "too early" in ended.err) == (1, True)


# ---------------------------------------------------------------- the job


async def test_a_pass_removes_what_has_expired_and_plans_the_next(
    record: str, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await age(record, 3, 4, 5)
    await tamper(
        record,
        "DELETE FROM inbox",
        "INSERT INTO inbox (key, kind, payload, received_at, done_at) VALUES"
        " ('home', 'event', '{}', now() - interval '2 days', now()), ('today', 'event', '{}', now(), now()),"
        " ('open', 'event', '{}', now() - interval '2 days', NULL),"
        " ('vote', 'action', '{}', now() - interval '2 days', now()),"
        " ('old', 'action', '{}', now() - interval '500 days', now())",
    )
    planned: list[Work[Any]] = []

    async def enqueue(conn: Any, *work: Work[Any]) -> None:
        planned.extend(work)

    async with team(as_role(record, BOT), world, tmp_path) as at:
        from dataclasses import replace

        services = replace(at.services, enqueue=enqueue)
        await retaining.remove_expired(replace(services, retention=None))
        assert await one(record, "SELECT count(*) FROM tombstone") == 0
        await retaining.remove_expired(services)
        await retaining.remove_expired(services)
    assert await one(record, "SELECT array_agg(run ORDER BY run) FROM tombstone") == [3, 4, 5]
    assert await one(record, "SELECT array_agg(key ORDER BY key) FROM inbox") == ["open", "today", "vote"]
    assert await found(record) == []
    [_, first, second] = planned
    assert isinstance(first, retaining.RemoveExpired)
    assert isinstance(second, retaining.RemoveExpired)
    due = await one(record, "SELECT done_at + interval '1 hour' FROM retention")
    assert second.at == due


@pytest.mark.parametrize(
    ("text", "days"),
    [("13 months", 403), ("90 days", 90), ("1 year", 366), ("400days", 400), ("never", None)],
)
def test_a_retention(text: str, days: int | None) -> None:
    found = parse_retention(text)
    assert (found.days if found else None) == days


@pytest.mark.parametrize(
    "text", ["", "13", "2 months", "89 days", "0 days", "-1 days", "forever", "13 months ago"]
)
def test_a_retention_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="should"):
        parse_retention(text)
