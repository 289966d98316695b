"""canary.yaml changes during a run: people who were removed lose their vote, and nobody gains one."""

from __future__ import annotations

import pytest

from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import CONFIGURATION, StartBot, decided
from tests.journeys.pressing import is_refused
from tests.journeys.test_attacks import facts

WITHOUT_ANA = CONFIGURATION.replace("[U01ANA]", "[U04MIA]")
EASIER = WITHOUT_ANA.replace("approve: {release-managers: 1, platform: 1}", "approve: {platform: 1}").replace(
    "OVERRIDE_CAPACITY=1024", "OVERRIDE_CAPACITY=1"
)


@pytest.mark.parametrize("changed", [WITHOUT_ANA, EASIER])
async def test_a_removed_voter_loses_their_vote_nobody_gains_one_and_the_rules_stay(
    start_bot: StartBot, slack: LocalSlack, bot_database: str, changed: str
) -> None:
    ana, ben, mia = (slack.user(name) for name in ("ana", "ben", "mia"))
    async with start_bot():
        await slack.connected()
        card = await decided(slack)
        await ana.click(card, "Go")
        await slack.sees("#releases", "needs a vote from platform")
    async with start_bot(changed):
        await slack.connected()
        await (await mia.click(card, "Go")).told("can vote on run #1")
        await is_refused(ana, card, "No-go…", "can vote on run #1")
        await ben.click(card, "Go")
        await slack.sees("#releases", "recommended.* To go ahead, it needs a vote from release-managers")
        assert await facts(bot_database, "SELECT person FROM vote") == [("U02BEN",)]
        assert await facts(bot_database, "SELECT count(*) FROM decision") == [(0,)]
    async with start_bot():
        await slack.connected()
        await ana.click(card, "Go")
        decision = slack.render_text(await slack.sees("#releases", "Decision on run #1"))
        instructions = slack.render_text(await slack.sees("#releases", "How to roll back ·"))
    assert "Approved by @ana (release-managers) and @ben (platform)" in decision
    assert "OVERRIDE_CAPACITY=1024" in instructions  # as configured when the run started
    [(votes, lapsed)] = await facts(
        bot_database,
        "SELECT count(*) FILTER (WHERE kind = 'voted'), count(*) FILTER (WHERE kind = 'vote lapsed') FROM event",
    )
    assert (votes, lapsed) == (3, 1)


async def test_a_run_keeps_the_configuration_it_started_with(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    async with start_bot():
        await slack.connected()
        card = await decided(slack)
    async with start_bot(EASIER):
        await slack.connected()
        assert await facts(bot_database, "SELECT count(*) FROM configuration") == [(1,)]
        await slack.user("ben").click(card, "No-go…")
        form = await slack.user("ben").sees_modal("No-go")
        await slack.user("ben").submit(form, {"Reason": "it was changed meanwhile"})
        await slack.sees("#releases", "Decision on run #1")
        await slack.user("raj").command("#releases", "/canary", "run staging")
        await slack.sees("#releases", "by @raj · run #2")
    digests = await facts(bot_database, "SELECT configuration FROM run ORDER BY number")
    assert len(set(digests)) == 2
