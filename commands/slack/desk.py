"""The context of every handler, and the one place where errors become messages to a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.base.errors import Busy, CanaryError, Refused
from bot.rules.principal import Principal
from bot.rules.request import Request, RunRequest
from bot.slack.abilities import Abilities
from bot.slack.known_blocks import KnownBlocks
from bot.slack.messages.asking import MOST_MENTIONED
from bot.slack.private import Asker, Private
from bot.store import messages, runs
from bot.workflow.audience import Audience
from bot.workflow.services import Services
from commands.slack import next_steps
from commands.slack.examples import start_of
from commands.slack.parse import Mistyped
from commands.slack.replies import Example, said


def request(who: Asker) -> Request:
    """Of nothing in particular: who asks, and where."""
    return Request(by=Principal.slack_user(who.user), channel=who.channel or "")


def about(who: Asker, run: int) -> RunRequest:
    return RunRequest(**dict(request(who)), run=run)


@dataclass(frozen=True)
class Desk:
    services: Services
    client: AsyncWebClient
    private: Private
    team: str  # our workspace
    abilities: Abilities
    known: KnownBlocks

    def audience(self, asker: Asker) -> Audience:
        return Audience.of(self.services, request(asker))

    async def refuse(self, asker: Asker, error: CanaryError) -> None:
        """Tell the person what is wrong, who can do it, and an example that works."""
        environments = self.services.configuration.plan.environments
        text, blocks = said(
            error,
            steps=next_steps.told(error.then, environments),
            example=await self._example_for(error, asker),
            people=await self._able(error.people) if isinstance(error, Refused) else (),
            link=await self._card_of(error.run) if isinstance(error, Busy) else "",
        )
        await self.private.tell(asker, text, blocks)

    async def _example_for(self, error: CanaryError, asker: Asker) -> str:
        environments = self.services.configuration.plan.environments
        form = next_steps.example(error.then, environments, asker.user)
        if isinstance(error, Mistyped):
            form = error.example
        return ((await self.example(asker)).of(form) or "help") if form else ""

    async def example(self, asker: Asker) -> Example:
        """-> the data for examples that this person can see."""
        async with self.services.database.connection() as conn:
            latest = await runs.overview(conn, None, 1)
        environments = await self.audience(asker).environments(self.services.configuration.plan)
        started = [(name, start_of(name, each, asker.user)) for name, each in environments.items()]
        name, start = next((pair for pair in started if pair[1]), started[0] if started else (None, None))
        return Example(environment=name, run=latest[0].number if latest else None, start=start)

    async def _able(self, people: Sequence[str]) -> Sequence[str]:
        """-> the first of them whose accounts may decide, which excludes guests and deactivated accounts."""
        services = replace(self.services, directory=self.services.directory.lately())
        looked_at = people[: 2 * MOST_MENTIONED]
        try:
            barred = await services.barred(looked_at)
        except CanaryError:  # Slack does not say now, so name nobody
            return ()
        return [person for person in looked_at if person not in barred]

    async def _card_of(self, run: int) -> str:
        """-> Slack's permalink to a run's card; "" if there is none."""
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
