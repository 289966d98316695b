"""Who may see what: members of the workspace may see what was posted in channels that they can see; guests
and outsiders nothing.

A verdict, a limit or an owner is shown to people who could read it in the channel of the run's card: to
everyone who asks there, and anywhere if that channel is public. Slack does not tell the bot who is in a
private channel.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from bot.base.errors import CanaryError, Misused, Refused
from bot.base.next_step import Next
from bot.plan.load import Loaded
from bot.plan.model import Environment, Plan
from bot.rules.principal import Principal
from bot.rules.request import Request, RunRequest
from bot.rules.run import Run
from bot.store import runs
from bot.workflow.services import Services
from checks import spelling

OPTIONAL_WITHIN = 2.0  # seconds for optional parts, which are left out if Slack does not respond


@dataclass(frozen=True)
class Audience:
    """A person who asks in a channel."""

    services: Services  # with recent lookups
    by: Principal
    channel: str

    @classmethod
    def of(cls, services: Services, request: Request) -> Audience:
        """From data up to a minute old: showing decides nothing."""
        return cls(replace(services, directory=services.directory.lately()), request.by, request.channel)

    async def must_be_admitted(self) -> None:
        """Raises Refused unless the person is a member of the workspace."""
        if reason := (await self.services.person(self.by)).barred():
            raise Refused(f"Only members of this workspace can use canary: {reason}.")

    async def must_not_be_turned_away(self) -> None:
        """The same for help, without waiting for Slack: help reveals nothing beyond this channel."""
        try:
            async with asyncio.timeout(OPTIONAL_WITHIN):
                await self.must_be_admitted()
        except Refused:
            raise
        except (CanaryError, TimeoutError):
            return

    async def sees(self, channel: str) -> bool:
        return channel == self.channel or await self.services.directory.is_public(channel)

    async def must_see(self, run: Run) -> None:
        """Raises Refused, without revealing more of the run than its number."""
        if not await self.sees(run.channel):
            raise Refused(
                f"Run #{run.number} belongs to another channel, and I can't tell whether you are in it.",
                hint="Ask there.",
            )

    async def environment(self, configuration: Loaded, name: str) -> Environment:
        """Raises Misused, with the nearest name, if the environment is not configured.

        Environments whose channel the person cannot see are treated alike. Raises Refused if it is stopped.
        """
        plan = configuration.plan
        found = plan.environments.get(name)
        if found and await self.sees(found.channel):
            return found
        stopped = configuration.stopped.get(name)
        if stopped and await self.sees(stopped.channel):
            raise Refused(
                f"{name} is stopped: {stopped.problem.message}.",
                hint="Whoever operates canary can install the package again, or remove its checks from canary.yaml.",
            )
        seen = await self.environments(plan)
        some = f"Available: {', '.join(seen)}." if seen else "None is available in this channel."
        more = " Others are available in their own channels." if len(seen) < len(plan.environments) else ""
        raise Misused(
            f"There is no environment “{name[:40]}” here.{spelling.suggestion(name, seen)}",
            hint=f"{some}{more}",
            then=[Next.start()],
        )

    async def environments(self, plan: Plan) -> dict[str, Environment]:
        """Returns the environments whose channel they can see; omits those for which Slack cannot say now."""
        channels = sorted({environment.channel for environment in plan.environments.values()})
        seen = await asyncio.gather(*map(self._surely_sees, channels))
        visible = dict(zip(channels, seen, strict=True))
        return {name: each for name, each in plan.environments.items() if visible[each.channel]}

    async def _surely_sees(self, channel: str) -> bool:
        try:
            async with asyncio.timeout(OPTIONAL_WITHIN):
                return await self.sees(channel)
        except (CanaryError, TimeoutError):
            return False


async def visible(services: Services, request: RunRequest) -> Run:
    """The run. Raises Misused if the number is unknown, and Refused as `Audience.must_see` does."""
    async with services.database.connection() as conn:
        run = await runs.existing(conn, request.run)
    await Audience.of(services, request).must_see(run)
    return run
