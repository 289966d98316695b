"""Other servers that speak Slack's protocol: missing features are reported once, and the journey is the same."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from typing import get_args

import pytest

from commands.serve import Running
from sandbox.slack.features import NEWEST_BLOCKS, Feature
from sandbox.slack.people import User
from sandbox.slack.server import LocalSlack
from tests.faults.test_away import ask
from tests.journeys.conftest import CONFIGURATION, MANIFEST, StartBot, World, both_go, decided, events_url

NAMED = CONFIGURATION.replace("[S0PLATFORM]", "[U02BEN]").replace("[S0ONCALL]", "[U03RAJ]")
EACH: tuple[Feature, ...] = get_args(Feature)

# what the log says at the start or on first use; "" if nothing is lost
SAYS = {
    "alert": "this server has no alerts in forms",
    "api.test": "",
    "auth.test": "",
    "blocks.validate": "",
    "card": "",  # until App Home uses cards
    "carousel": "",
    "container": "this server has no collapsible parts in messages",
    "data_table": "this server has no data tables in messages",
    "data_visualization": "this server has no charts in messages",
    "ephemeral": "this server shows no ephemeral messages",
    "error details": "",
    "files": "this server takes no files",
    "forms": "this server opens no forms",
    "home": "App Home is not shown",
    "metadata": "",
    "response_url": "",
    "tables": "this server has no tables in messages",
    "usergroups": "",  # none are configured
    "users.bots": "this server does not say which accounts are bots",
    "users.deleted": "",
    "users.guests": "this server does not say who is a guest",
    "users.profile": "",
    "users.teams": "this server does not say which organization people belong to",
}

OF_BLOCKS = tuple(filter(None, (SAYS[feature] for feature in (*NEWEST_BLOCKS, "tables"))))
UNMARKED = "this server keeps no metadata of messages"


@pytest.fixture
def without() -> tuple[Feature, ...]:
    return ()


@pytest.fixture
async def slack(without: tuple[Feature, ...]) -> AsyncIterator[LocalSlack]:
    async with LocalSlack(manifest=MANIFEST, without=without) as slack:
        yield slack


async def journey(slack: LocalSlack, world: World, meanwhile: Callable[[], None] = lambda: None) -> None:
    """A run is started, refused to an outsider, voted on, decided, watched and rolled back.

    `meanwhile` is called before the first vote.
    """
    mia, raj, ben = slack.user("mia"), slack.user("raj"), slack.user("ben")
    assert (await mia.command("#releases", "/canary", "statsu")).acked
    await is_told(slack, mia.id, "Did you mean “status”?")
    card = await decided(slack)
    await slack.sees("#releases", "*Results*")
    meanwhile()
    assert (await mia.click(card, "Go")).acked
    await is_told(slack, mia.id, "can vote on run #1")
    await slack.sees("#releases", "queue-age")
    await both_go(slack, card)
    decision = await slack.sees("#releases", "Decision on run #1")
    has_files = "files" not in slack.workspace.without
    if has_files:
        await slack.sees("#releases", ".json, ")
    await slack.wait_for(lambda: ("the packet is below" in slack.render_text(decision)) is has_files, 20)
    await world.put("duplicates", 1)
    prompt = await slack.sees("#releases", "Roll back staging")
    assert (await ben.click(prompt, "I'm on it")).acked
    assert (await raj.click(prompt, "I have rolled back")).acked
    await slack.sees("#releases", "staging was rolled back")


async def is_told(slack: LocalSlack, user: str, words: str) -> None:
    """Wait until a person gets a private answer, ephemeral or as a direct message."""

    def told() -> bool:
        direct = slack.workspace.direct(user).log.values()
        shown = [*slack.ephemerals_for(user), *direct]
        return any(words in slack.render_text(message) for message in shown)

    await slack.wait_for(told)


QUIET = tuple(feature for feature in EACH if not SAYS[feature])
TOLD = tuple(feature for feature in EACH if SAYS[feature])


@pytest.mark.parametrize(
    "without", [QUIET, *((feature,) for feature in TOLD), EACH], ids=["quiet", *TOLD, "all"]
)
async def test_the_journey_is_the_same_and_each_missing_feature_is_reported_once(
    start_bot: StartBot,
    slack: LocalSlack,
    world: World,
    without: tuple[Feature, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    says = [SAYS[feature] for feature in without if SAYS[feature]]
    if "blocks.validate" in without:  # then a missing block type is noticed when a message has one
        says = [each for each in says if each not in OF_BLOCKS]
    out = ""

    def surveyed() -> bool:
        nonlocal out
        out += capsys.readouterr().out
        return all(each in out for each in says)

    async with start_bot(NAMED):
        await slack.connected()
        await journey(slack, world)
        await slack.wait_for(surveyed, 60)  # low-priority calls come last
    out += capsys.readouterr().out
    lines = [line for line in out.splitlines() if "missing in Slack" in line]
    if "blocks.validate" in without:
        lines = [line for line in lines if not any(each in line for each in OF_BLOCKS)]
    assert len(lines) == len(says), lines


@pytest.mark.parametrize("details", [True, False], ids=["with", "without reasons"])
async def test_blocks_withdrawn_during_a_run_change_no_journey(
    start_bot: StartBot, slack: LocalSlack, world: World, details: bool
) -> None:
    def withdraw() -> None:
        slack.withdraw(*NEWEST_BLOCKS, "tables", *(() if details else ("error details",)))

    async with start_bot(NAMED):
        await slack.connected()
        await journey(slack, world, withdraw)
    shown = {block["type"] for message in slack.channel("#releases").log.values() for block in message.blocks}
    assert "container" in shown  # posted before it was withdrawn


@pytest.mark.parametrize("without", [("metadata",), ()], ids=["without", "with"])
async def test_a_restarted_bot_reports_whether_its_messages_kept_their_metadata(
    start_bot: StartBot,
    slack: LocalSlack,
    without: tuple[Feature, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with start_bot(NAMED):
        await decided(slack)
    asked = len(slack.calls("conversations.history"))
    capsys.readouterr()
    said = ""

    def surveyed() -> bool:
        nonlocal said
        said += capsys.readouterr().out
        return UNMARKED in said if without else len(slack.calls("conversations.history")) > asked

    async with start_bot(NAMED):
        await slack.wait_for(surveyed)
    said += capsys.readouterr().out
    assert (UNMARKED in said) is bool(without)


@pytest.mark.parametrize("without", [("forms",)], ids=["forms"])
async def test_without_forms_the_buttons_that_need_them_say_so(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    for button in ("Conditional go…", "No-go…"):
        told = await (await slack.user("ana").click(card, button)).told("The form could not be opened")
        assert "this server does not have that function" in told
        assert "/canary no-go #1 <reason>" in told
    await (await slack.user("ana").command("#releases", "/canary", "no-go #1 not today")).told("counts")
    await slack.sees("#releases", "Decision on run #1")


@pytest.mark.parametrize("without", [("files",)], ids=["files"])
async def test_without_files_the_decision_says_how_to_get_the_packet(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    await both_go(slack, card)
    decision = await slack.sees("#releases", "Decision on run #1")
    await slack.wait_for(lambda: "canary packet 1" in slack.render_text(decision), 20)


@pytest.mark.parametrize("without", [("api.test",)], ids=["api.test"])
@pytest.mark.parametrize("mode", ["http", "socket"])
async def test_a_server_without_api_test_is_ready(start_bot: StartBot, slack: LocalSlack, mode: str) -> None:
    settings = {"slack_app_token": None} if mode == "http" else {}
    async with start_bot(**settings) as bot:
        if mode == "http":
            await slack.deliver_to(events_url(bot))
        before = len(slack.calls())
        for _ in range(5):
            assert await ask(bot, "/readyz") == (200, '{"database": true, "slack": true}')
        asked = [call.method for call in slack.calls()[before:]]
        assert asked.count("auth.test") <= 1
        assert "api.test" not in asked


# ---------------------------------------------------------------- who may decide, on servers that disclose little


@pytest.mark.parametrize(
    "without", [("users.guests", "users.bots", "users.teams", "users.deleted")], ids=[""]
)
async def test_fields_a_server_never_discloses_are_not_held_against_anyone_and_the_others_still_count(
    start_bot: StartBot, slack: LocalSlack
) -> None:
    slack.add_user(User("U09PAT", "pat", "Pat", deleted=True))
    async with start_bot(NAMED.replace("[U01ANA]", "[U01ANA, U09PAT]")):
        await slack.connected()
        card = await decided(slack)
        await (await slack.user("pat").click(card, "Go")).told("this account is deactivated")
        await both_go(slack, card)
        await slack.sees("#releases", "Decision on run #1")


async def test_an_active_account_without_a_deleted_field_can_vote(bot: Running, slack: LocalSlack) -> None:
    slack.workspace.without = frozenset({"users.deleted"})
    card = await decided(slack)
    await both_go(slack, card)
    await slack.sees("#releases", "Decision on run #1")


async def test_on_enterprise_grid_members_of_the_organization_can_vote(
    start_bot: StartBot, slack: LocalSlack
) -> None:
    """Their home may be another workspace, and their ids may begin with W."""
    slack.add_user(Grid("W0EVE", "eve", "Eve", team_id="T0HOME", teams=("T0HOME", slack.workspace.id)))
    slack.add_user(Grid("W0ODD", "odd", "Odd", team_id="T0HOME", teams=("T0HOME",), enterprise="E0OTHER"))
    async with start_bot(NAMED.replace("[U01ANA]", "[W0EVE, W0ODD]")):
        await slack.connected()
        card = await decided(slack)
        await (await slack.user("odd").click(card, "Go")).told("this account is from another organization")
        for name in ("eve", "ben"):
            assert (await slack.user(name).click(card, "Go")).acked
        await slack.sees("#releases", "Decision on run #1")


class Grid(User):
    def __init__(self, *args: str, team_id: str, teams: tuple[str, ...], enterprise: str = "E0ACME") -> None:
        super().__init__(*args, team_id=team_id)
        self.teams, self.enterprise = teams, enterprise

    def shown(self, *, with_locale: bool = False) -> dict[str, object]:
        grid = {"id": self.id, "enterprise_id": self.enterprise, "teams": list(self.teams)}
        return {**super().shown(with_locale=with_locale), "enterprise_user": grid}


# ---------------------------------------------------------------- socket mode


@pytest.mark.parametrize("mode", ["http", "socket"])
async def test_starting_logs_no_false_warnings(
    start_bot: StartBot,
    slack: LocalSlack,
    mode: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", slack.bot_token)  # as in production
    async with start_bot(**({"slack_app_token": None} if mode == "http" else {})):
        await decided(slack) if mode == "socket" else None
    warned = [
        each for each in caplog.records if each.name.startswith("slack") and each.levelno >= logging.WARNING
    ]
    assert [record.getMessage() for record in warned] == []
