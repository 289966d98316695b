"""Single orders of things that matter, as they come out of the machine now and then; here they come every time."""

from __future__ import annotations

import asyncio

import pytest

from bot.base.errors import Unavailable
from bot.base.timing import People, Timing
from bot.rules.approval import Choice
from bot.rules.interaction import InteractionKind
from bot.rules.principal import Principal
from bot.rules.request import PromptClick
from bot.rules.rollback import Answer, Found
from bot.rules.watch import Trigger
from bot.store import check_runs, database, prompts
from bot.workflow import checking, watching
from checks.outcome import Outcome
from tests.contention.deeds import (
    Account,
    Cancel,
    Configure,
    Deed,
    Expire,
    Finish,
    Members,
    Refreeze,
    Start,
    TimeIsUp,
    Vote,
    Waive,
    Withdraw,
)
from tests.contention.model import Came
from tests.contention.stage import Stage, result
from tests.contention.team import ABE, ANA, BEN, CAL, MIA, OTHERS, PLATFORM, RAJ

GO, CONDITIONAL_GO, NO_GO = Choice.GO, Choice.CONDITIONAL_GO, Choice.NO_GO


async def deciding(team: Stage, environment: str, *, age: Outcome = Outcome.PASS) -> None:
    """Raj starts a run, and its checks finish."""
    await team.one(Start(RAJ, environment))
    await team.one(Finish("age", age, 0))
    await team.one(Finish("duplicates", Outcome.PASS, 0))


def vote(by: str, choice: Choice = GO) -> Vote:
    return Vote(by, choice, 0, 1)


async def log(team: Stage) -> list[tuple[str, str, str]]:
    """What it says after the evidence was frozen."""
    (facts,) = await team.facts()
    lines = facts.lines(0)
    return lines[lines.index(("evidence frozen", "", "")) + 1 :]


async def stored(team: Stage, *deeds: Deed) -> list[tuple[Deed, str]]:
    """Clicked in this order; nobody has worked on them yet. -> each with its key."""
    return [(deed, await team.keep(InteractionKind.ACTION)) for deed in deeds]


# ---------------------------------------------------------------- who was asked about when


async def test_a_late_answer_about_a_group_takes_no_vote_from_who_has_joined_since(team: Stage) -> None:
    await deciding(team, "both")
    await team.one(Members(PLATFORM, frozenset({CAL})))
    team.directory.slow[PLATFORM] = told = asyncio.Event()
    ana = asyncio.create_task(team.one(vote(ANA)))
    while PLATFORM in team.directory.slow:
        await asyncio.sleep(0)  # until it is looked up, without Ben
    await team.one(Members(PLATFORM, frozenset({CAL, BEN})))
    assert await team.one(vote(BEN), replica=1) is Came.DONE
    told.set()
    assert await ana is Came.DONE
    assert await log(team) == [("voted", BEN, "Go"), ("voted", ANA, "Go"), ("decided", "GO", "")]


async def test_a_late_answer_about_a_group_takes_no_waiver_from_who_has_joined_since(team: Stage) -> None:
    await deciding(team, "both", age=Outcome.FAIL)
    await team.one(Members(PLATFORM, frozenset({CAL})))
    team.directory.slow[PLATFORM] = told = asyncio.Event()
    ana = asyncio.create_task(team.one(vote(ANA)))
    while PLATFORM in team.directory.slow:
        await asyncio.sleep(0)
    await team.one(Members(PLATFORM, frozenset({CAL, BEN})))
    assert await team.one(Waive(BEN, "age", 0, 1), replica=1) is Came.DONE
    told.set()
    assert await ana is Came.DONE
    assert await log(team) == [("waived", BEN, "age"), ("voted", ANA, "Go")]


async def test_what_was_found_out_for_somebody_else_takes_no_vote_from_who_has_joined_since(
    team: Stage,
) -> None:
    await deciding(team, "both")
    ((ana, key),) = await stored(team, vote(ANA))
    assert await team.one(vote(BEN)) is Came.DONE
    team.directory.known[PLATFORM] = frozenset({CAL})  # found out after Ana clicked, before Ben joined
    assert await team.one(ana, key=key) is Came.DONE
    assert await log(team) == [("voted", BEN, "Go"), ("voted", ANA, "Go"), ("decided", "GO", "")]


