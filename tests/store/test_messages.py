"""The outbox: what is sent next, and what becomes of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.plan.model import Pinned
from bot.rules.outbox import Kind, Message, MessageState, Way
from bot.rules.run import Run
from bot.store import database, messages
from bot.store.database import Connection, Database, rows, run
from tests.store.conftest import start


@pytest.fixture
async def one(store: Database, pinned: Pinned) -> Run:
    async with store.transaction() as conn:
        return await start(conn, pinned)


async def claim(store: Database) -> list[Message]:
    async with store.connection() as conn:
        return await messages.claim(conn, 10)


async def begun(store: Database) -> Message:
    """Taken, and a request for it may be under way."""
    (message,) = await claim(store)
    async with store.connection() as conn:
        assert await messages.begin(conn, message)
    return message


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
    asleep = await begun(store)
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


async def falls_silent(conn: Connection) -> None:
    """For four seconds; a request that it has begun may still be under way."""
    await run(conn, "UPDATE message SET not_before = now() + interval '9 seconds' WHERE state = 'sending'")
    await run(conn, "UPDATE message SET begun_at = now() - interval '4 seconds' WHERE begun_at IS NOT NULL")


async def test_what_a_silent_sender_had_not_begun_to_post_is_posted_at_once_and_not_by_it(
    store: Database, one: Run
) -> None:
    """What was the matter before is still known."""
    await want(store, one, Kind.CARD)
    before = await begun(store)
    async with store.connection() as conn:
        await messages.later(conn, before, "not_in_channel", timedelta(0))
        (silent,) = await messages.claim(conn, 1)
        await falls_silent(conn)
        assert await messages.claim_in_doubt(conn, 10) == []
        assert not await messages.begin(conn, silent)
        (taken,) = await messages.claim(conn, 1)
        assert not await messages.begin(conn, silent)
        assert await messages.begin(conn, taken)
    assert taken.error == "not_in_channel"


async def test_what_a_silent_sender_had_begun_to_post_is_in_doubt_until_its_request_is_over(
    store: Database, one: Run
) -> None:
    await want(store, one, Kind.CARD)
    await begun(store)
    async with store.connection() as conn:
        await falls_silent(conn)
        (doubtful,) = await messages.claim_in_doubt(conn, 10)
        assert doubtful.free_at
        left = doubtful.free_at - await database.now(conn)
        assert timedelta(0) < messages.DEFAULT.lease - timedelta(seconds=4) - left < timedelta(seconds=1)
        assert await messages.claim(conn, 1) == []


async def test_what_a_silent_sender_updates_is_sent_at_once_and_again_when_its_request_is_over(
    store: Database, one: Run
) -> None:
    """Also when the next one falls silent before it begins."""
    await want(store, one, Kind.CARD)
    async with store.connection() as conn:
        (card,) = await messages.claim(conn, 1)
        await messages.sent(conn, card, ts="1.0")
        await messages.want(conn, one, Kind.CARD, urgent=True)
        silent = await begun(store)
        await falls_silent(conn)
        assert await messages.claim_in_doubt(conn, 10) == []
        await messages.claim(conn, 1)
        await falls_silent(conn)
        assert await messages.claim_in_doubt(conn, 10) == []
        (taken,) = await messages.claim(conn, 1)
        await messages.sent(conn, silent)
        await messages.sent(conn, taken)
        left = messages.DEFAULT.lease.total_seconds() - 4
        assert left - 1 < (await messages.next_due(conn) or 0) <= left
        await make_due(conn)
        await run(conn, "UPDATE message SET free_at = now()")
        (again,) = await messages.claim(conn, 1)
        await messages.sent(conn, again)
        assert (await messages.of_run(conn, one.number))[0].state is MessageState.SENT


MARKS: dict[str, Callable[[Connection, Message], Awaitable[object]]] = {
    "sent": lambda conn, message: messages.sent(conn, message, ts="9.0"),
    "found": lambda conn, message: messages.found(conn, message, "9.0"),
    "uploaded": lambda conn, message: messages.uploaded(conn, message, "F9"),
    "later": lambda conn, message: messages.later(conn, message, "later", timedelta(0)),
    "in doubt": lambda conn, message: messages.in_doubt(conn, message, "no answer"),
    "failed": lambda conn, message: messages.fail(conn, message, "invalid_blocks"),
    "to be looked for again": lambda conn, message: messages.look_again(conn, message, timedelta(0), "again"),
    "started over": messages.start_over,
    "replaced": lambda conn, message: messages.replace(conn, message, "edit_window_closed"),
    "prolonged": lambda conn, message: messages.prolong(conn, [(message.id, message.claim)]),
    "begun": messages.begin,
    "told": messages.alert,
}


@pytest.mark.parametrize("mark", MARKS)
async def test_whoever_was_overtaken_changes_nothing_whatever_became_of_it_meanwhile(
    store: Database, one: Run, mark: str
) -> None:
    """Somebody else looks for it; and then sends it."""
    await want(store, one, Kind.CARD)
    asleep = await begun(store)
    async with store.connection() as conn:
        await make_due(conn)
        (doubtful,) = await messages.claim_in_doubt(conn, 10)
        before = await messages.of_run(conn, one.number)
        await MARKS[mark](conn, asleep)
        assert await messages.of_run(conn, one.number) == before
        await messages.later(conn, doubtful, None, timedelta(0))
        (awake,) = await messages.claim(conn, 10)
        assert awake.state is MessageState.SENDING
        before = await messages.of_run(conn, one.number)
        await MARKS[mark](conn, asleep)
        assert await messages.of_run(conn, one.number) == before


async def test_each_claim_has_a_number_of_its_own(store: Database, one: Run) -> None:
    await want(store, one, Kind.CARD)
    async with store.connection() as conn:
        (first,) = await messages.claim(conn, 10)
        await messages.later(conn, first, None, timedelta(0))
        (second,) = await messages.claim(conn, 10)
        await messages.in_doubt(conn, second, "no answer")
        (third,) = await messages.claim_in_doubt(conn, 10)
    assert first.claim < second.claim < third.claim


async def test_a_lease_that_is_over_is_not_prolonged(store: Database, one: Run) -> None:
    """Somebody may be looking for it already."""
    await want(store, one, Kind.CARD)
    (late,) = await claim(store)
    async with store.connection() as conn:
        await messages.prolong(conn, [(late.id, late.claim)])
        (prolonged,) = await messages.of_run(conn, one.number)
        assert prolonged.not_before > late.not_before
        await make_due(conn)
        (over,) = await messages.of_run(conn, one.number)
        await messages.prolong(conn, [(late.id, late.claim)])
        assert await messages.of_run(conn, one.number) == [over]


async def test_what_a_dead_looker_had_is_looked_for_after_its_silence(store: Database, one: Run) -> None:
    """Not after a sender's lease: a look has nothing under way in Slack."""
    await want(store, one, Kind.CARD)
    sent = await begun(store)
    async with store.connection() as conn:
        await messages.in_doubt(conn, sent, "no answer")
        (looked_for,) = await messages.claim_in_doubt(conn, 10)
        await messages.prolong(conn, [(looked_for.id, looked_for.claim)])
        assert await messages.claim_in_doubt(conn, 10) == []
        await run(
            conn, "UPDATE message SET not_before = not_before - %(silence)s", silence=messages.DEFAULT.silence
        )
        (again,) = await messages.claim_in_doubt(conn, 10)
        assert messages.over_at(again) == messages.over_at(looked_for)
    assert again.claim == looked_for.claim + 1


