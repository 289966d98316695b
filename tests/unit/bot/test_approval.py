"""Who may vote, and what the votes add up to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.base.errors import Refused
from bot.plan.argument import Argument
from bot.plan.model import Environment, Policy
from bot.rules.approval import (
    Choice,
    Condition,
    Tally,
    Vote,
    Waiver,
    involved,
    require_can_start,
    require_can_vote,
    require_can_waive,
    tally,
)
from bot.rules.authors import authors
from bot.rules.people import Electorate, Person
from bot.rules.run import Run, RunState
from bot.rules.verdict import Recommendation, Verdict
from checks.outcome import Outcome

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DIGEST = "sha256:" + "a" * 64
OWNERS = Electorate(roles={"managers": frozenset({"U1", "U2"}), "platform": frozenset({"U2", "U3"})})
INVOLVED = {"U1": "started run #7"}
ONE_EACH = {"managers": 1, "platform": 1}


def verdict(*needs_waiver: str) -> Verdict:
    outcome = Outcome.FAIL if needs_waiver else Outcome.PASS
    advice = Recommendation.NO_GO if needs_waiver else Recommendation.GO
    return Verdict(outcome=outcome, recommendation=advice, reasons=(), needs_waiver=needs_waiver)


def vote(person: str, choice: Choice = Choice.GO) -> Vote:
    condition = Condition(text="later", owner="U1", due=NOW) if choice is Choice.CONDITIONAL_GO else None
    return Vote(
        person=person, roles=(), choice=choice, evidence=DIGEST, reason="no", condition=condition, cast_at=NOW
    )


def count(
    *votes: Vote,
    required: dict[str, int] = ONE_EACH,
    waived: tuple[str, ...] = (),
    fails: tuple[str, ...] = (),
) -> Tally:
    waivers = [
        Waiver(check=name, person="U3", evidence=DIGEST, reason="known", granted_at=NOW) for name in waived
    ]
    return tally(votes, waivers, required=required, verdict=verdict(*fails), electorate=OWNERS)


def test_nothing_is_decided_before_every_role_is_filled() -> None:
    standing = count(vote("U1"))
    assert standing.choice is None
    assert standing.missing == {"platform": 1}


def test_a_person_with_two_roles_counts_toward_only_one() -> None:
    assert count(vote("U2")).choice is None


def test_a_person_with_two_roles_counts_toward_the_one_that_needs_them() -> None:
    for order in permutations([vote("U1"), vote("U2")]):
        assert count(*order).choice is Choice.GO
    for order in permutations([vote("U3"), vote("U2")]):
        assert count(*order).choice is Choice.GO


def test_one_conditional_go_makes_the_decision_conditional() -> None:
    assert count(vote("U1"), vote("U3", Choice.CONDITIONAL_GO)).choice is Choice.CONDITIONAL_GO


def test_one_no_go_is_a_veto_whatever_else_was_voted() -> None:
    standing = count(vote("U1"), vote("U2"), vote("U3", Choice.NO_GO))
    assert standing.choice is Choice.NO_GO
    assert standing.vetoed_by == ("U3",)


def test_a_vote_by_someone_who_lost_the_role_does_not_count() -> None:
    assert count(vote("U9", Choice.NO_GO)).choice is None
    assert count(vote("U1"), vote("U9")).choice is None


def test_a_go_over_a_failing_check_waits_for_its_waiver() -> None:
    votes = vote("U1"), vote("U3")
    assert count(*votes, fails=("queue-age",)).waivers_missing == ("queue-age",)
    assert count(*votes, fails=("queue-age",)).choice is None
    assert count(*votes, fails=("queue-age",), waived=("queue-age",)).choice is Choice.GO


def test_a_waiver_does_not_replace_a_vote() -> None:
    assert count(fails=("queue-age",), waived=("queue-age",)).choice is None


people = st.sampled_from(["U1", "U2", "U3", "U4"])
votes = st.lists(
    st.builds(vote, people, st.sampled_from(Choice)), max_size=6, unique_by=lambda cast: cast.person
)
roles = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.frozensets(people), min_size=1)


@given(votes=votes, roles=roles, data=st.data())
def test_the_order_of_votes_changes_nothing(
    votes: list[Vote], roles: dict[str, frozenset[str]], data: st.DataObject
) -> None:
    required = {role: data.draw(st.integers(1, 2)) for role in roles}
    electorate = Electorate(roles=roles)
    shuffled = data.draw(st.permutations(votes))
    one, other = (
        tally(order, (), required=required, verdict=verdict(), electorate=electorate)
        for order in (votes, shuffled)
    )
    assert one.choice == other.choice
    assert sum(one.missing.values()) == sum(other.missing.values())


@given(votes=votes, roles=roles, data=st.data())
def test_a_go_needs_distinct_holders_of_each_role(
    votes: list[Vote], roles: dict[str, frozenset[str]], data: st.DataObject
) -> None:
    required = {role: data.draw(st.integers(1, 2)) for role in roles}
    standing = tally(votes, (), required=required, verdict=verdict(), electorate=Electorate(roles=roles))
    seated = [person for people in standing.filled.values() for person in people]
    assert len(seated) == len(set(seated))
    assert all(person in roles[role] for role, people in standing.filled.items() for person in people)
    if standing.choice in {Choice.GO, Choice.CONDITIONAL_GO}:
        assert {role: len(people) for role, people in standing.filled.items()} == required


@given(votes=votes, roles=roles, data=st.data())
def test_the_quorum_is_found_whenever_one_exists(
    votes: list[Vote], roles: dict[str, frozenset[str]], data: st.DataObject
) -> None:
    """Compared with a brute-force search over all assignments."""
    required = {role: data.draw(st.integers(1, 2)) for role in roles}
    places = [role for role, count in required.items() for _ in range(count)]
    willing = [cast.person for cast in votes if cast.choice is not Choice.NO_GO]
    possible = any(
        all(person in roles[role] for role, person in zip(places, seating, strict=True))
        for seating in permutations(willing, len(places))
    )
    standing = tally(votes, (), required=required, verdict=verdict(), electorate=Electorate(roles=roles))
    assert (not standing.missing) == possible


def person(user: str, **flags: bool) -> Person:
    return Person(id=user, name=user, team="T1", **flags)


def run(state: RunState = RunState.DECIDING) -> Run:
    return Run(
        number=7,
        key="k",
        environment="staging",
        state=state,
        version=1,
        channel="C1",
        requested_by="U1",
        requested_from="C1",
        arguments={},
        configuration="sha256:0",
        evidence=DIGEST,
        requested_at=NOW,
        expires_at=NOW + timedelta(hours=1),
    )


def refusal(
    who: Person,
    *,
    at: Run | None = None,
    evidence: str = DIGEST,
    choice: Choice = Choice.GO,
    separate: bool = True,
    at_time: datetime = NOW,
) -> Refused:
    with pytest.raises(Refused) as refused:
        require_can_vote(
            who,
            at or run(),
            choice=choice,
            evidence=evidence,
            required=ONE_EACH,
            electorate=OWNERS,
            involved=INVOLVED if separate else {},
            now=at_time,
        )
    return refused.value


def test_an_owner_may_vote() -> None:
    require_can_vote(
        person("U3"),
        run(),
        choice=Choice.GO,
        evidence=DIGEST,
        required=ONE_EACH,
        electorate=OWNERS,
        involved=INVOLVED,
        now=NOW,
    )


def test_the_requester_may_vote_only_if_duties_are_not_separate() -> None:
    require_can_vote(
        person("U1"),
        run(),
        choice=Choice.GO,
        evidence=DIGEST,
        required=ONE_EACH,
        electorate=OWNERS,
        involved={},
        now=NOW,
    )
    refused = refusal(person("U1"))
    assert "someone else has to approve it" in str(refused)
    assert refused.people == ("U2", "U3")


def test_being_the_requester_or_author_never_prevents_a_no_go() -> None:
    require_can_vote(
        person("U1"),
        run(),
        choice=Choice.NO_GO,
        evidence=DIGEST,
        required=ONE_EACH,
        electorate=OWNERS,
        involved=INVOLVED,
        now=NOW,
    )
    assert "someone else has to approve it" in str(refusal(person("U1"), choice=Choice.CONDITIONAL_GO))
    assert "Only managers and platform" in str(refusal(person("U9"), choice=Choice.NO_GO))


def test_the_author_is_involved_if_duties_are_separate() -> None:
    decided = {"approve": {"managers": 1}}
    plan = Environment.model_construct(
        arguments={"author": Argument(author=True), "by": Argument()}, decide=Policy(**decided)
    )
    asked = run().model_copy(update={"arguments": {"author": "U3", "by": "U2"}})
    assert involved(asked, plan, authors(plan, asked.arguments, {})) == {
        "U1": "started run #7",
        "U3": "made the change in run #7",
    }
    free = plan.model_copy(update={"decide": Policy(**decided, separate_duties=False)})
    assert involved(asked, free, authors(free, asked.arguments, {})) == {}


@pytest.mark.parametrize("flag", ["is_bot", "deleted", "guest", "stranger"])
def test_an_owner_with_the_wrong_kind_of_account_may_not_vote(flag: str) -> None:
    assert "You can't vote on run #7" in str(refusal(person("U3", **{flag: True})))


def test_a_person_without_a_role_is_told_who_has_one() -> None:
    refused = refusal(person("U4"))
    assert "Only managers and platform can vote" in str(refused)
    assert refused.people == ("U2", "U3")


def test_votes_on_other_evidence_are_refused() -> None:
    assert "have changed since that message" in str(refusal(person("U3"), evidence="sha256:other"))


@pytest.mark.parametrize(
    ("state", "words"), [(RunState.CLOSED, "is already decided"), (RunState.CHECKING, "still checking")]
)
def test_votes_count_only_while_the_run_is_deciding(state: RunState, words: str) -> None:
    assert words in str(refusal(person("U3"), at=run(state)))


def test_votes_count_only_before_the_deadline() -> None:
    deadline = NOW + timedelta(hours=1)
    assert "deadline of run #7 has passed" in str(refusal(person("U3"), at_time=deadline))


def test_only_its_owner_may_waive_a_check() -> None:
    require_can_waive(
        person("U3"),
        run(),
        check="queue-age",
        owner="platform",
        evidence=DIGEST,
        electorate=OWNERS,
        involved=INVOLVED,
        now=NOW,
    )
    with pytest.raises(Refused, match="Only its owner, platform"):
        require_can_waive(
            person("U9"),
            run(),
            check="queue-age",
            owner="platform",
            evidence=DIGEST,
            electorate=OWNERS,
            involved=INVOLVED,
            now=NOW,
        )
    with pytest.raises(Refused, match="someone else has to waive"):
        require_can_waive(
            person("U1"),
            run(),
            check="queue-age",
            owner="managers",
            evidence=DIGEST,
            electorate=OWNERS,
            involved=INVOLVED,
            now=NOW,
        )


def test_if_start_names_groups_only_they_can_start_a_run() -> None:
    require_can_start(person("U9"), "staging", (), able=())
    require_can_start(person("U1"), "staging", ("managers",), able=("U1", "U2"))
    with pytest.raises(Refused, match="Only managers can start a run on staging") as refused:
        require_can_start(person("U9"), "staging", ("managers",), able=("U1", "U2"))
    assert refused.value.people == ("U1", "U2")
    with pytest.raises(Refused, match="this account is a guest"):
        require_can_start(person("U1", guest=True), "staging", (), able=())