QUICKLY_STALE = Timing(people=People(within=0.5, stale=1.0))


@pytest.mark.parametrize("timing", [QUICKLY_STALE], ids=[""])
@pytest.mark.parametrize(
    "deed", [vote(BEN), Waive(BEN, "age", 0, 1), Cancel(BEN, 0)], ids=["vote", "waiver", "cancel"]
)
async def test_what_was_found_out_long_before_is_asked_again(team: Stage, deed: Deed) -> None:
    """Slack has said that Ben is an owner, and he leaves before a worker that slept goes on."""
    await deciding(team, "both", age=Outcome.FAIL)
    team.directory.slow[PLATFORM] = goes_on = asyncio.Event()
    ben = asyncio.create_task(team.one(deed))
    while PLATFORM in team.directory.slow:
        await asyncio.sleep(0)  # until it is looked up, with Ben
    await team.one(Members(PLATFORM, frozenset({CAL})))
    await asyncio.sleep(QUICKLY_STALE.people.stale + 0.5)
    goes_on.set()
    assert await ben is Came.REFUSED
    (facts,) = await team.facts()
    assert (facts.votes, facts.waivers, facts.decisions) == ([], [], [])


@pytest.mark.parametrize("timing", [QUICKLY_STALE], ids=[""])
async def test_whether_somebody_may_answer_a_prompt_is_asked_again_when_it_was_found_out_long_before(
    team: Stage,
) -> None:
    await deciding(team, "both")
    for owner in (ANA, BEN):
        await team.one(vote(owner))
    async with team.replicas[0].database.transaction() as conn:
        breached = Trigger(run=team.runs[0].number, name="age", breached_since=await database.now(conn))
        await prompts.insert(conn, "asked", breached, Found(reason="aged", judged=()), escalate=None)
    team.directory.slow[PLATFORM] = goes_on = asyncio.Event()
    click = PromptClick(prompt="asked", channel="C0RELEASES", by=Principal.slack_user(BEN))
    ben = asyncio.create_task(watching.answer(team.replicas[0], click.answered(Answer.FALSE_ALARM, "no")))
    while PLATFORM in team.directory.slow:
        await asyncio.sleep(0)
    await team.one(Members(PLATFORM, frozenset({CAL})))
    await asyncio.sleep(QUICKLY_STALE.people.stale + 0.5)
    goes_on.set()
    with pytest.raises(Unavailable):  # so it is tried once more, as every job is
        await ben
    async with team.replicas[0].database.connection() as conn:
        assert await prompts.unanswered(conn, team.runs[0].number)


async def test_a_waiver_of_who_has_left_stands_in_nobodys_way(team: Stage) -> None:
    await deciding(team, "both", age=Outcome.FAIL)
    await team.one(Waive(BEN, "age", 0, 1))
    await team.one(Members(PLATFORM, frozenset({CAL})))
    assert await team.one(Waive(CAL, "age", 0, 1)) is Came.DONE
    assert await log(team) == [("waived", BEN, "age"), ("waiver lapsed", BEN, "age"), ("waived", CAL, "age")]


async def test_a_vote_of_an_account_that_was_deactivated_is_found_out_when_it_would_decide(
    team: Stage,
) -> None:
    await deciding(team, "both")
    await team.one(vote(ANA))
    await team.one(Account(ANA, barred=True))
    assert await team.one(vote(BEN)) is Came.DONE
    assert await log(team) == [("voted", ANA, "Go"), ("voted", BEN, "Go"), ("vote lapsed", ANA, "")]


@pytest.mark.parametrize(("replica", "outcome"), [(0, "GO"), (1, "")])
async def test_an_owner_whom_another_configuration_removed_loses_where_it_is_read(
    team: Stage, replica: int, outcome: str
) -> None:
    await deciding(team, "both")
    await team.one(vote(ANA))
    await team.one(Configure(1, 1))  # without Ana, with Mia
    assert await team.one(vote(MIA), replica=1) is Came.REFUSED  # nobody gains
    await team.one(vote(BEN), replica=replica)
    decided = [line[1] for line in await log(team) if line[0] == "decided"]
    assert decided == ([outcome] if outcome else [])


