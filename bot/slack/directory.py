"""Who somebody is, and who is in a user group, from Slack.

Slack lets us ask for few groups a minute, and many may vote at once. So they share questions (`bot.slack.sharing`):
what Slack was asked *after* somebody clicked tells what their rights were when they did. What was found out before
their click never counts for it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Self

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Misused, Unavailable
from bot.people import Person
from bot.slack.client import ABSENT, error_name
from bot.slack.limits import Limits, TooSoonError
from bot.slack.sharing import Begin, Shared

PERSON, MEMBERS = "users.info", "usergroups.users.list"
WITHIN = 8.0  # seconds for all that one interaction asks; less than what it found out stays fresh (`deciding.STALE`)
FRESH = 5.0  # seconds for which an answer counts for a click that waited its turn

_NOT_THERE = {"user_not_found", "user_not_visible"}
_EMPTY = {"no_such_subteam", "subteam_not_found"}


class SlackDirectory:
    """`bot.people.Directory`, for what is asked now. `async with` it: questions under way end with it."""

    def __init__(self, client: AsyncWebClient, team: str, limits: Limits) -> None:
        self._client = client
        self._team = team
        self._limits = limits
        self._questions = Shared(self._ask, fresh=FRESH)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._questions.__aexit__()

    def asked(self, ago: float) -> _Asked:
        now = time.monotonic()
        return _Asked(self, since=now - ago, until=now + WITHIN)

    async def person(self, user: str) -> Person:
        return await self.asked(0).person(user)

    async def members(self, group: str) -> frozenset[str]:
        return await self.asked(0).members(group)

    async def find_person(self, user: str, *, since: float, until: float) -> Person:
        try:
            found = (await self._answer(PERSON, user, since, until))["user"]
        except SlackApiError as error:
            if error_name(error) in _NOT_THERE:
                raise Misused(f"Slack knows no user {user}.") from error
            raise _unavailable(f"Slack did not tell who you are ({error_name(error)})", error) from error
        except (aiohttp.ClientError, TimeoutError, TooSoonError) as error:
            raise _unavailable("Slack did not tell who you are", error) from error
        return Person(
            id=found["id"],
            name=found.get("real_name") or found.get("name", user),
            team=found.get("team_id", ""),
            is_bot=found.get("is_bot", True),
            deleted=found.get("deleted", True),
            guest=found.get("is_restricted", True) or found.get("is_ultra_restricted", True),
            stranger=found.get("is_stranger", False) or found.get("team_id") != self._team,
        )

    async def find_members(self, group: str, *, since: float, until: float) -> frozenset[str]:
        try:
            return frozenset((await self._answer(MEMBERS, group, since, until))["users"])
        except SlackApiError as error:
            if (
                error_name(error) in _EMPTY | ABSENT
            ):  # said at the start; nobody is in a group that cannot be read
                return frozenset()
            raise _unavailable(
                f"Slack did not tell who is in group {group} ({error_name(error)})", error
            ) from error
        except (aiohttp.ClientError, TimeoutError, TooSoonError) as error:
            raise _unavailable(f"Slack did not tell who is in group {group}", error) from error

    async def _answer(self, method: str, name: str, since: float, until: float) -> Any:
        async with asyncio.timeout(until - time.monotonic()):
            while True:
                try:
                    return await self._questions.ask((method, name), since=since)
                except TooSoonError as error:  # whoever began to wait for it had less time left than we have
                    if time.monotonic() + error.seconds > until:
                        raise

    async def _ask(self, key: tuple[str, str], begin: Begin) -> Any:
        """One call, when Slack lets us; all who wait for it are answered by it."""
        method, name = key
        calls: dict[str, Callable[[], Awaitable[Any]]] = {
            PERSON: lambda: self._client.users_info(user=name),
            MEMBERS: lambda: self._client.usergroups_users_list(usergroup=name),
        }

        async def call() -> Any:
            begin()
            return await calls[method]()

        return await self._limits.call(method, call, until=time.monotonic() + WITHIN)


@dataclass(frozen=True)
class _Asked:
    """The directory for one interaction: since when, and until when it can wait."""

    directory: SlackDirectory
    since: float
    until: float

    def asked(self, ago: float) -> _Asked:
        return self.directory.asked(ago)

    async def person(self, user: str) -> Person:
        return await self.directory.find_person(user, since=self.since, until=self.until)

    async def members(self, group: str) -> frozenset[str]:
        return await self.directory.find_members(group, since=self.since, until=self.until)


def _unavailable(message: str, error: Exception) -> Unavailable:
    seconds = error.seconds if isinstance(error, TooSoonError) else 0.0
    when = f": it lets me ask again in {seconds:.0f} s" if seconds else ""
    return Unavailable(
        f"{message}{when}.", hint="Nothing was changed; try again in a moment.", again_in=seconds
    )
