"""Clicks and forms with one part exchanged, signed as Slack signs them: what a button carries grants no authority."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import urlencode

import pytest

from commands.serve import Running
from sandbox.slack import payloads
from sandbox.slack.message import Message
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import CONFIGURATION, StartBot, World, both_go, events_url
from tests.journeys.test_attacks import all_jobs_done, facts
from tests.journeys.test_http import post, signed

Payload: TypeAlias = dict[str, Any]
Swap: TypeAlias = Callable[[Payload], None]

_staging = CONFIGURATION.partition("  staging:\n")[2]
TWO = CONFIGURATION + "  production:\n" + _staging.replace("C0RELEASES", "C0GENERAL")


@pytest.fixture
async def two(start_bot: StartBot, slack: LocalSlack) -> AsyncIterator[Running]:
    """One bot for staging in #releases and production in #general, over HTTP."""
    slack.invite("#general")
    async with start_bot(TWO, slack_app_token=None) as bot:
        await slack.deliver_to(events_url(bot))
        yield bot


async def card_of(slack: LocalSlack, environment: str, channel: str, recommends: str = "GO") -> Message:
    """Start a run and wait for its card. One at a time: simultaneous commands get their run numbers in any order."""
    await slack.user("raj").command(channel, "/canary", f"run {environment}")
    return await slack.sees(channel, f"*{recommends} recommended*")


def value_of(message: Message, label: str = "Go") -> str:
    return str(next(element for element in message.elements if element.label == label).body["value"])


async def template(slack: LocalSlack, message: Message, name: str, label: str) -> Payload:
    """A person's click as Slack would send it, but not sent yet; modelled on one by Mia, who may not vote."""
    click = dict((await slack.user("mia").click(message, label)).delivery.payload)
    return {**click, "user": {**click["user"], "id": slack.user(name).id}}


class Sender:
    """Sends payloads, each as a new click, so that none is taken for a repetition."""

    def __init__(self, bot: Running, slack: LocalSlack, dsn: str) -> None:
        self._bot, self._slack, self._dsn = bot, slack, dsn
        self._sent = 0

    async def click(self, payload: Payload, swap: Swap) -> int:
        """Returns the status once everything is handled."""
        changed = copy.deepcopy(payload)
        swap(changed)
        self._sent += 1
        if "view" in changed:
            changed["view"]["hash"] = f"{self._sent}.0"
        else:
            changed["actions"][0]["action_ts"] = f"{self._sent}.0"
        body = urlencode({"payload": json.dumps(changed)}).encode()
        status = await post(self._bot, body, signed(body, self._slack.signing_secret))
        await all_jobs_done(self._dsn)
        return status


def put(*path: str | int, to: Any) -> Swap:
    def swap(payload: Payload) -> None:
        part: Any = payload
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = to

    return swap


def several(*swaps: Swap) -> Swap:
    def swap(payload: Payload) -> None:
        for each in swaps:
            each(payload)

    return swap


def unchanged(_: Payload) -> None:
    pass


VALUE = ("actions", 0, "value")
CHANNEL, CONTAINER, TEAM = ("channel", "id"), ("container", "channel_id"), ("team", "id")


def swaps_of_a_vote(mine: str, other: str) -> Mapping[str, Swap]:
    """`mine` and `other` are the values of the two cards' buttons."""
    (key, evidence), (other_key, other_evidence) = mine.split(" "), other.split(" ")
    return {
        "another run": put(*VALUE, to=other),
        "another run's key": put(*VALUE, to=f"{other_key} {evidence}"),
        "another run's evidence": put(*VALUE, to=f"{key} {other_evidence}"),
        "key and evidence exchanged": put(*VALUE, to=f"{evidence} {key}"),
        "another channel": several(put(*CHANNEL, to="C0GENERAL"), put(*CONTAINER, to="C0GENERAL")),
        "another channel around the button": put(*CHANNEL, to="C0GENERAL"),
        "another channel around the message": put(*CONTAINER, to="C0GENERAL"),
        "no channel": several(put("channel", to=None), put(*CONTAINER, to=None)),
        "another run and its channel": several(
            put(*VALUE, to=f"{other_key} {evidence}"), put(*CHANNEL, to="C0GENERAL"), put(*CONTAINER, to="C0GENERAL")
        ),
        "another workspace": put(*TEAM, to="T0OTHER"),
        "no workspace": put("team", to=None),
        "another button": put("actions", 0, "action_id", to="prompt_rolled_back"),
        "a button that there is not": put("actions", 0, "action_id", to="vote"),
    }  # fmt: skip


