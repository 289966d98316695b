"""A deployment API is asked to promote a version, once; where it does not say what came of it, it is looked up, or people are asked."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest
from aiohttp import web

from bot.base.timing import Actions, Timing
from sandbox.slack.server import LocalSlack
from tests.journeys.acting import buttons, confirms, gone, previewed, says, sees_form, with_action
from tests.journeys.conftest import StartBot
from tests.journeys.test_attacks import facts
from tests.serving import served
from tests.timing import UNHURRIED

TITLE = "Promote the version"
SOURCE = '  deploy-api: {kind: http, base_url: "${DEPLOY_URL}", bearer: "${DEPLOY_TOKEN}", timeout: 1s}\n'
ACTION = """
    actions:
      promote:
        kind: http
        title: Promote the version
        source: deploy-api
        request: {path: /promote, json: {version: "{{version}}"}}
        look: {path: "/promotions/{{idempotency_key}}", done: ['last.status == 200', 'last.body.state == "done"']}
        allow: {release-managers: 1}
"""
TOKEN = "s3cret-of-the-deployment-api"


class Answers(enum.Enum):
    WELL = enum.auto()
    REFUSES = enum.auto()
    FAILS_AFTER = enum.auto()  # does it, and answers 500
    HANGS_AFTER = enum.auto()
    FAILS_BEFORE = enum.auto()


@dataclass
class DeployApi:
    answers: Answers = Answers.WELL
    can_be_asked: bool = True
    promoted: list[tuple[str, str]] = field(default_factory=list)  # (key, version)
    requests: int = 0
    url: str = ""

    async def promote(self, request: web.Request) -> web.Response:
        self.requests += 1
        if request.headers["Authorization"] != f"Bearer {TOKEN}" or self.answers is Answers.REFUSES:
            return web.json_response({"error": "not in this state", "seen": TOKEN}, status=409 - 9 + 22)
        if self.answers is not Answers.FAILS_BEFORE:
            self.promoted.append((request.headers["Idempotency-Key"], (await request.json())["version"]))
        if self.answers is Answers.HANGS_AFTER:
            await asyncio.sleep(30)
        failing = {Answers.FAILS_AFTER, Answers.FAILS_BEFORE}
        return web.json_response({"ok": True}, status=500 if self.answers in failing else 202)

    async def promotion(self, request: web.Request) -> web.Response:
        if not self.can_be_asked:
            return web.Response(status=503)
        known = request.match_info["key"] in dict(self.promoted)
        return web.json_response({"state": "done"} if known else {}, status=200 if known else 404)


@pytest.fixture
async def api() -> AsyncIterator[DeployApi]:
    api, app = DeployApi(), web.Application()
    app.add_routes([web.post("/promote", api.promote), web.get("/promotions/{key}", api.promotion)])
    async with served(app) as api.url:
        yield api


@pytest.fixture
def timing() -> Timing:
    """People are asked soon."""
    return replace(UNHURRIED, actions=Actions(patience=2.0))


def environ(api: DeployApi) -> dict[str, str]:
    return {"DEPLOY_URL": api.url, "DEPLOY_TOKEN": TOKEN}


CONFIGURATION = with_action(ACTION, SOURCE).replace(
    "arguments: {version: {}}", "arguments: {version: {default: 1.42.0}}"
)
CONFIGURATION = CONFIGURATION.replace(", WorkspaceSettings]", "]")
CONFIGURATION = (
    "\n".join(line for line in CONFIGURATION.partition("      quota-coverage:")[0].splitlines())
    + CONFIGURATION[CONFIGURATION.index("\n      queue-age:") :]
)


async def test_a_promotion_shows_its_request_and_is_sent_once(
    start_bot: StartBot, slack: LocalSlack, api: DeployApi, bot_database: str
) -> None:
    ana = slack.user("ana")
    async with start_bot(CONFIGURATION, environ=environ(api)):
        await slack.connected()
        await gone(slack)
        form = await previewed(slack, ana, "Promote", "[Do it]")
        said = says(slack, form)
        assert "POST " in said
        assert "/promote" in said
        assert '"version": "1.42.0"' in said
        assert TOKEN not in said
        assert api.requests == 0
        await ana.submit(form)
        await slack.sees("#releases", f"✅ Done · {TITLE}")
        await slack.sees("#releases", "@ana: answered 202")
    [(key, version)] = api.promoted
    assert version == "1.42.0"
    assert await facts(bot_database, "SELECT idempotency_key, state FROM action") == [(key, "done")]


async def test_an_answer_that_says_no_is_no_and_can_be_tried_again(
    start_bot: StartBot, slack: LocalSlack, api: DeployApi
) -> None:
    ana, api.answers = slack.user("ana"), Answers.REFUSES
    async with start_bot(CONFIGURATION, environ=environ(api)):
        await slack.connected()
        await gone(slack)
        await confirms(slack, ana, "Promote")
        told = slack.render_text(await slack.sees("#releases", f"❌ Not done · {TITLE}"))
        assert "answered 422" in told
        assert TOKEN not in told
        api.answers = Answers.WELL
        await confirms(slack, ana, "Promote")
        await slack.sees("#releases", f"✅ Done · {TITLE}")
    assert len(api.promoted) == 1


@pytest.mark.parametrize("answers", [Answers.FAILS_AFTER, Answers.HANGS_AFTER])
async def test_what_the_answer_does_not_say_is_looked_up(
    start_bot: StartBot, slack: LocalSlack, api: DeployApi, answers: Answers
) -> None:
    ana, api.answers = slack.user("ana"), answers
    async with start_bot(CONFIGURATION, environ=environ(api)):
        await slack.connected()
        await gone(slack)
        await confirms(slack, ana, "Promote")
        await slack.sees("#releases", f"✅ Done · {TITLE}")
        await slack.sees("#releases", "done, as the far side says")
    assert api.requests == len(api.promoted) == 1


@pytest.mark.parametrize("was_done", [True, False])
async def test_what_stays_unclear_is_asked_of_people_and_not_repeated(
    start_bot: StartBot, slack: LocalSlack, api: DeployApi, bot_database: str, was_done: bool
) -> None:
    ana, ben = slack.user("ana"), slack.user("ben")
    api.answers = Answers.FAILS_AFTER if was_done else Answers.FAILS_BEFORE
    api.can_be_asked = False
    async with start_bot(CONFIGURATION, environ=environ(api)):
        await slack.connected()
        listed = await gone(slack)
        await confirms(slack, ana, "Promote")
        asked = await slack.sees("#releases", f"❓ Was it done? · {TITLE}")
        text = slack.render_text(asked)
        assert "@ana: canary began this, and can't find out whether it was done." in text
        assert "answered 500" in text
        assert buttons(listed) == []  # nobody has it done again meanwhile

        button = "It was done…" if was_done else "It was not done…"
        assert (await ben.click(asked, button)).acked  # may open the form, and not send it
        await ben.submit(await sees_form(slack, ben, "How do you know?"), {"How do you know?": "I think so"})
        await ben.is_told("Only release-managers and on-call can say whether it was done.")

        assert (await ana.click(asked, button)).acked
        form = await sees_form(slack, ana, "How do you know?")
        await ana.submit(form, {"How do you know?": "Looked at the <!channel> dashboard"})
        said = "was done" if was_done else "was not done"
        await slack.sees("#releases", f"@ana says that it {said}: Looked at the <!channel> dashboard")
        await slack.wait_for(lambda: ("Promote…" in buttons(listed)) is not was_done)
    assert api.requests == 1
    state = "done" if was_done else "failed"
    settled = "SELECT state, settled_by, note FROM action"
    assert await facts(bot_database, settled) == [(state, "U01ANA", "Looked at the <!channel> dashboard")]
