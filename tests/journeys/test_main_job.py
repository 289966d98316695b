"""From `/canary run staging` to a recorded decision, and the rollback prompt after it."""

from __future__ import annotations

from commands.serve import Running
from sandbox.slack.message import Message
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import World

PATIENT = 60  # seconds: two runs say more than a channel takes at once


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
    await slack.sees("#releases", "Needs 1 of platform")
    await ben.click(card, "Go")

    decision = await slack.sees("#releases", "GO: run #1 on staging")
    text = slack.render_text(decision)
    assert "Pin capacity: OVERRIDE_CAPACITY=1024" in text
    assert "Compare throughput with yesterday's" in text
    await slack.wait_for(lambda: not slack.thread(card)[0].elements)
    names = {file.name for message in slack.thread(card) for file in message.files}
    await slack.sees("#releases", "canary-staging-1.json")
    assert names <= {"canary-staging-1.md", "canary-staging-1.json"}


async def test_a_breach_after_the_go_asks_on_call_to_roll_back(
    bot: Running, slack: LocalSlack, world: World
) -> None:
    ana, ben, raj = (slack.user(name) for name in ("ana", "ben", "raj"))
    await raj.command("#releases", "/canary", "run staging")
    card = await slack.sees("#releases", "*GO recommended*")
    await ana.click(card, "Go")
    await ben.click(card, "Go")
    await slack.sees("#releases", "GO: run #1 on staging")

    await world.put("duplicates", 3)
    prompt = await slack.sees("#releases", "Roll back staging?")
    text = slack.render_text(prompt)
    assert "signals is 3, limit == 0" in text
    assert "Stop promotion at once" in text

    await raj.click(prompt, "I'm on it")
    await slack.sees("#releases", "is on it")
    await raj.click(prompt, "Rolled back")
    await slack.sees("#releases", "staging was rolled back")


async def test_a_failing_check_needs_a_waiver_or_ends_in_no_go(
    bot: Running, slack: LocalSlack, world: World
) -> None:
    ana, ben, raj = (slack.user(name) for name in ("ana", "ben", "raj"))
    await world.put("duplicates", 2)
    await raj.command("#releases", "/canary", "run staging")
    card = await slack.sees("#releases", "*NO-GO recommended*")
    await ana.click(card, "Go")
    await ben.click(card, "Go")
    await slack.sees("#releases", "Needs a waiver for *duplicates*")

    await ana.click(card, "No-go…")
    form = await ana.sees_modal("No-go")
    await ana.submit(form, {"Why not?": "duplicate sends are an immediate no-go"})
    decision = await slack.sees("#releases", "NO-GO: run #1 on staging")
    assert "duplicate sends are an immediate no-go" in slack.render_text(decision)


async def test_a_newer_go_ends_the_watch_of_the_one_before(
    bot: Running, slack: LocalSlack, world: World
) -> None:
    ana, ben, raj = (slack.user(name) for name in ("ana", "ben", "raj"))
    for number in (1, 2):
        await raj.command("#releases", "/canary", f"run staging version=1.{number}")
        await slack.sees("#releases", f"· run #{number} ·", timeout=PATIENT)
        card = await slack.wait_for(lambda at=number: _waiting(slack, at), PATIENT)
        await ana.click(card, "Go")
        await ben.click(card, "Go")
        await slack.sees("#releases", f"GO: run #{number} on staging", timeout=PATIENT)
    await slack.sees(
        "#releases", "The watch of run #1 ended: a newer run on staging got a go", timeout=PATIENT
    )
    decision = await slack.sees("#releases", "GO: run #2 on staging")
    assert "Promote 1.1 in the dashboard" in slack.render_text(decision)

    await world.put("duplicates", 3)
    prompt = await slack.sees("#releases", "Roll back staging?", timeout=PATIENT)
    assert "run #2: `version=1.2`" in slack.render_text(prompt)


def _waiting(slack: LocalSlack, number: int) -> Message | None:
    """The run's card, once it has buttons."""
    cards = slack.channel("#releases").log.values()
    return next(
        (card for card in cards if card.elements and f"run #{number}" in slack.render_text(card)), None
    )
