"""Lost work, which the state requires but no job will do, is found; other work is not."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from bot import workflow
from bot.base.declared import declared
from bot.base.work import Work
from bot.jobs import Engine
from bot.plan.model import Pinned
from bot.rules.action import Confirmation
from bot.rules.condition import Said
from bot.rules.interaction import Interaction, InteractionKind
from bot.rules.rollback import Found
from bot.rules.watch import Trigger
from bot.store import (
    actions,
    captures,
    check_runs,
    conditions,
    configurations,
    evidences,
    inbox,
    jobs,
    packet_copies,
    prompts,
    runs,
    watches,
)
from bot.store.database import Connection, Database, run
from bot.workflow.archiving import KeepPacket
from bot.workflow.capturing import Sample
from bot.workflow.checking import Measure
from bot.workflow.closing import Expire
from bot.workflow.conditions import ConditionDue, Recheck
from bot.workflow.escalating import Escalate
from bot.workflow.performing import Act
from bot.workflow.reminding import Remind
from bot.workflow.retaining import RemoveExpired
from bot.workflow.watching import Look
from checks.actions.base import Preview
from commands.slack.handle import Handle
from tests.store.conftest import start

AT_ONCE = timedelta(0)
SEEN = Preview(does=("UPDATE job SET done = true",), rows=1)
KINDS: tuple[type[Work[Any]], ...] = (
    Handle,
    Measure,
    Expire,
    Remind,
    Look,
    Escalate,
    Act,
    ConditionDue,
    Recheck,
    Sample,
    KeepPacket,
    RemoveExpired,
)
DIGEST = "sha256:" + "0" * 64


@pytest.fixture
async def to_do(store: Database, pinned: Pinned) -> list[Work[Any]]:
    """State with an unhandled interaction, a checking run, a run that waits for votes, and a watched one."""
    async with store.transaction() as conn:
        await inbox.insert(conn, Interaction(key="said", kind=InteractionKind.COMMAND, payload={}))
        checked, open_, watched = [await start(conn, pinned, name) for name in ("one", "two", "three")]
        await check_runs.insert(conn, checked.number, ["age"])
        await evidences.insert(conn, open_.number, digest=DIGEST, document="{}")
        open_ = await runs.conclude(conn, open_.number, evidence=DIGEST, expires=timedelta(hours=1))
        assert open_.expires_at
        await runs.close(conn, watched.number)
        watch = await watches.insert(conn, watched.number, length=timedelta(hours=1), triggers=["age"])
        trigger = Trigger(run=watched.number, name="age", episode=1, breached_since=watch.started_at)
        prompt = await prompts.insert(
            conn, "asked", trigger, Found(reason="", judged=()), escalate=timedelta(minutes=15)
        )
        assert prompt.escalates_at
        await actions.put_preview(conn, watched.number, "backfill", "U01ANA", key="seen", preview=SEEN)
        seen = await actions.preview(conn, "seen")
        assert seen
        ana = Confirmation(person="U01ANA", roles=(), at=watch.started_at)
        await actions.ready(conn, await actions.insert(conn, seen, [ana], idempotency_key="once"))
        said = Said(number=1, text="quota", owner="U1", set_by="U2", due_at=prompt.escalates_at, check="age")
        condition = await conditions.insert(conn, watched.number, said, remind_at=None)
        await packet_copies.want(conn, watched.number, asked_in=None)
        await configurations.keep(conn, pinned)
        capture = await captures.insert(
            conn,
            environment="four",
            name="",
            channel="C0RELEASES",
            requested_by="U02BEN",
            configuration=pinned.digest,
            samples=10,
            length=timedelta(minutes=1),
        )
        await run(conn, "UPDATE retention SET done_at = now() - interval '1 hour'")
    return [
        Handle(key="said"),
        Measure(run=checked.number, check="age"),
        Expire(run=open_.number, at=open_.expires_at),
        Look(run=watched.number, tick=1, at=watch.started_at),
        Escalate(run=watched.number, trigger="age", episode=1, at=prompt.escalates_at),
        Act(run=watched.number, action="backfill", attempt=1),
        ConditionDue(run=watched.number, number=1, at=condition.due_at),
        Recheck(run=watched.number, number=1, tick=1, at=condition.opened_at),
        Sample(capture=capture.number, tick=1, at=capture.started_at),
        KeepPacket(run=watched.number),
        RemoveExpired(at=capture.started_at),
    ]


async def lost(conn: Connection, grace: timedelta = AT_ONCE) -> list[Work[Any]]:
    return [work for kind in KINDS for work in await jobs.lost(conn, kind, grace=grace)]


def names(works: list[Work[Any]]) -> list[str]:
    """The work without its due time, which is now for a lost measurement."""
    return [f"{type(work).__name__} {work.model_dump(exclude={'at'})}" for work in works]


async def test_all_lost_work_is_found(store: Database, to_do: list[Work[Any]]) -> None:
    async with store.connection() as conn:
        await run(conn, "DELETE FROM procrastinate_jobs")
        assert names(await lost(conn)) == names(to_do)
        assert await lost(conn, timedelta(seconds=30)) == []  # it may be about to be enqueued


async def test_work_with_a_job_is_not_lost(store: Database, to_do: list[Work[Any]]) -> None:
    """The interaction already has its job."""
    async with Engine(store) as engine, store.connection() as conn:
        await engine.enqueue(conn, *to_do[1:])
        assert await lost(conn) == []
        await run(conn, "UPDATE procrastinate_jobs SET status = 'doing'")
        assert await lost(conn) == []
        await run(conn, "UPDATE procrastinate_jobs SET status = 'failed'")
        assert names(await lost(conn)) == names(to_do)


def test_every_kind_of_work_is_found() -> None:
    """Under the names that jobs of earlier versions have."""
    kinds = {Handle, *declared(workflow, Work)}
    assert kinds == set(KINDS)
    assert {kind.task for kind in kinds} == {
        "handle",
        "measure",
        "expire",
        "remind",
        "look",
        "escalate",
        "act",
        "condition_due",
        "recheck",
        "capture",
        "keep packet",
        "remove expired",
    }


async def test_a_dead_workers_jobs_are_handed_out_and_announced_at_once(
    store: Database, to_do: list[Work[Any]]
) -> None:
    async with await psycopg.AsyncConnection.connect(store.dsn, autocommit=True) as listening:
        async with store.transaction() as conn:
            await run(conn, "UPDATE procrastinate_jobs SET status = 'doing'")
            await listening.execute('LISTEN "procrastinate_queue_v1#people"')
            [(job, task)] = await jobs.take_over(conn, stalled=AT_ONCE)
            assert await jobs.take_over(conn, stalled=AT_ONCE) == []
        told = [notify.payload async for notify in listening.notifies(timeout=5, stop_after=1)]
    assert task == "handle"
    assert [json.loads(payload) for payload in told] == [{"type": "job_inserted", "job_id": job}]
