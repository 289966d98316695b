"""Who is told what: guests and outsiders nothing, members only what belongs to channels that they can see."""

from __future__ import annotations

import pytest

from bot.workflow.turned_away import OFTEN
from commands.serve import Running
from sandbox.slack.channel import Channel
from sandbox.slack.people import Group
from sandbox.slack.server import LocalSlack
from tests.faults.test_limits import environments
from tests.journeys.conftest import CONFIGURATION, StartBot, both_go, decided
from tests.journeys.test_attacks import facts, go_button, tampered

SCARCE = ("users.info", "usergroups.users.list", "views.open")
EVERY = (
    *("run staging", "status", "status staging", "show #1", "show #1 queue-age", "owners staging", "config"),
    *("config staging", "help", "help run", "remind #1", "cancel #1 no", "rolled-back #1", "packet #1"),
    *("go #1", "no-go #1 because", "nonsense", "show", "run moon"),
)
TELLING = (
    *("C0RELEASES", "#1", "queue-age", "p95", "platform", "release-managers", "sha256", "staging", "GO"),
    *("@ana", "@ben", "@raj", "180"),
)


@pytest.mark.parametrize("name", ["gus", "one", "dee", "sam"])
async def test_guests_outsiders_and_former_members_are_told_nothing(
    bot: Running, slack: LocalSlack, name: str, bot_database: str
) -> None:
    """Not even in the run's own channel."""
    slack.channel("#releases").members.add(slack.user(name).id)
    await decided(slack)
    person = slack.user(name)
    for text in EVERY:
        told = await (await person.command("#releases", "/canary", text)).told(
            "Only members of this workspace can use canary"
        )
        assert not [word for word in TELLING if word in told], (text, told)
    assert await facts(bot_database, "SELECT count(*) FROM run") == [(1,)]
    assert await facts(bot_database, "SELECT count(*) FROM decision") == [(0,)]