async def test_another_group_under_the_same_role_leaves_who_is_in_both(team: Stage) -> None:
    await deciding(team, "lone")
    await team.one(Configure(0, 2))  # Ben and Mia instead of Ben and Cal
    assert await team.one(vote(CAL)) is Came.REFUSED
    assert await team.one(vote(MIA)) is Came.REFUSED
    await team.one(Members(OTHERS, frozenset({MIA})))
    assert await team.one(vote(BEN)) is Came.REFUSED


async def test_who_asked_for_the_run_waives_no_check_of_it(team: Stage) -> None:
    await deciding(team, "both", age=Outcome.FAIL)
    assert await team.one(Waive(RAJ, "age", 0, 1)) is Came.REFUSED  # though he is one of its owners
    (facts,) = await team.facts()
    assert (facts.waivers, facts.refusals) == ([], 1)


# ---------------------------------------------------------------- what was said when


async def test_a_click_that_is_worked_off_late_does_not_replace_a_newer_one(team: Stage) -> None:
    await deciding(team, "three")
    (older, first), (newer, second) = await stored(team, vote(ANA, CONDITIONAL_GO), vote(ANA))
    assert await team.one(newer, key=second) is Came.DONE
    assert await team.one(older, key=first) is Came.STANDS
    assert await log(team) == [("voted", ANA, "Go")]


async def test_saying_the_same_again_makes_it_newer_than_what_was_said_between(team: Stage) -> None:
    await deciding(team, "three")
    said = await stored(team, vote(ANA), vote(ANA, CONDITIONAL_GO), vote(ANA))
    came = [await team.one(deed, key=key) for deed, key in (said[0], said[2], said[1])]
    assert came == [Came.DONE, Came.STANDS, Came.STANDS]
    assert await log(team) == [("voted", ANA, "Go")]


async def test_a_no_go_decides_though_it_is_worked_off_after_a_later_go(team: Stage) -> None:
    """Whichever of them had come first: no order of the two ends in a go."""
    await deciding(team, "three")
    (no_go, first), (go, second) = await stored(team, vote(ANA, NO_GO), vote(ANA))
    assert await team.one(go, key=second) is Came.DONE
    assert await team.one(no_go, key=first) is Came.DONE
    assert await log(team) == [("voted", ANA, "Go"), ("voted", ANA, "No-go"), ("decided", "NO-GO", "")]


async def test_a_click_on_an_old_card_is_refused_and_votes_on_it_count_no_more(team: Stage) -> None:
    await deciding(team, "both")
    await team.one(vote(ANA))
    await team.one(Refreeze(0))
    assert await team.one(vote(BEN)) is Came.REFUSED  # by the evidence of before
    assert await team.one(Vote(BEN, GO, 0, 2)) is Came.DONE
    (facts,) = await team.facts()
    assert (facts.decisions, facts.refusals) == ([], 1)
    assert await team.one(Vote(ANA, GO, 0, 2)) is Came.DONE
    (facts,) = await team.facts()
    assert facts.decision["outcome"] == "GO"


async def test_a_waiver_of_before_excuses_nothing_on_new_evidence(team: Stage) -> None:
    await deciding(team, "both", age=Outcome.FAIL)
    await team.one(Waive(BEN, "age", 0, 1))
    await team.one(Refreeze(0))
    for voter in (ANA, BEN):
        assert await team.one(Vote(voter, GO, 0, 2)) is Came.DONE
    (facts,) = await team.facts()
    assert facts.decisions == []
    assert await team.one(Waive(CAL, "age", 0, 2)) is Came.DONE
    (facts,) = await team.facts()
    assert facts.decision["outcome"] == "GO"


async def test_an_answer_that_comes_after_the_cancel_is_not_heard(team: Stage) -> None:
    await team.one(Start(RAJ, "both"))
    number = team.runs[0].number
    async with team.replicas[0].database.connection() as conn:
        attempt = await check_runs.start(conn, number, "age")
    assert attempt
    await team.one(Cancel(RAJ, 0))
    await checking._record(team.replicas[1], number, "age", result("age", Outcome.PASS), attempt)
    (facts,) = await team.facts()
    assert [event["kind"] for event in facts.events] == ["run started", "decided"]


# ---------------------------------------------------------------- what it came to already


