"""Slack's refusals: reported at once if asking again does not help, with the reason and whom to ask."""

from __future__ import annotations

import json

import pytest

from bot.slack.errors import meaning
from commands.serve import Running
from sandbox.slack.channel import Channel
from sandbox.slack.faults import Fault
from sandbox.slack.message import Message
from sandbox.slack.person import PATIENCE
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import CONFIGURATION, StartBot, decided
from tests.outbox import make_older, rows, until

AT_ONCE = (
    8.0  # seconds: the longest that one interaction spends asking Slack, far less than a minute of retries
)

NEEDED = {"needed": "usergroups:read", "provided": "commands,chat:write"}
LASTING = [
    ("missing_scope", NEEDED, "the app lacks the scope usergroups:read. Ask an operator of canary to add"),
    ("not_allowed_token_type", {}, "does not accept this kind of token"),
    ("invalid_auth", {}, "does not accept the bot's token. Ask an operator of canary to set SLACK_BOT_TOKEN"),
    ("token_revoked", {}, "the app was uninstalled, or its token was revoked"),
    ("account_inactive", {}, "the app was uninstalled, or its token was revoked"),
    ("no_such_subteam", {}, "there is no such user group. Ask an operator of canary to correct its id"),
    ("plan_upgrade_required", {}, "plan does not include it. Ask a Slack admin to upgrade the plan"),
    ("paid_teams_only", {}, "plan does not include it"),
    ("unknown_method", {}, "this server does not have that function"),
    ("permission_denied", {}, "Slack denies the app access"),
]


@pytest.mark.parametrize(("error", "more", "says"), LASTING)
def test_a_permanent_refusal_says_what_it_is_and_what_to_do(
    error: str, more: dict[str, str], says: str
) -> None:
    found = meaning(f"{error}: {more['needed']}" if more else error)
    assert says in f"{found.says}. {found.advice()}"
    assert found.is_permanent


async def surveyed(slack: LocalSlack) -> None:
    """Wait until Slack has answered what the bot asks at startup."""
    await slack.wait_for(
        lambda: len(slack.calls("usergroups.users.list")) >= 2 and len(slack.calls("users.info")) >= 2
    )


async def told_soon(slack: LocalSlack, text: str) -> str:
    reply = await slack.user("mia").command("#releases", "/canary", text)
    return await reply.told(timeout=AT_ONCE)


# ---------------------------------------------------------------- user groups


async def test_owners_are_listed_as_far_as_known_if_slack_refuses(bot: Running, slack: LocalSlack) -> None:
    await surveyed(slack)
    error, more, says = LASTING[0]
    slack.faults.refuse("usergroups.users.list", error, times=None, **more)
    told = (await told_soon(slack, "owners staging")).replace("*", "")
    assert "release-managers (1 needed): @ana" in told
    assert "platform (1 needed): nobody known" in told
    assert "I cannot read the user group S0PLATFORM: " in told
    assert says in told


@pytest.mark.parametrize("fault", [Fault.HANG_BEFORE, Fault.ERROR_BEFORE, Fault.RATE_LIMITED])
async def test_owners_are_listed_as_far_as_known_while_slack_does_not_answer(
    bot: Running, slack: LocalSlack, fault: Fault
) -> None:
    slack.faults.inject(fault, "usergroups.users.list", times=None, seconds=300)
    reply = await slack.user("mia").command("#releases", "/canary", "owners staging")
    told = await reply.told("I cannot read the user group S0PLATFORM", timeout=2 * AT_ONCE)
    assert "@ana" in told


async def test_help_does_not_wait_for_slack(bot: Running, slack: LocalSlack) -> None:
    await surveyed(slack)
    for method in ("usergroups.users.list", "users.info"):
        slack.faults.inject(Fault.HANG_BEFORE, method, times=None)
    asked = len(slack.calls())
    told = await told_soon(slack, "help")
    assert "`/canary owners staging`" in told
    assert "usergroups.users.list" not in {call.method for call in slack.calls()[asked:]}
    reply = await slack.user("ana").command("#releases", "/canary", "help")
    assert "You have a role in staging (release-managers)" in await reply.told("/canary run staging")


