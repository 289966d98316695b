"""Particular orders that matter. Random histories produce them now and then; these tests produce them every time."""

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
from tests.contention.actions import (
    Account,
    Action,
    Cancel,
    Configure,
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
    """The log's lines after the evidence was frozen."""
    (facts,) = await team.facts()
    lines = facts.lines(0)
    return lines[lines.index(("evidence frozen", "", "")) + 1 :]


async def stored(team: Stage, *actions: Action) -> list[tuple[Action, str]]:
    """Store the actions as clicked in this order, without handling them. Returns each with its key."""
    return [(action, await team.keep(InteractionKind.ACTION)) for action in actions]


# ---------------------------------------------------------------- when people were looked up


async def test_a_late_answer_about_a_group_voids_no_vote_of_someone_who_joined_since(team: Stage) -> None:
    await deciding(team, "both")
    await team.one(Members(PLATFORM, frozenset({CAL})))
    team.directory.slow[PLATFORM] = told = asyncio.Event()
    ana = asyncio.create_task(team.one(vote(ANA)))
    while PLATFORM in team.directory.slow:
        await asyncio.sleep(0)  # looked up without Ben, and answered later
    await team.one(Members(PLATFORM, frozenset({CAL, BEN})))
    assert await team.one(vote(BEN), replica=1) is Came.DONE
    told.set()
    assert await ana is Came.DONE
    assert await log(team) == [("voted", BEN, "Go"), ("voted", ANA, "Go"), ("decided", "GO", "")]


async def test_a_late_answer_about_a_group_voids_no_waiver_of_someone_who_joined_since(team: Stage) -> None:
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


async def test_a_lookup_for_someone_else_voids_no_vote_of_someone_who_joined_since(
    team: Stage,
) -> None:
    await deciding(team, "both")
    ((ana, key),) = await stored(team, vote(ANA))
    assert await team.one(vote(BEN)) is Came.DONE
    team.directory.known[PLATFORM] = frozenset({CAL})  # looked up after Ana clicked, before Ben joined
    assert await team.one(ana, key=key) is Came.DONE
    assert await log(team) == [("voted", BEN, "Go"), ("voted", ANA, "Go"), ("decided", "GO", "")]


QUICKLY_STALE = Timing(people=People(within=0.5, stale=1.0))


@pytest.mark.parametrize("timing", [QUICKLY_STALE], ids=[""])
@pytest.mark.parametrize(
    "action", [vote(BEN), Waive(BEN, "age", 0, 1), Cancel(BEN, 0)], ids=["vote", "waiver", "cancel"]
)
async def test_a_stale_lookup_is_repeated(team: Stage, action: Action) -> None:
    """Slack has confirmed Ben as an owner, and he leaves before a suspended worker continues."""
    await deciding(team, "both", age=Outcome.FAIL)
    team.directory.slow[PLATFORM] = goes_on = asyncio.Event()
    ben = asyncio.create_task(team.one(action))
    while PLATFORM in team.directory.slow:
        await asyncio.sleep(0)  # looked up with Ben, and answered later
    await team.one(Members(PLATFORM, frozenset({CAL})))
    await asyncio.sleep(QUICKLY_STALE.people.stale + 0.5)
    goes_on.set()
    assert await ben is Came.REFUSED
    (facts,) = await team.facts()
    assert (facts.votes, facts.waivers, facts.decisions) == ([], [], [])


@pytest.mark.parametrize("timing", [QUICKLY_STALE], ids=[""])
async def test_a_stale_lookup_is_repeated_before_a_prompt_is_answered(
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
    with pytest.raises(Unavailable):  # so it is retried once, as every job is
        await ben
    async with team.replicas[0].database.connection() as conn:
        assert await prompts.unanswered(conn, team.runs[0].number)


async def test_a_waiver_by_someone_who_left_does_not_prevent_another(team: Stage) -> None:
    await deciding(team, "both", age=Outcome.FAIL)
    await team.one(Waive(BEN, "age", 0, 1))
    await team.one(Members(PLATFORM, frozenset({CAL})))
    assert await team.one(Waive(CAL, "age", 0, 1)) is Came.DONE
    assert await log(team) == [("waived", BEN, "age"), ("waiver lapsed", BEN, "age"), ("waived", CAL, "age")]


async def test_a_deactivated_accounts_vote_is_noticed_when_it_would_decide(
    team: Stage,
) -> None:
    await deciding(team, "both")
    await team.one(vote(ANA))
    await team.one(Account(ANA, barred=True))
    assert await team.one(vote(BEN)) is Came.DONE
    assert await log(team) == [("voted", ANA, "Go"), ("voted", BEN, "Go"), ("vote lapsed", ANA, "")]


@pytest.mark.parametrize(("replica", "outcome"), [(0, "GO"), (1, "")])
async def test_an_owner_removed_by_another_configuration_loses_their_vote_where_it_is_in_use(
    team: Stage, replica: int, outcome: str
) -> None:
    await deciding(team, "both")
    await team.one(vote(ANA))
    await team.one(Configure(1, 1))  # Mia replaces Ana
    assert await team.one(vote(MIA), replica=1) is Came.REFUSED  # nobody gains
    await team.one(vote(BEN), replica=replica)
    decided = [line[1] for line in await log(team) if line[0] == "decided"]
    assert decided == ([outcome] if outcome else [])


async def test_changing_the_group_of_a_role_keeps_people_who_are_in_both(team: Stage) -> None:
    await deciding(team, "lone")
    await team.one(Configure(0, 2))  # Ben and Mia instead of Ben and Cal
    assert await team.one(vote(CAL)) is Came.REFUSED
    assert await team.one(vote(MIA)) is Came.REFUSED
    await team.one(Members(OTHERS, frozenset({MIA})))
    assert await team.one(vote(BEN)) is Came.REFUSED


async def test_the_requester_waives_no_check_of_their_own_run(team: Stage) -> None:
    await deciding(team, "both", age=Outcome.FAIL)
    assert await team.one(Waive(RAJ, "age", 0, 1)) is Came.REFUSED  # although he is one of its owners
    (facts,) = await team.facts()
    assert (facts.waivers, facts.refusals) == ([], 1)


# ---------------------------------------------------------------- the order of clicks


async def test_a_click_handled_late_does_not_replace_a_newer_one(team: Stage) -> None:
    await deciding(team, "three")
    (older, first), (newer, second) = await stored(team, vote(ANA, CONDITIONAL_GO), vote(ANA))
    assert await team.one(newer, key=second) is Came.DONE
    assert await team.one(older, key=first) is Came.STANDS
    assert await log(team) == [("voted", ANA, "Go")]


async def test_repeating_a_vote_makes_it_newer_than_one_in_between(team: Stage) -> None:
    await deciding(team, "three")
    said = await stored(team, vote(ANA), vote(ANA, CONDITIONAL_GO), vote(ANA))
    came = [await team.one(action, key=key) for action, key in (said[0], said[2], said[1])]
    assert came == [Came.DONE, Came.STANDS, Came.STANDS]
    assert await log(team) == [("voted", ANA, "Go")]


async def test_a_no_go_decides_even_if_handled_after_a_later_go(team: Stage) -> None:
    """In either order, the two do not end in a go."""
    await deciding(team, "three")
    (no_go, first), (go, second) = await stored(team, vote(ANA, NO_GO), vote(ANA))
    assert await team.one(go, key=second) is Came.DONE
    assert await team.one(no_go, key=first) is Came.DONE
    assert await log(team) == [("voted", ANA, "Go"), ("voted", ANA, "No-go"), ("decided", "NO-GO", "")]


async def test_a_click_on_an_outdated_card_is_refused_and_earlier_votes_no_longer_count(team: Stage) -> None:
    await deciding(team, "both")
    await team.one(vote(ANA))
    await team.one(Refreeze(0))
    assert await team.one(vote(BEN)) is Came.REFUSED  # based on the earlier evidence
    assert await team.one(Vote(BEN, GO, 0, 2)) is Came.DONE
    (facts,) = await team.facts()
    assert (facts.decisions, facts.refusals) == ([], 1)
    assert await team.one(Vote(ANA, GO, 0, 2)) is Came.DONE
    (facts,) = await team.facts()
    assert facts.decision["outcome"] == "GO"


async def test_an_earlier_waiver_does_not_cover_new_evidence(team: Stage) -> None:
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


async def test_a_check_result_after_cancellation_is_ignored(team: Stage) -> None:
    await team.one(Start(RAJ, "both"))
    number = team.runs[0].number
    async with team.replicas[0].database.connection() as conn:
        attempt = await check_runs.start(conn, number, "age")
    assert attempt
    await team.one(Cancel(RAJ, 0))
    await checking._record(team.replicas[1], number, "age", result("age", Outcome.PASS), attempt)
    (facts,) = await team.facts()
    assert [event["kind"] for event in facts.events] == ["run started", "people named", "decided"]


# ---------------------------------------------------------------- earlier results


async def test_a_refusal_stays_a_refusal_although_it_would_be_allowed_by_now(team: Stage) -> None:
    """A worker told Ana, and died before it recorded that: she must not read "refused" and find her vote counted."""
    await team.one(Start(RAJ, "both"))
    ((action, key),) = await stored(team, Vote(ANA, GO, 0, 0))
    assert await team.one(action, key=key) is Came.REFUSED  # still checking
    await team.one(Finish("age", Outcome.PASS, 0))
    await team.one(Finish("duplicates", Outcome.PASS, 0))
    assert await team.one(Vote(ANA, GO, 0, 1), key=key, replica=1) is Came.REFUSED
    (facts,) = await team.facts()
    assert (facts.votes, facts.refusals) == ([], 1)


async def test_a_refused_start_does_not_happen_when_there_is_room(team: Stage) -> None:
    await team.one(Start(RAJ, "both"))
    ((action, key),) = await stored(team, Start(MIA, "both"))
    assert await team.one(action, key=key) is Came.REFUSED
    await team.one(Cancel(RAJ, 0))
    assert await team.one(action, key=key, replica=1) is Came.REFUSED
    assert len(await team.facts()) == 1


async def test_a_counted_vote_handled_again_stays_silent_although_it_would_be_refused_by_now(
    team: Stage,
) -> None:
    await deciding(team, "pair")
    await team.one(vote(ANA))
    ((action, key),) = await stored(team, vote(ABE))
    assert await team.one(action, key=key) is Came.DONE  # the run is decided
    assert await team.one(action, key=key, replica=1) is Came.COUNTED
    (facts,) = await team.facts()
    assert facts.refusals == 0


# ---------------------------------------------------------------- time


async def test_a_timer_that_fires_too_early_ends_nothing(team: Stage) -> None:
    await deciding(team, "both")
    await team.one(Expire(0))
    assert await log(team) == []
    await team.one(TimeIsUp(0))
    await team.one(Expire(0), replica=1)
    assert await log(team) == [("decided", "EXPIRED", "")]


# ---------------------------------------------------------------- withdrawals


async def test_a_withdrawn_vote_is_not_part_of_the_quorum(team: Stage) -> None:
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


async def test_a_vote_that_decided_cannot_be_withdrawn(team: Stage) -> None:
    await deciding(team, "both")
    await team.one(vote(ANA))
    await team.one(vote(BEN))
    assert await team.one(Withdraw(ANA, 0)) is Came.REFUSED
    assert (await log(team))[-1] == ("decided", "GO", "")


async def test_a_withdrawal_handled_again_withdraws_once(team: Stage) -> None:
    await deciding(team, "both")
    await team.one(vote(ANA))
    key = await team.keep(InteractionKind.ACTION, Withdraw(ANA, 0))
    assert await team.one(Withdraw(ANA, 0), key=key) is Came.DONE
    assert await team.one(vote(ANA)) is Came.DONE
    assert await team.one(Withdraw(ANA, 0), replica=1, key=key) is Came.COUNTED
    assert (await log(team))[-1] == ("voted", ANA, "Go")


async def test_a_vote_clicked_before_a_withdrawal_is_not_counted_after_it(team: Stage) -> None:
    """The vote's worker was slow: only the withdrawal waits for it."""
    await deciding(team, "both")
    voted = await team.keep(InteractionKind.ACTION, vote(ANA))
    taken_back = await team.keep(InteractionKind.ACTION, Withdraw(ANA, 0))
    assert await team.one(Withdraw(ANA, 0), key=taken_back) is Came.WAITS
    assert await team.one(Withdraw(BEN, 0)) is Came.REFUSED
    assert await team.one(vote(ANA), key=voted, replica=1) is Came.DONE
    assert await team.one(Withdraw(ANA, 0), key=taken_back) is Came.DONE
    assert [line[0] for line in await log(team)] == ["voted", "vote withdrawn", "vote lapsed"]