async def test_a_refusal_stays_one_though_it_would_be_possible_by_now(team: Stage) -> None:
    """A worker told Ana, and died before it noted that: she must not read "refused" and find it counted."""
    await team.one(Start(RAJ, "both"))
    ((deed, key),) = await stored(team, Vote(ANA, GO, 0, 0))
    assert await team.one(deed, key=key) is Came.REFUSED  # still checking
    await team.one(Finish("age", Outcome.PASS, 0))
    await team.one(Finish("duplicates", Outcome.PASS, 0))
    assert await team.one(Vote(ANA, GO, 0, 1), key=key, replica=1) is Came.REFUSED
    (facts,) = await team.facts()
    assert (facts.votes, facts.refusals) == ([], 1)


async def test_a_run_that_was_refused_is_not_started_when_there_is_room(team: Stage) -> None:
    await team.one(Start(RAJ, "both"))
    ((deed, key),) = await stored(team, Start(MIA, "both"))
    assert await team.one(deed, key=key) is Came.REFUSED
    await team.one(Cancel(RAJ, 0))
    assert await team.one(deed, key=key, replica=1) is Came.REFUSED
    assert len(await team.facts()) == 1


async def test_what_was_counted_is_silent_though_it_would_be_refused_by_now(team: Stage) -> None:
    await deciding(team, "pair")
    await team.one(vote(ANA))
    ((deed, key),) = await stored(team, vote(ABE))
    assert await team.one(deed, key=key) is Came.DONE  # the run is decided
    assert await team.one(deed, key=key, replica=1) is Came.COUNTED
    (facts,) = await team.facts()
    assert facts.refusals == 0


# ---------------------------------------------------------------- time


async def test_a_timer_that_comes_too_early_ends_nothing(team: Stage) -> None:
    await deciding(team, "both")
    await team.one(Expire(0))
    assert await log(team) == []
    await team.one(TimeIsUp(0))
    await team.one(Expire(0), replica=1)
    assert await log(team) == [("decided", "EXPIRED", "")]


# ---------------------------------------------------------------- taken back


async def test_a_vote_that_was_taken_back_is_not_part_of_a_quorum(team: Stage) -> None:
    await deciding(team, "both")
    assert await team.one(vote(ANA)) is Came.DONE
    assert await team.one(Withdraw(ANA, 0)) is Came.DONE
    assert await team.one(Withdraw(ANA, 0)) is Came.REFUSED
    assert await team.one(vote(BEN), replica=1) is Came.DONE
    assert await log(team) == [
        ("voted", ANA, "Go"),
        ("vote withdrawn", ANA, "Go"),
        ("vote lapsed", ANA, ""),
        ("voted", BEN, "Go"),
    ]


async def test_a_vote_that_decided_is_not_taken_back(team: Stage) -> None:
    await deciding(team, "both")
    await team.one(vote(ANA))
    await team.one(vote(BEN))
    assert await team.one(Withdraw(ANA, 0)) is Came.REFUSED
    assert (await log(team))[-1] == ("decided", "GO", "")


async def test_it_is_taken_back_once_however_often_that_is_handled(team: Stage) -> None:
    await deciding(team, "both")
    await team.one(vote(ANA))
    key = await team.keep(InteractionKind.ACTION, Withdraw(ANA, 0))
    assert await team.one(Withdraw(ANA, 0), key=key) is Came.DONE
    assert await team.one(vote(ANA)) is Came.DONE
    assert await team.one(Withdraw(ANA, 0), replica=1, key=key) is Came.COUNTED
    assert (await log(team))[-1] == ("voted", ANA, "Go")


async def test_a_vote_that_was_clicked_before_is_not_counted_after_it_was_taken_back(team: Stage) -> None:
    """Its worker was slow: taking it back waits, and so does nobody else."""
    await deciding(team, "both")
    voted = await team.keep(InteractionKind.ACTION, vote(ANA))
    taken_back = await team.keep(InteractionKind.ACTION, Withdraw(ANA, 0))
    assert await team.one(Withdraw(ANA, 0), key=taken_back) is Came.WAITS
    assert await team.one(Withdraw(BEN, 0)) is Came.REFUSED
    assert await team.one(vote(ANA), key=voted, replica=1) is Came.DONE
    assert await team.one(Withdraw(ANA, 0), key=taken_back) is Came.DONE
    assert [line[0] for line in await log(team)] == ["voted", "vote withdrawn", "vote lapsed"]
