"""What is sent first: what somebody waits for, whatever flood of progress there is, and each run in its own order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from bot.plan.model import Pinned
from bot.rules.interaction import Interaction, InteractionKind
from bot.rules.outbox import AWAITED, FILES, Kind, Message, MessageState, Way
from bot.rules.run import Run
from bot.store import inbox, messages
from bot.store.database import Database, run
from tests.store.conftest import start

POST, UPDATE, UPLOAD = Way.POST, Way.UPDATE, Way.UPLOAD


async def new_run(store: Database, pinned: Pinned, environment: str) -> Run:
    async with store.transaction() as conn:
        return await start(conn, pinned, environment)


async def want(store: Database, of: Run, *kinds: Kind, urgent: bool = False) -> None:
    async with store.transaction() as conn:
        for kind in kinds:
            await messages.want(conn, of, kind, urgent=urgent)


async def claim(store: Database, limit: int = 1, held: Iterable[str] = ()) -> list[tuple[int, Kind]]:
    """-> (run, kind) of each, put back at once."""
    async with store.connection() as conn:
        claimed = await messages.claim(conn, limit, held=held)
        for message in claimed:
            await messages.later(conn, message, None, timedelta(0))
    return [(message.run, message.kind) for message in claimed]


async def send(store: Database, of: Run, *kinds: Kind) -> None:
    """Whatever else waits, these are shown now."""
    await want(store, of, *kinds)
    async with store.connection() as conn:
        for kind in kinds:
            await run(
                conn,
                "UPDATE message SET state = 'sent', ts = '1.0', posted_at = now(), sent_at = now() - interval '3 s',"
                " shown = wanted WHERE run = %(run)s AND kind = %(kind)s",
                run=of.number,
                kind=kind,
            )


@pytest.fixture
async def flood(store: Database, pinned: Pinned) -> list[Run]:
    """Many runs whose cards are to be updated and whose tables, charts and packets are to be posted, earlier than all else."""
    runs = [await new_run(store, pinned, f"other-{number}") for number in range(20)]
    for each in runs:
        await send(store, each, Kind.CARD)
        await want(store, each, Kind.CARD, Kind.TABLE, Kind.CHART, Kind.PACKET)
    return runs


@pytest.mark.parametrize("kind", AWAITED)
async def test_what_somebody_waits_for_overtakes_the_progress_of_others(
    store: Database, pinned: Pinned, flood: list[Run], kind: Kind
) -> None:
    ours = await new_run(store, pinned, "ours")
    await send(store, ours, Kind.CARD, Kind.TABLE)
    await want(store, ours, kind)
    assert await claim(store) == [(ours.number, kind)]


async def test_a_card_that_somebody_waits_for_overtakes_those_that_only_show_progress(
    store: Database, pinned: Pinned, flood: list[Run]
) -> None:
    ours = await new_run(store, pinned, "ours")
    await send(store, ours, Kind.CARD)
    await want(store, ours, Kind.CARD, urgent=True)
    assert await claim(store) == [(ours.number, Kind.CARD)]
    assert await claim(store) == [(ours.number, Kind.CARD)]  # put back, it is still awaited


async def test_a_new_runs_card_comes_before_what_others_show_in_their_threads(
    store: Database, pinned: Pinned, flood: list[Run]
) -> None:
    ours = await new_run(store, pinned, "ours")
    await want(store, ours, Kind.CARD)
    assert await claim(store) == [(ours.number, Kind.CARD)]


async def test_what_a_decision_has_to_wait_for_in_its_own_run_is_waited_for_as_well(
    store: Database, pinned: Pinned, flood: list[Run]
) -> None:
    ours = await new_run(store, pinned, "ours")
    await send(store, ours, Kind.CARD)
    await want(store, ours, Kind.TABLE, Kind.CHART, Kind.DECISION)
    shown = []
    for _ in range(3):
        [(of, kind)] = await claim(store)
        assert of == ours.number
        shown.append(kind)
        await send(store, ours, kind)
    assert shown == [Kind.TABLE, Kind.CHART, Kind.DECISION]


async def test_while_a_vote_is_being_posted_no_progress_takes_the_place_of_the_decision_behind_it(
    store: Database, pinned: Pinned, flood: list[Run]
) -> None:
    ours = await new_run(store, pinned, "ours")
    await send(store, ours, Kind.CARD)
    await want(store, ours, Kind.VOTE, Kind.DECISION)
    async with store.connection() as conn:
        (vote,) = await messages.claim(conn, 1)
        assert vote.kind is Kind.VOTE
        meanwhile = await messages.claim(conn, 100)
        assert {message.way for message in meanwhile} == {Way.UPDATE}
        await messages.sent(conn, vote, ts="2.0")
    assert await claim(store) == [(ours.number, Kind.DECISION)]


async def test_where_nobody_waits_the_order_is_that_of_asking(store: Database, flood: list[Run]) -> None:
    assert await claim(store, 1) == [(flood[0].number, Kind.CARD)]
    claimed = await claim(store, 100)
    assert len(claimed) == 2 * len(flood)  # of each run, the update and the first to be posted
    assert [of for of, _ in claimed] == sorted(of for of, _ in claimed)


@pytest.mark.parametrize(
    ("held", "left"),
    [
        ([], {Kind.CARD, Kind.TABLE, Kind.CHART}),
        ([POST], {Kind.CARD, Kind.CHART}),
        ([f"{POST} progress"], {Kind.CARD, Kind.CHART}),
        ([f"{POST} C1"], {Kind.CARD, Kind.CHART}),
        ([f"{POST} C2"], {Kind.CARD, Kind.TABLE, Kind.CHART}),
        ([UPDATE], {Kind.TABLE, Kind.CHART}),
        ([f"{UPDATE} progress"], {Kind.TABLE, Kind.CHART}),
        ([UPLOAD], {Kind.CARD, Kind.TABLE}),
        ([POST, UPDATE, f"{UPLOAD} progress"], set()),
    ],
)
async def test_what_may_not_be_called_now_is_not_taken(
    store: Database, pinned: Pinned, held: list[str], left: set[Kind]
) -> None:
    one, other = [await new_run(store, pinned, name) for name in ("one", "other")]
    await send(store, one, Kind.CARD)
    await send(store, other, Kind.CARD, Kind.TABLE)
    await want(store, one, Kind.CARD, Kind.TABLE)
    await want(store, other, Kind.CHART)
    assert {kind for _, kind in await claim(store, 10, held)} == left


async def test_what_somebody_waits_for_is_not_held_with_the_progress(store: Database, pinned: Pinned) -> None:
    one = await new_run(store, pinned, "one")
    await send(store, one, Kind.CARD)
    await want(store, one, Kind.TABLE, Kind.DECISION)
    held = [f"{way} progress" for way in Way]
    assert await claim(store, 10, held) == [(one.number, Kind.TABLE)]
    await want(store, one, Kind.CARD, urgent=True)
    assert (one.number, Kind.CARD) in await claim(store, 10, held)


async def test_nobody_else_takes_what_is_taken(store: Database, flood: list[Run]) -> None:
    async with store.transaction() as one, store.transaction() as other:
        first, second = await messages.claim(one, 10), await messages.claim(other, 10)
    assert len(first) == len(second) == 10
    assert not {message.id for message in first} & {message.id for message in second}


async def test_nobody_else_looks_for_what_is_looked_for(store: Database, flood: list[Run]) -> None:
    async with store.transaction() as conn:
        for message in await messages.claim(conn, 20):
            await messages.in_doubt(conn, message, "no answer")
    async with store.transaction() as one, store.transaction() as other:
        first, second = await messages.claim_in_doubt(one, 10), await messages.claim_in_doubt(other, 10)
    assert len(first) == len(second) == 10
    assert not {message.id for message in first} & {message.id for message in second}


async def test_the_next_due_is_not_what_only_waits_for_another(store: Database, pinned: Pinned) -> None:
    one = await new_run(store, pinned, "one")
    await want(store, one, Kind.CARD, Kind.TABLE)
    async with store.connection() as conn:
        (card,) = await messages.claim(conn, 10)
        await run(conn, "UPDATE message SET not_before = now() - interval '1 s' WHERE kind = 'table'")
        assert await messages.next_due(conn) is None
        await messages.later(conn, card, None, timedelta(seconds=7))
        due = await messages.next_due(conn)
    assert due
    assert 6 < due <= 7


async def test_whatever_becomes_of_a_message_is_announced_to_what_stands_behind_it(
    store: Database, pinned: Pinned
) -> None:
    one = await new_run(store, pinned, "one")
    await want(store, one, Kind.CARD)
    async with store.connection() as conn:
        (card,) = await messages.claim(conn, 1)
        async with await psycopg.AsyncConnection.connect(store.dsn, autocommit=True) as listener:
            await listener.execute("LISTEN canary_message")
            await messages.claim(
                conn, 1
            )  # takes nothing, and wakes nobody: else two would keep each other awake
            await messages.sent(conn, card, ts="1.0")
            heard = [notice async for notice in listener.notifies(timeout=1.0)]
    assert len(heard) == 1


# ---------------------------------------------------------------- a long history


async def history(dsn: str, of: Run, rows: int) -> None:
    """So many messages that were sent, each through the states that they go through."""
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        await conn.execute(
            "INSERT INTO message (run, kind, subject, channel, state, wanted, shown, ts, posted_at, sent_at)"
            " SELECT %(run)s, 'vote', n, 'C1', 'sent', 1, 1, n, now(), now() FROM generate_series(1, %(rows)s) AS n",
            {"run": of.number, "rows": rows},
        )


def read_whole(plan: Any) -> list[str]:
    """The tables that a plan reads from end to end."""
    if isinstance(plan, list):
        return [table for part in plan for table in read_whole(part)]
    if not isinstance(plan, dict):
        return []
    own = [plan["Relation Name"]] if plan.get("Node Type") == "Seq Scan" else []
    return own + [table for part in plan.values() for table in read_whole(part)]


async def test_no_statement_of_the_outbox_reads_what_was_sent(store: Database, pinned: Pinned) -> None:
    """Whether the planner knows how much that is, or not yet."""
    one = await new_run(store, pinned, "one")
    await history(store.dsn, one, 50_000)
    await want(store, one, Kind.CARD, Kind.TABLE)
    given = {
        "limit": 1,
        "held": [f"{POST} C2"],
        "lease": messages.DEFAULT.lease,
        "silence": messages.DEFAULT.silence,
        "rest": messages.DEFAULT.lease - messages.DEFAULT.silence,
        "awaited": list(AWAITED),
        "files": list(FILES),
        "run": one.number,
        **{way.name.lower(): way for way in Way},
    }
    for analyze in (False, True):
        async with store.connection() as conn:
            if analyze:
                await conn.execute("ANALYZE message")
            for statement in ("claim", "next_due", "claim_in_doubt", "abandoned", "counts", "root"):
                found = await conn.execute("EXPLAIN (FORMAT JSON) " + messages.SQL[statement], given)
                plan = await found.fetchone()
                assert plan
                assert read_whole(plan["QUERY PLAN"]) == [], (statement, analyze)


# ---------------------------------------------------------------- people's work


async def test_a_click_is_worked_off_before_a_flood_of_commands(store: Database) -> None:
    kinds = [*[InteractionKind.COMMAND] * 5, InteractionKind.ACTION, InteractionKind.VIEW]
    async with store.connection() as conn:
        for number, kind in enumerate(kinds):
            await inbox.insert(conn, Interaction(key=f"{kind}:{number}", kind=kind, payload={}))
        await conn.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        fetch = "SELECT args ->> 'key' AS key FROM procrastinate_fetch_job_v2(ARRAY['people'], (SELECT max(id) FROM procrastinate_workers))"
        taken = [(await (await conn.execute(fetch)).fetchone() or {})["key"] for _ in kinds]
    assert taken == ["action:5", "view:6", *(f"command:{number}" for number in range(5))]


async def test_what_was_awaited_when_it_was_taken_is_told(store: Database, pinned: Pinned) -> None:
    one = await new_run(store, pinned, "one")
    await want(store, one, Kind.CARD)
    async with store.connection() as conn:
        (card,) = await messages.claim(conn, 1)
        assert (card.awaited, card.way, card.state) == (False, Way.POST, MessageState.SENDING)
        await messages.sent(conn, card, ts="1.0")
        await messages.want(conn, one, Kind.CARD, urgent=True)
        (card,) = await messages.claim(conn, 1)
        assert (card.awaited, card.way) == (True, Way.UPDATE)
        await messages.sent(conn, card)
        await messages.want(conn, one, Kind.CARD)
        await run(conn, "UPDATE message SET not_before = now()")
        (card,) = await messages.claim(conn, 1)
    assert isinstance(card, Message)
    assert not card.awaited  # once shown, nobody waits any more
