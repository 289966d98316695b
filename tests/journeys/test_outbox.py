"""Messages that Slack does not show are found and reported, an operator resolves them, and nothing is posted twice."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import psycopg
import pytest

from commands.serve import Running
from sandbox.slack.channel import Channel
from sandbox.slack.faults import Fault
from sandbox.slack.person import PATIENCE
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import CONFIGURATION, StartBot, World, both_go, decided
from tests.outbox import (
    change,
    command,
    living,
    make_older,
    rows,
    shown_twice,
    troubled,
    until,
    until_troubled,
)

ALERTS = CONFIGURATION.replace("version: 1", "version: 1\nalerts: {channel: C0OPS}")


# ---------------------------------------------------------------- files


@pytest.mark.parametrize("fault", [Fault.ERROR_AFTER, Fault.RESET_AFTER, Fault.HALF_BODY, Fault.ERROR_BEFORE])
async def test_a_file_whose_last_step_got_an_unclear_response_is_shown_once(
    bot: Running, slack: LocalSlack, bot_database: str, fault: Fault
) -> None:
    slack.faults.inject(fault, "files.completeUploadExternal", times=2)
    card = await decided(slack)
    await both_go(slack, card)
    await slack.sees("#releases", ".html, ")
    names = sorted(file.name for message in living(slack) for file in message.files)
    assert [name.rpartition(".")[2] for name in names] == ["html", "json", "md"]
    await slack.wait_for(lambda: not slack.faults.injected, PATIENCE)
    async with asyncio.timeout(PATIENCE):
        while await troubled(bot_database):
            await asyncio.sleep(0.2)


# ---------------------------------------------------------------- deleted, archived, kicked out


async def test_a_deleted_card_is_posted_again_with_everything_else_below_it(
    bot: Running, slack: LocalSlack
) -> None:
    card = await decided(slack)
    await slack.sees("#releases", "*Results*")
    for message in slack.thread(card):
        slack.workspace.delete(message)
    await slack.user("mia").command("#releases", "/canary", "status")
    ana = await slack.user("ana").command("#releases", "/canary", "cancel #1 it has to be done again")
    assert ana.acked
    decision = await slack.sees("#releases", "Decision on run #1")
    again = await slack.sees("#releases", "by @raj · run #1")
    assert again.ts != card.ts
    await slack.sees("#releases", ".html, ")
    assert not shown_twice(slack), decision


async def test_a_run_continues_while_its_channel_is_archived_and_everything_is_shown_afterward(
    bot: Running, slack: LocalSlack, world: World, bot_database: str
) -> None:
    card = await decided(slack)
    await slack.sees("#releases", "*Results*")
    slack.channel("#releases").is_archived = True
    await both_go(slack, card)
    await until(bot_database, "SELECT count(*) FROM decision")
    await world.put("duplicates", 2)
    await until(bot_database, "SELECT count(*) FROM prompt")
    await make_older(bot_database)
    asked = await slack.sees(slack.workspace.direct("U03RAJ").id, "Roll back staging")
    assert "the channel is archived" in slack.render_text(asked)
    assert "Stop promotion at once" in slack.render_text(asked)
    assert (await slack.user("raj").click(asked, "I have rolled back")).acked
    await slack.wait_for(lambda: not asked.elements, PATIENCE)
    slack.channel("#releases").is_archived = False
    await slack.sees("#releases", "The watch of run #1 ended: staging was rolled back")
    texts = [slack.render_text(message) for message in living(slack)]
    places = [
        next(at for at, text in enumerate(texts) if words in text)
        for words in ("Decision on run #1", "⏪ Rolled back · staging run #1 · ")
    ]
    assert places == sorted(places)
    assert not shown_twice(slack)
    await until(bot_database, "SELECT (count(*) = 0)::int FROM message WHERE alerted_at IS NOT NULL")


async def test_a_message_that_slack_keeps_refusing_is_reported_in_the_alerts_channel(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    slack.add_channel(Channel("C0OPS", "ops", members={"U03RAJ", slack.app.bot_user}))
    async with start_bot(ALERTS):
        await slack.connected()
        slack.workspace.channels["C0RELEASES"].is_archived = True
        await slack.user("raj").command("#releases", "/canary", "run staging")
        await until(bot_database, "SELECT count(*) FROM evidence")
        await make_older(bot_database)
        told = await slack.sees("#ops", "Slack doesn't show the run card of run #1 on staging")
        assert "canary outbox list" in slack.render_text(told)
        slack.workspace.channels["C0RELEASES"].is_archived = False
        await slack.sees("#releases", "*GO recommended*")
    assert not shown_twice(slack, "#ops")


# ---------------------------------------------------------------- ambiguous and unresolvable


async def card_in_doubt(slack: LocalSlack, dsn: str, fault: Fault) -> dict[str, Any]:
    """Leave the card ambiguous, with no way to look for it. Returns its row."""
    slack.app.scopes = slack.app.scopes - {"channels:history"}
    slack.faults.inject(fault, "chat.postMessage", times=1)
    await slack.user("raj").command("#releases", "/canary", "run staging")
    return await until_troubled(dsn, "card")


async def test_an_ambiguous_message_that_cannot_be_looked_up_is_not_reposted_until_an_operator_says_so(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    slack.app.scopes = slack.app.scopes - {"channels:history"}
    card = await decided(slack)
    await slack.sees("#releases", "*Results*")
    slack.faults.inject(Fault.ERROR_AFTER, "chat.postMessage", times=1)
    assert (await slack.user("ana").click(card, "Go")).acked
    lost = await until_troubled(bot_database, "vote")
    code, listed = await command(bot_database, "list", "--json")
    assert (code, [message["id"] for message in json.loads(listed)]) == (1, [lost["id"]])
    assert lost["state"] == "ambiguous"
    await make_older(bot_database)
    await until(bot_database, "SELECT count(*) FROM message WHERE alerted_at IS NOT NULL")
    assert (await slack.user("ben").click(card, "Go")).acked
    await until(bot_database, "SELECT count(*) FROM decision")
    there = next(message for message in living(slack) if "*Go*: @ana" in slack.render_text(message))
    code, said = await command(bot_database, "resolve", str(lost["id"]), "--shown", there.ts)
    assert (code, said.splitlines()[0]) == (0, f"message {lost['id']}, the vote of run #1: it is there")
    await slack.sees("#releases", ".html, ")
    assert not shown_twice(slack)
    assert await command(bot_database, "list") == (0, "Slack shows every message that it should.\n")


async def test_an_operator_cannot_resend_a_message_that_may_still_be_in_flight(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    lost = await card_in_doubt(slack, bot_database, Fault.ERROR_BEFORE)
    await change(bot_database, "UPDATE message SET free_at = now() + interval '1 minute'")
    code, said = await command(bot_database, "resolve", str(lost["id"]), "--again")
    assert code == 2
    assert f"A request for message {lost['id']} may still be under way." in said
    await change(bot_database, "UPDATE message SET free_at = NULL")
    await make_older(bot_database)
    assert (await command(bot_database, "resolve", str(lost["id"]), "--again"))[0] == 0
    await slack.sees("#releases", "*GO recommended*")
    assert not shown_twice(slack)


NO_SENSE = (
    (("resolve", "99", "--again"), "There is no message 99."),
    (("resolve", "1", "--again"), "Message 1 is sent; there is nothing to resolve."),
    (("resolve", "1", "--shown", "yesterday"), "'yesterday' is not the timestamp of a message."),
    (("resolve", "1", "--drop"), "Dropping a message takes a reason."),
    (("resolve", "1"), "Give exactly one of --shown TS, --again and --drop."),
    (("resolve", "1", "--again", "--drop"), "Give exactly one of --shown TS, --again and --drop."),
)


async def test_an_invalid_resolution_changes_nothing(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    await decided(slack)
    await slack.sees("#releases", "*Results*")
    for words, says in NO_SENSE:
        code, said = await command(bot_database, *words)
        assert (code, says in said) == (2, True), (words, said)


async def test_a_dropped_message_unblocks_the_next_ones_and_is_recorded(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    lost = await card_in_doubt(slack, bot_database, Fault.ERROR_AFTER)
    code, _ = await command(bot_database, "resolve", str(lost["id"]), "--drop", "--reason", "a rehearsal")
    assert code == 0
    await slack.sees("#releases", "*Results*")
    async with await psycopg.AsyncConnection.connect(bot_database) as conn:
        rows = await (
            await conn.execute("SELECT actor FROM event WHERE kind = 'message resolved'")
        ).fetchall()
    assert [actor.startswith("operator ") for (actor,) in rows] == [True]


async def test_a_message_cannot_be_resolved_as_a_different_one(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    await slack.sees("#releases", "*Results*")
    slack.app.scopes = slack.app.scopes - {"channels:history"}
    slack.faults.inject(Fault.ERROR_AFTER, "chat.postMessage", times=1)
    await slack.user("ana").click(card, "Go")
    lost = await until_troubled(bot_database, "vote")
    await slack.user("ben").click(card, "Go")
    await until(bot_database, "SELECT count(*) FROM message WHERE kind = 'decision'")
    ((waits,),) = await rows(bot_database, "SELECT id FROM message WHERE kind = 'decision'")
    for number, ts, says in (
        (lost["id"], card.ts, f"{card.ts} is another message of mine."),
        (waits, "1700000000.123456", "has not been sent yet, so it cannot be there."),
    ):
        code, said = await command(bot_database, "resolve", str(number), "--shown", ts)
        assert (code, says in said) == (2, True), said


async def test_an_unreachable_database_is_reported_in_one_line() -> None:
    code, said = await command("postgresql://bot:wr0ng@127.0.0.1:9/bot", "list")
    assert code == 2
    assert said.startswith("canary: The database cannot be reached")
    assert "wr0ng" not in said
