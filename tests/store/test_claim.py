"""Which message is sent next: what somebody waits for, however much progress there is to show, and each run in its own
order.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from bot.plan.model import Pinned
from bot.rules.interaction import Interaction, InteractionKind
from bot.rules.outbox import Held, Message, MessageState, Way
from bot.rules.run import Run
from bot.slack.messages.kind import MessageKind
from bot.slack.rendering import KINDS
from bot.store import inbox, messages
from bot.store.database import Database, run
from tests.store.conftest import start
from tests.store.contents import CARD, CHART, DECISION, PACKET, SUBJECTS, TABLE, VOTE

POST, UPDATE, UPLOAD = Way.POST, Way.UPDATE, Way.UPLOAD


async def new_run(store: Database, pinned: Pinned, environment: str) -> Run:
    async with store.transaction() as conn:
        return await start(conn, pinned, environment)


async def want(store: Database, of: Run, *contents: MessageKind, urgent: bool = False) -> None:
    async with store.transaction() as conn:
        for content in contents:
            await messages.want(conn, of, content, urgent=urgent)


async def claim(
    store: Database, limit: int = 1, held: Iterable[Held] = ()
) -> list[tuple[int | None, MessageKind]]:
    """Claim and release messages. Returns (run, content) of each."""
    async with store.connection() as conn:
        claimed = await messages.claim(conn, limit, KINDS, held=held)
        for message in claimed:
            await messages.later(conn, message, None, timedelta(0))
    return [(message.run, KINDS.of(message).of(message.subject)) for message in claimed]


async def send(store: Database, of: Run, *contents: MessageKind) -> None:
    """Mark these as shown, whatever else waits."""
    await want(store, of, *contents)
    async with store.connection() as conn:
        for content in contents:
            await run(
                conn,
                "UPDATE message SET state = 'sent', ts = '1.0', posted_at = now(), sent_at = now() - interval '3 s',"
                " shown = wanted WHERE run = %(run)s AND kind = %(kind)s",
                run=of.number,
                kind=content.kind,
            )


@pytest.fixture
async def flood(store: Database, pinned: Pinned) -> list[Run]:
    """Many runs with earlier card updates, and tables, charts and packets to post."""
    runs = [await new_run(store, pinned, f"other-{number}") for number in range(20)]
    for each in runs:
        await send(store, each, CARD)
        await want(store, each, CARD, TABLE, CHART, PACKET)
    return runs


@pytest.mark.parametrize("content", [each for each in SUBJECTS if each.awaited], ids=lambda each: each.kind)
async def test_awaited_messages_overtake_the_progress_of_other_runs(
    store: Database, pinned: Pinned, flood: list[Run], content: MessageKind
) -> None:
    ours = await new_run(store, pinned, "ours")
    await send(store, ours, CARD, TABLE)
    await want(store, ours, content)
    assert await claim(store) == [(ours.number, content)]


async def test_an_awaited_card_overtakes_cards_that_only_show_progress(
    store: Database, pinned: Pinned, flood: list[Run]
) -> None:
    ours = await new_run(store, pinned, "ours")
    await send(store, ours, CARD)
    await want(store, ours, CARD, urgent=True)
    assert await claim(store) == [(ours.number, CARD)]
    assert await claim(store) == [(ours.number, CARD)]  # it stays awaited after being released


async def test_a_new_runs_card_comes_before_other_runs_replies(
    store: Database, pinned: Pinned, flood: list[Run]
) -> None:
    ours = await new_run(store, pinned, "ours")
    await want(store, ours, CARD)
    assert await claim(store) == [(ours.number, CARD)]


async def test_messages_before_a_decision_in_its_own_run_are_awaited_too(
    store: Database, pinned: Pinned, flood: list[Run]
) -> None:
    ours = await new_run(store, pinned, "ours")
    await send(store, ours, CARD)
    await want(store, ours, TABLE, CHART, DECISION)
    shown = []
    for _ in range(3):
        [(of, content)] = await claim(store)
        assert of == ours.number
        shown.append(content)
        await send(store, ours, content)
    assert shown == [TABLE, CHART, DECISION]


async def test_while_a_vote_is_being_posted_no_progress_takes_the_place_of_the_decision_behind_it(
    store: Database, pinned: Pinned, flood: list[Run]
) -> None:
    ours = await new_run(store, pinned, "ours")
    await send(store, ours, CARD)
    await want(store, ours, VOTE, DECISION)
    async with store.connection() as conn:
        (vote,) = await messages.claim(conn, 1, KINDS)
        assert vote.kind == VOTE.kind
        meanwhile = await messages.claim(conn, 100, KINDS)
        assert {KINDS.of(message).way(message.ts) for message in meanwhile} == {Way.UPDATE}
        await messages.sent(conn, vote, ts="2.0")
    assert await claim(store) == [(ours.number, DECISION)]


async def test_without_anyone_waiting_messages_go_in_the_order_they_were_requested(
    store: Database, flood: list[Run]
) -> None:
    assert await claim(store, 1) == [(flood[0].number, CARD)]
    claimed = await claim(store, 100)
    assert len(claimed) == 2 * len(flood)  # per run: the update, and the first to be posted
    assert [of for of, _ in claimed] == sorted(of for of, _ in claimed)


@pytest.mark.parametrize(
    ("held", "left"),
    [
        ([], {CARD, TABLE, CHART}),
        ([Held(POST)], {CARD, CHART}),
        ([Held(POST, progress=True)], {CARD, CHART}),
        ([Held(POST, "C1")], {CARD, CHART}),
        ([Held(POST, "C2")], {CARD, TABLE, CHART}),
        ([Held(UPDATE)], {TABLE, CHART}),
        ([Held(UPDATE, progress=True)], {TABLE, CHART}),
        ([Held(UPLOAD)], {CARD, TABLE}),
        ([Held(POST), Held(UPDATE), Held(UPLOAD, progress=True)], set()),
    ],
)
async def test_a_rate_limited_message_is_not_claimed(
    store: Database, pinned: Pinned, held: list[Held], left: set[MessageKind]
) -> None:
    one, other = [await new_run(store, pinned, name) for name in ("one", "other")]
    await send(store, one, CARD)
    await send(store, other, CARD, TABLE)
    await want(store, one, CARD, TABLE)
    await want(store, other, CHART)
    assert {content for _, content in await claim(store, 10, held)} == left


async def test_an_awaited_message_is_not_held_back_with_the_progress(store: Database, pinned: Pinned) -> None:
    one = await new_run(store, pinned, "one")
    await send(store, one, CARD)
    await want(store, one, TABLE, DECISION)
    held = [Held(way, progress=True) for way in Way]
    assert await claim(store, 10, held) == [(one.number, TABLE)]
    await want(store, one, CARD, urgent=True)
    assert (one.number, CARD) in await claim(store, 10, held)


async def test_a_claimed_message_is_not_claimed_again(store: Database, flood: list[Run]) -> None:
    async with store.transaction() as one, store.transaction() as other:
        first, second = await messages.claim(one, 10, KINDS), await messages.claim(other, 10, KINDS)
    assert len(first) == len(second) == 10
    assert not {message.id for message in first} & {message.id for message in second}


async def test_a_message_being_looked_for_is_not_looked_for_again(store: Database, flood: list[Run]) -> None:
    async with store.transaction() as conn:
        for message in await messages.claim(conn, 20, KINDS):
            await messages.in_doubt(conn, message, "no answer")
    async with store.transaction() as one, store.transaction() as other:
        first, second = (
            await messages.claim_in_doubt(one, 10, KINDS),
            await messages.claim_in_doubt(other, 10, KINDS),
        )
    assert len(first) == len(second) == 10
    assert not {message.id for message in first} & {message.id for message in second}


async def test_the_next_due_time_ignores_messages_that_wait_for_others(
    store: Database, pinned: Pinned
) -> None:
    one = await new_run(store, pinned, "one")
    await want(store, one, CARD, TABLE)
    async with store.connection() as conn:
        (card,) = await messages.claim(conn, 10, KINDS)
        await run(conn, "UPDATE message SET not_before = now() - interval '1 s' WHERE kind = 'table'")
        assert await messages.next_due(conn) is None
        await messages.later(conn, card, None, timedelta(seconds=7))
        due = await messages.next_due(conn)
    assert due
    assert 6 < due <= 7


async def test_every_change_of_a_message_notifies_those_behind_it(store: Database, pinned: Pinned) -> None:
    one = await new_run(store, pinned, "one")
    await want(store, one, CARD)
    async with store.connection() as conn:
        (card,) = await messages.claim(conn, 1, KINDS)
        async with await psycopg.AsyncConnection.connect(store.dsn, autocommit=True) as listener:
            await listener.execute("LISTEN canary_message")
            # takes nothing and wakes nobody; otherwise two would keep each other awake
            await messages.claim(conn, 1, KINDS)
            await messages.sent(conn, card, ts="1.0")
            heard = [notice async for notice in listener.notifies(timeout=1.0)]
    assert len(heard) == 1


async def test_a_kind_of_another_version_is_left_to_it(store: Database, pinned: Pinned) -> None:
    """Later messages of its run wait for that version, but not forever: it may be gone."""
    one, other = [await new_run(store, pinned, name) for name in ("one", "other")]
    later = "INSERT INTO message (run, kind, channel) VALUES (%(run)s, 'condition met', 'C1')"
    async with store.connection() as conn:
        await run(conn, later, run=one.number)
    await want(store, one, TABLE)
    await want(store, other, CARD)
    assert await claim(store, 10) == [(other.number, CARD)]
    async with store.connection() as conn:
        await run(
            conn, "UPDATE message SET created_at = now() - interval '11 s' WHERE kind = 'condition met'"
        )
    assert await claim(store, 10) == [(other.number, CARD), (one.number, TABLE)]
    async with store.connection() as conn:
        await run(conn, "UPDATE message SET state = 'ambiguous' WHERE kind = 'condition met'")
        assert await messages.claim_in_doubt(conn, 10, KINDS) == []


# ---------------------------------------------------------------- a long history


async def history(dsn: str, of: Run, rows: int) -> None:
    """That many sent messages, each through its usual states."""
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        await conn.execute(
            "INSERT INTO message (run, kind, subject, channel, state, wanted, shown, ts, posted_at, sent_at)"
            " SELECT %(run)s, 'vote', n, 'C1', 'sent', 1, 1, n, now(), now() FROM generate_series(1, %(rows)s) AS n",
            {"run": of.number, "rows": rows},
        )


def read_whole(plan: Any) -> list[str]:
    """The tables that a plan scans completely."""
    if isinstance(plan, list):
        return [table for part in plan for table in read_whole(part)]
    if not isinstance(plan, dict):
        return []
    own = [plan["Relation Name"]] if plan.get("Node Type") == "Seq Scan" else []
    return own + [table for part in plan.values() for table in read_whole(part)]


STATEMENTS = ("claim", "next_due", "claim_in_doubt", "abandoned", "unreached", "counts", "root")


async def test_no_outbox_statement_reads_sent_messages(store: Database, pinned: Pinned) -> None:
    """With and without planner statistics."""
    one = await new_run(store, pinned, "one")
    await history(store.dsn, one, 50_000)
    await want(store, one, CARD, TABLE)
    given = {
        "limit": 1,
        "held_ways": [POST],
        "held_channels": ["C2"],
        "held_progress": [False],
        "lease": messages.DEFAULT.lease,
        "turn": messages.DEFAULT.turn,
        "silence": messages.DEFAULT.silence,
        "rest": messages.DEFAULT.lease - messages.DEFAULT.silence,
        "known": KINDS.names(),
        "awaited": KINDS.awaited,
        "files": KINDS.files,
        "homes": KINDS.homes,
        "direct": KINDS.direct,
        "quiet": messages.QUIET,
        "gather": timedelta(seconds=20),
        "run": one.number,
        **{way.name.lower(): way for way in Way},
    }
    for analyze in (False, True):
        async with store.connection() as conn:
            if analyze:
                await conn.execute("ANALYZE message")
            for statement in STATEMENTS:
                found = await conn.execute("EXPLAIN (FORMAT JSON) " + messages.SQL[statement], given)
                plan = await found.fetchone()
                assert plan
                assert read_whole(plan["QUERY PLAN"]) == [], (statement, analyze)


# ---------------------------------------------------------------- people's work


async def test_a_click_is_handled_before_a_flood_of_commands(store: Database) -> None:
    kinds = [*[InteractionKind.COMMAND] * 5, InteractionKind.ACTION, InteractionKind.VIEW]
    async with store.connection() as conn:
        for number, kind in enumerate(kinds):
            await inbox.insert(conn, Interaction(key=f"{kind}:{number}", kind=kind, payload={}))
        await conn.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        fetch = "SELECT args ->> 'key' AS key FROM procrastinate_fetch_job_v2(ARRAY['people'], (SELECT max(id) FROM procrastinate_workers))"
        taken = [(await (await conn.execute(fetch)).fetchone() or {})["key"] for _ in kinds]
    assert taken == ["action:5", "view:6", *(f"command:{number}" for number in range(5))]


async def test_a_claim_says_whether_somebody_waits(store: Database, pinned: Pinned) -> None:
    one = await new_run(store, pinned, "one")
    await want(store, one, CARD)
    async with store.connection() as conn:
        (card,) = await messages.claim(conn, 1, KINDS)
        assert (card.awaited, card.ts, card.state) == (False, None, MessageState.SENDING)
        await messages.sent(conn, card, ts="1.0")
        await messages.want(conn, one, CARD, urgent=True)
        (card,) = await messages.claim(conn, 1, KINDS)
        assert (card.awaited, card.ts) == (True, "1.0")
        await messages.sent(conn, card)
        await messages.want(conn, one, CARD)
        await run(conn, "UPDATE message SET not_before = now()")
        (card,) = await messages.claim(conn, 1, KINDS)
    assert isinstance(card, Message)
    assert not card.awaited  # once shown, nobody waits any more
