"""The run card in each of its states, and the results table: what people read in ten seconds."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import psycopg
import pytest

from commands.serve import Running
from sandbox.slack.message import Message
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import CONFIGURATION, StartBot, World, both_go, decided

TITLED = (
    CONFIGURATION.replace("      queue-age:\n", "      queue-age:\n        title: Queue age\n")
    .replace(
        "      duplicates:\n        kind", "      duplicates:\n        title: Duplicate sends\n        kind"
    )
    .replace("arguments: {version: {}}", "arguments: {version: {}, region: {}}")
)
AGE = 'pass: {p95: "< 180s"}'
assert all(text in CONFIGURATION for text in (AGE, "      duplicates:\n        kind"))


@pytest.fixture
async def bot(start_bot: StartBot, slack: LocalSlack) -> AsyncIterator[Running]:
    async with start_bot(TITLED) as bot:
        await slack.connected()
        yield bot


async def reads(slack: LocalSlack, card: Message, words: str) -> list[str]:
    """Returns the lines of the card once it shows these words."""
    await slack.wait_for(lambda: words in slack.render_text(card))
    return slack.render_text(card).splitlines()


def style(card: Message, label: str) -> tuple[str, bool]:
    """Returns (the button's style, whether it asks for confirmation)."""
    button = next(element for element in card.elements if element.label == label)
    return button.body.get("style", ""), "confirm" in button.body


# ---------------------------------------------------------------- before the decision


async def test_while_checking_the_card_shows_progress_and_running_checks(
    start_bot: StartBot, slack: LocalSlack
) -> None:
    slowly = TITLED.replace(AGE, f"{AGE}\n        sample: {{count: 3, every: 2s}}")
    async with start_bot(slowly):
        await slack.connected()
        await slack.user("raj").command("#releases", "/canary", "run staging version=1.42.0 region=eu")
        card = await slack.sees("#releases", "⏳ Checking · staging 1.42.0")
        _, progress, footer = await reads(slack, card, "1 of 2 checks done")
        assert progress.endswith("running: Queue age")
        assert footer == "Requested by @raj · run #1 · `region=eu`"
        assert not card.elements
        await reads(slack, card, "recommended")


async def test_when_all_checks_passed_go_is_the_primary_button(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    header, verdict, needs, _, footer = await reads(slack, card, "To go ahead")
    assert header == "🟡 Waiting for approval · staging run #1"
    assert verdict == "*GO recommended*: all 2 checks passed"
    who = "a vote from release-managers (@ana) and a vote from platform (@platform)"
    assert needs.startswith(f"*GO recommended.* To go ahead, it needs {who} by ")
    assert footer.startswith("2 of 2 passed, details in the thread · requested by @raj · run #1")
    assert style(card, "Go") == ("primary", False)


async def test_failures_and_near_misses_are_sentences_and_go_asks_for_confirmation(
    bot: Running, slack: LocalSlack, world: World
) -> None:
    await world.put("duplicates", 2)
    await world.put("queue_age", 182)
    await slack.user("raj").command("#releases", "/canary", "run staging version=1.42.0")
    card = await slack.sees("#releases", "*NO-GO recommended*")
    header, verdict, *lines, needs, _, footer = await reads(slack, card, "To go ahead")
    assert header == "🟡 Waiting for approval · staging 1.42.0"
    assert verdict == "*NO-GO recommended*: 1 of 2 checks failed, 1 gave a warning"
    assert lines == [
        "❌ *Duplicate sends*: signals 2, must be 0 · fix: @platform",
        "⚠️ *Queue age*: p95 182 s, should be under 180 s · fix: @platform",
    ]
    assert "and a waiver for *Duplicate sends* (@platform) by" in needs
    assert style(card, "Go") == ("", True)
    go = next(element for element in card.elements if element.label == "Go")
    assert "Duplicate sends: signals 2, must be 0" in go.body["confirm"]["text"]["text"]
    assert "run #1" in footer
    assert card.text.startswith(
        "Waiting for approval: staging 1.42.0. NO-GO recommended: 1 of 2 checks failed"
    )


async def test_a_check_that_could_not_be_measured_is_shown_as_such(
    bot: Running, slack: LocalSlack, world: World
) -> None:
    await world.rename("reading", "renamed")
    await slack.user("raj").command("#releases", "/canary", "run staging")
    card = await slack.sees("#releases", "*NO-GO recommended*: 2 of 2 checks could not be measured")
    assert "❔ *Queue age*: could not be measured: " in slack.render_text(card)
    results = slack.render_text(await slack.sees("#releases", "*Results*"))
    assert "Next: " in results
    assert "PASS" not in results


async def test_the_card_shows_who_voted_how_and_who_is_left(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    await conditional_go(slack, card)
    header, _, votes, condition, needs, *_ = await reads(slack, card, "🗳️")
    assert header == "🟡 Waiting for 1 more vote · staging run #1"
    assert votes == "🗳️ *Conditional go* from @ana (release-managers)"
    assert condition.startswith("Condition: promotion stays off · @ben · due ")
    assert "needs a vote from platform (@platform) by" in needs
    assert "@ana" not in needs


async def test_the_card_says_when_only_a_waiver_is_missing(
    bot: Running, slack: LocalSlack, world: World
) -> None:
    await world.put("duplicates", 2)
    card = await decided(slack, "*NO-GO recommended*")
    await both_go(slack, card)
    lines = await reads(slack, card, "🟡 Waiting for a waiver · staging run #1")
    assert any("needs a waiver for *Duplicate sends* (@platform) by" in line for line in lines)


async def conditional_go(slack: LocalSlack, card: Message) -> None:
    ana = slack.user("ana")
    await ana.click(card, "Conditional go…")
    form = await ana.sees_modal("Conditional go")
    await ana.submit(form, {"What must become true?": "promotion stays off", "Who owns it?": "U02BEN"})


# ---------------------------------------------------------------- decided


async def test_a_conditional_go_shows_its_condition_on_the_card(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    await conditional_go(slack, card)
    await slack.user("ben").click(card, "Go")
    _, approved, watch, condition, footer = await reads(
        slack, card, "✅ Conditional go, watching · staging run #1"
    )
    assert approved.startswith("Approved by @ana (release-managers) and @ben (platform), ")
    assert watch.startswith("👀 Watching until ")
    assert condition.startswith(
        "Condition: promotion stays off · @ben closes it with *Met…* in the thread · due "
    )
    assert footer.startswith("2 of 2 passed")
    assert not card.elements


async def test_a_no_go_shows_who_stopped_the_run_and_why(
    bot: Running, slack: LocalSlack, world: World
) -> None:
    await world.put("duplicates", 2)
    card, ana = await decided(slack, "*NO-GO recommended*"), slack.user("ana")
    await ana.click(card, "No-go…")
    await ana.submit(await ana.sees_modal("No-go"), {"Reason": "duplicates"})
    _, stopped, finding, _ = await reads(slack, card, "🛑 No-go · staging run #1")
    assert stopped.startswith("Stopped by @ana, ") and stopped.endswith(": duplicates")
    assert finding.startswith("❌ *Duplicate sends*")


async def test_an_expired_run_says_that_nothing_goes_out(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    async with start_bot(TITLED):
        await slack.connected()
        card = await decided(slack)
    async with await psycopg.AsyncConnection.connect(bot_database, autocommit=True) as conn:
        await conn.execute("UPDATE run SET expires_at = now()")
        await conn.execute(
            "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE task_name = 'expire' AND status = 'todo'"
        )
    async with start_bot(TITLED):
        await slack.connected()
        _, expired, *_ = await reads(slack, card, "⌛ Expired without a decision · staging run #1")
        assert expired.startswith("Nobody decided by ")


async def test_a_cancelled_run_shows_who_cancelled_it(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    await slack.user("raj").command("#releases", "/canary", "cancel #1 wrong version")
    _, cancelled, *_ = await reads(slack, card, "🚫 Cancelled · staging run #1")
    assert cancelled.startswith("Cancelled by @raj, ") and cancelled.endswith(": wrong version")


# ---------------------------------------------------------------- after a go


async def test_the_card_shows_how_the_watch_is_going(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    await both_go(slack, card)
    await reads(slack, card, "✅ Go, watching · staging run #1")
    lines = await reads(slack, card, ", all good")
    assert re.match("👀 Watching until .* · measured [1-9][0-9]* times?, all good", lines[2])


async def test_an_alarm_stays_on_the_card_until_it_is_answered(
    bot: Running, slack: LocalSlack, world: World
) -> None:
    card, raj = await decided(slack), slack.user("raj")
    await both_go(slack, card)
    await reads(slack, card, "all good")
    await world.put("duplicates", 3)
    _, alarm, *_ = await reads(slack, card, "🚨 Alarm, roll back? · staging run #1")
    assert alarm.startswith("🚨 *Duplicate sends*: signals 3, must be 0 · since ")
    prompt = await slack.sees("#releases", "Roll back staging")
    await raj.click(prompt, "prompt_on_it")
    _, alarm, *_ = await reads(slack, card, "🚨 Alarm, someone is on it · staging run #1")
    assert alarm.endswith("@raj is on it")
    await raj.click(prompt, "prompt_rolled_back")
    _, rolled_back, *rest = await reads(slack, card, "⏪ Rolled back · staging run #1")
    assert rolled_back.startswith("*Rolled back* by @raj, ") and rolled_back.endswith(" after the alarm")
    assert not any("👀" in line for line in rest)


async def test_after_a_false_alarm_the_watch_goes_on(bot: Running, slack: LocalSlack, world: World) -> None:
    card, raj = await decided(slack), slack.user("raj")
    await both_go(slack, card)
    await world.put("duplicates", 3)
    prompt = await slack.sees("#releases", "Roll back staging")
    await raj.click(prompt, "prompt_false_alarm")
    await raj.submit(await raj.sees_modal("False alarm"), {"Why is it a false alarm?": "a test"})
    await world.put("duplicates", 0)
    await reads(slack, card, "✅ Go, watching · staging run #1")
    await reads(slack, card, "1 alarm, all good")


async def test_the_end_of_the_watch_has_its_own_header(start_bot: StartBot, slack: LocalSlack) -> None:
    async with start_bot(TITLED.replace("for: 1h", "for: 3s")):
        await slack.connected()
        first = await decided(slack)
        await both_go(slack, first)
        await slack.wait_for(lambda: not first.elements)
        lines = await reads(slack, first, "✅ Go, watch over · staging run #1")
        assert any(line.startswith("👀 Watched until ") and "alarm" not in line for line in lines)


async def test_a_go_replaced_by_a_newer_one_says_so(bot: Running, slack: LocalSlack) -> None:
    first = await decided(slack)
    await both_go(slack, first)
    await reads(slack, first, "✅ Go, watching")
    await slack.user("raj").command("#releases", "/canary", "run staging")
    second = await slack.wait_for(lambda: _waiting(slack))
    await both_go(slack, second)
    await reads(slack, first, "✅ Go, replaced by a newer run · staging run #1")


def _waiting(slack: LocalSlack) -> Message | None:
    return next((each for each in slack.channel("#releases").log.values() if each.elements), None)


# ---------------------------------------------------------------- mentions and results


async def test_the_results_mention_each_person_once_and_the_card_notifies_nobody(
    bot: Running, slack: LocalSlack, world: World
) -> None:
    await world.put("duplicates", 2)
    await world.put("queue_age", 500)
    card = await decided(slack, "*NO-GO recommended*")
    results = await slack.sees("#releases", "*Results*")
    assert slack.render_text(results).count("@platform") == 1
    assert slack.render_text(results).count("Fix: platform") == 2
    assert card.edited_ts  # an edit notifies nobody
    assert not results.edited_ts


async def test_the_results_have_three_columns_and_list_passes_separately(
    bot: Running, slack: LocalSlack, world: World
) -> None:
    await world.put("duplicates", 2)
    await decided(slack, "*NO-GO recommended*")
    shown = slack.render_text(await slack.sees("#releases", "*Results*")).splitlines()
    heading = next(at for at, line in enumerate(shown) if line.split() == ["Check", "Measured", "Limit"])
    assert shown[heading + 1].split("  ")[0] == "❌ Duplicate sends"
    assert "▸ 1 check passed" in shown
    assert "  ✅ *Queue age*: p95 30 s, should be under 180 s" in shown
    assert not any("sha256:" in line for line in shown)


async def test_show_uses_the_same_words_as_the_card(bot: Running, slack: LocalSlack, world: World) -> None:
    await world.put("duplicates", 2)
    await decided(slack, "*NO-GO recommended*")
    reply = await slack.user("ana").command("#releases", "/canary", "show #1 duplicates")
    assert "signals 2, must be 0" in await reply.told("Duplicate sends")
    reply = await slack.user("ana").command("#releases", "/canary", "status")
    await reply.told(
        "staging run #1: 🟡 Waiting for approval. NO-GO recommended. To go ahead, it needs a vote from release-managers"
    )
    reply = await slack.user("ana").command("#releases", "/canary", "show #1")
    await reply.told("🟡 Waiting for approval · staging run #1")


async def test_a_reposted_card_mentions_people_only_in_an_edit(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    slack.workspace.delete(card)
    await slack.user("ana").command("#releases", "/canary", "go #1")
    await slack.sees("#releases", "*Go*: @ana")
    anew = await slack.sees("#releases", "🗳️ *Go* from @ana")
    await reads(slack, anew, "needs a vote from platform (@platform)")
    assert anew.edited_ts
