"""The conditions of a conditional go are followed up until each is met, by its check or its owner's word, or lifted."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

import psycopg

from bot.base.canonical import own_digest
from bot.base.errors import Refused
from bot.record.addendum import problems
from bot.record.proof.examination import belongs, examined
from bot.record.proof.keys import Entry, Keyring, SigningKey
from bot.record.proof.statement import signed
from bot.rules.condition import require_free
from bot.store import conditions
from bot.store.database import Database
from bot.store.roles import as_role
from commands.serve import Running
from sandbox.slack.message import Message
from sandbox.slack.server import LocalSlack
from tests.audit.conftest import tamper
from tests.journeys.acting import confirms, covered, with_action, with_workspaces
from tests.journeys.conftest import CONFIGURATION, StartBot, World, decided
from tests.journeys.pressing import press
from tests.journeys.test_attacks import facts
from tests.journeys.test_reminders import takes_no_messages

HISTORY = "SELECT kind, actor FROM event WHERE kind LIKE 'condition%' OR kind LIKE 'addendum%' ORDER BY seq"
MET_FORM = {"How did it become true?": "the quota is raised to 100"}


async def conditional_go(slack: LocalSlack, card: Message, **also: Any) -> None:
    """Ana votes Conditional go with a condition that Raj owns, and Ben votes Go."""
    ana = slack.user("ana")
    await ana.click(card, "Conditional go…")
    asked = {"What must become true?": "promotion stays off", "Who owns it?": slack.user("raj").id}
    assert (await ana.submit(await ana.sees_modal("Conditional go"), {**asked, **also})).acked
    await slack.sees("#releases", "needs a vote from platform")
    await slack.user("ben").click(card, "Go")
    await slack.sees("#releases", "Decision on run #1")


async def thread_says(slack: LocalSlack, card: Message, containing: str) -> str:
    """Returns the whole thread, once it shows this text."""
    try:
        await slack.wait_for(lambda: containing in slack.render_thread(card))
    except TimeoutError:
        raise AssertionError(f"no {containing!r} in {slack.render_thread(card)}") from None
    return slack.render_thread(card)


async def the_condition(slack: LocalSlack, card: Message) -> Message:
    """The message of condition 1, in the card's thread."""
    await thread_says(slack, card, "Condition 1")
    return next(
        message
        for message in slack.thread(card)
        if "Condition 1 " in slack.render_text(message).splitlines()[0]
    )