async def test_only_a_private_channel_is_told_about_its_own_environment(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    members = {slack.user(name).id for name in ("ana", "ben", "raj")} | {slack.app.bot_user}
    slack.workspace.channels["C0SECRET"] = Channel("C0SECRET", "secret", kind="private", members=members)
    async with start_bot(environments("staging", "vault", vault="C0SECRET")):
        await slack.connected()
        raj, mia = slack.user("raj"), slack.user("mia")
        await raj.command("#secret", "/canary", "run vault")
        await slack.sees("#secret", "*GO recommended*")
        for text in ("run vault", "status vault", "owners vault", "config vault"):
            told = await (await mia.command("#releases", "/canary", text)).told(
                "There is no environment “vault” here"
            )
            assert "Available: staging." in told
        for text in (
            "show #1",
            "show #1 queue-age",
            "remind #1",
            "cancel #1 no",
            "rolled-back #1",
            "packet #1",
            "go #1",
        ):
            told = await (await mia.command("#releases", "/canary", text)).told("belongs to another channel")
            assert "vault" not in told
        for text in ("status", "config", "help", "help run", "nonsense", "run moon"):
            told = await (await mia.command("#releases", "/canary", text)).told("")
            assert "vault" not in told, (text, told)
        for text, says in {"show #1": "*GO recommended*", "owners vault": "@ana", "status": "vault"}.items():
            await (await raj.command("#secret", "/canary", text)).told(says)
    assert await facts(bot_database, "SELECT count(*) FROM run") == [(1,)]


async def test_without_the_channels_scope_questions_are_answered_only_in_the_runs_own_channel(
    start_bot: StartBot, slack: LocalSlack, capsys: pytest.CaptureFixture[str]
) -> None:
    slack.app.scopes.discard("channels:read")
    async with start_bot():
        await slack.connected()
        await decided(slack)
        mia = slack.user("mia")
        await (await mia.command("#general", "/canary", "show #1")).told("belongs to another channel")
        await (await mia.command("#releases", "/canary", "show #1")).told("*GO recommended*")
    assert "questions about an environment are answered only in its own channel" in capsys.readouterr().out


async def test_questions_do_not_use_up_the_slack_calls_that_votes_need(
    bot: Running, slack: LocalSlack
) -> None:
    """However often a member asks who decides, Slack is asked once a minute; each click is looked up afresh."""
    card = await decided(slack)
    mia = slack.user("mia")
    before = len(slack.calls("usergroups.users.list"))
    for _ in range(8):
        await (await mia.command("#general", "/canary", "owners staging")).told("@ben")
    asked = slack.calls("usergroups.users.list")[before:]
    groups = [call.args["usergroup"] for call in asked]
    assert len(groups) == len(set(groups)), groups
    slack.add_group(Group("S0PLATFORM", "platform", "Platform", ["U04MIA"]))
    await (await slack.user("ben").click(card, "Go")).told("can vote on run #1")
    assert (await mia.click(card, "Go")).acked
    await slack.sees("#releases", "*Go*: @mia")


async def test_refusals_do_not_suggest_guests_or_former_members(
    start_bot: StartBot, slack: LocalSlack
) -> None:
    async with start_bot(CONFIGURATION.replace("[U01ANA]", "[U01ANA, U05GUS, U07DEE, U0NOBODY]")):
        await slack.connected()
        card = await decided(slack)
        told = await (await slack.user("mia").click(card, "Go")).told("Only release-managers and platform")
    assert "Ask @ana or @ben." in told


async def test_any_member_can_have_the_packet_posted_again_once_a_minute(
    bot: Running, slack: LocalSlack
) -> None:
    card = await decided(slack)
    mia = slack.user("mia")
    await (await mia.command("#general", "/canary", "packet #1")).told("not decided yet")
    await both_go(slack, card)
    await slack.sees("#releases", ".json, ")
    await (await mia.command("#general", "/canary", "packet #1")).told(
        "of run #1 again, in its thread in #releases"
    )

    def packets() -> list[str]:
        return [
            file.name for reply in slack.thread(card) for file in reply.files if file.name.endswith(".json")
        ]

    await slack.wait_for(lambda: len(packets()) == 2)
    await (await mia.command("#general", "/canary", "packet #1")).told("less than a minute ago")


async def test_typed_votes_follow_the_same_rules_as_clicks(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    await decided(slack)
    ana, ben, mia = (slack.user(name) for name in ("ana", "ben", "mia"))
    await (await mia.command("#general", "/canary", "go #1")).told(
        "Only release-managers and platform can vote"
    )
    await (await ana.command("#general", "/canary", "go #1")).told("Your Go on run #1 counts")
    await (await ben.command("#general", "/canary", "no-go #1")).told("Say why run #1")
    await (await ben.command("#general", "/canary", "no go #1 it's too late")).told(
        "Your No-go on run #1 counts"
    )
    decision = slack.render_text(await slack.sees("#releases", "Decision on run #1"))
    assert "it's too late" in decision


@pytest.mark.parametrize("name", ["gus", "mia"])
@pytest.mark.parametrize("button", ["Go", "No-go…"])
async def test_repeatedly_refused_clicks_do_not_use_up_what_votes_need(
    bot: Running, slack: LocalSlack, bot_database: str, name: str, button: str
) -> None:
    """That is, calls to Slack, forms, and room in the run's log."""
    card = await decided(slack)
    person = slack.user(name)
    before = {method: len(slack.calls(method)) for method in SCARCE}
    for _ in range(OFTEN.most):
        if button == "Go":
            await (await person.click(card, button)).told("run #1")
        else:
            assert (await person.click(card, button)).acked
            await person.closes(await person.sees_modal("No-go"))
    for _ in range(9):
        await (await person.click(card, button)).told("try again in a minute")
    asked = {method: len(slack.calls(method)) - count for method, count in before.items()}
    assert all(count <= 2 * OFTEN.most + 2 for count in asked.values()), asked
    refusals = "SELECT count(*) FROM event WHERE kind = 'refused'"
    assert await facts(bot_database, refusals) <= [(OFTEN.most,)]
    await both_go(slack, card)
    await slack.sees("#releases", "Decision on run #1")


async def test_cached_group_members_give_nobody_a_vote(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    await (await slack.user("mia").command("#releases", "/canary", "owners staging")).told("@ben")
    ben, go = slack.user("ben"), go_button(card)
    key, _ = go.body["value"].split(" ")
    for _ in range(OFTEN.most):
        old = tampered(go, f"{key} sha256:{'0' * 64}")
        await (await ben.clicks_from_an_old_screen(card, old)).told("The results of run #1 have changed")
    slack.add_group(Group("S0PLATFORM", "platform", "Platform", ["U04MIA"]))
    await (await ben.click(card, "Go")).told("Only release-managers and platform can vote")
    assert await facts(bot_database, "SELECT count(*) FROM vote") == [(0,)]