async def test_a_vote_with_any_part_exchanged_counts_for_nothing(
    two: Running, slack: LocalSlack, bot_database: str
) -> None:
    staging = await card_of(slack, "staging", "#releases")
    production = await card_of(slack, "production", "#general")
    click = await template(slack, staging, "ana", "Go")
    sender = Sender(two, slack, bot_database)
    for what, swap in swaps_of_a_vote(value_of(staging), value_of(production)).items():
        assert await sender.click(click, swap) in {200, 400}, what
        assert await facts(bot_database, "SELECT run FROM vote") == [], what
        assert await facts(bot_database, "SELECT run FROM decision") == [], what
    assert await sender.click(click, unchanged) == 200
    assert await facts(bot_database, "SELECT run, person FROM vote") == [(1, "U01ANA")]


async def test_a_click_from_another_channel_is_answered_and_recorded(
    two: Running, slack: LocalSlack, bot_database: str
) -> None:
    staging = await card_of(slack, "staging", "#releases")
    click = await template(slack, staging, "ana", "Go")
    sender = Sender(two, slack, bot_database)
    await sender.click(click, several(put(*CHANNEL, to="C0GENERAL"), put(*CONTAINER, to="C0GENERAL")))
    refused = (
        "SELECT actor, detail::jsonb ->> 'reason' FROM event WHERE kind = 'refused' AND actor = 'U01ANA'"
    )
    [(_, reason)] = await facts(bot_database, refused)
    assert "are in another channel" in reason
    await sender.click(click, put(*TEAM, to="T0OTHER"))
    told = [
        error for (error,) in await facts(bot_database, "SELECT error FROM inbox WHERE error IS NOT NULL")
    ]
    assert [error for error in told if "another workspace" in error]


def about(value: str, channel: str = "C0RELEASES") -> Swap:
    return put("view", "private_metadata", to=json.dumps({"value": value, "channel": channel}))


async def test_a_form_with_any_part_exchanged_counts_for_nothing(
    two: Running, slack: LocalSlack, bot_database: str
) -> None:
    staging = await card_of(slack, "staging", "#releases")
    production = await card_of(slack, "production", "#general")
    ana = slack.user("ana")
    await ana.click(staging, "No-go…")
    form = payloads.view_submission(slack.workspace, ana.user, await ana.sees_modal("No-go"))
    form = json.loads(json.dumps(form))
    form["view"]["state"] = {"values": {"reason": {"reason": {"type": "plain_text_input", "value": "no"}}}}

    mine, other = value_of(staging), value_of(production)
    (key, evidence), (other_key, other_evidence) = mine.split(" "), other.split(" ")
    swaps = {
        "another run": about(other),
        "another run's key": about(f"{other_key} {evidence}", "C0GENERAL"),
        "another run's evidence": about(f"{key} {other_evidence}"),
        "another channel": about(mine, "C0GENERAL"),
        "nothing": put("view", "private_metadata", to="{}"),
        "another workspace": put(*TEAM, to="T0OTHER"),
        "no workspace": put("team", to=None),
        "another form": put("view", "callback_id", to="form_false_alarm"),
        "a form that there is not": put("view", "callback_id", to="form"),
    }
    sender = Sender(two, slack, bot_database)
    for what, swap in swaps.items():
        assert await sender.click(form, swap) in {200, 400}, what
        assert await facts(bot_database, "SELECT run FROM vote") == [], what
        assert await facts(bot_database, "SELECT run FROM decision") == [], what
    assert await sender.click(form, unchanged) == 200
    assert await facts(bot_database, "SELECT run, outcome FROM decision") == [(1, "NO-GO")]


