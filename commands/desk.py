"""What every handler is given, and the one boundary where errors become words for a person."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import CanaryError
from bot.slack.private import Asker, Private
from bot.workflow.services import Services
from commands.replies import Example, said


@dataclass(frozen=True)
class Desk:
    services: Services
    client: AsyncWebClient
    private: Private

    async def refuse(self, asker: Asker, error: CanaryError) -> None:
        """Tell the person what is wrong, and an example that works here."""
        environment = next(iter(self.services.configuration.plan.environments))
        text, blocks = said(error, Example(environment=environment))
        await self.private.tell(asker, text, blocks)
