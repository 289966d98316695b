"""Which people the configured members stand for: each member is looked up once, where it is kept."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.base.errors import CanaryError, Misconfigured, Unavailable
from bot.plan.member import SlackUser, SlackUserGroup, is_user, is_user_group, member, named_users
from bot.rules.people import Electorate
from bot.workflow.roster import Roster


class Groups:
    """Knows user groups, or says why it does not."""

    def __init__(self, groups: Mapping[str, frozenset[str] | CanaryError]) -> None:
        self.groups = groups
        self.asked_for: list[str] = []

    async def members(self, group: str) -> frozenset[str]:
        self.asked_for.append(group)
        found = self.groups[group]
        if isinstance(found, CanaryError):
            raise found
        return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("U01ANA", SlackUser("U01ANA")),
        ("W01ANA", SlackUser("W01ANA")),
        ("S0PLATFORM", SlackUserGroup("S0PLATFORM")),
        ("C0RELEASES", None),
        ("U01ana", None),
        ("U01ANA\n", None),
        ("canary", None),
        ("", None),
    ],
)
def test_the_kind_of_a_member_follows_from_its_text(text: str, found: object) -> None:
    assert member(text) == found
    assert is_user(text) == isinstance(found, SlackUser)
    assert is_user_group(text) == isinstance(found, SlackUserGroup)


def test_people_are_known_without_a_lookup_only_if_all_members_are_users() -> None:
    assert named_users(["U01ANA", "U02BEN"]) == {"U01ANA", "U02BEN"}
    assert named_users(["U01ANA", "S0PLATFORM"]) is None


async def test_every_group_is_looked_up_once() -> None:
    groups = Groups({"S0PLATFORM": frozenset({"U02BEN", "U04MIA"})})
    people = {"managers": ["U01ANA", "S0PLATFORM"], "platform": ["S0PLATFORM"]}
    resolved = await Roster(groups.members).resolve(name for members in people.values() for name in members)
    assert groups.asked_for == ["S0PLATFORM"]
    electorate = Electorate.of(people, resolved)
    assert electorate.holders(["managers"]) == ("U01ANA", "U02BEN", "U04MIA")
    assert electorate.holders(["platform"]) == ("U02BEN", "U04MIA")


async def test_an_unreadable_member_resolves_to_nobody_and_is_named() -> None:
    groups = Groups({"S0GONE": Misconfigured("I cannot read it", hint="Ask an admin")})
    resolved = await Roster(groups.members).resolve(["U01ANA", "S0GONE", "pagerduty:web"])
    assert resolved.people == {"U01ANA": {"U01ANA"}, "S0GONE": frozenset(), "pagerduty:web": frozenset()}
    assert resolved.unreadable["S0GONE"] == "I cannot read it. Ask an admin."
    assert "pagerduty:web" in resolved.unreadable["pagerduty:web"]


async def test_a_temporary_failure_is_raised_unless_a_partial_answer_is_enough() -> None:
    roster = Roster(Groups({"S0PLATFORM": Unavailable("Slack does not answer")}).members)
    with pytest.raises(Unavailable):
        await roster.resolve(["U01ANA", "S0PLATFORM"])
    resolved = await roster.resolve(["U01ANA", "S0PLATFORM"], partly=True)
    assert resolved.people == {"U01ANA": {"U01ANA"}, "S0PLATFORM": frozenset()}
