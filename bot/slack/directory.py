"""Who somebody is, and who is in a user group, from Slack."""

from __future__ import annotations

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Misused, Unavailable
from bot.people import Person
from bot.slack.client import ABSENT, error_name

_NOT_THERE = {"user_not_found", "user_not_visible"}
_EMPTY = {"no_such_subteam", "subteam_not_found"}


class SlackDirectory:
    """`bot.people.Directory`. Asked afresh each time: a remembered right could outlive its removal."""

    def __init__(self, client: AsyncWebClient, team: str) -> None:
        self._client = client
        self._team = team

    async def person(self, user: str) -> Person:
        try:
            found = (await self._client.users_info(user=user))["user"]
        except SlackApiError as error:
            if error_name(error) in _NOT_THERE:
                raise Misused(f"Slack knows no user {user}.") from error
            raise _unavailable(f"Slack did not tell who you are ({error_name(error)}).") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _unavailable("Slack did not tell who you are.") from error
        return Person(
            id=found["id"],
            name=found.get("real_name") or found.get("name", user),
            team=found.get("team_id", ""),
            is_bot=found.get("is_bot", True),
            deleted=found.get("deleted", True),
            guest=found.get("is_restricted", True) or found.get("is_ultra_restricted", True),
            stranger=found.get("is_stranger", False) or found.get("team_id") != self._team,
        )

    async def members(self, group: str) -> frozenset[str]:
        try:
            return frozenset((await self._client.usergroups_users_list(usergroup=group))["users"])
        except SlackApiError as error:
            if (
                error_name(error) in _EMPTY | ABSENT
            ):  # said at the start; nobody is in a group that cannot be read
                return frozenset()
            raise _unavailable(
                f"Slack did not tell who is in group {group} ({error_name(error)})."
            ) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _unavailable(f"Slack did not tell who is in group {group}.") from error


def _unavailable(message: str) -> Unavailable:
    return Unavailable(message, hint="Nothing was changed; try again in a moment.")