@pytest.mark.parametrize(
    ("error", "more", "says"),
    [
        ("missing_scope", {"needed": "users:read"}, "the app lacks the scope users:read"),
        ("invalid_auth", {}, "does not accept the bot's token"),
    ],
)
async def test_a_permanent_refusal_is_not_retried_and_says_whom_to_ask(
    bot: Running, slack: LocalSlack, error: str, more: dict[str, str], says: str
) -> None:
    slack.faults.refuse("users.info", error, times=None, **more)
    told = await told_soon(slack, "run staging")
    assert says in told
    assert "Ask an operator of canary to" in told
    assert "try again" not in told


async def test_a_temporary_refusal_is_retried_and_the_vote_counts(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    for error in ("internal_error", "team_added_to_org", "something_new"):
        slack.faults.refuse("users.info", error)
    assert (await slack.user("ana").click(card, "Go")).acked
    await slack.sees("#releases", "*Go*: @ana")


async def test_unreadable_groups_and_missing_scopes_are_reported_once_at_startup(
    start_bot: StartBot, slack: LocalSlack, capsys: pytest.CaptureFixture[str]
) -> None:
    slack.app.scopes -= {"usergroups:read", "channels:history"}
    async with start_bot():
        await slack.connected()
        await surveyed(slack)
    said = [line for line in capsys.readouterr().out.splitlines() if "missing in Slack" in line]
    assert len(said) == 2
    assert "scope channels:history is missing" in said[0]
    assert (
        "user groups S0ONCALL, S0PLATFORM cannot be read (the app lacks the scope usergroups:read; "
        in said[1]
    )
    assert "add usergroups:read on the app's “OAuth & Permissions” page, and reinstall the app" in said[1]


# ---------------------------------------------------------------- posting

DOORS = [
    ("not_in_channel", "I am not in the channel", "Invite me to the channel."),
    ("channel_not_found", "it is private and I am not in it", "Invite me to the channel, or correct its id"),
    ("is_archived", "the channel is archived", "Unarchive the channel"),
    ("restricted_action", "a workspace setting does not let me post", "Ask a Slack admin to allow the app"),
    ("restricted_action_read_only_channel", "the channel is read-only", "Ask a Slack admin"),
    ("restricted_action_thread_only_channel", "takes only replies", "Ask a Slack admin"),
    ("ekm_access_denied", "Enterprise Key Management", "Ask a Slack admin to restore"),
    ("no_permission", "I am not allowed to post", "Invite me to the channel."),
    ("posting_to_channel_denied", "I am not allowed to post", "Invite me to the channel."),
    ("missing_scope", "the app lacks the scope chat:write", "Ask an operator of canary to add chat:write"),
    ("token_revoked", "its token was revoked", "Ask an operator of canary to reinstall"),
    ("org_login_required", "moved to an Enterprise organization", "The card then appears by itself"),
]


async def test_the_requester_is_told_why_the_card_cannot_be_posted_and_what_to_do(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    for number, (error, why, next_step) in enumerate(DOORS, 1):
        more = {"needed": "chat:write"} if error == "missing_scope" else {}
        slack.faults.clear()
        slack.faults.refuse("chat.postMessage", error, times=None, channel="C0RELEASES", **more)
        name = ("raj", "mia")[number % 2]  # whose vote is not needed
        asker = slack.user(name)
        await asker.command("#general", "/canary", "run staging")
        told = await direct_message(slack, name, f"Run #{number} goes on, but I can't post its card")
        assert why in told
        assert next_step in told
        if "Invite" not in next_step:
            assert "nvite" not in told
        waiting = f"SELECT count(*) FROM message WHERE run = {number} AND kind = 'card' AND state = 'pending'"
        assert await rows(bot_database, waiting) == [(1,)]
        await (await asker.command("#general", "/canary", f"cancel #{number} next")).told("is cancelled")


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_too_long", "no_text", "something_new"])
async def test_a_card_that_slack_will_never_accept_is_not_promised_to_appear_by_itself(
    start_bot: StartBot, slack: LocalSlack, bot_database: str, error: str
) -> None:
    slack.add_channel(Channel("C0OPS", "ops", members={"U03RAJ", slack.app.bot_user}))
    async with start_bot(CONFIGURATION.replace("version: 1", "version: 1\nalerts: {channel: C0OPS}")):
        await slack.connected()
        slack.faults.refuse("chat.postMessage", error, times=2 if error == "invalid_blocks" else 1)
        await slack.user("raj").command("#releases", "/canary", "run staging")
        assert "an operator can post it again" in await direct_message(slack, "raj", "I can't post its card")
        alert = await slack.sees("#ops", "the run card of run #1 on staging")
        said = slack.render_text(alert)
        assert "I won't send it again by myself" in said
        assert "canary outbox resolve 1 --again" in said
        assert "by itself where it can" not in said


async def test_a_message_whose_blocks_slack_refuses_is_shown_as_text(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    """Whatever is wrong with the blocks. The next change is sent with blocks again."""
    details = {"response_metadata": {"messages": ["[ERROR] invalid [json-pointer:/blocks/0/text/text]"]}}
    # the card has no newer blocks to replace
    slack.faults.refuse("chat.postMessage", "invalid_blocks", **details)
    await slack.user("raj").command("#releases", "/canary", "run staging")
    card = await slack.sees("#releases", "*GO recommended*")
    refused, posted = [call.args for call in slack.calls("chat.postMessage")][:2]
    assert "blocks" in refused
    assert not json.loads(posted.get("blocks") or "[]")
    assert posted["parse"] == "none"
    assert posted["text"] == refused["text"]
    assert card.blocks

    slack.faults.refuse("chat.update", "invalid_blocks", **details)
    await slack.user("ana").command("#releases", "/canary", "go #1")
    await slack.wait_for(lambda: not card.blocks)
    assert "Waiting for 1 more vote" in card.text
    await slack.user("ben").command("#releases", "/canary", "go #1")
    await slack.wait_for(lambda: bool(card.blocks))
    assert await rows(bot_database, "SELECT count(*) FROM message WHERE state = 'failed'") == [(0,)]


async def test_an_alert_for_an_archived_channel_says_that_the_message_then_appears_by_itself(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    slack.add_channel(Channel("C0OPS", "ops", members={"U03RAJ", slack.app.bot_user}))
    async with start_bot(CONFIGURATION.replace("version: 1", "version: 1\nalerts: {channel: C0OPS}")):
        await slack.connected()
        slack.archive("#releases")
        await slack.user("raj").command("#releases", "/canary", "run staging")
        await until(bot_database, "SELECT count(*) FROM message WHERE error = 'is_archived'")
        await make_older(bot_database)
        alert = await slack.sees("#ops", "the run card of run #1 on staging")
        said = slack.render_text(alert)
        assert "Unarchive the channel" in said
        assert "It then appears by itself" in said


# ---------------------------------------------------------------- forms

FORMS = [
    ("expired_trigger_id", {}, "only within three seconds of a click. Click again."),
    ("exchanged_trigger_id", {}, "that click has opened its form already. Click again."),
    ("invalid_trigger_id", {}, "only within three seconds"),
    ("invalid_arguments", {}, "which is a bug in canary. Ask an operator of canary to report it"),
    ("invalid_blocks", {}, "which is a bug in canary"),
    ("view_too_large", {}, "too long for Slack"),
    ("missing_scope", {"needed": "views:write"}, "the app lacks the scope views:write"),
    ("ratelimited", {}, "Slack accepts no more requests for 1 s. Click the button again then."),
    ("unknown_method", {}, "this server does not have that function"),
    ("internal_error", {}, "Slack has an internal problem. Click the button again."),
    ("something_new", {}, "Slack answered “something_new”, which I do not know"),
]


async def test_a_form_that_does_not_open_says_why(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    for error, more, says in FORMS:
        slack.faults.refuse("views.open", error, **more)
        reply = await slack.user("ana").click(card, "No-go…")
        told = " ".join((await reply.told("The form could not be opened")).split())
        assert says in told, error


async def test_a_form_that_slack_does_not_answer_for_says_so(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    slack.faults.inject(Fault.RESET_BEFORE, "views.open")
    reply = await slack.user("ana").click(card, "No-go…")
    await reply.told("The form could not be opened: Slack did not answer in time")


# ---------------------------------------------------------------- private answers


async def test_a_person_outside_the_channel_is_answered_by_direct_message(
    bot: Running, slack: LocalSlack
) -> None:
    slack.faults.inject(Fault.ERROR_BEFORE, "response_url", times=None)
    slack.channel("#releases").members.discard("U04MIA")
    await slack.user("mia").command("#releases", "/canary", "status")
    assert await direct_message(slack, "mia", "Nothing is running")


async def direct_message(slack: LocalSlack, name: str, words: str) -> str:
    def look() -> Message | None:
        log = slack.workspace.direct(slack.user(name).id).log.values()
        return next((m for m in log if words in m.text), None)

    return slack.render_text(await slack.wait_for(look, PATIENCE))
