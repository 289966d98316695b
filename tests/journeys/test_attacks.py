"""Hostile people and values: who is allowed to act, what late or malformed input does, and what reaches a message."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from typing import Any

import psycopg
import pytest

from bot.base.canonical import digest
from bot.base.timing import Timing, Workers
from bot.record.verification import problems
from commands.serve import Running
from sandbox.slack.elements import Element, elements_of
from sandbox.slack.message import Message
from sandbox.slack.people import Group
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import StartBot, World, decided
from tests.journeys.pressing import is_refused


def go_button(card: Message) -> Element:
    return next(element for element in elements_of(card.blocks) if element.label == "Go")


def tampered(element: Element, value: str) -> Element:
    return dataclasses.replace(element, body={**element.body, "value": value})


async def facts(dsn: str, sql: str) -> list[Any]:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        return await (await conn.execute(sql)).fetchall()


async def change(dsn: str, sql: str) -> None:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        await conn.execute(sql)


# ---------------------------------------------------------------- who is allowed to act


VALUES = (
    "{key} sha256:" + "0" * 64,
    "{key}x {evidence}",
    "{key}",
    "{evidence}",
    "{key} {evidence} ",
    "{key}' OR true -- {evidence}",
    "\x00{key} {evidence}",
    "{key} \ud800{evidence}",
    "x" * 2000,
)


async def test_a_button_with_a_tampered_value_counts_for_nothing_and_is_answered(
    bot: Running, slack: LocalSlack
) -> None:
    card = await decided(slack)
    go = go_button(card)
    key, evidence = go.body["value"].split(" ")
    for value in VALUES:
        changed = tampered(go, value.format(key=key, evidence=evidence))
        reply = await slack.user("ana").clicks_from_an_old_screen(card, changed)
        assert reply.acked, value
        await reply.told("/canary")
        assert (
            "needs a vote from release-managers (@ana) and a vote from platform (@platform)"
            in slack.render_text(card)
        ), value


async def test_leaving_the_group_voids_a_persons_vote(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    await slack.user("ben").click(card, "Go")
    await slack.sees("#releases", "recommended.* To go ahead, it needs a vote from release-managers")
    slack.add_group(Group("S0PLATFORM", "platform", "Platform", ["U04MIA"]))
    await slack.user("ana").click(card, "Go")
    await slack.sees("#releases", "*Go*: @ana")
    await slack.user("mia").click(card, "Go")
    decision = slack.render_text(await slack.sees("#releases", "Decision on run #1"))
    assert "Approved by @ana (release-managers) and @mia (platform)" in decision
    assert "@ben" not in decision


async def test_leaving_the_group_voids_a_persons_waiver(
    bot: Running, slack: LocalSlack, world: World
) -> None:
    await world.put("duplicates", 2)
    card = await decided(slack, "*NO-GO recommended*")
    ben, ana, mia = (slack.user(name) for name in ("ben", "ana", "mia"))
    await ben.click(card, "Waive…")
    await ben.submit(await ben.sees_modal("Waive a check"), {"Why is it safe to continue?": "known"})
    await slack.sees("#releases", "Waived duplicates")
    slack.add_group(Group("S0PLATFORM", "platform", "Platform", ["U04MIA"]))
    await ana.click(card, "Go")
    await slack.sees("#releases", "*Go*: @ana")
    await mia.click(card, "Go")
    await slack.sees("#releases", "*Go*: @mia")
    await mia.click(card, "Waive…")
    await mia.submit(await mia.sees_modal("Waive a check"), {"Why is it safe to continue?": "seen it"})
    decision = slack.render_text(await slack.sees("#releases", "Decision on run #1"))
    assert "*Waived*: duplicates · @mia: seen it" in decision


async def test_the_vote_of_an_account_deactivated_since_does_not_count_toward_the_quorum(
    bot: Running, slack: LocalSlack
) -> None:
    card = await decided(slack)
    await slack.user("ana").click(card, "Go")
    await slack.sees("#releases", "needs a vote from platform")
    slack.workspace.users["U01ANA"].deleted = True
    await slack.user("ben").click(card, "Go")
    await slack.sees("#releases", "recommended.* To go ahead, it needs a vote from release-managers")
    assert "*Go*  @ana" not in slack.render_text(card)


async def test_the_vote_of_an_account_slack_no_longer_knows_does_not_count_toward_the_quorum(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    await slack.user("ana").click(card, "Go")
    await slack.sees("#releases", "needs a vote from platform")
    ana = slack.workspace.users.pop("U01ANA")
    await slack.user("ben").click(card, "Go")
    await all_jobs_done(bot_database)
    slack.workspace.users[ana.id] = ana
    assert await facts(bot_database, "SELECT person FROM vote") == [("U02BEN",)]
    assert await facts(bot_database, "SELECT count(*) FROM decision") == [(0,)]


@pytest.mark.parametrize(
    ("user", "flag", "says"),
    [
        ("ana", "is_restricted", "a guest"),
        ("ana", "deleted", "deactivated"),
        ("raj", "is_restricted", "a guest"),
        ("ben", "is_stranger", "another organization"),
    ],
)
async def test_an_account_that_may_not_decide_may_not_cancel_either(
    bot: Running, slack: LocalSlack, user: str, flag: str, says: str
) -> None:
    card = await decided(slack)
    person = slack.user(user)
    setattr(slack.workspace.users[person.id], flag, True)
    reply = await person.command("#releases", "/canary", "cancel #1 because I say so")
    await reply.told(says)
    assert card.elements


@pytest.mark.parametrize("button", ["I'm on it", "I have rolled back", "False alarm…"])
async def test_only_on_call_and_voters_can_answer_a_rollback_prompt(
    bot: Running, slack: LocalSlack, world: World, button: str, bot_database: str
) -> None:
    card = await decided(slack)
    await slack.user("ana").click(card, "Go")
    await slack.user("ben").click(card, "Go")
    await world.put("duplicates", 1)
    prompt = await slack.sees("#releases", "Roll back staging")
    await is_refused(slack.user("mia"), prompt, button, "Only on-call and the people who vote on")
    slack.workspace.users["U03RAJ"].deleted = True
    await is_refused(slack.user("raj"), prompt, button, "deactivated")
    assert await facts(bot_database, "SELECT DISTINCT state FROM prompt") == [("open",)]


# ---------------------------------------------------------------- too late


async def test_a_form_opened_before_the_run_ended_changes_nothing_afterward(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    ben = slack.user("ben")
    await ben.click(card, "No-go…")
    form = await ben.sees_modal("No-go")
    await slack.user("raj").command("#releases", "/canary", "cancel #1 wrong version")
    await slack.sees("#releases", "Decision on run #1")
    await ben.submit(form, {"Reason": "too late"})
    await slack.wait_for(lambda: _answered_privately(slack, "ben", "is already decided"))
    assert await facts(bot_database, "SELECT outcome FROM decision") == [("CANCELLED",)]
    assert await facts(bot_database, "SELECT count(*) FROM vote") == [(0,)]


def _answered_privately(slack: LocalSlack, name: str, words: str) -> bool:
    """Whether the person has a private answer with these words, ephemeral or as a direct message."""
    person = slack.user(name)
    direct = (m for m in slack.workspace.direct(person.id).log.values())
    return any(words in person.reads(message) for message in [*person.ephemerals, *direct])


async def test_a_vote_after_the_deadline_does_not_count_even_if_the_timer_is_late(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    await slack.user("ana").click(card, "Go")
    await slack.sees("#releases", "needs a vote from platform")
    await change(bot_database, "UPDATE run SET expires_at = now()")
    await (await slack.user("ben").click(card, "Go")).told("deadline")
    assert await facts(bot_database, "SELECT person FROM vote") == [("U01ANA",)]


async def test_a_check_result_after_cancellation_is_ignored(
    bot: Running, slack: LocalSlack, world: World, bot_database: str
) -> None:
    async with await psycopg.AsyncConnection.connect(world.dsn) as holding:
        await holding.execute("LOCK TABLE reading")
        await slack.user("raj").command("#releases", "/canary", "run staging")
        await slack.sees("#releases", "running: queue-age, duplicates")
        await slack.user("raj").command("#releases", "/canary", "cancel #1 wrong version")
        await slack.sees("#releases", "Decision on run #1")
    await all_jobs_done(bot_database)
    assert await facts(bot_database, "SELECT DISTINCT state FROM check_run") == [("running",)]
    assert await facts(bot_database, "SELECT evidence FROM run") == [(None,)]
    assert await facts(bot_database, "SELECT count(*) FROM decision") == [(1,)]


async def all_jobs_done(dsn: str) -> None:
    """Wait until every job except timers is done."""
    open_jobs = (
        "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND queue_name <> 'timers'"
    )
    async with asyncio.timeout(60):
        while (await facts(dsn, open_jobs))[0][0]:
            await asyncio.sleep(0.1)


# ---------------------------------------------------------------- at the same time


async def test_fifty_simultaneous_clicks_are_one_vote(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    go = go_button(card)

    async def click() -> None:
        """Click until it is acknowledged: if the database is too busy to store it in time, Slack asks people to retry."""
        async with asyncio.timeout(60):
            while not (await slack.user("ana").clicks_from_an_old_screen(card, go)).acked:
                await asyncio.sleep(0.1)

    await asyncio.gather(*(click() for _ in range(50)))
    await all_jobs_done(bot_database)
    assert await facts(bot_database, "SELECT person, choice FROM vote") == [("U01ANA", "Go")]
    assert await facts(bot_database, "SELECT count(*) FROM event WHERE kind = 'voted'") == [(1,)]


# ---------------------------------------------------------------- odd values


@pytest.mark.parametrize("value", ["9007199254740993", "1e300", "'x' || chr(8238) || '<!channel>'"])
async def test_any_reading_however_large_or_odd_still_produces_a_summary(
    start_bot: StartBot, slack: LocalSlack, configuration: str, value: str
) -> None:
    odd = configuration.replace("SELECT value AS signals", f"SELECT {value} AS signals")
    async with start_bot(odd):
        await slack.connected()
        card = await decided(slack, "*NO-GO recommended*")
        assert not [live for live in slack.live_sequences(card) if "channel" in live]
        await slack.sees("#releases", "*Results*")


async def test_the_longest_reason_does_not_keep_the_buttons_on_the_card(
    bot: Running, slack: LocalSlack
) -> None:
    card = await decided(slack)
    await slack.user("raj").command("#releases", "/canary", "cancel #1 " + "<&>" * 600)
    await slack.sees("#releases", "Decision on run #1")
    await slack.wait_for(lambda: not card.elements)


async def test_a_message_that_cannot_be_rendered_does_not_block_others(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    await slack.sees("#releases", "*Results*")
    await change(
        bot_database,
        "INSERT INTO message (run, kind, subject, channel) VALUES (1, 'chart', 'no-such-check', 'C0RELEASES')",
    )
    await slack.user("ana").click(card, "Go")
    await slack.sees("#releases", "*Go*: @ana")
    assert await facts(bot_database, "SELECT state FROM message WHERE kind = 'chart'") == [("failed",)]


@pytest.mark.parametrize("timing", [Timing(workers=Workers(longest_retry=1.0))], ids=[""])
async def test_a_handler_that_keeps_failing_is_retried_a_few_times_then_answered(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    await change(bot_database, "ALTER TABLE vote ADD CONSTRAINT a_defect CHECK (person = 'nobody')")
    await (await slack.user("ana").click(card, "Go")).told("went wrong on my side", timeout=120)
    await all_jobs_done(bot_database)
    errors = await facts(bot_database, "SELECT error FROM inbox WHERE kind = 'action'")
    assert "CheckViolation" in errors[0][0]
    await change(bot_database, "ALTER TABLE vote DROP CONSTRAINT a_defect")


async def test_simultaneous_go_no_go_and_cancel_make_one_decision(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    """Some order of the three explains the decision, and nothing is counted after it."""
    card = await decided(slack)
    ana, ben, raj = (slack.user(name) for name in ("ana", "ben", "raj"))
    go = go_button(card)
    await ben.click(card, "No-go…")
    form = await ben.sees_modal("No-go")
    await asyncio.gather(
        ana.clicks_from_an_old_screen(card, go),
        ben.submit(form, {"Reason": "duplicates"}),
        raj.command("#releases", "/canary", "cancel #1 wrong version"),
    )
    await all_jobs_done(bot_database)
    [(outcome, votes)] = await facts(bot_database, "SELECT outcome, document -> 'votes' FROM decision")
    choices = {vote["person"]: vote["choice"] for vote in votes}
    assert outcome == ("NO-GO" if "U02BEN" in choices else "CANCELLED")
    kinds = [
        kind for (kind,) in await facts(bot_database, "SELECT kind FROM event WHERE run = 1 ORDER BY seq")
    ]
    assert "voted" not in kinds[kinds.index("decided") :]
    assert len(choices) == len(await facts(bot_database, "SELECT 1 FROM vote"))


async def test_a_secret_that_a_check_reads_appears_in_no_message_file_or_record(
    start_bot: StartBot, slack: LocalSlack, configuration: str, world: World, bot_database: str
) -> None:
    backwards = world.dsn[::-1]
    leaking = configuration.replace(
        "SELECT value AS signals", f"SELECT reverse('{backwards}') || ' <!channel>' AS signals"
    )
    async with start_bot(leaking):
        await slack.connected()
        card = await decided(slack, "*NO-GO recommended*")
        ana = slack.user("ana")
        await (await ana.command("#releases", "/canary", "show #1 duplicates")).told("[redacted]")
        await ana.command("#releases", "/canary", "config staging")
        await ana.click(card, "No-go…")
        await ana.submit(await ana.sees_modal("No-go"), {"Reason": "it leaks"})
        await slack.sees("#releases", ".html, ")
    log = [*slack.channel("#releases").log.values(), *ana.ephemerals]
    shown = "".join(f"{message.text} {message.blocks}" for message in log)
    files = b"".join(file.content for message in log for file in message.files).decode()
    records = await facts(
        bot_database, "SELECT result::text FROM check_run UNION SELECT detail::text FROM event"
    )
    assert "[redacted]" in shown
    for place in (shown, files, str(records)):
        assert world.dsn not in place
    assert not [live for message in log for live in slack.live_sequences(message) if "channel" in live]


# ---------------------------------------------------------------- the packet


def rewritten(packet: dict[str, Any], *path: str | int, to: Any) -> str:
    """The packet with one value changed and its own digest recomputed, as a forger would."""
    forged = json.loads(json.dumps(packet))
    *way, last = path
    part = forged
    for step in way:
        part = part[step]
    assert part[last] != to, path
    part[last] = to
    forged["digest"] = digest({key: value for key, value in forged.items() if key != "digest"})
    return json.dumps(forged)


async def test_any_change_to_a_packet_is_detected(bot: Running, slack: LocalSlack, world: World) -> None:
    await world.put("duplicates", 2)
    card = await decided(slack, "*NO-GO recommended*")
    ana, ben = slack.user("ana"), slack.user("ben")
    await ben.click(card, "Waive…")
    await ben.submit(await ben.sees_modal("Waive a check"), {"Why is it safe to continue?": "known"})
    await slack.sees("#releases", "Waived duplicates")
    await ana.click(card, "Conditional go…")
    form = await ana.sees_modal("Conditional go")
    await ana.submit(form, {"What must become true?": "quota is 62 of 62", "Who owns it?": "U02BEN"})
    await slack.sees("#releases", "*Conditional go*: @ana")
    await ben.click(card, "Go")
    message = await slack.sees("#releases", ".json, ")
    text = message.files[0].content.decode()
    packet = json.loads(text)
    assert problems(text) == []
    assert problems(json.dumps(packet, sort_keys=True)) == []
    decision, checks = packet["decision"], packet["evidence"]["checks"]
    voted = next(at for at, event in enumerate(packet["events"]) if event["kind"] == "voted")
    forgeries: list[tuple[tuple[str | int, ...], Any]] = [
        (("decision", "outcome"), "GO"),
        (("decision", "reason"), "all were for it"),
        (("decision", "decided_by"), ["U04MIA"]),
        (("decision", "decided_at"), "2026-01-01T00:00:00Z"),
        (("decision", "votes"), decision["votes"][:1]),
        (("decision", "votes"), decision["votes"][:1] * 2),
        (("decision", "votes", 0, "person"), "U04MIA"),
        (("decision", "votes", 0, "roles"), ["release-managers", "platform"]),
        (("decision", "filled"), {"release-managers": ["U01ANA"], "platform": ["U01ANA"]}),
        (("decision", "votes", 0, "condition", "text"), "nothing"),
        (("decision", "votes", 0, "condition", "due"), "2030-01-01T00:00:00Z"),
        (("decision", "votes", 0, "cast_at"), "2026-01-01T00:00:00Z"),
        (("decision", "waivers"), []),
        (("decision", "waivers", 0, "reason"), "harmless"),
        (("decision", "waivers", 0, "person"), "U04MIA"),
        (("decision", "waivers", 0, "evidence"), "sha256:" + "0" * 64),
        (("decision", "previous_version"), "6.6.6"),
        (("decision", "run"), 2),
        (("rollback", "mitigation"), "do nothing"),
        (("rollback", "steps"), []),
        (("rollback", "triggers", 0, "breach"), 100),
        (("configuration", "environment", "decide", "approve"), {"platform": 1}),
        (("configuration", "people", "platform", "members"), ["U04MIA"]),
        (("evidence", "verdict", "needs_waiver"), []),
        (("evidence", "verdict", "recommendation"), "GO"),
        (("evidence", "requested_by"), "U04MIA"),
        (("evidence", "checks"), {"queue-age": checks["queue-age"]}),
        (("evidence", "checks", "duplicates", "outcome"), "PASS"),
        (("events",), packet["events"][1:]),
        (("events",), packet["events"][:voted] + packet["events"][voted + 1 :]),
        (("events", voted, "actor"), "U04MIA"),
        (("events", voted, "detail", "choice"), "Go"),
        (("events", 1, "detail", "reason"), "all was well"),
        (("events", 1, "at"), "2026-01-01T00:00:00Z"),
        (("events", 1, "hash"), "sha256:" + "0" * 64),
    ]
    found = {path: problems(rewritten(packet, *path, to=value)) for path, value in forgeries}
    assert [path for path, wrong in found.items() if not wrong] == []
    twice = text.replace(
        '"outcome": "CONDITIONAL GO",', '"outcome": "NO-GO",\n    "outcome": "CONDITIONAL GO",', 1
    )
    assert "written twice: outcome" in problems(twice)[0]
