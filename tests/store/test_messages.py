"""The outbox: what is sent next, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.outbox import Kind, Message, MessageState
from bot.plan.model import Pinned
from bot.run import Run
from bot.store import messages
from bot.store.database import Connection, Database, run
from tests.store.conftest import start


@pytest.fixture
async def one(store: Database, pinned: Pinned) -> Run:
    async with store.transaction() as conn:
        return await start(conn, pinned)


async def claim(store: Database) -> list[Message]:
    async with store.connection() as conn:
        return await messages.claim(conn, 10)


async def of(store: Database, number: int) -> list[Message]:
    async with store.connection() as conn:
        return await messages.of_run(conn, number)


async def want(store: Database, of: Run, *kinds: Kind) -> None:
    async with store.transaction() as conn:
        for kind in kinds:
            await messages.want(conn, of, kind)


async def make_due(conn: Connection) -> None:
    await run(conn, "UPDATE message SET not_before = now()")


async def test_nothing_is_posted_before_what_was_to_be_posted_earlier(store: Database, one: Run) -> None:
    await want(store, one, Kind.CARD, Kind.TABLE)
    (card,) = await claim(store)
    assert card.kind is Kind.CARD
    assert await claim(store) == []
    async with store.connection() as conn:
        await messages.sent(conn, card, ts="1.0")
    (table,) = await claim(store)
    assert table.kind is Kind.TABLE


async def test_a_message_in_doubt_holds_up_its_own_run_only(
    store: Database, pinned: Pinned, one: Run
) -> None:
    async with store.transaction() as conn:
        other = await start(conn, pinned, "production")
    await want(store, one, Kind.CARD, Kind.TABLE)
    (card,) = await claim(store)
    async with store.connection() as conn:
        await messages.in_doubt(conn, card, "no answer")
    await want(store, other, Kind.CARD)
    (next_one,) = await claim(store)
    assert next_one.run == other.number


async def test_a_message_that_will_never_arrive_holds_up_nothing(store: Database, one: Run) -> None:
    await want(store, one, Kind.CARD, Kind.TABLE)
    (card,) = await claim(store)
    async with store.connection() as conn:
        await messages.fail(conn, card, "invalid_blocks")
    assert [message.kind for message in await claim(store)] == [Kind.TABLE]


async def test_changes_of_a_shown_message_are_gathered(store: Database, one: Run) -> None:
    await want(store, one, Kind.CARD)
    (card,) = await claim(store)
    async with store.connection() as conn:
        await messages.sent(conn, card, ts="1.0")
    await want(store, one, Kind.CARD, Kind.CARD, Kind.CARD)
    assert await claim(store) == []  # not within two seconds
    async with store.connection() as conn:
        await make_due(conn)
    (again,) = await claim(store)
    assert (again.ts, again.wanted) == ("1.0", 4)


async def test_what_changes_while_it_is_sent_is_sent_again(store: Database, one: Run) -> None:
    await want(store, one, Kind.CARD)
    (card,) = await claim(store)
    await want(store, one, Kind.CARD)
    async with store.connection() as conn:
        await messages.sent(conn, card, ts="1.0")
    (now,) = await of(store, one.number)
    assert (now.state, now.shown, now.wanted) == (MessageState.PENDING, 1, 2)


async def test_a_sender_that_was_asleep_marks_nothing(store: Database, one: Run) -> None:
    await want(store, one, Kind.CARD)
    (asleep,) = await claim(store)
    async with store.connection() as conn:
        await make_due(conn)
        (doubtful,) = await messages.claim_in_doubt(conn, 10)
        await messages.later(conn, doubtful, None, timedelta(0))
    (awake,) = await claim(store)
    async with store.connection() as conn:
        await messages.sent(conn, asleep, ts="1.0")
        await messages.sent(conn, awake, ts="2.0")
    (now,) = await of(store, one.number)
    assert (now.state, now.ts) == (MessageState.SENT, "2.0")
