"""Who may be told what: members of the workspace, about the channels that they can see; guests and strangers nothing.

A verdict, a limit, an owner is told to whoever could read it in the channel in which the run's card stands: to everybody
who asks there, and elsewhere where that channel is public. Slack does not tell the bot who is in a private one.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.base.errors import CanaryError, Refused
from bot.plan.model import Environment, Plan
from bot.rules.people import Directory
from bot.rules.run import Run
from bot.store import runs
from bot.workflow.services import Services

SOON = 2.0  # seconds for what is left out if Slack does not say it


@dataclass(frozen=True)
class Audience:
    """Somebody who asks in a channel."""

    directory: Directory
    user: str
    channel: str

    @classmethod
    def of(cls, services: Services, user: str, channel: str) -> Audience:
        """By what was found out within the last minute: what is told decides nothing."""
        return cls(services.directory.lately(), user, channel)

    async def must_be_admitted(self) -> None:
        """Raises Refused for who is no member of the workspace."""
        if reason := (await self.directory.person(self.user)).barred():
            raise Refused(f"/canary is for members of this workspace: {reason}.")

    async def must_not_be_turned_away(self) -> None:
        """The same for help, which does not wait for Slack: it tells nothing that does not stand in this channel."""
        try:
            async with asyncio.timeout(SOON):
                await self.must_be_admitted()
        except Refused:
            raise
        except (CanaryError, TimeoutError):
            return

    async def sees(self, channel: str) -> bool:
        return channel == self.channel or await self.directory.is_public(channel)

    async def must_see(self, run: Run) -> None:
        """Raises Refused, and says no more of the run than its number."""
        if not await self.sees(run.channel):
            raise Refused(
                f"The card of run #{run.number} stands in a channel that I do not know you to see.",
                hint="Ask in that channel",
            )

    async def must_see_number(self, services: Services, number: int) -> None:
        """Raises Misused where there is no such run, and Refused as `must_see`."""
        async with services.database.connection() as conn:
            run = await runs.existing(conn, number)
        await self.must_see(run)

    async def environments(self, plan: Plan) -> dict[str, Environment]:
        """Those whose channel they can see; one of which Slack says nothing now is left out."""
        channels = sorted({environment.channel for environment in plan.environments.values()})
        seen = await asyncio.gather(*map(self._surely_sees, channels))
        visible = dict(zip(channels, seen, strict=True))
        return {name: each for name, each in plan.environments.items() if visible[each.channel]}

    async def _surely_sees(self, channel: str) -> bool:
        try:
            async with asyncio.timeout(SOON):
                return await self.sees(channel)
        except (CanaryError, TimeoutError):
            return False
