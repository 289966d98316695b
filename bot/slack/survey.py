"""Features that this server, token and configuration lack: checked once at startup, and logged once, each
with a next step.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.base.errors import Unavailable
from bot.plan.member import is_user_group
from bot.plan.model import Plan
from bot.rules.outbox import Way
from bot.slack.abilities import Abilities, Ability
from bot.slack.chart import can_draw
from bot.slack.client import what_it_means
from bot.slack.directory import SlackDirectory
from bot.slack.errors import Fixer, Meaning
from bot.slack.identity import Identity
from bot.slack.known_blocks import KnownBlocks
from bot.slack.limits import Limits, Purpose, TooSoonError

log = structlog.get_logger(__name__)

TIMEOUT = 60.0  # seconds per request: nobody waits for the results
_NEWEST = 50  # messages of a channel
NOWHERE, NOBODY = "C00000000", "U00000000"

# scope -> what does not work without it; features that can be tested are tested instead
SCOPES = {
    "chat:write": "nothing can be posted",
    "channels:read": "questions about an environment are answered only in its own channel",
    "channels:history": "a message that may have arrived cannot be looked up, and waits for an operator",
    "groups:history": "a message in a private channel that may have arrived cannot be looked up",
}
_UNSUPPORTED = {
    "is_bot": "does not say which accounts are bots: one that is named as an owner can vote",
    "is_restricted": "does not say who is a guest: one who is named as an owner can vote",
    "team_id": "does not say which organization people belong to: whoever is named as an owner can vote",
}

_UNMARKED = "a message whose answer was lost cannot be found again, and waits for an operator (canary outbox)"


@dataclass(frozen=True)
class Survey:
    client: AsyncWebClient
    identity: Identity
    plan: Plan
    limits: Limits
    directory: SlackDirectory
    abilities: Abilities
    known: KnownBlocks

    async def make(self) -> None:
        """Log everything that is missing, and what could not be checked."""
        self._say_scopes()
        if not can_draw():
            log.info("attaching no pictures of charts", hint="Install the extra: canary[charts].")
        await asyncio.gather(
            self._features(),
            self._accounts(),
            self._groups(),
            self._marks(),
            self.known.examine(within=TIMEOUT),
        )

    def _say_scopes(self) -> None:
        """Log missing scopes, if the server lists the token's scopes."""
        for scope, cost in SCOPES.items():
            if self.identity.scopes and scope not in self.identity.scopes:
                missing = "add it on the app's “OAuth & Permissions” page, and reinstall the app"
                self.abilities.misses(f"scope {scope} is missing: {cost}; {missing}")

    async def _features(self) -> None:
        """Test features by requests without effects."""
        client = self.client
        await asyncio.gather(
            self._feature(
                Ability.FILES,
                "files.getUploadURLExternal",
                lambda: client.files_getUploadURLExternal(filename="canary.txt", length=1),
            ),
            self._feature(
                Ability.FORMS, "views.open", lambda: client.views_open(trigger_id="0.0.0", view=_NO_VIEW)
            ),
            self._feature(
                Ability.EPHEMERAL,
                "chat.postEphemeral",
                lambda: client.chat_postEphemeral(channel=NOWHERE, user=NOBODY, text="canary"),
            ),
            self._feature(
                Ability.HOME,
                Way.PUBLISH,
                lambda: client.views_publish(
                    user_id=self.identity.user, view=NO_HOME
                ),  # nobody sees the bot's own
            ),
        )

    async def _feature(self, ability: Ability, method: str, ask: Callable[[], Awaitable[Any]]) -> None:
        refused = await self._refusal(method, ask)
        if refused and refused.absent:
            self.abilities.lacks(ability, f"{_THERE_IS_NO[ability]} ({_told(refused)})")

    async def _accounts(self) -> None:
        try:
            unsupported = await self.directory.unsupported()
        except Unavailable as error:
            log.info("cannot read accounts from Slack yet", error=str(error))
            return
        refused = await self._refusal("users.info", lambda: self.client.users_info(user=self.identity.user))
        if refused and refused.absent:
            self.abilities.misses(
                f"accounts cannot be looked up ({_told(refused)}): nobody can start a run or vote"
            )
            return
        for name, cost in _UNSUPPORTED.items():
            if name in unsupported:
                self.abilities.misses(f"this server {cost} (users.info has no {name})")

    async def _groups(self) -> None:
        """The configured user groups; those that cannot be read for the same reason are listed together."""
        refusals = [(group, await self._group(group)) for group in groups_in(self.plan)]
        refused = sorted((_told(means), group) for group, means in refusals if means and means.is_permanent)
        for why, each in groupby(refused, key=lambda found: found[0]):
            groups = [group for _, group in each]
            what = f"user group {groups[0]}" if len(groups) == 1 else f"user groups {', '.join(groups)}"
            self.abilities.misses(
                f"{what} cannot be read ({why}): until they can be, its members have no vote"
            )

    async def _group(self, group: str) -> Meaning | None:
        return await self._refusal(
            "usergroups.users.list", lambda: self.client.usergroups_users_list(usergroup=group)
        )

    async def _marks(self) -> None:
        """Whether metadata is kept, judged by the bot's earlier messages; unknown without any."""
        for channel in {environment.channel for environment in self.plan.environments.values()}:
            ours = [said for said in await self._said(channel) if self.identity.wrote(said)]
            if ours and all(self.identity.wrote_unmarked(said) for said in ours):
                self.abilities.misses(f"this server keeps no metadata of messages: {_UNMARKED}")
                return

    async def _said(self, channel: str) -> list[dict[str, Any]]:
        """The newest messages of a channel, if the bot may read them now."""
        method = "conversations.history"

        async def ask() -> Any:
            return await self.client.conversations_history(
                channel=channel, limit=_NEWEST, include_all_metadata=True
            )

        try:
            answer = await self.limits.call(
                method, ask, until=time.monotonic() + TIMEOUT, purpose=Purpose.PROGRESS
            )
        except SlackApiError:
            return []  # a missing scope is logged above
        except (aiohttp.ClientError, TimeoutError, TooSoonError) as error:
            log.info("cannot check what is missing in Slack", method=method, error=str(error))
            return []
        return list(answer.get("messages") or ())

    async def _refusal(self, method: str, ask: Callable[[], Awaitable[Any]]) -> Meaning | None:
        """Returns why Slack refuses; None if it does not, or could not be asked."""
        try:
            await self.limits.call(method, ask, until=time.monotonic() + TIMEOUT, purpose=Purpose.PROGRESS)
        except SlackApiError as error:
            return what_it_means(error)
        except (aiohttp.ClientError, TimeoutError, TooSoonError) as error:
            log.info("cannot check what is missing in Slack", method=method, error=str(error))
        return None


_THERE_IS_NO = {
    Ability.FILES: "this server takes no files",
    Ability.FORMS: "this server opens no forms",
    Ability.EPHEMERAL: "this server shows no ephemeral messages",
    Ability.HOME: "App Home is not shown: turn on its Home tab, as in manifest.yml",
}
_NO_VIEW = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "canary"},
    "blocks": [{"type": "divider"}],
}
NO_HOME = {"type": "home", "blocks": [{"type": "divider"}]}


def _told(means: Meaning) -> str:
    """The reason, and the operator's next step."""
    step = means.advice(reader=Fixer.OPERATOR).rstrip(".")
    return f"{means.says}; {step[0].lower()}{step[1:]}" if step else means.says


def groups_in(plan: Plan) -> Iterable[str]:
    return sorted({name for group in plan.people.values() for name in filter(is_user_group, group.members)})
