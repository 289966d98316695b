"""Looks up people and members of user groups in Slack.

Slack allows few group lookups a minute, and many people may vote at once. So they share lookups
(`bot.slack.sharing`): a lookup that began *after* a click shows the person's rights at the click or later. A
lookup from before the click never counts for it.

Queries, which decide nothing, have separate lookups and limits, so that they never delay a vote.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.base.errors import CanaryError, Misconfigured, Misused, Unavailable
from bot.base.timing import People as Timing
from bot.rules.people import Person
from bot.slack.accounts import Fields, Home, person
from bot.slack.client import error_name, what_it_means
from bot.slack.identity import Identity
from bot.slack.limits import Limits, Purpose, TooSoonError
from bot.slack.sharing import Begin, Shared

PERSON, MEMBERS, CHANNEL = "users.info", "usergroups.users.list", "conversations.info"
_AGAIN = "Nothing was changed; try again in a moment."

DEFAULT = Timing()

_NOT_THERE = {"user_not_found", "user_not_visible", "users_not_found"}
_FAILURES = (SlackApiError, aiohttp.ClientError, TimeoutError, TooSoonError)


class SlackDirectory:
    """Implements `bot.rules.people.Directory`. Use with `async with`; leaving it ends lookups in progress."""

    def __init__(
        self, client: AsyncWebClient, identity: Identity, limits: Limits, timing: Timing = DEFAULT
    ) -> None:
        self._client = client
        self._timing = timing
        self._bot = identity.user
        self._home = Home(identity.team, identity.enterprise)
        self._limits = limits
        self._answers = {
            Purpose.AWAITED: Shared(partial(self._ask, Purpose.AWAITED), fresh=timing.fresh),
            Purpose.QUESTION: Shared(partial(self._ask, Purpose.QUESTION), fresh=timing.recent),
        }
        self._fields = Fields()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for answers in self._answers.values():
            await answers.__aexit__()

    def asked(self, ago: float) -> _Asked:
        now = time.monotonic()
        return _Asked(self, _Terms(Purpose.AWAITED, since=now - ago, until=now + self._timing.within))

    def lately(self) -> _Asked:
        now = time.monotonic()
        return _Asked(
            self, _Terms(Purpose.QUESTION, since=now - self._timing.recent, until=now + self._timing.within)
        )

    async def person(self, user: str) -> Person:
        return await self.asked(0).person(user)

    async def members(self, group: str) -> frozenset[str]:
        return await self.asked(0).members(group)

    async def is_public(self, channel: str) -> bool:
        return await self.asked(0).is_public(channel)

    async def unsupported(self) -> frozenset[str]:
        """Fields of `bot.slack.accounts.EXPECTED` that this server never reports. Raises Unavailable."""
        now = time.monotonic()
        await self._look_at_ourselves(_Terms(Purpose.AWAITED, since=now, until=now + self._timing.within))
        return self._fields.unsupported

    async def find_person(self, user: str, terms: _Terms) -> Person:
        try:
            found = await self._user(user, terms)
        except SlackApiError as error:
            if error_name(error) in _NOT_THERE:
                raise Misused(f"Slack doesn't know the user {user}.") from error
            raise _failed("Slack did not say who you are", error) from error
        except _FAILURES as error:
            raise _failed("Slack did not say who you are", error) from error
        if self._fields.leave_open(found):
            await self._look_at_ourselves(terms)
        return person(found, user, self._home, self._fields.unsupported)

    async def _user(self, user: str, terms: _Terms) -> dict[str, Any]:
        found = (await self._answer(PERSON, user, terms)).get("user") or {}
        self._fields.saw(found)
        return dict(found)

    async def _look_at_ourselves(self, terms: _Terms) -> None:
        """Look up the bot's own account, of which Slack reports the most fields. Raises Unavailable."""
        if self._fields.complete:
            return
        try:
            await self._user(self._bot, terms)
        except _FAILURES as error:
            if not (isinstance(error, SlackApiError) and what_it_means(error).is_permanent):
                raise _failed("Slack did not say what it tells about accounts", error) from error
        self._fields.complete = True

    async def find_members(self, group: str, terms: _Terms) -> frozenset[str]:
        """Raises Misconfigured for a group that cannot be read until someone changes the setup."""
        try:
            return frozenset((await self._answer(MEMBERS, group, terms)).get("users") or ())
        except _FAILURES as error:
            raise _failed(f"I cannot read the user group {group}", error) from error

    async def find_visibility(self, channel: str, terms: _Terms) -> bool:
        """Whether the whole workspace can see a channel; False if Slack does not say."""
        try:
            found = (await self._answer(CHANNEL, channel, terms)).get("channel") or {}
        except _FAILURES as error:
            if isinstance(error, SlackApiError) and what_it_means(error).is_permanent:
                return False
            raise _failed("Slack did not tell who can see the channel", error) from error
        return bool(found.get("is_channel")) and found.get("is_private") is False

    async def _answer(self, method: str, name: str, terms: _Terms) -> Any:
        async with asyncio.timeout(terms.until - time.monotonic()):
            while True:
                try:
                    answer = await self._answers[terms.purpose].ask((method, name), since=terms.since)
                except (
                    TooSoonError
                ) as error:  # the caller that began the lookup had less time left than we have
                    if time.monotonic() + error.seconds > terms.until:
                        raise
                else:
                    if isinstance(answer, SlackApiError):
                        raise answer
                    return answer

    async def _ask(self, purpose: Purpose, key: tuple[str, str], begin: Begin) -> Any:
        """Make one call, once the limits allow it, for all who wait for it.

        A refusal by Slack is shared like any other result, so that an unreadable group does not cost a call
        each time.
        """
        method, name = key
        calls: dict[str, Callable[[], Awaitable[Any]]] = {
            PERSON: lambda: self._client.users_info(user=name),
            MEMBERS: lambda: self._client.usergroups_users_list(usergroup=name),
            CHANNEL: lambda: self._client.conversations_info(channel=name),
        }

        async def call() -> Any:
            begin()
            return await calls[method]()

        try:
            return await self._limits.call(
                method, call, until=time.monotonic() + self._timing.within, purpose=purpose
            )
        except SlackApiError as error:
            if what_it_means(error).is_permanent:
                return error
            raise


