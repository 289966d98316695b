"""What the thread says after the votes: the decision, the rollback instructions, the prompt in each state, the watch."""

from __future__ import annotations

import time

import psycopg
import pytest

from commands.serve import Running
from sandbox.slack.interactions import NotPossible
from sandbox.slack.message import Message
from sandbox.slack.person import PATIENCE
from sandbox.slack.server import LocalSlack
from tests.faults.record import time_is_up
from tests.journeys.conftest import CONFIGURATION, StartBot, World, both_go, decided
from tests.journeys.pressing import is_refused
from tests.journeys.test_attacks import facts
from tests.outbox import rows, until

TITLED = CONFIGURATION.replace(
    "      duplicates:\n        kind", "      duplicates:\n        title: Duplicate sends\n        kind"
)
SEVERAL = TITLED.replace(
    '- {item: "Compare throughput with yesterday\'s", owner: platform, due: 1h}',
    '- {item: "Compare throughput with yesterday\'s", owner: platform, due: 1h}\n'
    '        - {item: "Read lastError", owner: release-managers, due: 10m}',
)


async def with_version(slack: LocalSlack, version: str, verdict: str = "*GO recommended*") -> Message:
    await slack.user("raj").command("#releases", "/canary", f"run staging version={version}")
    return await slack.sees("#releases", verdict)


def in_channel(message: Message) -> bool:
    """Whether people who do not open the thread see the message."""
    return not message.is_reply or message.broadcast


# ---------------------------------------------------------------- the decision


async def test_a_go_states_the_result_first_then_what_to_do(start_bot: StartBot, slack: LocalSlack) -> None:
    async with start_bot(TITLED):
        await slack.connected()
        await both_go(slack, await with_version(slack, "1.42.0"))
        decision = await slack.sees("#releases", "Decision on run #1")
        instructions = await slack.sees("#releases", "How to roll back ·")
    heading, state, *rest = slack.render_text(decision).splitlines()
    assert heading == "✅ Go · staging 1.42.0"
    assert state == "All 2 checks passed, nothing is wrong now"
    said = "\n".join(rest)
    assert "Approved by @ana (release-managers) and @ben (platform)" in said
    assert "@raj: go ahead with staging `1.42.0`." in said
    assert "platform: check off the monitoring checklist in the thread" in said
    assert "👀 Watching until" in said
    assert "OVERRIDE_CAPACITY" not in said
    assert len(said) < 600
    assert decision.text.startswith("Go: staging 1.42.0 (run #1). All 2 checks passed")
    assert decision.text.endswith("<@U03RAJ>: go ahead with staging `1.42.0`.")
    assert in_channel(decision)
    assert not in_channel(instructions)


