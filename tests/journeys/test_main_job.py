"""From `/canary run staging` to a recorded decision, and the rollback prompt after it."""

from __future__ import annotations

import re

from commands.serve import Running
from sandbox.slack.message import Message
from sandbox.slack.person import PATIENCE
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import World


async def test_a_healthy_run_is_approved_by_two_owners_and_recorded(bot: Running, slack: LocalSlack) -> None:
    ana, ben, raj, mia = (slack.user(name) for name in ("ana", "ben", "raj", "mia"))

    reply = await raj.command("#releases", "/canary", "run staging version=1.42.0")
    assert reply.acked
    await reply.told("Run #1 on staging has started")

    card = await slack.sees("#releases", "*GO recommended*")
    assert "🟡 Waiting for approval · staging 1.42.0" in slack.render_text(card)
    await slack.sees("#releases", "*Results*")

    refusal = await mia.click(card, "Go")
    said = await refusal.told("Only release-managers and platform can vote on run #1.")
    assert "Ask @ana or @ben." in said

    await ana.click(card, "Go")
    await slack.sees("#releases", "needs a vote from platform")
    await ben.click(card, "Go")

    decision = await slack.sees("#releases", "Decision on run #1")
    assert "✅ Go · staging 1.42.0" in slack.render_text(decision)
    text = slack.render_text(await slack.sees("#releases", "How to roll back · staging 1.42.0"))
    assert "Pin capacity: `OVERRIDE_CAPACITY=1024`" in text
    assert "Compare throughput with yesterday's" in text
    await slack.wait_for(lambda: not slack.thread(card)[0].elements)
    await slack.sees("#releases", ".html, ")
    names = [file.name for message in slack.thread(card) for file in message.files]
    dated = [re.sub(r"\d{4}-\d\d-\d\d", "DATE", name) for name in names]
    assert dated == [f"canary-1-staging-1.42.0-DATE.{form}" for form in ("md", "json", "html")]


async def test_a_breach_after_the_go_asks_on_call_to_roll_back(
    bot: Running, slack: LocalSlack, world: World
) -> None:
    ana, ben, raj = (slack.user(name) for name in ("ana", "ben", "raj"))
    await raj.command("#releases", "/canary", "run staging")
    card = await slack.sees("#releases", "*GO recommended*")
    await ana.click(card, "Go")
    await ben.click(card, "Go")
    await slack.sees("#releases", "Decision on run #1")

    await world.put("duplicates", 3)
    prompt = await slack.sees("#releases", "Roll back staging")
    text = slack.render_text(prompt)
    assert "signals 3, must be 0" in text
    assert "Stop promotion at once" in text

    await raj.click(prompt, "I'm on it")
    await slack.sees("#releases", "is on it")
    await raj.click(prompt, "I have rolled back")
    await slack.sees("#releases", "⏪ Rolled back · staging")


async def test_a_failing_check_needs_a_waiver_or_ends_in_no_go(
    bot: Running, slack: LocalSlack, world: World
) -> None:
    ana, ben, raj = (slack.user(name) for name in ("ana", "ben", "raj"))
    await world.put("duplicates", 2)
    await raj.command("#releases", "/canary", "run staging")
    card = await slack.sees("#releases", "*NO-GO recommended*")
    await ana.click(card, "Go")
    await ben.click(card, "Go")
    await slack.sees("#releases", "needs a waiver for *duplicates*")

    await ana.click(card, "No-go…")
    form = await ana.sees_modal("No-go")
    await ana.submit(form, {"Reason": "duplicate sends are an immediate no-go"})
    decision = await slack.sees("#releases", "Decision on run #1")
    text = slack.render_text(decision)
    assert "🛑 No-go · staging" in text
    assert "duplicate sends are an immediate no-go" in text


async def test_a_newer_go_ends_the_watch_of_the_one_before(
    bot: Running, slack: LocalSlack, world: World
) -> None:
    ana, ben, raj = (slack.user(name) for name in ("ana", "ben", "raj"))
    for number in (1, 2):
        await raj.command("#releases", "/canary", f"run staging version=1.{number}")
        await slack.sees("#releases", f"· run #{number} ·")
        card = await slack.wait_for(lambda at=number: _waiting(slack, at), PATIENCE)
        await ana.click(card, "Go")
        await ben.click(card, "Go")
        await slack.sees("#releases", f"Decision on run #{number}")
    await slack.sees("#releases", "The watch of run #1 ended: a newer run on staging got a go")
    instructions = await slack.sees("#releases", "How to roll back · staging 1.2")
    assert "Promote 1.1 in the dashboard" in slack.render_text(instructions)

    await world.put("duplicates", 3)
    prompt = await slack.sees("#releases", "Roll back staging 1.2?")
    assert "from `1.2` to `1.1`" in slack.render_text(prompt)


def _waiting(slack: LocalSlack, number: int) -> Message | None:
    """The run's card, once it has buttons."""
    cards = slack.channel("#releases").log.values()
    return next(
        (card for card in cards if card.elements and f"run #{number}" in slack.render_text(card)), None
    )