@dataclass(frozen=True)
class _Terms:
    """The purpose of a lookup, the time since which it counts, and its deadline."""

    purpose: Purpose
    since: float
    until: float


@dataclass(frozen=True)
class _Asked:
    """The directory as seen by one interaction."""

    directory: SlackDirectory
    terms: _Terms

    def asked(self, ago: float) -> _Asked:
        return self.directory.asked(ago)

    def lately(self) -> _Asked:
        return self.directory.lately()

    async def is_public(self, channel: str) -> bool:
        return await self.directory.find_visibility(channel, self.terms)

    async def person(self, user: str) -> Person:
        return await self.directory.find_person(user, self.terms)

    async def members(self, group: str) -> frozenset[str]:
        return await self.directory.find_members(group, self.terms)


def _failed(message: str, error: Exception) -> CanaryError:
    """Misconfigured if a retry does not help, otherwise Unavailable; both with Slack's reason."""
    if isinstance(error, TooSoonError):
        when = f"{message}: it lets me ask again in {error.seconds:.0f} s."
        return Unavailable(when, hint=_AGAIN, again_in=error.seconds)
    if not isinstance(error, SlackApiError):
        return Unavailable(f"{message}: it does not answer.", hint=_AGAIN)
    means = what_it_means(error)
    if means.is_permanent:
        return Misconfigured(f"{message}: {means.says}.", hint=means.advice())
    return Unavailable(f"{message}: {means.says}.", hint=_AGAIN)
