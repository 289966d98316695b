"""Newer block types are tried, remembered per workspace, and replaced at once where Slack refuses them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.rules.outbox import Kinds, Standing
from bot.slack.blocks import (
    Block,
    actions,
    alert,
    ask,
    button,
    container,
    data_chart,
    data_table,
    modal,
    section,
    text_input,
)
from bot.slack.client import web_client
from bot.slack.fallback import NEGOTIABLE
from bot.slack.hints import Hints
from bot.slack.known_blocks import KnownBlocks
from bot.slack.limits import Limits
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.posting import Posting
from bot.slack.private import Asker, Private
from bot.store import messages
from bot.store.database import Database, rows, run
from bot.store.roles import BOT, as_role
from sandbox.slack.faults import Fault
from sandbox.slack.features import NEWEST_BLOCKS
from sandbox.slack.message import Message
from sandbox.slack.server import LocalSlack
from tests.journeys.delivering import delivering, until

POST = "chat.postMessage"


def everything() -> list[Block]:
    """A message with a table, a chart, a container and a button."""
    return [
        section("*NO-GO recommended*"),
        data_table("Results", [["Check", "Limit"], ["Queue age", "90 s"]]),
        data_chart("Queue age", {"p95": [("1:00", 2.0)]}, x_label="UTC", y_label="s"),
        container("13 passed", [section("*Tests* passed")]),
        actions([button("Go", action="go", value="1", label="Go for run 1")]),
    ]


class Report(MessageKind):
    kind = "report"
    called = "report"
    standing = Standing.ALONE

    word: str

    def render(self, facts: Facts) -> Posting:  # noqa: ARG002
        return Posting.of(self.word, [section(self.word), *everything()])


@pytest.fixture
async def database(bot_database: str) -> AsyncIterator[Database]:
    async with Database(as_role(bot_database, BOT)) as database:
        yield database


@pytest.fixture
async def client(slack: LocalSlack) -> AsyncIterator[AsyncWebClient]:
    async with web_client(slack.bot_token, slack.api_url) as client:
        yield client


@pytest.fixture
async def limits(valkey: str) -> AsyncIterator[Limits]:
    async with Hints(valkey) as hints:
        yield Limits(hints, "T0ACME", lambda _: None)


@pytest.fixture
def restarted(database: Database, client: AsyncWebClient, limits: Limits) -> Callable[..., KnownBlocks]:
    """The block types that a freshly started process knows of."""

    def start(again: timedelta = timedelta(days=1)) -> KnownBlocks:
        return KnownBlocks(database, client, limits, "T0ACME", again=again)

    return start


async def post(client: AsyncWebClient, known: KnownBlocks, blocks: list[Block] | None = None) -> None:
    await known.show(
        blocks or everything(),
        lambda blocks: client.chat_postMessage(channel="C0RELEASES", text="x", blocks=blocks),
    )


def newest(slack: LocalSlack) -> Message:
    return slack.channel("#releases").messages[-1]


def types(message: Message) -> list[str]:
    return [block["type"] for block in message.blocks]


async def remembered(database: Database) -> dict[str, bool]:
    async with database.connection() as conn:
        return {row["type"]: row["known"] for row in await rows(conn, "SELECT type, known FROM block_type")}


ALL = ["section", "data_table", "data_visualization", "container", "actions"]


async def test_newer_blocks_are_shown_if_slack_knows_them(
    slack: LocalSlack, client: AsyncWebClient, database: Database, restarted: Any
) -> None:
    await post(client, restarted())
    assert types(newest(slack)) == ALL
    assert len(slack.calls(POST)) == 1
    assert await remembered(database) == dict.fromkeys(ALL[1:4], True)


@pytest.mark.parametrize(
    ("unknown", "shown"),
    [
        ("data_table", ["section", "table", "data_visualization", "container", "actions"]),
        ("data_visualization", ["section", "data_table", "container", "actions"]),
        ("container", ["section", "data_table", "data_visualization", "section", "section", "actions"]),
    ],
)
async def test_a_single_unknown_type_is_replaced_and_remembered_across_restarts(
    unknown: Any,
    shown: list[str],
    slack: LocalSlack,
    client: AsyncWebClient,
    database: Database,
    restarted: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    slack.withdraw(unknown)
    known = restarted()
    await post(client, known)
    assert types(newest(slack)) == shown
    assert len(slack.calls(POST)) == 2  # one retry, once
    await post(client, known)
    await post(client, restarted())
    assert types(newest(slack)) == shown
    assert len(slack.calls(POST)) == 4
    assert not (await remembered(database))[unknown]
    assert capsys.readouterr().out.count("missing in Slack") == 2  # once per process
    assert newest(slack).buttons == ["Go"]


async def test_a_server_without_newer_blocks_or_tables_still_shows_everything(
    slack: LocalSlack, client: AsyncWebClient, restarted: Any
) -> None:
    slack.withdraw(*NEWEST_BLOCKS, "tables")
    known = restarted()
    await post(client, known)
    assert set(types(newest(slack))) == {"section", "actions"}
    for words in ("Queue age · 90 s", "13 passed", "Tests", "[ Go ]"):
        assert words in slack.render_text(newest(slack))
    before = len(slack.calls(POST))
    assert before == 3  # with all; with a table; with neither
    await post(client, known)
    assert len(slack.calls(POST)) == before + 1


async def test_after_a_refusal_without_a_reason_older_blocks_are_used_and_slack_is_not_asked_again(
    slack: LocalSlack, client: AsyncWebClient, restarted: Any, database: Database
) -> None:
    slack.withdraw("container", "error details")
    await post(client, restarted())
    assert types(newest(slack)) == ["section", "table", "section", "section", "actions"]
    assert len(slack.calls(POST)) == 2
    await post(client, restarted())
    assert len(slack.calls(POST)) == 3
    assert await remembered(database) == {**dict.fromkeys(ALL[1:4], False), "table": True}


async def test_without_a_reason_only_the_one_new_block_in_the_message_is_suspected(
    slack: LocalSlack, client: AsyncWebClient, restarted: Any
) -> None:
    slack.withdraw("container", "error details")
    known = restarted()
    await post(client, known, [section("x"), container("Passed", [section("y")])])
    await post(client, known)
    assert types(newest(slack)) == ["section", "data_table", "data_visualization", "section", "section", "actions"]  # fmt: skip
    assert len(slack.calls(POST)) == 3


async def test_after_an_invalid_cell_the_message_uses_older_blocks_and_the_type_stays_known(
    slack: LocalSlack,
    client: AsyncWebClient,
    restarted: Any,
    database: Database,
    capsys: pytest.CaptureFixture[str],
) -> None:
    known = restarted()
    broken = everything()
    broken[3] |= {"title": {"type": "plain_text", "text": "x" * 151}}
    await post(client, known, broken)
    assert "data_table" not in types(newest(slack))
    assert "must be less than 151 characters [json-pointer:/blocks/3/title/text]" in capsys.readouterr().out
    await post(client, known)
    assert types(newest(slack)) == ALL
    assert all((await remembered(database)).values())


async def test_one_message_a_day_tests_whether_slack_has_learned_a_block_type(
    slack: LocalSlack, client: AsyncWebClient, restarted: Any, database: Database, bot_database: str
) -> None:
    slack.withdraw("container")
    known = restarted()
    await post(client, known)
    before = len(slack.calls(POST))
    await _age(bot_database)
    several = [restarted() for _ in range(3)]
    await asyncio.gather(*(post(client, each) for each in several))
    assert len(slack.calls(POST)) == before + 4  # only one of the three replicas tried
    slack.introduce("container")
    await _age(bot_database)
    await post(client, restarted())
    assert types(newest(slack)) == ALL
    assert len(slack.calls(POST)) == before + 5
    assert (await remembered(database))["container"]
    slack.withdraw("container")
    await post(client, known)
    assert types(newest(slack))[-2:] == ["section", "actions"]


async def test_without_a_reason_types_accepted_before_are_not_suspected_first(
    slack: LocalSlack, client: AsyncWebClient, restarted: Any, database: Database, bot_database: str
) -> None:
    slack.withdraw("container")
    await post(client, restarted())
    slack.withdraw("error details")
    await _age(bot_database)
    before = len(slack.calls(POST))
    await post(client, restarted())  # this one tries the type again
    assert len(slack.calls(POST)) == before + 2
    assert types(newest(slack))[:3] == ["section", "data_table", "data_visualization"]
    assert [kind for kind, known in (await remembered(database)).items() if not known] == ["container"]


async def test_a_start_asks_again_about_types_refused_long_ago(
    slack: LocalSlack, client: AsyncWebClient, restarted: Any, database: Database, bot_database: str
) -> None:
    slack.withdraw("container")
    await restarted().examine(within=10)
    assert await remembered(database) == {**dict.fromkeys(sorted(NEGOTIABLE - {"card"}), True), "container": False}  # fmt: skip
    asked = len(slack.calls("blocks.validate"))
    await restarted().examine(within=10)
    assert len(slack.calls("blocks.validate")) == asked
    await _age(bot_database)
    await restarted().examine(within=10)
    assert len(slack.calls("blocks.validate")) == asked + 1
    await post(client, restarted())
    assert len(slack.calls(POST)) == 1  # so no message has to find out


async def _age(dsn: str) -> None:
    async with Database(dsn) as owner, owner.connection() as conn:
        await run(conn, "UPDATE block_type SET asked_at = asked_at - interval '2 days'")


async def test_nothing_is_lost_if_a_type_is_withdrawn_between_two_messages(
    slack: LocalSlack, valkey: str, database: Database
) -> None:
    async with delivering(database, slack, valkey, Kinds([Report])):
        for word in ("first", "second", "third"):
            async with database.transaction() as conn:
                await messages.want_about(conn, "home", Report(word=word), channel="C0RELEASES")
            await until(database, f"SELECT FROM message WHERE subject = '{word}' AND state = 'sent'")
            slack.withdraw(*(NEWEST_BLOCKS if word == "second" else ["container"]))
    first, second, third = slack.channel("#releases").messages
    assert types(first) == ["section", *ALL]
    assert "container" not in types(second)
    assert set(types(third)) == {"section", "table", "actions"}
    for message in (first, second, third):
        assert "Queue age" in slack.render_text(message)


async def test_an_unclear_response_to_the_first_attempt_is_ambiguous_and_posts_once(
    slack: LocalSlack, valkey: str, database: Database
) -> None:
    slack.faults.inject(Fault.RESET_AFTER, POST)
    async with delivering(database, slack, valkey, Kinds([Report])):
        async with database.transaction() as conn:
            await messages.want_about(conn, "home", Report(word="one"), channel="C0RELEASES")
        await until(database, "SELECT FROM message WHERE state = 'sent'")
    assert len(slack.channel("#releases").messages) == 1
    assert len(slack.calls(POST)) == 1


async def test_an_unclear_response_to_the_second_attempt_posts_once_too(
    slack: LocalSlack, valkey: str, database: Database
) -> None:
    slack.withdraw("container")
    slack.faults.refuse(POST, "invalid_blocks")
    slack.faults.inject(Fault.RESET_AFTER, POST)
    async with delivering(database, slack, valkey, Kinds([Report])):
        async with database.transaction() as conn:
            await messages.want_about(conn, "home", Report(word="one"), channel="C0RELEASES")
        await until(database, "SELECT FROM message WHERE state = 'sent'")
    assert len(slack.channel("#releases").messages) == 1
    assert len(slack.calls(POST)) == 2


# ---------------------------------------------------------------- private answers and forms


@pytest.mark.parametrize("unknown", [(), ("container",), (*NEWEST_BLOCKS, "error details")])
async def test_private_answers_fall_back_whichever_way_they_are_sent(
    unknown: Any, slack: LocalSlack, client: AsyncWebClient, limits: Limits, restarted: Any
) -> None:
    slack.withdraw(*unknown)
    blocks = [section("x"), container("More", [section("hidden text")])]
    url = slack.responses.issue("U04MIA", "C0RELEASES")
    for asker in (
        Asker(team="T0ACME", user="U04MIA", response_url=url),
        Asker(team="T0ACME", user="U04MIA", channel="C0RELEASES"),
        Asker(team="T0ACME", user="U04MIA"),
    ):
        await Private(client, limits, restarted()).tell(asker, "x", blocks)
    direct = list(slack.workspace.direct("U04MIA").log.values())
    said = [*slack.ephemerals_for("mia"), *direct]
    assert len(said) == 3
    for message in said:
        assert "hidden text" in slack.render_text(message)
        assert ("container" in types(message)) is (not unknown)


def form() -> dict[str, Any]:
    blocks = [alert("The results have changed."), ask("why", "Why?", text_input())]
    return modal(callback="why", title="Why", submit="Send", metadata="", blocks=blocks)


async def opens(slack: LocalSlack, client: AsyncWebClient, known: KnownBlocks) -> list[str]:
    trigger = slack.workspace.triggers.issue("U01ANA")
    await known.show_form(form(), lambda view: client.views_open(trigger_id=trigger, view=view))
    view = slack.user("ana").modal
    assert view
    return [block["type"] for block in view.blocks]


async def test_a_form_shows_an_alert_if_slack_knows_the_type(
    slack: LocalSlack, client: AsyncWebClient, restarted: Any
) -> None:
    assert await opens(slack, client, restarted()) == ["alert", "input"]
    assert await opens(slack, client, restarted()) == ["alert", "input"]
    assert len(slack.calls("blocks.validate")) == 2  # one for messages, one for forms; both remembered


@pytest.mark.parametrize("unknown", [("alert",), ("blocks.validate",), ("alert", "blocks.validate", "error details")])  # fmt: skip
async def test_a_form_opens_at_the_first_click_if_alerts_are_unknown(
    unknown: Any, slack: LocalSlack, client: AsyncWebClient, restarted: Any
) -> None:
    slack.withdraw(*unknown)
    known = restarted()
    assert await opens(slack, client, known) == ["section", "input"]
    assert await opens(slack, client, known) == ["section", "input"]
    assert len(slack.calls("views.open")) == 2


async def test_a_form_whose_alert_was_withdrawn_opens_at_the_next_click(
    slack: LocalSlack, client: AsyncWebClient, restarted: Any
) -> None:
    known = restarted()
    await opens(slack, client, known)
    slack.withdraw("alert")
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):  # a trigger opens only one form here
        await opens(slack, client, known)
    assert await opens(slack, client, known) == ["section", "input"]
