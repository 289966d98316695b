"""The bot's identity in its workspace, and its token's scopes: looked up once, at startup."""

from __future__ import annotations

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import reaching
from checks.reading import Record

# subtypes of messages that somebody wrote; others report events
_WRITTEN = {None, "bot_message", "thread_broadcast"}


class Identity(Record):
    team: str
    user: str  # the bot's own
    bot: str | None
    app: str | None  # None if the server does not say
    enterprise: str  # on Enterprise Grid: the organization of the workspace, otherwise ""
    team_name: str
    url: str  # of the workspace; empty if the server does not say
    scopes: tuple[str, ...]  # () if the server does not say

    def wrote(self, said: dict[str, Any]) -> bool:
        """Whether the bot wrote the message, judged by everything that Slack reports about its author, since
        a mark alone can be copied.
        """
        return (
            said.get("user") == self.user
            and _agree(said.get("bot_id"), self.bot)
            and _agree(said.get("app_id"), self.app)
        )

    def wrote_unmarked(self, said: dict[str, Any]) -> bool:
        """Whether this message of the bot has no mark."""
        marked = said.get("metadata") or said.get("files")
        return self.wrote(said) and said.get("subtype") in _WRITTEN and not marked


async def identify(client: AsyncWebClient) -> Identity:
    """Raises SlackApiError if the token is not accepted, and Unavailable."""
    with reaching(client.base_url):
        answer = await client.auth_test()
    scopes = answer.headers.get("x-oauth-scopes", "")
    return Identity(
        team=answer["team_id"],
        user=answer["user_id"],
        bot=answer.get("bot_id"),
        app=answer.get("app_id"),
        enterprise=answer.get("enterprise_id") or "",
        team_name=answer.get("team") or "",
        url=answer.get("url") or "",
        scopes=tuple(scope.strip() for scope in scopes.split(",") if scope.strip()),
    )


def _agree(said: str | None, known: str | None) -> bool:
    """Slack reports neither for every message, nor for every token."""
    return not said or not known or said == known
