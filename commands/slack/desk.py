"""The context of every handler, and the one place where errors become messages to a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.base.errors import Busy, CanaryError, Refused
from bot.rules.principal import Principal
from bot.rules.request import Request, RunRequest
from bot.slack.abilities import Abilities
from bot.slack.known_blocks import KnownBlocks
from bot.slack.private import Asker, Private
from bot.slack.whom import MOST_NAMED, ask
from bot.store import messages, runs
from bot.workflow.audience import Audience
from bot.workflow.services import Services
from commands.slack import next_steps
from commands.slack.examples import start_of
from commands.slack.forms_opened import FormsOpened
from commands.slack.parse import Mistyped
from commands.slack.replies import Example, said


def request(who: Asker) -> Request:
    """A request's person and place, without a subject."""
    return Request(by=Principal.slack_user(who.user), channel=who.channel or "")


def about(who: Asker, run: int) -> RunRequest:
    return RunRequest(**dict(request(who)), run=run)


def value_of(action: dict[str, Any]) -> str:
    """The value of a clicked button; "" if it has none, which matches nothing."""
    value = action.get("value")
    return value if isinstance(value, str) else ""


@dataclass(frozen=True)
class Desk:
    services: Services
    client: AsyncWebClient
    private: Private
    team: str  # our workspace
    abilities: Abilities
    known: KnownBlocks
    url: str = ""  # of the workspace, for links; empty if the server does not say
    forms: FormsOpened = field(default_factory=FormsOpened)

    def audience(self, asker: Asker) -> Audience:
        return Audience.of(self.services, request(asker))

    async def refuse(self, asker: Asker, error: CanaryError) -> None:
        """Tell the person what is wrong, who can do it, and an example that works.

        A form in which a refusal is shown counts toward the forms that they may open.
        """
        if asker.twice and self.forms.wait(asker.user):
            asker = asker.model_copy(update={"trigger": None})
        text, blocks = said(
            error,
            steps=next_steps.told(error.then),
            example=await self._example_for(error, asker),
            ask=await self.whom_to_ask(error, asker.user),
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
        """Returns the data for examples that this person can see."""
        async with self.services.database.connection() as conn:
            latest = await runs.overview(conn, None, 1)
        environments = await self.audience(asker).environments(self.services.configuration.plan)
        started = [(name, start_of(name, each, asker.user)) for name, each in environments.items()]
        name, start = next((pair for pair in started if pair[1]), started[0] if started else (None, None))
        return Example(environment=name, run=latest[0].number if latest else None, start=start)

    async def whom_to_ask(self, error: CanaryError, asker: str) -> str:
        """ "Ask @ana or @ben.", as markup: people who could do it instead; "" if nobody is known."""
        if not isinstance(error, Refused):
            return ""
        people = [person for person in error.people if person != asker]
        looked_at = people[: 2 * MOST_NAMED]
        return ask(await self._able(looked_at), more=len(people) - len(looked_at))

    async def _able(self, people: Sequence[str]) -> Sequence[str]:
        """Returns the people among these whose accounts may decide, which excludes guests and deactivated
        accounts.
        """
        services = replace(self.services, directory=self.services.directory.lately())
        try:
            barred = await services.barred(people)
        except CanaryError:  # Slack cannot say now, so name nobody
            return ()
        return [person for person in people if person not in barred]

    async def _card_of(self, run: int) -> str:
        """Returns Slack's permalink to a run's card; "" if there is none."""
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
