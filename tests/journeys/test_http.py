"""Slack over signed HTTP: the same journey, and requests that Slack did not sign are rejected."""

from __future__ import annotations

import hashlib
import hmac
import time
from urllib.parse import urlencode

import aiohttp
import pytest

from commands.serve import Running
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import decided, events_url

COMMAND = {
    "command": "/canary",
    "text": "run staging",
    "team_id": "T0ACME",
    "channel_id": "C0RELEASES",
    "user_id": "U03RAJ",
    "trigger_id": "1.2.3",
    "response_url": "http://127.0.0.1:1/",
}


def signed(body: bytes, secret: str, *, at: float | None = None) -> dict[str, str]:
    timestamp = str(int(at if at is not None else time.time()))
    mac = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={mac}",
        "Content-Type": "application/x-www-form-urlencoded",
    }


async def post(bot: Running, body: bytes, headers: dict[str, str]) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(events_url(bot), data=body, headers=headers) as answer,
    ):
        return answer.status


async def test_the_whole_journey_over_http(http_bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    await slack.user("ana").click(card, "Go")
    await slack.sees("#releases", "needs a vote from platform")
    await slack.user("ben").click(card, "Conditional go…")
    form = await slack.user("ben").sees_modal("Conditional go")
    wrong = await slack.user("ben").submit(
        form, {"What must become true?": "  ", "Who owns it?": "U02BEN", "By when?": int(time.time()) - 60}
    )
    assert wrong.errors == {
        "What must become true?": "Say what must become true, in a few words.",
        "By when?": "Choose a time in the future, within a year.",
    }
    await slack.user("ben").submit(
        form,
        {
            "What must become true?": "quota is 62 of 62",
            "Who owns it?": "U02BEN",
            "By when?": int(time.time()) + 3600,
        },
    )
    decision = await slack.sees("#releases", "Decision on run #1")
    assert "*Condition*: quota is 62 of 62 · @ben" in slack.render_text(decision)


async def test_a_request_not_signed_by_slack_is_unauthorized(http_bot: Running, slack: LocalSlack) -> None:
    body = urlencode(COMMAND).encode()
    good = signed(body, slack.signing_secret)
    assert await post(http_bot, body, signed(body, "another secret")) == 401
    assert await post(http_bot, body + b"&text=help", good) == 401
    assert await post(http_bot, body, {}) == 401
    assert await post(http_bot, body, {**good, "X-Slack-Signature": "v0=\xff"}) == 401
    assert await post(http_bot, body, {**good, "X-Slack-Request-Timestamp": "yesterday"}) == 401
    assert not slack.calls("chat.postMessage")


@pytest.mark.parametrize("offset", [-301, 60])
async def test_a_stale_or_future_timestamp_is_unauthorized(
    http_bot: Running, slack: LocalSlack, offset: int
) -> None:
    body = urlencode(COMMAND).encode()
    assert await post(http_bot, body, signed(body, slack.signing_secret, at=time.time() + offset)) == 401


async def test_a_signed_request_sent_again_starts_nothing_new(http_bot: Running, slack: LocalSlack) -> None:
    body = urlencode(COMMAND).encode()
    headers = signed(body, slack.signing_secret)
    assert [await post(http_bot, body, headers) for _ in range(5)] == [200] * 5
    await slack.sees("#releases", "*Results*")
    assert [call.args["channel"] for call in slack.calls("chat.postMessage")].count(
        "C0RELEASES"
    ) == 2  # card and table


GARBAGE = (
    b"",
    b"\xff\xfe\x00",
    b"payload=" + b"%5B" * 20_000,
    b"payload={",
    b"payload=[1,2]",
    b"payload=%7B%22type%22%3A%22block_actions%22%7D",
    b"payload=%7B%22type%22%3A%22view_submission%22%2C%22user%22%3A%7B%22id%22%3A%22U1%22%7D%2C%22view%22%3A%7B%22callback_id%22%3A%22other%22%7D%7D",
    b"command=%2Fcanary",
    b"{" * 1000,
)


async def test_signed_garbage_is_a_bad_request_never_a_crash(http_bot: Running, slack: LocalSlack) -> None:
    for body in GARBAGE:
        for content_type in ("application/x-www-form-urlencoded", "application/json"):
            headers = signed(body, slack.signing_secret) | {"Content-Type": content_type}
            assert 400 <= await post(http_bot, body, headers) < 500, body[:80]


async def test_a_body_larger_than_slack_sends_is_refused(http_bot: Running, slack: LocalSlack) -> None:
    body = b"text=" + b"x" * 70_000
    assert await post(http_bot, body, signed(body, slack.signing_secret)) == 413


async def test_health_readiness_and_metrics_answer(http_bot: Running) -> None:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{http_bot.port}") as session:
        async with session.get("/healthz") as answer:
            assert (answer.status, await answer.json()) == (200, {"alive": True})
        async with session.get("/readyz") as answer:
            assert (answer.status, await answer.json()) == (200, {"database": True, "slack": True})
        async with session.get("/metrics") as answer:
            assert 'canary_runs{state="checking"} 0.0' in await answer.text()
