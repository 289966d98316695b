"""Slack limits us: nothing is lost, nothing is retried too early, and what people wait for goes first."""

from __future__ import annotations

import asyncio
import re

import psycopg
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.rules.outbox import Way
from bot.slack.client import web_client
from bot.slack.hints import Hints
from bot.slack.known_blocks import KnownBlocks
from bot.slack.limits import CHANNEL, Limits
from bot.slack.private import Private
from bot.store.database import Database
from commands.role import Role
from sandbox.slack.faults import Fault
from sandbox.slack.message import Message
from sandbox.slack.people import Group, User
from sandbox.slack.person import PATIENCE
from sandbox.slack.server import LocalSlack
from sandbox.slack.web_api.gateway import Call
from tests.journeys.conftest import CONFIGURATION, StartBot, decided
from tests.timing import ACK_LIMIT, BRISK, UNHURRIED

LONG = 6  # seconds for Retry-After: longer than anything here takes if it is not respected


def environments(*names: str, text: str = CONFIGURATION, **channels: str) -> str:
    """The team's configuration with more environments like staging, in the given channels."""
    head, staging = text.split("environments:\n")
    blocks = [
        staging.replace("  staging:\n", f"  {name}:\n", 1).replace(
            "C0RELEASES", channels.get(name, "C0RELEASES")
        )
        for name in names
    ]
    return f"{head}environments:\n" + "".join(blocks)


def refused(slack: LocalSlack, method: str = "") -> list[Call]:
    """Calls that were answered with 429."""
    return [
        call
        for call in slack.calls(method)
        if call.error == "ratelimited" or call.fault is Fault.RATE_LIMITED
    ]


async def facts(dsn: str, sql: str) -> list[tuple[object, ...]]:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        return await (await conn.execute(sql.encode())).fetchall()


def shown(slack: LocalSlack, channel: str = "#releases") -> list[str]:
    return [slack.render_text(message) for message in slack.channel(channel).log.values()]


async def vote(slack: LocalSlack, card: Message) -> None:
    for name in ("ana", "ben"):
        assert (await slack.user(name).click(card, "Go")).acked


# ---------------------------------------------------------------- Slack's own limits


async def test_several_simultaneous_runs_stay_within_slacks_limits(
    start_bot: StartBot, slack: LocalSlack
) -> None:
    slack.gateway.rates.enforced = True
    names = ("one", "two", "three")
    numbers: dict[str, str] = {}  # in whichever order they started
    async with start_bot(environments(*names)):
        await slack.connected()
        for name in names:
            await slack.user("raj").command("#releases", "/canary", f"run {name}")
        for name in names:
            card = await slack.sees("#releases", f"Waiting for approval · {name} run")
            await vote(slack, card)
            numbers[name] = re.findall(r"run #(\d+)", slack.render_text(card))[0]
        for name, number in numbers.items():
            await slack.sees("#releases", f"Decision on run #{number}")
            await slack.sees("#releases", f"canary-{number}-{name}-")
    assert refused(slack) == []


async def test_no_replica_posts_before_the_time_that_slack_named(
    start_bot: StartBot, slack: LocalSlack
) -> None:
    slack.faults.inject(Fault.RATE_LIMITED, "chat.postMessage", times=1, seconds=LONG)
    names = ("one", "two", "three", "four")
    async with start_bot(environments(*names)), start_bot(environments(*names)):
        await slack.connected(2)
        for name in names:
            await slack.user("raj").command("#releases", "/canary", f"run {name}")
        await slack.wait_for(lambda: refused(slack))
        for name in names:
            await slack.sees("#releases", f"Waiting for approval · {name} run")
    limited, *later = [
        call for call in slack.calls("chat.postMessage") if call.args["channel"] == "C0RELEASES"
    ]
    assert limited.fault is Fault.RATE_LIMITED
    early = [call for call in later if call.at < limited.at + LONG]
    assert len(early) < CHANNEL.most  # those already in flight


async def test_a_rate_limited_channel_holds_up_no_other(start_bot: StartBot, slack: LocalSlack) -> None:
    slack.invite("#general")
    slack.faults.inject(Fault.RATE_LIMITED, "chat.postMessage", times=1, seconds=300)
    async with start_bot(environments("staging", "other", other="C0GENERAL")):
        await slack.connected()
        await slack.user("raj").command("#releases", "/canary", "run staging")
        await slack.wait_for(lambda: refused(slack))
        await slack.user("raj").command("#releases", "/canary", "run other")
        card = await slack.sees("#general", "*GO recommended*")
        await vote(slack, card)
        await slack.sees("#general", "Decision on run #2")
    assert shown(slack, "#releases") == []


async def test_a_rate_limited_method_holds_up_no_other(start_bot: StartBot, slack: LocalSlack) -> None:
    async with start_bot():
        await slack.connected()
        card = await decided(slack)
        slack.faults.inject(Fault.RATE_LIMITED, "chat.update", times=1, seconds=300)
        await vote(slack, card)
        await slack.sees("#releases", "Decision on run #1")
        await slack.sees("#releases", ".json, ")
    limited = refused(slack, "chat.update")
    assert len(limited) == 1
    assert [call for call in slack.calls("chat.update") if call.at > limited[0].at] == []


async def test_a_decision_overtakes_the_progress_of_other_runs(
    start_bot: StartBot, slack: LocalSlack
) -> None:
    slack.gateway.rates.enforced = True
    names = [f"other-{number}" for number in range(8)]
    async with start_bot(environments("ours", *names)):
        await slack.connected()
        await slack.user("raj").command("#releases", "/canary", "run ours")
        card = await slack.sees("#releases", "Waiting for approval · ours run")
        for name in names:
            await slack.user("raj").command("#releases", "/canary", f"run {name}")
        await slack.sees("#releases", "· other-3")  # the flood has begun
        await vote(slack, card)
        await slack.sees("#releases", "Decision on run #1")
        assert len([text for text in shown(slack) if "*Results*" in text]) < len(names)
        await slack.wait_for(lambda: not card.elements)  # the card shows it, too


