"""What every handler is given, and the one boundary where errors become words for a person."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Busy, CanaryError
from bot.slack.private import Asker, Private
from bot.store import messages
from bot.workflow.services import Services
from commands.replies import Example, said


@dataclass(frozen=True)
class Desk:
    services: Services
    client: AsyncWebClient
    private: Private
    team: str  # our workspace

    async def refuse(self, asker: Asker, error: CanaryError) -> None:
        """Tell the person what is wrong, and an example that works here."""
        environment = next(iter(self.services.configuration.plan.environments))
        link = await self._card_of(error.run) if isinstance(error, Busy) else ""
        text, blocks = said(error, Example(environment=environment), link=link)
        await self.private.tell(asker, text, blocks)

    async def _card_of(self, run: int) -> str:
        """Slack's own link to a run's card; empty when it has none to give."""
        async with self.services.database.connection() as conn:
            root = await messages.root(conn, run)
        if root is None or root.ts is None:
            return ""
        try:
            return str(
                (await self.client.chat_getPermalink(channel=root.channel, message_ts=root.ts))["permalink"]
            )
        except (SlackApiError, aiohttp.ClientError, TimeoutError):
            return ""