async def test_a_digest_is_shortened_to_what_people_compare(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    await both_go(slack, await decided(slack))
    text = slack.render_text(await slack.sees("#releases", "Decision on run #1"))
    [(digest,)] = await facts(bot_database, "SELECT evidence FROM run")
    short = digest.removeprefix("sha256:")[:12]
    assert f"evidence `{short}`" in text
    assert digest not in text


async def test_a_conditional_go_says_the_condition_its_owner_and_its_due_time(
    start_bot: StartBot, slack: LocalSlack, world: World
) -> None:
    await world.put("duplicates", 2)
    async with start_bot(TITLED):
        await slack.connected()
        card = await with_version(slack, "1.42.0", "*NO-GO recommended*")
        ana, ben = slack.user("ana"), slack.user("ben")
        await ben.click(card, "Waive…")
        await ben.submit(await ben.sees_modal("Waive"), {"Why is it safe to continue?": "test sends only"})
        line = await slack.sees("#releases", "*Waived Duplicate sends*: @ben · test sends only")
        assert line.text == "Waived Duplicate sends: <@U02BEN> · test sends only"
        await ben.click(card, "Go")
        await slack.sees("#releases", "*Go*: @ben (platform)")
        await ana.click(card, "Conditional go…")
        form = await ana.sees_modal("Conditional go")
        due = int(time.time()) + 3600
        await ana.submit(
            form, {"What must become true?": "promotion stays off", "Who owns it?": "U02BEN", "By when?": due}
        )
        decision = await slack.sees("#releases", "Decision on run #1")
        await slack.sees(
            "#releases", "*Conditional go*: @ana (release-managers) · promotion stays off · @ben · due"
        )
    text = slack.render_text(decision)
    assert text.startswith(
        "✅ Conditional go · staging 1.42.0\n1 of 2 checks failed\n❌ *Duplicate sends*: signals 2, must be 0"
    )
    assert "*Condition*: promotion stays off · @ben · due" in text
    assert "*Waived*: Duplicate sends · @ben: test sends only" in text
    assert "Condition: promotion stays off, due" in decision.text


async def test_a_no_go_says_who_why_and_what_next(bot: Running, slack: LocalSlack, world: World) -> None:
    await world.put("duplicates", 2)
    card = await decided(slack, "*NO-GO recommended*")
    ana = slack.user("ana")
    await ana.click(card, "No-go…")
    await ana.submit(await ana.sees_modal("No-go"), {"Reason": "duplicates are a no-go"})
    await slack.sees("#releases", "*No-go*: @ana (release-managers) · duplicates are a no-go")
    decision = await slack.sees("#releases", "Decision on run #1")
    text = slack.render_text(decision)
    assert text.startswith("🛑 No-go · staging run #1\n1 of 2 checks failed")
    assert "No-go from @ana" in text
    assert "@raj: do not go ahead. After a fix, start a new run: `/canary run staging`" in text
    assert decision.text.startswith("No-go: staging run #1. duplicates are a no-go. 1 of 2")
    assert not [each for each in slack.thread(card) if "How to roll back" in slack.render_text(each)]


async def test_an_expired_run_says_what_was_missing(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    await slack.user("ana").click(card, "Go")
    await slack.sees("#releases", "*Go*: @ana")
    await time_is_up(bot_database, 1)
    text = slack.render_text(await slack.sees("#releases", "Decision on run #1"))
    assert text.startswith("⌛ Expired · staging run #1\n")
    assert "so this is not a go. Missing: a vote from platform." in text
    assert "@raj: do not go ahead. To ask for votes again" in text


async def test_a_cancelled_run_says_who_and_why(bot: Running, slack: LocalSlack) -> None:
    await decided(slack)
    await slack.user("raj").command("#releases", "/canary", "cancel #1 wrong version")
    text = slack.render_text(await slack.sees("#releases", "Decision on run #1"))
    assert text.startswith("🚫 Cancelled · staging run #1\n")
    assert "Cancelled by @raj" in text
    assert "wrong version" in text


# ---------------------------------------------------------------- how to roll back


async def test_rollback_instructions_are_in_order_and_each_command_can_be_copied(
    start_bot: StartBot, slack: LocalSlack
) -> None:
    async with start_bot(TITLED):
        await slack.connected()
        await both_go(slack, await with_version(slack, "1.41.3"))
        await slack.sees("#releases", "Decision on run #1")
        await both_go(slack, await with_version(slack, "1.42.0"))
        message = await slack.sees("#releases", "How to roll back · staging 1.42.0")
    text = slack.render_text(message)
    parts = [
        "*1 Mitigate*: Pin capacity: `OVERRIDE_CAPACITY=1024`",
        "*2 Investigate*",
        "• Duplicate sends: Stop promotion at once",
        "*3 To roll back* from `1.42.0` to `1.41.3`:",
        "• Promote 1.41.3 in the dashboard",
        "• Check `/canary status staging`",
        "When on-call is asked to roll back",
        "• *Duplicate sends* fails once",
        "Monitoring checklist · 0 of 1 item done",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


async def test_a_checklist_item_is_checked_off_once_by_its_owner_or_on_call(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    first, then = "Check off: Read lastError", "Check off: Compare throughput with yesterday's"
    async with start_bot(SEVERAL):
        await slack.connected()
        await both_go(slack, await decided(slack))
        message = await slack.sees("#releases", "Monitoring checklist · 0 of 2 items done")
        text = slack.render_text(message)
        assert text.index("Read lastError") < text.index("Compare throughput")  # due earlier
        ben, ana, mia = (slack.user(name) for name in ("ben", "ana", "mia"))
        await (await mia.click(message, then)).told("Only platform and on-call can check that off.")
        await (await ben.click(message, first)).told("Only release-managers and on-call can check that off.")
        stale = next(each for each in message.elements if "lastError" in str(each.body))
        assert (await ana.click(message, first)).acked
        await slack.sees("#releases", "Monitoring checklist · 1 of 2 items done")
        assert "✅ Read lastError · @ana" in slack.render_text(message)
        with pytest.raises(NotPossible):
            await ana.click(message, first)
        late = await slack.user("raj").clicks_from_an_old_screen(message, stale)
        await late.told("“Read lastError” is checked off already.")
    async with start_bot(SEVERAL):  # survives a restart
        await slack.connected()
        assert (await slack.user("raj").click(message, then)).acked  # raj is on call
        await slack.sees("#releases", "Monitoring checklist · 2 of 2 items done")
    done = await facts(
        bot_database,
        "SELECT actor, detail::jsonb ->> 'text' FROM event WHERE kind = 'checked off' ORDER BY seq",
    )
    assert done == [("U01ANA", "Read lastError"), ("U03RAJ", "Compare throughput with yesterday's")]


async def test_two_people_checking_off_an_item_at_once_count_once(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    await both_go(slack, await decided(slack))
    message = await slack.sees("#releases", "Monitoring checklist")
    element = next(each for each in message.elements if each.label == "Check off")
    for name in ("ben", "raj"):
        assert (await slack.user(name).clicks_from_an_old_screen(message, element)).delivery.acked
    await slack.sees("#releases", "1 of 1 item done")
    await until(bot_database, "SELECT count(*) FROM event WHERE kind = 'refused'")
    assert await facts(bot_database, "SELECT count(*) FROM event WHERE kind = 'checked off'") == [(1,)]


# ---------------------------------------------------------------- votes and waivers


async def test_a_waiver_line_keeps_its_text_after_another_waiver_of_the_same_check(
    start_bot: StartBot, slack: LocalSlack, world: World
) -> None:
    """Ben leaves the group, so his waiver lapses, and Mia gives another."""
    await world.put("duplicates", 2)
    async with start_bot(TITLED):
        await slack.connected()
        card = await decided(slack, "*NO-GO recommended*")
        await _waive(slack, card, "ben", "known")
        line = await slack.sees("#releases", "*Waived Duplicate sends*: @ben · known")
        slack.workspace.groups["S0PLATFORM"].members[:] = ["U04MIA"]
        await slack.user("ana").click(card, "Go")
        await slack.sees("#releases", "*Go*: @ana")
        await _waive(slack, card, "mia", "seen it")
        await slack.sees("#releases", "*Waived Duplicate sends*: @mia · seen it")
        assert "@ben · known" in slack.render_text(line)


async def test_the_waiver_line_of_an_earlier_version_is_still_shown(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    await world.put("duplicates", 2)
    async with start_bot(TITLED):
        await slack.connected()
        card = await decided(slack, "*NO-GO recommended*")
        await _waive(slack, card, "ben", "known")
        line = await slack.sees("#releases", "*Waived Duplicate sends*: @ben · known")
        async with await psycopg.AsyncConnection.connect(bot_database, autocommit=True) as conn:
            await conn.execute(
                "INSERT INTO message (run, kind, subject, channel) VALUES (1, 'waiver', 'duplicates', 'C0RELEASES')"
            )
        again = await slack.wait_for(
            lambda: [each for each in slack.thread(card)[2:] if "Waived" in each.text][1:]
        )
    assert slack.render_text(again[0]) == slack.render_text(line)


async def _waive(slack: LocalSlack, card: Message, name: str, why: str) -> None:
    person = slack.user(name)
    await person.click(card, "Waive…")
    await person.submit(await person.sees_modal("Waive"), {"Why is it safe to continue?": why})


# ---------------------------------------------------------------- the rollback prompt


async def prompted(slack: LocalSlack, world: World, version: str = "1.42.0") -> Message:
    await both_go(slack, await with_version(slack, version))
    await slack.sees("#releases", "How to roll back ·")
    await world.put("duplicates", 3)
    return await slack.sees("#releases", f"Roll back staging {version}?")


async def test_the_prompt_says_what_fails_since_when_and_what_to_do(
    start_bot: StartBot, slack: LocalSlack, world: World
) -> None:
    async with start_bot(TITLED):
        await slack.connected()
        prompt = await prompted(slack, world)
        text = slack.render_text(prompt)
        assert text.startswith(
            "⏪ Roll back staging 1.42.0? Check failing: Duplicate sends\n@on-call: follow these steps, and decide whether to roll back\n"
            "*Duplicate sends* has been failing since "
        )
        assert "signals 3, must be 0" in text
        assert "*1 Mitigate*: Pin capacity: `OVERRIDE_CAPACITY=1024`" in text
        assert "*2 Investigate*: Stop promotion at once" in text
        assert "*3 To roll back* from `1.42.0`:" in text
        assert prompt.buttons == ["I'm on it", "I have rolled back", "False alarm…"]
        assert in_channel(prompt)
        assert prompt.text.startswith("Roll back staging `1.42.0`? *Duplicate sends* has been failing since")
        assert "<!subteam^S0ONCALL>" in prompt.text

        await world.put("duplicates", 4)
        await slack.wait_for(lambda: "signals 4, must be 0" in slack.render_text(prompt))
        await world.put("duplicates", 0)
        await slack.sees("#releases", "Roll back staging 1.42.0? Passing again: Duplicate sends")
        assert "*Duplicate sends* has been passing again since" in slack.render_text(prompt)


async def test_a_prompt_is_not_edited_while_its_reading_stays_the_same(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    async with start_bot(TITLED):
        await slack.connected()
        await prompted(slack, world)
        [(ticks, wanted)] = await rows(bot_database, _LOOKED)
        await until(bot_database, f"SELECT tick >= {ticks + 3} FROM watch")
        assert (await rows(bot_database, _LOOKED))[0][1] == wanted


_LOOKED = "SELECT tick, wanted FROM watch, message WHERE message.kind = 'prompt'"


async def test_once_somebody_is_on_it_they_are_named_instead_of_on_call(
    start_bot: StartBot, slack: LocalSlack, world: World
) -> None:
    async with start_bot(TITLED):
        await slack.connected()
        prompt = await prompted(slack, world)
        await slack.user("raj").click(prompt, "I'm on it")
        await slack.sees("#releases", "*@raj is on it* since")
        assert "@on-call" not in slack.render_text(prompt)
        assert prompt.buttons == ["I have rolled back", "False alarm…"]


async def test_reporting_a_rollback_asks_for_confirmation_because_it_ends_the_watch(
    start_bot: StartBot, slack: LocalSlack, world: World
) -> None:
    async with start_bot(TITLED):
        await slack.connected()
        prompt = await prompted(slack, world)
        button = next(each for each in prompt.elements if each.label == "I have rolled back")
        confirm = button.body["confirm"]
        assert "ends its watch" in confirm["text"]["text"]
        assert (confirm["confirm"]["text"], confirm["deny"]["text"]) == ("I have rolled back", "Not yet")
        await slack.user("raj").click(prompt, "I have rolled back")
        await slack.sees("#releases", "⏪ Rolled back · staging 1.42.0 · less than a minute after the alarm")
        text = slack.render_text(prompt)
        assert "@raj rolled back staging `1.42.0`" in text
        assert "signals 3, must be 0" in text
        assert "Mitigate" not in text
        assert not prompt.elements
        end = await slack.sees("#releases", "👀 Watch over · staging 1.42.0")
    assert (
        "The watch of run #1 ended: staging was rolled back\n❌ *Duplicate sends*: signals 3, must be 0"
        in (slack.render_text(end))
    )


async def test_a_false_alarm_says_who_why_and_that_the_watch_goes_on(
    start_bot: StartBot, slack: LocalSlack, world: World
) -> None:
    async with start_bot(TITLED):
        await slack.connected()
        prompt = await prompted(slack, world)
        raj = slack.user("raj")
        await raj.click(prompt, "False alarm…")
        await raj.submit(await raj.sees_modal("False alarm"), {"Why is it a false alarm?": "a test send"})
        await slack.sees("#releases", "🔕 False alarm · staging 1.42.0 · Duplicate sends")
        text = slack.render_text(prompt)
    assert "@raj called it a false alarm" in text
    assert "less than a minute after the alarm: a test send" in text
    assert "The watch goes on until" in text


async def test_a_newer_go_is_mentioned_in_the_open_prompt_of_the_previous_run(
    start_bot: StartBot, slack: LocalSlack, world: World
) -> None:
    async with start_bot(TITLED):
        await slack.connected()
        prompt = await prompted(slack, world, "1.1")
        await world.put("duplicates", 0)
        await both_go(slack, await with_version(slack, "1.2"))
        await slack.sees("#releases", "The watch of run #1 ended: a newer run on staging got a go")
        await slack.wait_for(
            lambda: "A newer run on staging got a go, so" in slack.render_text(prompt), PATIENCE
        )
        assert (await slack.user("raj").click(prompt, "I have rolled back")).acked
        await slack.sees("#releases", "⏪ Rolled back · staging 1.1")


async def test_a_watch_that_cannot_measure_names_the_check_and_its_owner(
    start_bot: StartBot, slack: LocalSlack, world: World
) -> None:
    async with start_bot(TITLED):
        await slack.connected()
        await both_go(slack, await with_version(slack, "1.42.0"))
        await slack.sees("#releases", "How to roll back ·")
        await world.rename("reading", "gone")
        blind = await slack.sees("#releases", "⚠️ Cannot measure Duplicate sends · staging 1.42.0")
        await world.rename("gone", "reading")
    assert "@platform: please fix it" in slack.render_text(blind)


async def test_a_finished_watch_says_how_often_it_measured(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    async with start_bot(TITLED.replace("for: 1h", "for: 5s")):
        await slack.connected()
        await both_go(slack, await with_version(slack, "1.42.0"))
        end = slack.render_text(await slack.sees("#releases", "👀 Watch over · staging 1.42.0"))
    ((ticks,),) = await facts(bot_database, "SELECT tick FROM watch")
    often = "once" if ticks == 1 else f"{ticks} times"
    assert f"The watch of run #1 is complete\nAll good in the last measurement\nMeasured {often} since" in end
    assert "no rollback prompt" in end


async def test_a_watch_whose_only_measurement_failed_does_not_say_that_all_is_good(
    start_bot: StartBot, slack: LocalSlack, world: World
) -> None:
    hurried = TITLED.replace("for: 1h", "for: 2s").replace("title: Dup", "timeout: 1s\n        title: Dup")
    async with (
        start_bot(hurried),
        await psycopg.AsyncConnection.connect(world.dsn) as conn,
    ):
        await slack.connected()
        card = await with_version(slack, "1.42.0")
        await conn.execute("LOCK TABLE reading")  # reading it has to wait
        await both_go(slack, card)
        end = slack.render_text(await slack.sees("#releases", "👀 Watch over · staging 1.42.0"))
    assert "All good" not in end
    assert "❔ *Duplicate sends*: " in end
    assert "\nMeasured once since" in end


async def test_on_call_replaced_since_the_start_is_asked_and_may_answer(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    async with start_bot(TITLED):
        await slack.connected()
        await both_go(slack, await with_version(slack, "1.42.0"))
        await slack.sees("#releases", "How to roll back ·")
    async with start_bot(TITLED.replace("on-call: {members: [S0ONCALL]}", "on-call: {members: [U04MIA]}")):
        await slack.connected()
        await world.put("duplicates", 3)
        prompt = await slack.sees("#releases", "Roll back staging 1.42.0?")
        assert "\n@mia: follow these steps, and decide whether to roll back" in slack.render_text(prompt)
        await is_refused(slack.user("raj"), prompt, "I'm on it", "Only on-call and the people who vote on")
        await slack.user("mia").click(prompt, "I'm on it")
        await slack.sees("#releases", "*@mia is on it*")
    asked = await facts(
        bot_database, "SELECT detail::jsonb -> 'asked' FROM event WHERE kind = 'rollback prompted'"
    )
    assert asked == [({"on-call": {"U04MIA": ["U04MIA"]}},)]


async def test_on_call_moved_to_another_group_is_asked(
    start_bot: StartBot, slack: LocalSlack, world: World
) -> None:
    moved = TITLED.replace("on_call: on-call", "on_call: night-shift").replace(
        "  on-call: {members: [S0ONCALL]}", "  night-shift: {members: [U04MIA]}"
    )
    async with start_bot(TITLED):
        await slack.connected()
        await both_go(slack, await with_version(slack, "1.42.0"))
        await slack.sees("#releases", "How to roll back ·")
    async with start_bot(moved):
        await slack.connected()
        await world.put("duplicates", 3)
        prompt = await slack.sees("#releases", "Roll back staging 1.42.0?")
        assert "\n@mia: follow these steps, and decide whether to roll back" in slack.render_text(prompt)
        await slack.user("mia").click(prompt, "I have rolled back")
        await slack.sees("#releases", "⏪ Rolled back · staging 1.42.0")


# ---------------------------------------------------------------- nobody answers

ESCALATING = TITLED.replace(
    "      on_call: on-call\n", "      on_call: on-call\n      escalate: {after: 15m, to: release-managers}\n"
)


async def _fifteen_minutes_pass(dsn: str) -> None:
    """Age the open prompt by fifteen minutes."""
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn, conn.transaction():
        await conn.execute("UPDATE prompt SET escalates_at = now()")
        await conn.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE task_name = 'escalate'")


async def _restore_escalation_time(dsn: str) -> None:
    """Restore the time that follows from the configuration; the end of the test compares the two."""
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        await conn.execute("UPDATE prompt SET escalates_at = opened_at + interval '15 minutes'")


async def test_an_unanswered_prompt_escalates_once(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    async with start_bot(ESCALATING):
        await slack.connected()
        prompt = await prompted(slack, world)
        assert "Answer with a button by " in slack.render_text(prompt)
        assert ", or it escalates to release-managers" in slack.render_text(prompt)
        await _fifteen_minutes_pass(bot_database)
        asked = await slack.sees("#releases", "⏫ Nobody answered")
        assert slack.render_text(asked) == (
            "⏫ Nobody answered: roll back staging 1.42.0? Check failing: Duplicate sends\n"
            "@ana: on-call hasn't answered for less than a minute. Please answer the rollback prompt above"
        )
        assert in_channel(asked)
        await slack.wait_for(lambda: "so it escalated to release-managers at" in slack.render_text(prompt))
        await _fifteen_minutes_pass(bot_database)
        await slack.user("ana").click(prompt, "I'm on it")
        await slack.sees("#releases", "✅ Answered · staging 1.42.0 · Duplicate sends")
        assert "@ana answered the rollback prompt above" in slack.render_text(asked)
    await _restore_escalation_time(bot_database)
    assert await facts(
        bot_database, "SELECT detail::jsonb ->> 'to' FROM event WHERE kind = 'prompt escalated'"
    ) == [("release-managers",)]


async def test_a_prompt_that_somebody_is_on_does_not_escalate(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    async with start_bot(ESCALATING):
        await slack.connected()
        prompt = await prompted(slack, world)
        await slack.user("raj").click(prompt, "I'm on it")
        await slack.sees("#releases", "*@raj is on it*")
        assert "escalates" not in slack.render_text(prompt)
        await _fifteen_minutes_pass(bot_database)
        await until(
            bot_database,
            "SELECT count(*) = 0 FROM procrastinate_jobs WHERE task_name = 'escalate' AND status IN ('todo', 'doing')",
        )
    await _restore_escalation_time(bot_database)
    assert await facts(bot_database, "SELECT count(*) FROM event WHERE kind = 'prompt escalated'") == [(0,)]
    assert await facts(bot_database, "SELECT count(*) FROM message WHERE kind = 'escalation'") == [(0,)]
