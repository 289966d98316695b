"""Who the bot is in its workspace, and what the server it talks to lacks: asked once, at the start."""

from __future__ import annotations

import time
from collections.abc import Iterable

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.plan.model import Plan
from bot.slack.client import ABSENT, error_name, reaching
from bot.slack.limits import Limits, TooSoonError
from checks.reading import Record

log = structlog.get_logger(__name__)

# scope -> what is gone without it
WANTED = {
    "chat:write": "nothing can be posted",
    "users:read": "nobody's account can be looked up, so nobody can vote",
    "files:write": "no charts and no decision packets are attached",
    "usergroups:read": "owners cannot be named as user groups",
    "channels:history": "a message that may have arrived cannot be looked up, and waits for an operator",
    "groups:history": "the same in private channels",
}


PATIENCE = 60.0  # seconds for each question about what is missing: nobody waits for the answers


class Identity(Record):
    team: str
    user: str  # the bot's own
    bot: str | None
    app: str | None  # where Slack says
    team_name: str
    scopes: tuple[str, ...]  # () where the server does not say


async def identify(client: AsyncWebClient) -> Identity:
    """Raises SlackApiError for a token that is not accepted, and Unavailable."""
    with reaching(client.base_url):
        answer = await client.auth_test()
    scopes = answer.headers.get("x-oauth-scopes", "")
    return Identity(
        team=answer["team_id"],
        user=answer["user_id"],
        bot=answer.get("bot_id"),
        app=answer.get("app_id"),
        team_name=answer.get("team", ""),
        scopes=tuple(scope.strip() for scope in scopes.split(",") if scope.strip()),
    )


async def missing(client: AsyncWebClient, identity: Identity, plan: Plan, limits: Limits) -> list[str]:
    """What this server or this token lacks, and what that costs: a sentence each."""
    found = [
        f"scope {scope} is missing: {cost}"
        for scope, cost in WANTED.items()
        if identity.scopes and scope not in identity.scopes
    ]
    if not await _can_upload(client, limits):
        found.append("this server takes no files: no charts and no decision packets are attached")
    unreadable = {group: await _unreadable(client, limits, group) for group in _groups(plan)}
    cannot = "its members cannot vote"
    return found + [
        f"user group {group} cannot be read ({why}): {cannot}" for group, why in unreadable.items() if why
    ]


def _groups(plan: Plan) -> Iterable[str]:
    return sorted(
        {member for group in plan.people.values() for member in group.members if member.startswith("S")}
    )


async def _can_upload(client: AsyncWebClient, limits: Limits) -> bool:
    """Asks for a place to upload to, and uploads nothing."""
    try:
        await limits.call(
            "files.getUploadURLExternal",
            lambda: client.files_getUploadURLExternal(filename="canary.txt", length=1),
            until=time.monotonic() + PATIENCE,
            awaited=False,
        )
    except SlackApiError as error:
        return error_name(error) not in ABSENT
    except TooSoonError:
        pass  # that is no lack
    return True


async def _unreadable(client: AsyncWebClient, limits: Limits, group: str) -> str | None:
    try:
        await limits.call(
            "usergroups.users.list",
            lambda: client.usergroups_users_list(usergroup=group),
            until=time.monotonic() + PATIENCE,
            awaited=False,
        )
    except SlackApiError as error:
        return error_name(error)
    except TooSoonError:
        pass
    return None
