"""Reminders: a direct message to each outstanding person, and one line in the thread. Nobody gets both."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from commands.serve import Running
from sandbox.slack.faults import Fault
from sandbox.slack.message import Message
from sandbox.slack.people import Group, User
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import StartBot, World, both_go, decided
from tests.journeys.test_attacks import facts
from tests.journeys.test_quorum import REMINDED, is_due, replies
from tests.outbox import make_due, rows, until

ANA, BEN = "U01ANA", "U02BEN"
LONG = REMINDED.replace("expires: 1h", "expires: 24h")
SENT = "SELECT count(*) = {} FROM message WHERE kind = 'direct reminder' AND state = 'sent'"


def letters(slack: LocalSlack, person: str) -> list[str]:
    """The direct messages from the bot to a person."""
    return [slack.render_text(message) for message in slack.workspace.direct(person).log.values()]


async def gets(slack: LocalSlack, person: str, containing: str) -> Message:
    return await slack.sees(slack.workspace.direct(person).id, containing)


def quiet_now(hours: float = 2.0) -> str:
    """Quiet hours that include this moment, in UTC."""
    now, half = datetime.now(UTC), timedelta(hours=hours / 2)
    return f"{now - half:%H:%M}-{now + half:%H:%M}"


def quiet(configuration: str, hours: str, *more: str) -> str:
    keys = ", ".join([f'quiet: "{hours}"', *more])
    return configuration.replace("version: 1\n", f"version: 1\nnotify: {{{keys}}}\n")


def takes_no_messages(slack: LocalSlack) -> None:
    """Turn off the app's “Messages Tab”."""
    features = slack.app.manifest.features
    app_home = features.app_home.model_copy(update={"messages_tab_enabled": False})
    changed = {"features": features.model_copy(update={"app_home": app_home})}
    slack.app.manifest = slack.app.manifest.model_copy(update=changed)


# ---------------------------------------------------------------- who gets one


