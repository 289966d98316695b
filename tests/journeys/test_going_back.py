"""Which version the rollback instructions name, and how an unprompted rollback is recorded."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.base.errors import Refused
from bot.rules.approval import Choice
from bot.rules.decision import Decision
from bot.rules.previous import Previous
from bot.rules.rollback import Answer
from bot.store import dossiers, runs
from commands.serve import Running
from sandbox.slack.server import LocalSlack
from tests.audit.team import ANA, BEN, MIA, RAJ, Team, team
from tests.journeys.conftest import CONFIGURATION, World, both_go, decided
from tests.journeys.test_attacks import facts


@pytest.fixture
async def at(bot_database: str, world: World, tmp_path: Path) -> AsyncIterator[Team]:
    told = CONFIGURATION.replace("arguments: {version: {}}", "arguments: {version: {}, previous_version: {}}")
    async with team(bot_database, world, tmp_path, told) as at:
        yield at


async def previous_shown(at: Team, number: int) -> Previous:
    """What the card says about the previous version while people vote."""
    async with at.services.database.connection() as conn:
        run = await runs.find(conn, number)
        assert run
        previous = (await dossiers.read(conn, run)).previous
    assert previous
    return previous


async def gone(at: Team, version: str | None, **arguments: str) -> tuple[int, Previous, str]:
    """Take a run to its go. Returns its number, the previous version named before the go, and the one decided with it."""
    number = await at.measured(version, **arguments)
    before = await previous_shown(at, number)
    await at.go(number)
    return number, before, (await _decision(at, number)).previous_version


async def _decision(at: Team, number: int) -> Decision:
    async with at.services.database.connection() as conn:
        run = await runs.find(conn, number)
        assert run
        decision = (await dossiers.read(conn, run)).decision
    assert decision
    return decision


async def test_the_first_version_has_none_to_go_back_to_and_the_card_says_so_before_the_go(at: Team) -> None:
    _, before, after = await gone(at, "1.0")
    assert (before.version, after) == ("", "")
    assert before.doubt == "no other version has a go that was not rolled back"


async def test_the_previous_version_is_the_last_one_with_a_go(at: Team) -> None:
    await gone(at, "1.0")
    await gone(at, "1.1")
    _, before, after = await gone(at, "1.2")
    assert before.version == after == "1.1"


async def test_a_rolled_back_version_is_skipped(at: Team) -> None:
    await gone(at, "1.0")
    bad, _, _ = await gone(at, "1.1")
    await at.rolled_back(bad, "errors in checkout")
    _, before, after = await gone(at, "1.2")
    assert before.version == after == "1.0"


async def test_a_version_rolled_back_by_a_prompt_is_skipped(at: Team, world: World) -> None:
    await gone(at, "1.0")
    bad, _, _ = await gone(at, "1.1")
    await world.put("duplicates", 3)
    await at.looks(bad, 1)
    await at.answers(bad, Answer.ROLLED_BACK)
    await world.put("duplicates", 0)
    _, before, after = await gone(at, "1.2")
    assert before.version == after == "1.0"


async def test_a_version_judged_twice_does_not_go_back_to_itself(at: Team) -> None:
    await gone(at, "1.0")
    await gone(at, "1.1")
    _, before, after = await gone(at, "1.1")
    assert before.version == after == "1.0"


async def test_a_version_judged_twice_and_no_other_leaves_nothing_to_go_back_to(at: Team) -> None:
    await gone(at, "1.0")
    _, before, after = await gone(at, "1.0")
    assert (before.version, after) == ("", "")


async def test_a_rolled_back_version_with_a_newer_go_counts_again(at: Team) -> None:
    await gone(at, "1.0")
    bad, _, _ = await gone(at, "1.1")
    await at.rolled_back(bad)
    _, again, _ = await gone(at, "1.1")
    assert again.version == "1.0"
    _, before, after = await gone(at, "1.2")
    assert before.version == after == "1.1"


async def test_a_version_whose_second_go_was_rolled_back_is_skipped_despite_its_first(at: Team) -> None:
    await gone(at, "1.0")
    await gone(at, "1.1")
    bad, _, _ = await gone(at, "1.1")
    await at.rolled_back(bad)
    _, before, after = await gone(at, "1.2")
    assert before.version == after == "1.0"


async def test_a_rollback_recorded_for_an_older_run_of_the_version_counts_too(at: Team) -> None:
    await gone(at, "1.0")
    older, _, _ = await gone(at, "1.1")
    await gone(at, "1.1")
    await at.rolled_back(older)
    _, before, _ = await gone(at, "1.2")
    assert before.version == "1.0"


async def test_a_version_without_a_go_is_never_the_previous_one(at: Team) -> None:
    await gone(at, "1.0")
    refused = await at.measured("1.1")
    await at.says(ANA, Choice.NO_GO, refused, "no")
    expired = await at.measured("1.2")
    await at.lets_expire(expired)
    cancelled = await at.measured("1.3")
    await at.cancels(cancelled)
    _, before, after = await gone(at, "1.4")
    assert before.version == after == "1.0"


async def test_a_run_without_a_version_is_advised_to_name_one(at: Team) -> None:
    await gone(at, "1.0")
    _, before, after = await gone(at, None)
    assert (before.version, after) == ("", "")
    assert before.doubt == "the run was started without a version"
    _, before, after = await gone(at, "1.2")
    assert before.version == after == "1.0"


async def test_a_given_previous_version_wins_and_is_questioned_if_it_was_rolled_back(at: Team) -> None:
    first, _, _ = await gone(at, "1.0")
    assert await _given(at, "0.9") == Previous(version="0.9")
    assert await _given(at, "1.1") == Previous(version="1.1", doubt="it is the version of this run")
    await at.rolled_back(first)
    doubt = f"it was rolled back after run #{first}"
    assert await _given(at, "1.0") == Previous(version="1.0", doubt=doubt)
    await gone(at, "1.0")
    assert await _given(at, "1.0") == Previous(version="1.0")


async def _given(at: Team, version: str) -> Previous:
    number = await at.measured("1.1", previous_version=version)
    before = await previous_shown(at, number)
    await at.cancels(number)
    return before


async def test_the_card_follows_if_the_previous_version_is_rolled_back_during_the_vote(at: Team) -> None:
    await gone(at, "1.0")
    bad, _, _ = await gone(at, "1.1")
    voting = await at.measured("1.2")
    assert (await previous_shown(at, voting)).version == "1.1"
    await at.rolled_back(bad)
    assert (await previous_shown(at, voting)).version == "1.0"
    await at.go(voting)
    assert (await _decision(at, voting)).previous_version == "1.0"


# ---------------------------------------------------------------- recording it


async def test_only_a_go_can_be_rolled_back_and_only_once(at: Team) -> None:
    voting = await at.measured()
    with pytest.raises(Refused, match="is not decided yet"):
        await at.rolled_back(voting)
    await at.says(ANA, Choice.NO_GO, voting, "no")
    with pytest.raises(Refused, match="ended as NO-GO"):
        await at.rolled_back(voting)
    number, _, _ = await gone(at, "1.0")
    with pytest.raises(Refused, match="Only on-call and the people who vote on") as refusal:
        await at.rolled_back(number, by="U0NOBODY")
    assert set(refusal.value.people) == {ANA, BEN, MIA, RAJ}
    await at.rolled_back(number, by=ANA)
    with pytest.raises(Refused, match="already recorded as rolled back"):
        await at.rolled_back(number, by=BEN)


async def test_on_call_records_an_unprompted_rollback(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    raj = slack.user("raj")
    await raj.command("#releases", "/canary", "run staging version=1.1")
    card = await slack.sees("#releases", "*GO recommended*")
    assert "a rollback returns to *not known* (no other version" in " ".join(slack.render_text(card).split())
    await both_go(slack, card)
    await slack.sees("#releases", "Decision on run #1")
    reply = await slack.user("mia").command("#releases", "/canary", "rolled-back #1")
    await reply.told("Only on-call and the people who vote on run #1")
    reply = await raj.command("#releases", "/canary", "rolled back #1 errors in checkout")
    await reply.told("Recorded that run #1 on staging was rolled back")
    line = await slack.sees("#releases", "@raj rolled back staging `1.1`")
    assert "errors in checkout" in slack.render_text(line)
    assert line in slack.thread(card)
    await slack.sees("#releases", "The watch of run #1 ended: staging was rolled back")
    await slack.wait_for(lambda: "*Rolled back* by @raj" in slack.render_text(slack.thread(card)[0]))
    assert await facts(bot_database, "SELECT by, reason FROM rollback") == [("U03RAJ", "errors in checkout")]
    assert await facts(bot_database, "SELECT actor FROM event WHERE kind = 'rolled back'") == [("U03RAJ",)]


async def test_recording_a_rollback_answers_open_prompts(
    bot: Running, slack: LocalSlack, world: World
) -> None:
    card = await decided(slack)
    await both_go(slack, card)
    await world.put("duplicates", 1)
    prompt = await slack.sees("#releases", "Roll back staging")
    await slack.user("ana").command("#general", "/canary", "rolled-back #1 by hand")
    await slack.wait_for(lambda: not prompt.elements)
    assert "@ana rolled back staging" in slack.render_text(prompt)
