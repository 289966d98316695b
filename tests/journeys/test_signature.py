"""Ten thousand requests that Slack did not sign: none is accepted, and none causes an internal error."""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

import pytest
from aiohttp import web
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.plan.load import load
from bot.rules.interaction import Interaction
from commands.slack.intake import Intake, bolt_app
from commands.slack.turnstile import Turnstile
from commands.slack.web import LARGEST, PATH, slack_routes
from tests.journeys.forgeries import FORGERIES, Request, genuine
from tests.serving import listening

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
CONNECTIONS = 4
EVERY = 100  # one in this many is genuine, and must be accepted

WEB_SERVICE = Path(__file__).parents[2] / "examples" / "web-service" / "canary.yaml"


class Door:
    """The bot's real routes, and the interactions that they accept."""

    def __init__(self) -> None:
        self.kept: list[Interaction] = []
        self.port = 0

    async def keep(self, interaction: Interaction) -> None:
        self.kept.append(interaction)

    async def now(self) -> datetime:
        return datetime.now(UTC)


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    identity = AuthorizeResult(enterprise_id=None, team_id="T0ACME", bot_token="xoxb-1")
    configuration = load(WEB_SERVICE, None)
    app = bolt_app(AsyncWebClient(token="xoxb-1"), identity, Intake(door.keep, door.now, configuration))
    server = web.Application(client_max_size=LARGEST)
    server.add_routes(slack_routes(app, SECRET, Turnstile(_nobody_is_told)))
    async with listening(server) as door.port:
        yield door


def _nobody_is_told(kind: str, budget: str) -> None:
    pass


def said(number: int, *, at: float) -> Request:
    """A command, a click or a form, each distinct."""
    person = {"id": f"U{number}"}
    command = {"command": "/canary", "text": "run staging", "team_id": "T0ACME", "channel_id": f"C{number}",
               "user_id": person["id"], "trigger_id": f"1.{number}"}  # fmt: skip
    action = {"action_id": "vote_go", "value": "key evidence", "action_ts": f"{number}.0"}
    click = {"type": "block_actions", "user": person, "team": {"id": "T0ACME"}, "trigger_id": f"1.{number}",
             "container": {"type": "message", "message_ts": "1.0", "channel_id": "C1"}, "channel": {"id": "C1"},
             "actions": [action]}  # fmt: skip
    form = {"type": "view_submission", "user": person, "team": {"id": "T0ACME"}, "view": {
        "id": f"V{number}", "type": "modal", "hash": "1.0", "callback_id": "form_no_go", "private_metadata": '{"value": "a b", "channel": "C1"}',
        "state": {"values": {"reason": {"reason": {"value": "no"}}}}}}  # fmt: skip
    body = [command, {"payload": json.dumps(click)}, {"payload": json.dumps(form)}][number % 3]
    return genuine(SECRET, urlencode(body).encode(), at)


class Wire:
    """A connection that can send any bytes. It reconnects after the server closes it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: Request) -> int:
        """Returns the status."""
        reader, writer = self._streams or await asyncio.open_connection("127.0.0.1", self._port)
        self._streams = reader, writer
        writer.write(request.on_the_wire(PATH))
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = head.partition("content-length: ")[2].partition("\r\n")[0]
        await reader.readexactly(int(length or 0))
        status = int(head.split(" ")[1])
        if "connection: close" in head or status not in {HTTPStatus.OK, HTTPStatus.UNAUTHORIZED}:
            await self.close()  # the server may have lost track of where the next request begins
        return status

    async def close(self) -> None:
        if self._streams:
            self._streams[1].close()
            await self._streams[1].wait_closed()
        self._streams = None


@pytest.mark.parametrize("requests", [2_000, pytest.param(10_000, marks=pytest.mark.long)])
async def test_requests_not_signed_by_slack_are_neither_accepted_nor_internal_errors(
    door: Door, record_property: Callable[[str, object], None], requests: int
) -> None:
    seed = int(os.environ.get("FORGERY_SEED") or random.randrange(2**32))
    chance = random.Random(seed)
    now = time.time()
    asked: list[tuple[str, Request]] = []
    for number in range(requests + requests // EVERY):
        request = said(number, at=now)
        if number % (EVERY + 1) == 0:
            asked.append(("genuine", request))
        else:
            forge = FORGERIES[number % len(FORGERIES)]
            asked.append((forge.__name__, forge(chance, SECRET, request)))
    answers: Counter[tuple[str, int]] = Counter()

    async def one_after_another(share: list[tuple[str, Request]]) -> None:
        wire = Wire(door.port)
        try:
            for kind, request in share:
                answers[kind, await wire.ask(request)] += 1
        finally:
            await wire.close()

    async with asyncio.timeout(120):
        await asyncio.gather(*(one_after_another(asked[at::CONNECTIONS]) for at in range(CONNECTIONS)))
    good = requests // EVERY
    assert answers.pop(("genuine", 200)) == good
    assert {
        (kind, status): count for (kind, status), count in answers.items() if not 400 <= status < 500
    } == {}, seed
    assert sum(answers.values()) == requests
    assert len(door.kept) == good
    assert {kind for kind, _ in answers} == {forge.__name__ for forge in FORGERIES}
    record_property(
        "tried", f"{requests:,} forged requests, 0 accepted, {good} genuine ones between them (seed {seed})"
    )
