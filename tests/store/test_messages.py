"""The outbox: what is sent next, and what becomes of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import psycopg
import pytest

from bot.plan.model import Pinned
from bot.rules.outbox import Message, MessageState
from bot.rules.run import Run
from bot.slack.messages.alert import Alert
from bot.slack.messages.kind import MessageKind
from bot.slack.rendering import KINDS
from bot.store import database, messages
from bot.store.database import Connection, Database, rows, run
from tests.store.conftest import start
from tests.store.contents import CARD, TABLE


@pytest.fixture
async def one(store: Database, pinned: Pinned) -> Run:
    async with store.transaction() as conn:
        return await start(conn, pinned)


async def claim(store: Database) -> list[Message]:
    async with store.connection() as conn:
        return await messages.claim(conn, 10, KINDS)


async def begun(store: Database) -> Message:
    """Claim the message, with a request for it possibly in flight."""
    (message,) = await claim(store)
    async with store.connection() as conn:
        assert await messages.begin(conn, message)
    return message


async def of(store: Database, number: int) -> list[Message]:
    async with store.connection() as conn:
        return await messages.of_run(conn, number)


async def want(store: Database, of: Run, *contents: MessageKind) -> None:
    async with store.transaction() as conn:
        for content in contents:
            await messages.want(conn, of, content)


async def make_due(conn: Connection) -> None:
    await run(conn, "UPDATE message SET not_before = now()")


async def test_messages_are_posted_in_order(store: Database, one: Run) -> None:
    await want(store, one, CARD, TABLE)
    (card,) = await claim(store)
    assert card.kind == CARD.kind
    assert await claim(store) == []
    async with store.connection() as conn:
        await messages.sent(conn, card, ts="1.0")
    (table,) = await claim(store)
    assert table.kind == TABLE.kind


async def test_an_ambiguous_message_holds_up_only_its_own_run(
    store: Database, pinned: Pinned, one: Run
) -> None:
    async with store.transaction() as conn:
        other = await start(conn, pinned, "production")
    await want(store, one, CARD, TABLE)
    (card,) = await claim(store)
    async with store.connection() as conn:
        await messages.in_doubt(conn, card, "no answer")
    await want(store, other, CARD)
    (next_one,) = await claim(store)
    assert next_one.run == other.number


async def test_a_message_that_will_never_arrive_holds_up_nothing(store: Database, one: Run) -> None:
    await want(store, one, CARD, TABLE)
    (card,) = await claim(store)
    async with store.connection() as conn:
        await messages.fail(conn, card, "invalid_blocks")
    assert [message.kind for message in await claim(store)] == [TABLE.kind]


async def test_changes_of_a_shown_message_are_combined(store: Database, one: Run) -> None:
    await want(store, one, CARD)
    (card,) = await claim(store)
    async with store.connection() as conn:
        await messages.sent(conn, card, ts="1.0")
    await want(store, one, CARD, CARD, CARD)
    assert await claim(store) == []  # not within two seconds
    async with store.connection() as conn:
        await make_due(conn)
    (again,) = await claim(store)
    assert (again.ts, again.wanted) == ("1.0", 4)


async def test_a_message_changed_while_it_is_sent_is_sent_again(store: Database, one: Run) -> None:
    await want(store, one, CARD)
    (card,) = await claim(store)
    await want(store, one, CARD)
    async with store.connection() as conn:
        await messages.sent(conn, card, ts="1.0")
    (now,) = await of(store, one.number)
    assert (now.state, now.shown, now.wanted) == (MessageState.PENDING, 1, 2)


async def test_a_suspended_sender_marks_nothing(store: Database, one: Run) -> None:
    await want(store, one, CARD)
    asleep = await begun(store)
    async with store.connection() as conn:
        await make_due(conn)
        (doubtful,) = await messages.claim_in_doubt(conn, 10, KINDS)
        await messages.later(conn, doubtful, None, timedelta(0))
    (awake,) = await claim(store)
    async with store.connection() as conn:
        await messages.sent(conn, asleep, ts="1.0")
        await messages.sent(conn, awake, ts="2.0")
    (now,) = await of(store, one.number)
    assert (now.state, now.ts) == (MessageState.SENT, "2.0")


async def falls_silent(conn: Connection) -> None:
    """The sender has been silent for four seconds; a request that it began may still be in flight."""
    await run(conn, "UPDATE message SET not_before = now() + interval '9 seconds' WHERE state = 'sending'")
    await run(conn, "UPDATE message SET begun_at = now() - interval '4 seconds' WHERE begun_at IS NOT NULL")


async def test_a_message_a_silent_sender_had_not_begun_to_post_is_posted_at_once_by_another(
    store: Database, one: Run
) -> None:
    """Its earlier error is kept."""
    await want(store, one, CARD)
    before = await begun(store)
    async with store.connection() as conn:
        await messages.later(conn, before, "not_in_channel", timedelta(0))
        (silent,) = await messages.claim(conn, 1, KINDS)
        await falls_silent(conn)
        assert await messages.claim_in_doubt(conn, 10, KINDS) == []
        assert not await messages.begin(conn, silent)
        (taken,) = await messages.claim(conn, 1, KINDS)
        assert not await messages.begin(conn, silent)
        assert await messages.begin(conn, taken)
    assert taken.error == "not_in_channel"


async def test_a_message_a_silent_sender_had_begun_to_post_is_ambiguous_until_its_request_is_over(
    store: Database, one: Run
) -> None:
    await want(store, one, CARD)
    await begun(store)
    async with store.connection() as conn:
        await falls_silent(conn)
        (doubtful,) = await messages.claim_in_doubt(conn, 10, KINDS)
        assert doubtful.free_at
        left = doubtful.free_at - await database.now(conn)
        assert timedelta(0) < messages.DEFAULT.lease - timedelta(seconds=4) - left < timedelta(seconds=1)
        assert await messages.claim(conn, 1, KINDS) == []


async def test_a_silent_senders_update_is_sent_at_once_and_again_when_its_request_is_over(
    store: Database, one: Run
) -> None:
    """Even if the next sender falls silent before it begins."""
    await want(store, one, CARD)
    async with store.connection() as conn:
        (card,) = await messages.claim(conn, 1, KINDS)
        await messages.sent(conn, card, ts="1.0")
        await messages.want(conn, one, CARD, urgent=True)
        silent = await begun(store)
        await falls_silent(conn)
        assert await messages.claim_in_doubt(conn, 10, KINDS) == []
        await messages.claim(conn, 1, KINDS)
        await falls_silent(conn)
        assert await messages.claim_in_doubt(conn, 10, KINDS) == []
        (taken,) = await messages.claim(conn, 1, KINDS)
        await messages.sent(conn, silent)
        await messages.sent(conn, taken)
        left = messages.DEFAULT.lease.total_seconds() - 4
        assert left - 1 < (await messages.next_due(conn) or 0) <= left
        await make_due(conn)
        await run(conn, "UPDATE message SET free_at = now()")
        (again,) = await messages.claim(conn, 1, KINDS)
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
async def test_a_superseded_sender_changes_nothing_whatever_happened_meanwhile(
    store: Database, one: Run, mark: str
) -> None:
    """Another one looks for the message, and then sends it."""
    await want(store, one, CARD)
    asleep = await begun(store)
    async with store.connection() as conn:
        await make_due(conn)
        (doubtful,) = await messages.claim_in_doubt(conn, 10, KINDS)
        before = await messages.of_run(conn, one.number)
        await MARKS[mark](conn, asleep)
        assert await messages.of_run(conn, one.number) == before
        await messages.later(conn, doubtful, None, timedelta(0))
        (awake,) = await messages.claim(conn, 10, KINDS)
        assert awake.state is MessageState.SENDING
        before = await messages.of_run(conn, one.number)
        await MARKS[mark](conn, asleep)
        assert await messages.of_run(conn, one.number) == before


async def test_each_claim_has_its_own_number(store: Database, one: Run) -> None:
    await want(store, one, CARD)
    async with store.connection() as conn:
        (first,) = await messages.claim(conn, 10, KINDS)
        await messages.later(conn, first, None, timedelta(0))
        (second,) = await messages.claim(conn, 10, KINDS)
        await messages.in_doubt(conn, second, "no answer")
        (third,) = await messages.claim_in_doubt(conn, 10, KINDS)
    assert first.claim < second.claim < third.claim


async def test_an_expired_lease_cannot_be_renewed(store: Database, one: Run) -> None:
    """Another one may be looking for the message already."""
    await want(store, one, CARD)
    (late,) = await claim(store)
    async with store.connection() as conn:
        await messages.prolong(conn, [(late.id, late.claim)])
        (prolonged,) = await messages.of_run(conn, one.number)
        assert prolonged.not_before > late.not_before
        await make_due(conn)
        (over,) = await messages.of_run(conn, one.number)
        await messages.prolong(conn, [(late.id, late.claim)])
        assert await messages.of_run(conn, one.number) == [over]


async def test_a_dead_lookups_message_is_looked_for_after_its_silence(store: Database, one: Run) -> None:
    """Not after a sender's lease: a lookup leaves nothing in flight."""
    await want(store, one, CARD)
    sent = await begun(store)
    async with store.connection() as conn:
        await messages.in_doubt(conn, sent, "no answer")
        (looked_for,) = await messages.claim_in_doubt(conn, 10, KINDS)
        await messages.prolong(conn, [(looked_for.id, looked_for.claim)])
        assert await messages.claim_in_doubt(conn, 10, KINDS) == []
        silence = messages.DEFAULT.silence
        await run(conn, "UPDATE message SET not_before = not_before - %(silence)s", silence=silence)
        (again,) = await messages.claim_in_doubt(conn, 10, KINDS)
        assert messages.over_at(again) == messages.over_at(looked_for)
    assert again.claim == looked_for.claim + 1