async def test_each_outstanding_person_gets_a_direct_message_with_a_link(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    async with start_bot(REMINDED):
        await slack.connected()
        card = await decided(slack)
        await is_due(bot_database, 1)
        told = await gets(slack, BEN, "Your vote is needed")
        await gets(slack, ANA, "Your vote is needed")
        line = slack.render_text(await slack.sees("#releases", "Reminder"))
    assert f"{slack.url}/archives/C0RELEASES/p{card.ts.replace('.', '')}|run #1>" in str(told.blocks)
    assert "Vote as platform" in told.text
    assert "GO recommended: all 2 checks passed" in told.text
    assert "UTC" in told.text
    assert (
        "It still needs a vote from release-managers and a vote from platform. 2 people get a direct message"
        in line
    )
    assert "@" not in line
    assert letters(slack, "U03RAJ") == []
    [(asked, direct)] = await facts(
        bot_database,
        "SELECT detail::jsonb -> 'asked', detail::jsonb -> 'direct' FROM event WHERE kind = 'reminded'",
    )
    assert asked["platform"] == {"S0PLATFORM": [BEN]}
    assert direct == [ANA, BEN]


@pytest.mark.parametrize("account", ["is_restricted", "is_stranger"])
async def test_an_account_whose_vote_would_not_count_is_told_nothing_about_the_run(
    start_bot: StartBot, slack: LocalSlack, bot_database: str, account: str
) -> None:
    """For example, a guest in a user group gets no verdict by direct message."""
    slack.add_group(Group("S0PLATFORM", "platform", "Platform", [BEN, "U04MIA"]))
    setattr(slack.workspace.users["U04MIA"], account, True)
    async with start_bot(REMINDED):
        await slack.connected()
        await decided(slack)
        await is_due(bot_database, 1)
        await gets(slack, BEN, "Your vote is needed")
        await until(bot_database, "SELECT count(*) = 1 FROM message WHERE channel = 'U04MIA' AND excused")
    assert letters(slack, "U04MIA") == []


async def test_a_person_who_has_voted_is_not_reminded(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    async with start_bot(REMINDED):
        await slack.connected()
        card = await decided(slack)
        await slack.user("ana").click(card, "Go")
        await until(bot_database, "SELECT count(*) = 1 FROM vote")
        await is_due(bot_database, 1)
        await gets(slack, BEN, "Your vote is needed")
        await slack.sees("#releases", "It still needs a vote from platform. 1 person gets a direct message")
    assert letters(slack, ANA) == []


async def test_a_person_who_votes_before_their_message_is_sent_gets_none(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    """Ben is in his quiet hours, and has voted by the time they end."""
    for user in (ANA, BEN):
        slack.workspace.users[user].tz = "UTC"
    async with start_bot(quiet(LONG, quiet_now())):
        await slack.connected()
        card = await decided(slack)
        await is_due(bot_database, 1)
        await until(bot_database, "SELECT count(*) = 2 FROM message WHERE error = 'quiet hours'")
        await slack.user("ben").click(card, "Go")
        await until(bot_database, "SELECT count(*) = 1 FROM vote")
    async with start_bot(LONG):
        await make_due(bot_database)
        await gets(slack, ANA, "Your vote is needed")
        await until(bot_database, "SELECT count(*) = 0 FROM message WHERE state = 'pending'")
    assert letters(slack, BEN) == []
    assert await rows(bot_database, "SELECT subject, error FROM message WHERE excused") == [
        (f"1 {await _event(bot_database)} {BEN}", "nothing is missing from them any more")
    ]


async def _event(dsn: str) -> int:
    [(seq,)] = await facts(dsn, "SELECT seq FROM event WHERE kind = 'reminded'")
    return int(seq)


async def test_a_person_with_two_roles_gets_one_message(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    """Ben approves for two groups, and owns the failed check."""
    await world.put("duplicates", 3)
    configuration = REMINDED.replace("members: [U01ANA]", "members: [U01ANA, U02BEN]").replace(
        "members: [S0PLATFORM]", "members: [S0PLATFORM, U02BEN, U04MIA]"
    )
    async with start_bot(configuration):
        await slack.connected()
        await decided(slack, "NO-GO recommended")
        await is_due(bot_database, 1)
        told = await gets(slack, BEN, "Your vote is needed")
        await until(bot_database, SENT.format(3))
    assert "Vote as release-managers or platform" in told.text
    assert "Fix or waive *duplicates*, which a Go needs" in told.text
    assert len(letters(slack, BEN)) == 1
    assert "NO-GO recommended" in told.text


async def test_members_of_a_large_group_are_mentioned_as_a_group_not_messaged_one_by_one(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    crowd = [f"U9{number:04}" for number in range(21)]
    for user in crowd:
        slack.add_user(User(user, user.lower()))
    slack.add_group(Group("S0CROWD", "crowd", "Crowd", [*crowd, ANA]))
    async with start_bot(REMINDED.replace("[S0PLATFORM]", "[S0CROWD, U02BEN]")):
        await slack.connected()
        await decided(slack)
        await is_due(bot_database, 1)
        await gets(slack, BEN, "Your vote is needed")
        await until(bot_database, SENT.format(1))
        line = slack.render_text(await slack.sees("#releases", "Reminder"))
    assert "a vote from platform (@crowd). 1 person gets a direct message" in line
    assert letters(slack, crowd[0]) == letters(slack, ANA) == []  # she is mentioned with the group


async def test_an_emptied_group_is_shown_as_nobody_left(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    async with start_bot(REMINDED):
        await slack.connected()
        await decided(slack)
        slack.workspace.groups["S0PLATFORM"].members.clear()
    async with start_bot(REMINDED):  # without cached answers
        await is_due(bot_database, 1)
        line = slack.render_text(await slack.sees("#releases", "Reminder"))
        await gets(slack, ANA, "Your vote is needed")
    assert "a vote from platform (nobody left)" in line
    assert letters(slack, BEN) == []


async def test_a_group_that_slack_does_not_disclose_is_mentioned(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    async with start_bot(REMINDED):
        await slack.connected()
        await decided(slack)
    slack.faults.refuse("usergroups.users.list", "missing_scope", times=None, needed="usergroups:read")
    async with start_bot(REMINDED):
        await is_due(bot_database, 1)
        await slack.sees("#releases", "a vote from platform (@platform). 1 person gets a direct message")
    assert letters(slack, BEN) == []


# ---------------------------------------------------------------- who accepts none


async def test_a_person_who_accepts_no_direct_messages_is_mentioned_once_in_the_thread(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    takes_no_messages(slack)
    async with start_bot(REMINDED):
        await slack.connected()
        card = await decided(slack)
        await is_due(bot_database, 1)
        instead = await slack.sees("#releases", "I couldn't send you a direct message")
        assert instead.text.startswith("<@U01ANA>, <@U02BEN>: run #1 on staging needs you by")
        assert instead in slack.thread(card)
        await is_due(bot_database, 2)
        await slack.sees("#releases", "a vote from release-managers (@ana) and a vote from platform (@ben)")
    assert len(replies(slack, card, "I couldn't send you")) == 1
    assert await facts(bot_database, "SELECT count(*) FROM event WHERE kind = 'alert'") == [(0,)]
    said = await facts(bot_database, "SELECT detail::jsonb -> 'people' FROM event WHERE kind = 'not reached'")
    assert said == [({ANA: "messages_tab_disabled", BEN: "messages_tab_disabled"},)]
    assert await rows(bot_database, "SELECT count(*) FROM message WHERE kind = 'direct reminder'") == [(2,)]


@pytest.mark.parametrize("error", ["cannot_dm_bot", "user_disabled", "user_not_found", "something_new"])
async def test_a_person_found_unreachable_after_quiet_hours_is_mentioned_then(
    start_bot: StartBot, slack: LocalSlack, bot_database: str, error: str
) -> None:
    for user in (ANA, BEN):
        slack.workspace.users[user].tz = "UTC"
    async with start_bot(quiet(LONG, quiet_now())):
        await slack.connected()
        card = await decided(slack)
        await is_due(bot_database, 1)
        await until(bot_database, "SELECT count(*) = 2 FROM message WHERE error = 'quiet hours'")
        await until(bot_database, "SELECT bool_and(state = 'sent') FROM message WHERE run IS NOT NULL")
    slack.faults.refuse("chat.postMessage", error)
    async with start_bot(LONG):
        await make_due(bot_database)
        instead = await slack.sees("#releases", "I couldn't send you a direct message")
        await until(bot_database, "SELECT bool_and(state = 'sent' OR excused) FROM message")
    [reached] = [user for user in (ANA, BEN) if letters(slack, user)]
    assert f"<@{reached}>" not in instead.text
    assert instead.text.count("<@") == len(replies(slack, card, "I couldn't send you")) == 1


@pytest.mark.parametrize("fault", [Fault.RESET_AFTER, Fault.RESET_BEFORE])
async def test_an_ambiguous_direct_message_is_not_sent_again(
    start_bot: StartBot, slack: LocalSlack, bot_database: str, fault: Fault
) -> None:
    """The bot cannot look it up, so the person is mentioned in the thread in case it did not arrive."""
    async with start_bot(REMINDED):
        await slack.connected()
        card = await decided(slack)
        await slack.user("ana").click(card, "Go")
        await until(bot_database, "SELECT count(*) = 1 FROM vote")
        await until(bot_database, "SELECT bool_and(state = 'sent') FROM message")
        await is_due(bot_database, 1)
        line = await slack.sees("#releases", "Reminder")
        await until(bot_database, SENT.format(1))
        slack.faults.inject(fault, "chat.postMessage")
        slack.faults.inject(fault, "chat.postMessage")
        await is_due(bot_database, 2)
        instead = await slack.sees("#releases", "I couldn't send you")
        await until(bot_database, "SELECT bool_and(state = 'sent' OR excused) FROM message")
    assert line.text
    assert "<@U02BEN>" in instead.text
    assert len(replies(slack, card, "Reminder")) == 2
    assert len(letters(slack, BEN)) == (2 if fault is Fault.RESET_AFTER else 1)


async def test_a_busy_slack_only_delays_a_reminder(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    async with start_bot(REMINDED):
        await slack.connected()
        await decided(slack)
        await until(bot_database, "SELECT bool_and(state = 'sent') FROM message")
        slack.faults.inject(Fault.RATE_LIMITED, "chat.postMessage", times=3, seconds=1)
        await is_due(bot_database, 1)
        await until(bot_database, SENT.format(2))
    assert len(letters(slack, ANA)) == len(letters(slack, BEN)) == 1
    assert await facts(bot_database, "SELECT count(*) FROM event WHERE kind = 'not reached'") == [(0,)]


# ---------------------------------------------------------------- when


async def test_a_reminder_waits_for_the_end_of_each_persons_quiet_hours(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    slack.workspace.users[BEN].tz = "Etc/UTC"
    slack.workspace.users[ANA].tz = "Pacific/Kiritimati"
    async with start_bot(quiet(LONG, quiet_now())):
        await slack.connected()
        await decided(slack)
        for number in (1, 2):
            await is_due(bot_database, number)
            await until(bot_database, SENT.format(number))
        await until(bot_database, "SELECT count(*) = 2 FROM message WHERE error = 'quiet hours'")
        [(wait,)] = await rows(
            bot_database,
            "SELECT DISTINCT extract(epoch FROM not_before - now())::int / 60 FROM message WHERE error = 'quiet hours'",
        )
        assert 55 <= wait <= 60
    assert len(letters(slack, ANA)) == 2
    assert letters(slack, BEN) == []
    async with start_bot(LONG):  # without quiet hours, as if they had ended
        await make_due(bot_database)
        await gets(slack, BEN, "Your vote is needed")
        await until(bot_database, "SELECT count(*) = 0 FROM message WHERE state <> 'sent' AND NOT excused")
    assert len(letters(slack, BEN)) == 1  # only the newer reminder


@pytest.mark.parametrize("tz", ["", "Mars/Olympus", "../../etc/passwd", "Europe"])
async def test_a_person_without_a_time_zone_gets_the_configured_one(
    start_bot: StartBot, slack: LocalSlack, bot_database: str, tz: str
) -> None:
    for user in (ANA, BEN):
        slack.workspace.users[user].tz = tz
    async with start_bot(quiet(LONG, quiet_now(), "time_zone: Etc/UTC")):
        await slack.connected()
        await decided(slack)
        await is_due(bot_database, 1)
        await until(bot_database, "SELECT count(*) = 2 FROM message WHERE error = 'quiet hours'")
    assert letters(slack, ANA) == []


async def test_a_reminder_can_be_relative_to_the_deadline(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    async with start_bot(LONG.replace("remind: [1m, 5m]", "remind: [5m]\n      remind_before: [15m, 1h]")):
        await slack.connected()
        await decided(slack)
        await until(bot_database, "SELECT count(*) = 3 FROM reminder")
        found = await rows(
            bot_database, "SELECT (run.expires_at - due_at)::text FROM reminder, run ORDER BY reminder.number"
        )
        await is_due(bot_database, 3)
        await gets(slack, BEN, "Your vote is needed")
    assert found == [("23:55:00",), ("01:00:00",), ("00:15:00",)]


async def test_quiet_hours_that_end_after_the_deadline_do_not_hold_a_reminder_back(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    """The run expires within the hour: it is better to wake a person than to miss their vote."""
    for user in (ANA, BEN):
        slack.workspace.users[user].tz = "UTC"
    async with start_bot(quiet(REMINDED, quiet_now())):
        await slack.connected()
        await decided(slack)
        await is_due(bot_database, 1)
        await gets(slack, BEN, "Your vote is needed")


async def test_a_message_waiting_for_quiet_hours_is_not_counted_as_stuck(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    for user in (ANA, BEN):
        slack.workspace.users[user].tz = "UTC"
    async with start_bot(quiet(LONG, quiet_now())) as bot:
        await slack.connected()
        card = await decided(slack)
        await is_due(bot_database, 1)
        await until(bot_database, "SELECT count(*) = 2 FROM message WHERE error = 'quiet hours'")
        await until(bot_database, "SELECT bool_and(state = 'sent') FROM message WHERE run IS NOT NULL")
        assert 'canary_messages{state="pending"} 0.0' in await metrics(bot)
        await both_go(slack, card)
        await slack.sees("#releases", "Go · staging")
    async with start_bot(quiet(LONG, quiet_now())) as bot:
        await make_due(bot_database)
        await until(
            bot_database, "SELECT count(*) = 2 FROM message WHERE excused AND error = 'the run is decided'"
        )
        assert 'canary_direct_messages_total{outcome="not needed any more"} 2.0' in await metrics(bot)
    assert letters(slack, ANA) == letters(slack, BEN) == []


async def metrics(bot: Running) -> str:
    import aiohttp

    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{bot.port}/metrics") as said,
    ):
        return await said.text()


# ---------------------------------------------------------------- once


async def test_a_reminder_survives_a_restart_before_it_is_sent(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    async with start_bot(REMINDED):
        await slack.connected()
        card = await decided(slack)
        await until(bot_database, "SELECT bool_and(state = 'sent') FROM message")
        slack.faults.inject(Fault.RATE_LIMITED, "chat.postMessage", times=None, seconds=1)
        await is_due(bot_database, 1)
        await until(bot_database, "SELECT count(*) = 3 FROM message WHERE kind LIKE '%reminder'")
    slack.faults.clear()
    async with start_bot(REMINDED):
        await until(bot_database, SENT.format(2))
        await slack.sees("#releases", "Reminder")
    assert len(letters(slack, ANA)) == len(letters(slack, BEN)) == len(replies(slack, card, "Reminder")) == 1


async def test_fifty_people_are_reminded_within_slacks_limits(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    crowd = [f"U9{number:04}" for number in range(50)]
    for user in crowd:
        slack.add_user(User(user, user.lower()))
    slack.gateway.rates.enforced = True
    async with start_bot(REMINDED.replace("[U01ANA]", f"[{', '.join(crowd)}]")) as bot:
        await slack.connected()
        await decided(slack)
        await is_due(bot_database, 1)
        await until(bot_database, SENT.format(51))
        line = slack.render_text(await slack.sees("#releases", "Reminder"))
        assert 'canary_direct_messages_total{outcome="sent"} 51.0' in await metrics(bot)
    assert all(len(letters(slack, user)) == 1 for user in crowd)
    assert "a vote from release-managers and a vote from platform. 51 people get a direct message" in line
    assert not [call for call in slack.calls("chat.postMessage") if not call.ok]


async def test_a_reminder_by_command_sends_the_same_messages(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    await decided(slack)
    reply = await slack.user("raj").command("#general", "/canary", "remind #1")
    await reply.told("Reminded 2 people by direct message, with a line in the thread of run #1")
    await gets(slack, ANA, "Your vote is needed")
    await gets(slack, BEN, "Your vote is needed")