# ---------------------------------------------------------------- doors, edits, alerts


async def lose_a_door(store: Database, *, longest: timedelta) -> float:
    """-> seconds until the next try at something that has waited for two hours."""
    async with store.connection() as conn:
        await run(conn, "UPDATE message SET created_at = now() - interval '2 hours', not_before = now()")
        (card,) = await messages.claim(conn, 1)
        await messages.later(conn, card, "is_archived", timedelta(seconds=15), longest=longest)
        return await messages.next_due(conn) or 0.0


async def test_what_waits_for_long_is_tried_less_often(store: Database, one: Run) -> None:
    await want(store, one, Kind.CARD)
    assert 14 < await lose_a_door(store, longest=timedelta(0)) <= 15
    assert 299 < await lose_a_door(store, longest=timedelta(minutes=5)) <= 300


async def test_a_replaced_message_is_posted_beside_what_it_was_and_waits_for_nothing(
    store: Database, one: Run
) -> None:
    await want(store, one, Kind.CARD, Kind.TABLE)
    async with store.connection() as conn:
        (card,) = await messages.claim(conn, 1)
        await messages.sent(conn, card, ts="1.0")
        await messages.want(conn, one, Kind.CARD)
        await make_due(conn)
        card, table = sorted(await messages.claim(conn, 10), key=lambda message: message.id)
        await messages.replace(conn, card, "edit_window_closed")
        (beside,) = await messages.claim(conn, 10)
        assert (beside.ts, beside.place, beside.earlier, beside.way) == (None, "1.0", ("1.0",), Way.POST)
        await messages.sent(conn, beside, ts="2.0", thread="1.0")
        root = await messages.root(conn, one.number)
    assert root
    assert (root.ts, root.place) == ("2.0", "1.0")  # replies go on standing under what it was
    assert table.kind is Kind.TABLE


async def test_a_deleted_card_is_what_the_rest_waits_for_again(store: Database, one: Run) -> None:
    await want(store, one, Kind.CARD, Kind.TABLE)
    async with store.connection() as conn:
        (card,) = await messages.claim(conn, 1)
        await messages.sent(conn, card, ts="1.0")
        found = await messages.root(conn, one.number)
        assert found
        await messages.gone(conn, found, "it was deleted")
        await messages.gone(conn, found, "it was deleted")  # somebody else found it out as well
        (anew,) = await messages.claim(conn, 10)
        assert (anew.kind, anew.ts, anew.place, anew.earlier) == (Kind.CARD, None, None, ("1.0",))
        await messages.sent(conn, anew, ts="2.0")
        (table,) = await messages.claim(conn, 10)
    assert table.kind is Kind.TABLE


async def test_whoever_was_alerted_sees_each_change_and_the_end(store: Database, one: Run) -> None:
    async def states(conn: Connection) -> list[tuple[str, int]]:
        found = await rows(conn, "SELECT state, wanted FROM message WHERE kind = 'alert'")
        return [(row["state"], row["wanted"]) for row in found]

    await want(store, one, Kind.CARD)
    async with store.connection() as conn:
        (card,) = await messages.claim(conn, 1)
        assert await messages.alert(conn, card)
        await messages.want(conn, one, Kind.ALERT, "1 C2", channel="C2")
        (told,) = await messages.claim(conn, 10)
        await messages.sent(conn, told, ts="3.0")
        assert await states(conn) == [("sent", 1)]
        await messages.want(conn, one, Kind.CARD)
        assert await states(conn) == [("pending", 2)]
        await messages.sent(conn, card, ts="1.0")
        assert await states(conn) == [("pending", 3)]
        await messages.want(conn, one, Kind.CARD)
        assert await states(conn) == [("pending", 3)]  # nobody is alerted any more