# ---------------------------------------------------------------- access, edits, alerts


async def lose_access(store: Database, *, longest: timedelta) -> float:
    """Returns the seconds until the next attempt at a message that has waited for two hours."""
    async with store.connection() as conn:
        await run(conn, "UPDATE message SET created_at = now() - interval '2 hours', not_before = now()")
        (card,) = await messages.claim(conn, 1, KINDS)
        await messages.later(conn, card, "is_archived", timedelta(seconds=15), longest=longest)
        return await messages.next_due(conn) or 0.0


async def test_a_message_that_waits_for_long_is_tried_less_often(store: Database, one: Run) -> None:
    await want(store, one, CARD)
    assert 14 < await lose_access(store, longest=timedelta(0)) <= 15
    assert 299 < await lose_access(store, longest=timedelta(minutes=5)) <= 300


async def test_a_replaced_message_is_posted_beside_the_old_one_and_waits_for_nothing(
    store: Database, one: Run
) -> None:
    await want(store, one, CARD, TABLE)
    async with store.connection() as conn:
        (card,) = await messages.claim(conn, 1, KINDS)
        await messages.sent(conn, card, ts="1.0")
        await messages.want(conn, one, CARD)
        await make_due(conn)
        card, table = sorted(await messages.claim(conn, 10, KINDS), key=lambda message: message.id)
        await messages.replace(conn, card, "edit_window_closed")
        (beside,) = await messages.claim(conn, 10, KINDS)
        assert (beside.ts, beside.place, beside.earlier) == (None, "1.0", ("1.0",))
        await messages.sent(conn, beside, ts="2.0", thread="1.0")
        root = await messages.root(conn, one.number)
    assert root
    assert (root.ts, root.place) == ("2.0", "1.0")  # replies stay below the old one
    assert table.kind == TABLE.kind


