"""What is stored of people's interactions, and for how long."""

from __future__ import annotations

from bot.base.errors import Refused
from bot.base.next_step import Next
from bot.rules.interaction import Interaction, InteractionKind
from bot.store import inbox
from bot.store.database import Database, row, rows, run
from commands.slack.parse import verb_of
from commands.slack.payload import interaction

WHERE = {"response_url": "https://hooks.example/1", "text": "status", "trigger_id": "1.2"}


async def payload(store: Database, key: str) -> dict[str, str]:
    async with store.connection() as conn:
        found = await row(conn, "SELECT payload FROM inbox WHERE key = %(key)s", key=key)
    assert found
    return dict(found["payload"])


async def test_the_response_url_is_forgotten_after_half_an_hour_and_not_earlier(store: Database) -> None:
    async with store.connection() as conn:
        for key in ("old", "new"):
            await inbox.insert(conn, Interaction(key=key, kind=InteractionKind.COMMAND, payload=WHERE))
        await run(conn, "UPDATE inbox SET received_at = now() - interval '31 minutes' WHERE key = 'old'")
        await inbox.forget_where_to_answer(conn)

    assert await payload(store, "old") == {"text": "status", "trigger_id": "1.2"}
    assert await payload(store, "new") == WHERE


async def test_what_only_an_answer_needs_is_dropped_with_the_answer(store: Database) -> None:
    async with store.connection() as conn:
        await inbox.insert(conn, Interaction(key="k", kind=InteractionKind.COMMAND, payload=WHERE))
        await inbox.done(conn, "k")

    assert await payload(store, "k") == {"text": "status"}


def command(trigger: str, text: str) -> Interaction:
    said = {"command": "/canary", "team_id": "T1", "user_id": "U1", "channel_id": "C1"}
    return interaction({**said, "trigger_id": trigger, "text": text}, verb_of(text))


async def test_a_typed_vote_is_handled_before_earlier_commands(store: Database) -> None:
    async with store.connection() as conn:
        for number, text in enumerate(["status", "help", "no go #1 errors", "owners staging", "go #1"]):
            await inbox.insert(conn, command(str(number), text))
        jobs = await rows(
            conn, "SELECT args ->> 'key' AS key FROM procrastinate_jobs ORDER BY priority DESC, id"
        )
        votes = await rows(conn, "SELECT key FROM inbox WHERE is_vote ORDER BY key")

    assert [job["key"].rpartition(":")[2] for job in jobs] == ["2", "4", "0", "1", "3"]
    assert [vote["key"].rpartition(":")[2] for vote in votes] == ["2", "4"]


async def test_a_refusal_is_repeated_with_its_next_steps(store: Database) -> None:
    refusal = Refused("Run #7 is closed already.", then=[Next.show(7), Next.list_runs()], people=["U1"])
    async with store.transaction() as conn:
        await inbox.insert(conn, command("t1", "status"))
        assert await inbox.count(conn, command("t1", "status").key)
        await inbox.refuse(conn, command("t1", "status").key, refusal)
        again = await inbox.outcome(conn, command("t1", "status").key)
    assert isinstance(again, Refused)
    assert (str(again), again.then, again.people) == (str(refusal), refusal.then, refusal.people)
