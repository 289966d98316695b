"""Who the configured members are: each is asked for once, where it is kept."""

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
def test_what_a_member_is_follows_from_its_text(text: str, found: object) -> None:
    assert member(text) == found
    assert is_user(text) == isinstance(found, SlackUser)
    assert is_user_group(text) == isinstance(found, SlackUserGroup)


def test_users_are_known_without_asking_only_where_all_are_named() -> None:
    assert named_users(["U01ANA", "U02BEN"]) == {"U01ANA", "U02BEN"}
    assert named_users(["U01ANA", "S0PLATFORM"]) is None


async def test_every_group_is_asked_for_once() -> None:
    groups = Groups({"S0PLATFORM": frozenset({"U02BEN", "U04MIA"})})
    people = {"managers": ["U01ANA", "S0PLATFORM"], "platform": ["S0PLATFORM"]}
    resolved = await Roster(groups.members).resolve(name for members in people.values() for name in members)
    assert groups.asked_for == ["S0PLATFORM"]
    electorate = Electorate.of(people, resolved)
    assert electorate.holders(["managers"]) == ("U01ANA", "U02BEN", "U04MIA")
    assert electorate.holders(["platform"]) == ("U02BEN", "U04MIA")


async def test_who_cannot_be_read_stands_for_nobody_and_is_named() -> None:
    groups = Groups({"S0GONE": Misconfigured("I cannot read it", hint="Ask an admin")})
    resolved = await Roster(groups.members).resolve(["U01ANA", "S0GONE", "pagerduty:web"])
    assert resolved.people == {"U01ANA": {"U01ANA"}, "S0GONE": frozenset(), "pagerduty:web": frozenset()}
    assert resolved.unreadable["S0GONE"] == "I cannot read it. Ask an admin."
    assert "pagerduty:web" in resolved.unreadable["pagerduty:web"]


async def test_what_may_be_told_later_is_no_answer_unless_a_part_of_it_will_do() -> None:
    roster = Roster(Groups({"S0PLATFORM": Unavailable("Slack does not answer")}).members)
    with pytest.raises(Unavailable):
        await roster.resolve(["U01ANA", "S0PLATFORM"])
    resolved = await roster.resolve(["U01ANA", "S0PLATFORM"], partly=True)
    assert resolved.people == {"U01ANA": {"U01ANA"}, "S0PLATFORM": frozenset()}