async def test_after_its_card_was_deleted_a_run_waits_for_a_new_one(store: Database, one: Run) -> None:
    await want(store, one, CARD, TABLE)
    async with store.connection() as conn:
        (card,) = await messages.claim(conn, 1, KINDS)
        await messages.sent(conn, card, ts="1.0")
        found = await messages.root(conn, one.number)
        assert found
        await messages.gone(conn, found, "it was deleted")
        await messages.gone(conn, found, "it was deleted")  # another one noticed it as well
        (anew,) = await messages.claim(conn, 10, KINDS)
        assert (anew.kind, anew.ts, anew.place, anew.earlier) == (CARD.kind, None, None, ("1.0",))
        await messages.sent(conn, anew, ts="2.0")
        (table,) = await messages.claim(conn, 10, KINDS)
    assert table.kind == TABLE.kind


async def test_an_alerted_person_sees_each_change_and_the_end(store: Database, one: Run) -> None:
    async def states(conn: Connection) -> list[tuple[str, int]]:
        found = await rows(conn, "SELECT state, wanted FROM message WHERE kind = 'alert'")
        return [(row["state"], row["wanted"]) for row in found]

    await want(store, one, CARD)
    async with store.connection() as conn:
        (card,) = await messages.claim(conn, 1, KINDS)
        assert await messages.alert(conn, card)
        await messages.want(conn, one, Alert(event=1, channel="C2"), channel="C2")
        (told,) = await messages.claim(conn, 10, KINDS)
        await messages.sent(conn, told, ts="3.0")
        assert await states(conn) == [("sent", 1)]
        await messages.want(conn, one, CARD)
        assert await states(conn) == [("pending", 2)]
        await messages.sent(conn, card, ts="1.0")
        assert await states(conn) == [("pending", 3)]
        await messages.want(conn, one, CARD)
        assert await states(conn) == [("pending", 3)]  # nobody is alerted any more


@pytest.mark.parametrize("owner", ["%(run)s, 'home U1'", "NULL, NULL"])
async def test_a_message_belongs_either_to_a_run_or_to_a_topic(store: Database, one: Run, owner: str) -> None:
    insert = f"INSERT INTO message (run, topic, kind, channel) VALUES ({owner}, 'x', 'C1')"
    with pytest.raises(psycopg.errors.CheckViolation, match="message_belongs_somewhere"):
        async with store.connection() as conn:
            await run(conn, insert, run=one.number)


async def test_messages_of_a_topic_are_posted_in_order_and_hold_up_no_run(store: Database, one: Run) -> None:
    async with store.connection() as conn:
        for topic in ("home U1", "home U2"):
            await messages.want_about(conn, topic, CARD, channel="C2")
            await messages.want_about(conn, topic, TABLE, channel="C2")
    await want(store, one, CARD)
    claimed = await claim(store)
    assert [(message.topic, message.run, message.kind) for message in claimed] == [
        ("home U1", None, CARD.kind),
        ("home U2", None, CARD.kind),
        (None, one.number, CARD.kind),
    ]