async def test_a_private_answer_waits_for_no_limit_because_votes_wait_behind_it(
    slack: LocalSlack, valkey: str, bot_database: str
) -> None:
    async with web_client(slack.bot_token, slack.api_url) as client, Hints(valkey) as hints:
        limits = Limits(hints, "T0ACME", lambda _: None)
        async with Database(bot_database) as database:
            await _three_direct_messages(client, limits, KnownBlocks(database, client, limits, "T0ACME"))
    assert [call.args["text"] for call in slack.calls("chat.postMessage")] == ["one", "three"]


async def _three_direct_messages(client: AsyncWebClient, limits: Limits, known: KnownBlocks) -> None:
    private = Private(client, limits, known)
    await private.direct("U04MIA", "one")
    await limits.refused(Way.POST, "U04MIA", 2)
    await private.direct("U04MIA", "two")
    await private.direct("U01ANA", "three")


# ---------------------------------------------------------------- looking people up

OWNERS = 100


@pytest.fixture
def owners(slack: LocalSlack) -> list[str]:
    users = [User(f"U9{number:03}", f"owner{number}", f"Owner {number}") for number in range(OWNERS)]
    for user in users:
        slack.add_user(user)
        slack.channel("#releases").members.add(user.id)
    slack.add_group(Group("S0PLATFORM", "platform", "Platform", [user.id for user in users]))
    return [user.name for user in users]


@pytest.mark.parametrize(("timing", "ack_limit"), [(UNHURRIED, ACK_LIMIT)], ids=[""])
async def test_a_hundred_owners_who_click_at_once_cost_few_lookups_and_all_count(
    start_bot: StartBot, slack: LocalSlack, owners: list[str], bot_database: str
) -> None:
    everybody = CONFIGURATION.replace("platform: 1}", "platform: 20}")
    async with start_bot(everybody):
        await slack.connected()
        card = await decided(slack)
        before = len(slack.calls("usergroups.users.list"))
        replies = await asyncio.gather(*(slack.user(name).click(card, "Go") for name in owners))
        assert all(reply.acked for reply in replies)
        await counted(bot_database, OWNERS)
        await slack.user("ana").click(card, "Go")
        await counted(bot_database, OWNERS + 1)
    assert await facts(bot_database, "SELECT outcome FROM decision") == [("GO",)]
    assert len(slack.calls("usergroups.users.list")) - before <= OWNERS / 5  # in two groups
    assert len(slack.calls("users.info")) <= OWNERS * 4


@pytest.mark.parametrize("seconds", [2, 13])  # within the time that a click waits, and beyond it
async def test_a_vote_waits_until_slack_answers_who_may_vote(
    start_bot: StartBot,
    slack: LocalSlack,
    bot_database: str,
    seconds: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with start_bot():
        await slack.connected()
        card = await decided(slack)
        slack.faults.inject(Fault.RATE_LIMITED, "usergroups.users.list", times=1, seconds=seconds)
        assert (await slack.user("ben").click(card, "Go")).acked
        await counted(bot_database, 1)
    (limited,) = refused(slack, "usergroups.users.list")
    at_once = limited.at + 0.3  # the other group was looked up at the same moment
    later = [call.at for call in slack.calls("usergroups.users.list") if call.at > at_once]
    assert min(later) >= limited.at + seconds
    given_up = capsys.readouterr().out.count("a job waits for its next try")
    # waited for, or retried when it may work and not before
    assert given_up == (0 if seconds < BRISK.people.within else 1)


async def counted(dsn: str, votes: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while await facts(dsn, "SELECT count(*) FROM vote") != [(votes,)]:
            await asyncio.sleep(0.2)


# ---------------------------------------------------------------- how long to retry


async def voted_long_ago(start_bot: StartBot, slack: LocalSlack, dsn: str, *, seconds: int) -> None:
    """Ana's click has waited this long, and dead workers have used up its attempts."""
    async with start_bot():
        card = await decided(slack)
    async with start_bot(role=Role.SLACK):
        await slack.connected()
        assert (await slack.user("ana").click(card, "Go")).acked
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        await conn.execute("UPDATE procrastinate_jobs SET attempts = 5 WHERE task_name = 'handle'")
        waited = (
            "UPDATE inbox SET received_at = received_at - make_interval(secs => %s) WHERE done_at IS NULL"
        )
        await conn.execute(waited, [seconds])


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [(Fault.ERROR_BEFORE, 10), (Fault.ERROR_BEFORE, 61), (Fault.RATE_LIMITED, 61), (Fault.RATE_LIMITED, 901)],
)
async def test_a_vote_is_never_given_up_because_slack_does_not_answer(
    start_bot: StartBot, slack: LocalSlack, bot_database: str, fault: Fault, seconds: int
) -> None:
    await voted_long_ago(start_bot, slack, bot_database, seconds=seconds)
    slack.faults.inject(fault, "users.info", times=None, seconds=30)
    async with start_bot():
        state = "SELECT done_at IS NOT NULL, error FROM inbox WHERE kind = 'action'"
        tried = (
            "SELECT FROM procrastinate_jobs WHERE task_name = 'handle' AND status = 'todo' AND attempts > 5"
        )
        async with asyncio.timeout(PATIENCE):
            while not await facts(
                bot_database, f"{tried} UNION ALL SELECT FROM inbox WHERE error IS NOT NULL"
            ):
                await asyncio.sleep(0.1)
        [(done, error)] = await facts(bot_database, state)
    assert not done
    assert error is None
