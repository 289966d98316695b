"""The baseline for acks: a Bolt app that only acknowledges. `python -m bench.bare_bolt`"""

from __future__ import annotations

import os
import re

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult


async def authorize() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T0ACME", bot_token=os.environ["SLACK_BOT_TOKEN"])


async def acknowledge(ack: AsyncAck) -> None:
    await ack()


if __name__ == "__main__":
    app = AsyncApp(signing_secret=os.environ["SLACK_SIGNING_SECRET"], authorize=authorize)
    app.action(re.compile(".*"))(acknowledge)
    app.server(port=int(os.environ["PORT"]), path="/slack/events", host="127.0.0.1").start()
