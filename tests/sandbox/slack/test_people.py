"""The people of the workspace: users with their flags, user groups with their members."""

from __future__ import annotations

import pytest

from sandbox.slack.people import Group, User


@pytest.mark.parametrize(
    ("name", "flag"),
    [
        ("dee", "deleted"),
        ("U0CANARY", "is_bot"),
        ("gus", "is_restricted"),
        ("one", "is_ultra_restricted"),
        ("sam", "is_stranger"),
    ],
)
async def test_each_kind_of_person_has_its_flag_and_no_other(slack, client, name, flag):
    user = (await client.users_info(user=slack.user(name).id))["user"]
    flags = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger")
    assert [one for one in flags if user.get(one)] == [flag]


async def test_a_persons_time_zone_and_language_are_returned(client):
    raj = (await client.users_info(user="U03RAJ", include_locale=True))["user"]
    assert (raj["tz"], raj["tz_offset"], raj["locale"], raj["team_id"]) == (
        "Asia/Kolkata",
        19800,
        "en-GB",
        "T0ACME",
    )


async def test_users_are_returned_in_pages(slack, client):
    pages = [page["members"] async for page in await client.users_list(limit=4)]
    assert [len(page) for page in pages] == [4, 4, 1]
    assert {user["id"] for page in pages for user in page} == set(slack.workspace.users)


async def test_a_group_lists_its_active_members(slack, client):
    slack.add_group(Group("S0LEADS", "leads", "Leads", ["U01ANA", "U07DEE"]))
    assert (await client.usergroups_users_list(usergroup="S0LEADS"))["users"] == ["U01ANA"]
    groups = (await client.usergroups_list(include_users=True))["usergroups"]
    assert {group["handle"]: group["users"] for group in groups}["platform"] == ["U02BEN"]


async def test_unknown_groups_are_refused(slack, client, refused):
    assert (await refused(client.usergroups_users_list(usergroup="S0NONE")))[0] == "no_such_subteam"
    slack.workspace.groups["S0PLATFORM"].disabled = True
    assert (await refused(client.usergroups_users_list(usergroup="S0PLATFORM")))[0] == "no_such_subteam"
    again = await client.usergroups_users_list(usergroup="S0PLATFORM", include_disabled=True)
    assert again["users"] == ["U02BEN"]
    slack.workspace.paid = False
    assert (await refused(client.usergroups_list()))[0] == "plan_upgrade_required"


async def test_a_new_user_can_act_at_once(slack, client):
    zoe = slack.add_user(User("U09ZOE", "zoe", "Zoe New"))
    assert (await client.users_info(user=zoe.id))["user"]["real_name"] == "Zoe New"
    assert (await client.team_info())["team"]["domain"] == "acme"


async def test_a_reaction_can_be_added_once(slack, client, refused):
    message = slack.user("ana").says("#releases", "shipped")
    reaction = {"channel": "C0RELEASES", "timestamp": message.ts, "name": "tada"}
    await client.reactions_add(**reaction)
    assert message.reactions == {"tada": ["U0CANARY"]}
    assert (await refused(client.reactions_add(**reaction)))[0] == "already_reacted"