async def test_a_waiver_with_any_part_exchanged_counts_for_nothing(
    two: Running, slack: LocalSlack, bot_database: str, world: World
) -> None:
    await world.put("duplicates", 2)
    staging = await card_of(slack, "staging", "#releases", "NO-GO")
    production = await card_of(slack, "production", "#general", "NO-GO")
    elsewhere = several(put(*CHANNEL, to="C0GENERAL"), put(*CONTAINER, to="C0GENERAL"))
    sender = Sender(two, slack, bot_database)
    click = await template(slack, staging, "ben", "Waive…")
    await slack.user("mia").sees_modal("Waive a check")
    opened = len(slack.calls("views.open"))
    assert await sender.click(click, elsewhere) == 200
    assert len(slack.calls("views.open")) == opened
    ben = slack.user("ben")
    await ben.click(staging, "Waive…")
    form = payloads.view_submission(slack.workspace, ben.user, await ben.sees_modal("Waive a check"))
    form = json.loads(json.dumps(form))
    check = {"type": "static_select", "selected_option": {"value": "duplicates"}}
    reason = {"type": "plain_text_input", "value": "known"}
    form["view"]["state"] = {"values": {"check": {"check": check}, "reason": {"reason": reason}}}

    mine, other = value_of(staging), value_of(production)
    (key, evidence), (other_key, other_evidence) = mine.split(" "), other.split(" ")
    swaps = {
        "another run": about(other),
        "another run's key": about(f"{other_key} {evidence}", "C0GENERAL"),
        "another run's evidence": about(f"{key} {other_evidence}"),
        "another channel": about(mine, "C0GENERAL"),
        "another workspace": put(*TEAM, to="T0OTHER"),
        "another check": put(
            "view", "state", "values", "check", "check", "selected_option", "value", to="queue-age"
        ),
    }
    for what, swap in swaps.items():
        assert await sender.click(form, swap) == 200, what
        assert await facts(bot_database, "SELECT run FROM waiver") == [], what
    assert await sender.click(form, unchanged) == 200
    assert await facts(bot_database, "SELECT run, person FROM waiver") == [(1, "U02BEN")]


async def test_the_values_of_buttons_cannot_be_guessed(
    two: Running, slack: LocalSlack, bot_database: str, world: World
) -> None:
    card = await card_of(slack, "staging", "#releases")
    await both_go(slack, card)
    await world.put("duplicates", 1)
    await slack.sees("#releases", "Roll back staging")
    for (key,) in await facts(bot_database, "SELECT key FROM run UNION ALL SELECT key FROM prompt"):
        assert len(base64.urlsafe_b64decode(key + "==")) * 8 >= 128


async def test_an_answer_to_a_prompt_with_any_part_exchanged_counts_for_nothing(
    two: Running, slack: LocalSlack, bot_database: str, world: World
) -> None:
    for environment, channel in (("staging", "#releases"), ("production", "#general")):
        card = await card_of(slack, environment, channel)
        await slack.user("ana").click(card, "Go")
        await slack.user("ben").click(card, "Go")
        await slack.sees(channel, "Decision on run")
    await world.put("duplicates", 1)
    staging, production = [
        await slack.sees(channel, f"Roll back {environment}")
        for environment, channel in (("staging", "#releases"), ("production", "#general"))
    ]
    click = await template(slack, staging, "raj", "I have rolled back")
    mine, other = (value_of(prompt, "I have rolled back") for prompt in (staging, production))
    [(vote_value,)] = await facts(bot_database, "SELECT key || ' ' || evidence FROM run WHERE number = 1")
    swaps = {
        "another prompt": put(*VALUE, to=other),
        "another channel": several(put(*CHANNEL, to="C0GENERAL"), put(*CONTAINER, to="C0GENERAL")),
        "a run's key": put(*VALUE, to=vote_value),
        "another workspace": put(*TEAM, to="T0OTHER"),
        "no workspace": put("team", to=None),
        "another button": put("actions", 0, "action_id", to="vote_go"),
    }
    sender = Sender(two, slack, bot_database)
    for what, swap in swaps.items():
        assert await sender.click(click, swap) in {200, 400}, what
        assert await facts(bot_database, "SELECT DISTINCT state FROM prompt") == [("open",)], what
    assert await sender.click(click, unchanged) == 200
    assert await facts(bot_database, f"SELECT state FROM prompt WHERE key = '{mine}'") == [("rolled back",)]
    assert await facts(bot_database, f"SELECT state FROM prompt WHERE key = '{other}'") == [("open",)]


@pytest.mark.parametrize(
    "text", ["run staging", "cancel #1 not mine", "status", "owners staging", "config staging"]
)
async def test_a_command_from_another_workspace_does_nothing_and_reveals_nothing(
    two: Running, slack: LocalSlack, bot_database: str, text: str
) -> None:
    card = await card_of(slack, "staging", "#releases")
    raj = slack.user("raj")
    command = (await raj.command("#releases", "/canary", "help")).delivery.payload
    body = urlencode({**command, "team_id": "T0OTHER", "trigger_id": "1.2", "text": text}).encode()
    assert await post(two, body, signed(body, slack.signing_secret)) == 200
    await all_jobs_done(bot_database)
    [(error,)] = await facts(bot_database, "SELECT error FROM inbox WHERE key LIKE 'command:T0OTHER:%'")
    assert "another workspace" in error
    assert await facts(bot_database, "SELECT number, state FROM run") == [(1, "deciding")]
    assert card.elements