async def test_a_condition_without_a_check_is_closed_by_its_owner_in_a_form(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    await conditional_go(slack, card)
    condition = await the_condition(slack, card)
    said = slack.render_text(condition)
    assert said.startswith("📌 Condition 1 · staging run #1\n*promotion stays off*\n@raj · due ")
    assert "@raj says here when it is met" in said
    await slack.sees(
        "#releases", "Condition: promotion stays off · @raj closes it with *Met…* in the thread · due"
    )

    raj = slack.user("raj")
    await raj.click(condition, "Met…")
    assert (await raj.submit(await raj.sees_modal("Condition met"), MET_FORM)).acked
    await slack.wait_for(
        lambda: (
            "*Condition 1 is met*: promotion stays off · @raj: the quota is raised"
            in slack.render_thread(card)
        )
    )
    await slack.sees("#releases", "✅ Condition met: promotion stays off · @raj")
    thread = slack.render_thread(card)
    assert "The only condition of run #1 is closed" in thread
    assert "✅ Condition 1 met · staging run #1" in thread
    assert "Met…" not in thread
    assert await facts(bot_database, HISTORY) == [
        ("condition opened", "canary"),
        ("condition met", "U03RAJ"),
        ("addendum issued", "canary"),
    ]
    assert "the addendum to its packet is below" in thread
    row = "SELECT state, closed_by, statement FROM condition"
    assert await facts(bot_database, row) == [("met", "U03RAJ", "the quota is raised to 100")]


async def test_only_its_owner_can_report_it_met_and_an_approver_can_lift_it(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    await conditional_go(slack, card)
    condition = await the_condition(slack, card)
    ben, mia = slack.user("ben"), slack.user("mia")
    await ben.click(condition, "Met…")
    assert (await ben.submit(await ben.sees_modal("Condition met"), MET_FORM)).acked
    await ben.is_told("Only the owner of condition 1 of run #1 can do that. Ask @raj")

    why = {"Why need it not be met?": "promotion was removed"}
    await mia.click(condition, "Lift…")
    assert (await mia.submit(await mia.sees_modal("Lift a condition"), why)).acked
    await mia.is_told("Only the people who vote on run #1 can lift its conditions. Ask @ana or @ben")
    assert await facts(bot_database, "SELECT state FROM condition") == [("open",)]

    await ben.click(condition, "Lift…")
    assert (await ben.submit(await ben.sees_modal("Lift a condition"), why)).acked
    await slack.wait_for(
        lambda: (
            "*Condition 1 is lifted*: promotion stays off · @raj · by @ben: promotion was removed"
            in slack.render_thread(card)
        )
    )
    refused = "SELECT actor, detail::jsonb ->> 'what' FROM event WHERE kind = 'refused' ORDER BY seq"
    assert await facts(bot_database, refused) == [
        ("U02BEN", "close a condition"),
        ("U04MIA", "lift a condition"),
    ]


async def test_an_overdue_condition_is_announced_once_mentions_its_owner_and_can_still_be_met(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    soon = int((datetime.now(UTC) + timedelta(seconds=4)).timestamp())
    await conditional_go(slack, card, **{"By when?": soon})
    overdue = "*Condition 1 is overdue*: promotion stays off · @raj · was due"
    await thread_says(slack, card, overdue)
    await slack.sees("#releases", "⏰ Condition overdue: promotion stays off · @raj · was due")
    status = await slack.user("mia").command("#releases", "/canary", "status")
    await status.told("1 condition open, 1 overdue")

    raj = slack.user("raj")
    await raj.click(await the_condition(slack, card), "Met…")
    assert (await raj.submit(await raj.sees_modal("Condition met"), MET_FORM)).acked
    await thread_says(slack, card, "Condition 1 is met")
    assert slack.render_thread(card).count(overdue) == 1
    assert [kind for kind, _ in await facts(bot_database, HISTORY)] == [
        "condition opened",
        "condition overdue",
        "condition met",
        "addendum issued",
    ]


async def test_its_owner_is_reminded_by_direct_message_before_it_is_due(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    soon = int((datetime.now(UTC) + timedelta(hours=1, seconds=4)).timestamp())
    await conditional_go(slack, card, **{"By when?": soon})
    direct = slack.workspace.direct("U03RAJ").id
    reminder = await slack.sees(direct, "Your condition is due")
    assert "promotion stays off" in slack.render_text(reminder)
    assert [kind for kind, _ in await facts(bot_database, HISTORY)] == [
        "condition opened",
        "condition reminded",
    ]


MENTIONED = "I couldn't send you a direct message"
TWICE = CONFIGURATION.replace("expires: 1h", "expires: 1h\n      follow_up: {remind_before: [2h, 1h]}")


async def test_an_owner_who_accepts_no_direct_messages_is_sent_one_and_then_mentioned_in_the_thread(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    takes_no_messages(slack)
    async with start_bot(TWICE):
        await slack.connected()
        card = await decided(slack)
        soon = int((datetime.now(UTC) + timedelta(hours=2, seconds=4)).timestamp())
        await conditional_go(slack, card, **{"By when?": soon})
        await thread_says(slack, card, MENTIONED)
        await tamper(
            bot_database,
            "UPDATE condition SET remind_at = now()",
            "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE task_name = 'condition_due'",
        )
        await slack.wait_for(lambda: slack.render_thread(card).count(MENTIONED) == 2)
    sent = "SELECT count(*) FROM message WHERE kind = 'condition reminder'"
    assert await facts(bot_database, sent) == [(1,)]
    missed = "SELECT detail::jsonb -> 'people' FROM event WHERE kind = 'not reached' ORDER BY seq"
    assert await facts(bot_database, missed) == [({"U03RAJ": "messages_tab_disabled"},)] * 2


async def test_a_rollback_lifts_open_conditions(bot: Running, slack: LocalSlack, bot_database: str) -> None:
    card = await decided(slack)
    await conditional_go(slack, card)
    await slack.user("raj").command("#releases", "/canary", "rolled-back #1 errors")
    await thread_says(slack, card, "Condition 1 is lifted")
    row = "SELECT state, closed_by, statement FROM condition"
    assert await facts(bot_database, row) == [("lifted", "U03RAJ", "the version was rolled back")]


async def test_an_open_condition_survives_newer_runs_and_home_and_status_show_it(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    await conditional_go(slack, card)
    await slack.user("raj").command("#releases", "/canary", "run staging")
    await slack.sees("#releases", "🟡 Waiting for approval · staging run #2")
    for name in ("ana", "ben"):
        await slack.user(name).command("#releases", "/canary", "go #2")
    await slack.sees("#releases", "Decision on run #2")
    assert await facts(bot_database, "SELECT run, state FROM condition") == [(1, "open")]
    home = await slack.user("raj").opens_home()
    assert "*Condition*: promotion stays off" in str(home.blocks)
    status = await slack.user("mia").command("#releases", "/canary", "status")
    await status.told(
        "*#1* staging run #1: ✅ Conditional go, replaced by a newer run · 1 condition open, due"
    )


# ---------------------------------------------------------------- conditions with a check

OFTEN = CONFIGURATION.replace("expires: 1h", "expires: 1h\n      follow_up: {check_every: 1s}")
SCHEDULED = "SELECT count(*), bool_and(scheduled_at > now() + interval '30 min') FROM procrastinate_jobs WHERE task_name = 'recheck'"
RARELY = CONFIGURATION.replace("expires: 1h", "expires: 1h\n      follow_up: {check_every: 1h}")


async def go_over_duplicates(slack: LocalSlack, world: World) -> Message:
    """Decide a conditional go, whose condition is that the failed check passes."""
    await world.put("duplicates", 2)
    card = await decided(slack, "*NO-GO recommended*")
    await press(slack.user("ben"), card, "Waive…")
    await slack.sees("#releases", "Waived duplicates")
    await conditional_go(slack, card, **{"What shows that it is true?": "duplicates"})
    return card


async def test_a_condition_with_a_check_closes_when_the_check_passes(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    async with start_bot(OFTEN):
        await slack.connected()
        card = await go_over_duplicates(slack, world)
        condition = await the_condition(slack, card)
        await slack.wait_for(lambda: "❌ *duplicates*: signals 2, must be 0" in slack.render_text(condition))
        assert "Met when *duplicates* passes; measured again every 1 s" in slack.render_text(condition)
        assert "Met…" not in slack.render_text(condition)
        await world.put("duplicates", 0)
        thread = await thread_says(slack, card, "*Condition 1 is met*: promotion stays off")
        assert "*duplicates* passed, signals 0, must be 0" in thread
        await slack.sees("#releases", "✅ Condition met: promotion stays off · @raj")
    assert await facts(bot_database, HISTORY) == [
        ("condition opened", "canary"),
        ("condition met", "canary"),
        ("addendum issued", "canary"),
    ]
    measured = "SELECT detail::jsonb -> 'found' ->> 'reason' FROM event WHERE kind = 'condition met'"
    assert await facts(bot_database, measured) == [("signals is 0, limit == 0",)]


async def test_only_the_owner_can_have_a_condition_measured_at_once(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    async with start_bot(RARELY):
        await slack.connected()
        card = await go_over_duplicates(slack, world)
        condition, raj = await the_condition(slack, card), slack.user("raj")
        await (await slack.user("mia").click(condition, "Check now")).told(
            "Only the owner of condition 1 of run #1 can do that. Ask @raj"
        )
        await (await raj.click(condition, "Check now")).told("Measuring duplicates now.")
        await slack.wait_for(lambda: "❌ *duplicates*: signals 2, must be 0" in slack.render_text(condition))
        await (await raj.click(condition, "Check now")).told("its message shows the result")
        await tamper(bot_database, "UPDATE condition SET looked_at = looked_at - interval '1 minute'")
        await world.put("duplicates", 0)
        assert await facts(bot_database, SCHEDULED) == [(1, True)], "more jobs would hide that one got lost"
        await raj.click(condition, "Check now")
        await thread_says(slack, card, "*Condition 1 is met*: promotion stays off")
    assert await facts(bot_database, SCHEDULED) == [(0, None)]


async def test_a_measurement_that_got_lost_is_made_up_for_on_request(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    async with start_bot(RARELY):
        await slack.connected()
        card = await go_over_duplicates(slack, world)
        condition, raj = await the_condition(slack, card), slack.user("raj")
        await tamper(bot_database, "DELETE FROM procrastinate_jobs WHERE task_name = 'recheck'")
        await world.put("duplicates", 0)
        await raj.click(condition, "Check now")
        await thread_says(slack, card, "*Condition 1 is met*: promotion stays off")


# ---------------------------------------------------------------- conditions from canary.yaml, and the actions that they hold

DECLARED = CONFIGURATION.replace(
    "expires: 1h",
    """expires: 1h
      conditions:
        policy: {text: Promotion stays off, answer: "Which quota policy applies?", owner: release-managers, holds: [promote]}
        duplicates: {text: No duplicates for a day, check: duplicates, due: 24h}""",
)


async def held(dsn: str) -> str:
    """Returns why the action "promote" is refused, or "" if it is not."""
    async with Database(dsn) as database, database.transaction() as conn:
        try:
            require_free("promote", await conditions.holding(conn, "staging", "promote"))
        except Refused as refused:
            return f"{refused} Ask {' or '.join(refused.people)}."
        return ""


async def test_a_declared_condition_holds_an_action_until_it_is_answered(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    async with start_bot(DECLARED):
        await slack.connected()
        card = await decided(slack)
        ana = slack.user("ana")
        await ana.click(card, "Conditional go…")
        form = await ana.sees_modal("Conditional go")
        await ana.choose(form, "Which condition?", "Promotion stays off")
        form = await slack.wait_for(
            lambda: (
                ana.modal if ana.modal and "Which quota policy applies?" in str(ana.modal.blocks) else None
            )
        )
        assert (await ana.submit(form)).acked  # the owner is the only release manager
        await slack.sees("#releases", "Condition: Promotion stays off · @ana · due")
        assert await held(bot_database) == ""
        await slack.user("ben").click(card, "Go")
        condition = await the_condition(slack, card)
        assert "@ana · due " in slack.render_text(condition)
        assert " · holds `promote`" in slack.render_text(condition)
        assert "To close it, @ana answers: Which quota policy applies?" in slack.render_text(condition)
        assert "promote is held: condition 1 of run #1 is open (due " in await held(bot_database)
        assert (await held(bot_database)).endswith("UTC): Promotion stays off. Ask U01ANA.")

        await ana.click(condition, "Met…")
        answer = {"Which quota policy applies?": "100 per workspace"}
        assert (await ana.submit(await ana.sees_modal("Condition met"), answer)).acked
        await thread_says(slack, card, "*Condition 1 is met*: Promotion stays off · @ana: 100 per workspace")
        assert await held(bot_database) == ""


async def test_an_open_condition_holds_after_a_newer_go_until_a_rollback(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    async with start_bot(DECLARED):
        await slack.connected()
        card = await decided(slack)
        await conditional_go(slack, card, **{"What does it hold?": ["promote"]})
        await slack.user("raj").command("#releases", "/canary", "run staging")
        await slack.sees("#releases", "🟡 Waiting for approval · staging run #2")
        for name in ("ana", "ben"):
            await slack.user(name).command("#releases", "/canary", "go #2")
        await slack.sees("#releases", "Decision on run #2")
        assert "condition 1 of run #1 is open" in await held(bot_database)
        await slack.user("raj").command("#releases", "/canary", "rolled-back #1 errors")
        await thread_says(slack, card, "*Condition 1 is lifted*")
        assert await held(bot_database) == ""


# ---------------------------------------------------------------- the addendum


async def test_the_addendum_says_how_each_condition_was_closed_and_verifies_with_the_packet(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    await conditional_go(slack, card)
    raj = slack.user("raj")
    await raj.click(await the_condition(slack, card), "Met…")
    assert (await raj.submit(await raj.sees_modal("Condition met"), MET_FORM)).acked

    def files() -> dict[str, str]:
        return {
            file.name.partition("staging-")[2][len("2026-11-30") :]: file.content.decode()
            for message in slack.thread(card)
            for file in message.files
            if file.name.endswith((".json", ".md"))
        }

    await slack.wait_for(lambda: {"-addendum.json", "-addendum.md", ".json"} <= files().keys())
    addendum, packet = files()["-addendum.json"], files()[".json"]
    assert problems(addendum, packet) == []
    told = json.loads(addendum)
    assert told["packet"]["digest"] == json.loads(packet)["digest"]
    [condition] = told["conditions"]
    assert (condition["state"], condition["closed_by"]) == ("met", "U03RAJ")
    assert condition["statement"] == "the quota is raised to 100"
    assert "# Addendum to run #1 on staging: 1 met, 0 lifted" in files()["-addendum.md"]
    assert "met: the quota is raised to 100" in files()["-addendum.md"]

    for was, instead, says in (
        ("the quota is raised to 100", "nothing was done", "does not follow from the one before it"),
        ('"state": "met"', '"state": "lifted"', "is not what the events say"),
        (told["packet"]["evidence_digest"], "sha256:" + "0" * 64, "does not follow"),
        (told["packet"]["decided"], "sha256:" + "0" * 64, "does not follow"),
        ("canary-addendum/1", "canary-addendum/2", "reads formats up to 1"),
    ):
        forged = own(addendum.replace(was, instead))
        assert says in " ".join(problems(forged)), was
    other = packet.replace(told["packet"]["decided"], "sha256:" + "0" * 64)
    assert problems(addendum, other) == ["packet: is not the one that the addendum belongs to"]

    key = SigningKey.create()
    ring = Keyring(keys=(Entry(key=key.public.name),))
    envelope = signed(packet, "packet.json", key, datetime.now(UTC))
    assert "from before the addendum" in belongs(addendum, envelope, ring).open
    await (await raj.command("#releases", "/canary", "packet #1")).told("of run #1 again")
    await slack.wait_for(lambda: files()[".json"] != packet)
    envelope = signed(files()[".json"], "packet.json", key, datetime.now(UTC))
    result = belongs(addendum, envelope, ring)
    assert (list(result.found), result.open) == ([], "")
    assert "its own is in the signed log; run #1: CONDITIONAL GO; signed at 20" in result.proved
    assert belongs(own(addendum.replace('"met"', '"lifted"')), envelope, ring).found
    assert "bears no signature" in examined(addendum, ring).open
    assert not examined(addendum, None).open


def own(document: str) -> str:
    """Sealed again by whoever changed it."""
    whole = json.loads(document)
    return json.dumps(whole | {"digest": own_digest(whole)})


async def test_an_action_that_a_condition_holds_is_refused_with_the_reason_until_it_is_met(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    writer = await with_workspaces(world)
    async with start_bot(with_action(), environ={"WRITER_DSN": writer}):
        await slack.connected()
        card = await decided(slack)
        await conditional_go(slack, card, **{"What does it hold?": ["backfill"]})
        condition = await the_condition(slack, card)
        assert "holds `backfill`" in slack.render_text(condition)
        ana, raj = slack.user("ana"), slack.user("raj")
        listed = await slack.sees("#releases", "Actions · staging")
        assert "⏸️ Held by condition 1: promotion stays off · @raj · due " in slack.render_text(listed)
        voted = "*Conditional go*: @ana (release-managers) · promotion stays off · @raj · due "
        [vote] = [line for line in slack.render_thread(card).splitlines() if voted in line]
        assert vote.endswith(" · holds `backfill`")
        decision = slack.render_text(await slack.sees("#releases", "Decision on run #1"))
        [said] = [line for line in decision.splitlines() if line.startswith("*Condition*")]
        assert said.endswith(" · holds `backfill`")
        await ana.click(listed, "Backfill…")
        refused = await ana.is_told("backfill is held: condition 1 of run #1 is open (due ")
        assert "promotion stays off. Ask @raj" in ana.reads(refused)
        assert await covered(world) == 0

        await raj.click(condition, "Met…")
        assert (await raj.submit(await raj.sees_modal("Condition met"), MET_FORM)).acked
        await thread_says(slack, card, "*Condition 1 is met*")
        await slack.wait_for(lambda: "Held by" not in slack.render_text(listed))
        await confirms(slack, ana)
        await slack.wait_for(lambda: "62" in slack.render_text(listed))


async def test_the_actions_of_a_newer_go_name_the_run_whose_condition_holds_them(
    start_bot: StartBot, slack: LocalSlack, world: World
) -> None:
    writer = await with_workspaces(world)
    async with start_bot(with_action(), environ={"WRITER_DSN": writer}):
        await slack.connected()
        await conditional_go(slack, await decided(slack), **{"What does it hold?": ["backfill"]})
        await slack.user("raj").command("#releases", "/canary", "run staging")
        second = await slack.sees("#releases", "🟡 Waiting for approval · staging run #2")
        for name in ("ana", "ben"):
            await slack.user(name).click(second, "Go")
        await thread_says(
            slack,
            second,
            "⏸️ Held by condition 1 of run #1: promotion stays off · @raj · due ",
        )
        await slack.user("raj").command("#releases", "/canary", "rolled-back #1 errors")
        await slack.wait_for(lambda: "Held by" not in slack.render_thread(second))


# ---------------------------------------------------------------- a check that was blocked

LOGS = """
      logs:
        kind: sql
        title: Reason-code logs
        source: logs
        query: "SELECT value AS signals FROM reading WHERE name = 'duplicates'"
        pass: {signals: "== 0"}
        fallback: duplicates
        owner: platform
"""


def with_logs() -> str:
    """The team's configuration, and a check at a source of its own, which a check at the other one mitigates."""
    head, checks, rest = OFTEN.partition("    checks:\n")
    source = '  logs: {kind: postgres, dsn: "${LOGS_DSN}", tables: [reading]}\n'
    head = head.replace("environments:\n", f"{source}environments:\n")
    triggers = '        duplicates: {check: duplicates, breach: 1, prompt: "Stop promotion at once"}\n'
    watched = triggers + '        logs: {check: logs, breach: 1, prompt: "Look at the logs"}\n'
    return f"{head}{checks}{LOGS.lstrip(chr(10))}{rest.replace(triggers, watched)}"


async def test_a_blocked_check_is_mitigated_becomes_a_condition_and_is_met_when_its_source_is_back(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    role = f"logs_{token_hex(4)}"
    await execute(world.dsn, f"CREATE ROLE {role} NOLOGIN; GRANT SELECT ON reading TO {role}")
    async with start_bot(with_logs(), environ={"LOGS_DSN": as_role(world.dsn, role)}):
        await slack.connected()
        card = await decided(slack, "*CONDITIONAL GO recommended*")
        said = slack.render_text(card)
        assert "❔ *Reason-code logs*: could not be measured: the database does not let this user in" in said
        assert "mitigated by duplicates: signals 0, must be 0" in said
        thread = await thread_says(slack, card, "configuration · blocked")
        assert "Mitigated by *duplicates*: signals 0, must be 0" in thread

        ana = slack.user("ana")
        await ana.click(card, "Conditional go…")
        form = await ana.sees_modal("Conditional go")
        assert (await ana.submit(form, {"Who owns it?": slack.user("raj").id})).acked
        await slack.sees(
            "#releases",
            "Condition: Check Reason-code logs once it can run · @raj · due",
        )
        await slack.user("ben").click(card, "Go")
        condition = await the_condition(slack, card)
        assert "Met when *Reason-code logs* passes" in slack.render_text(condition)
        await slack.wait_for(lambda: "does not let this user in" in slack.render_text(condition))

        await execute(world.dsn, f"ALTER ROLE {role} LOGIN")
        await thread_says(slack, card, "*Condition 1 is met*: Check Reason-code logs once it can run")
        await slack.wait_for(lambda: "-addendum.json" in slack.render_thread(card))
        assert "Cannot measure" not in slack.render_thread(card)  # the watch looked at its fallback
    await execute(world.dsn, f"DROP OWNED BY {role}; DROP ROLE {role}")
    assert await facts(bot_database, "SELECT DISTINCT kind FROM event WHERE kind LIKE '%blind%'") == []


async def execute(dsn: str, statements: str) -> None:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        for statement in statements.split(";"):
            await conn.execute(statement)
