"""Resolves the configured members to people as of now: the one module that asks the providers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from bot.base.errors import Misconfigured, Unavailable
from bot.plan.member import SlackUser, SlackUserGroup, member
from bot.rules.people import Resolved


@dataclass(frozen=True)
class Roster:
    user_groups: Callable[[str], Awaitable[frozenset[str]]]  # a user group of Slack -> its user ids

    async def resolve(self, members: Iterable[str], *, partly: bool = False) -> Resolved:
        """Each member is looked up once.

        A member that cannot be read until somebody changes something is unreadable, and resolves to nobody.
        Raises Unavailable if a member may be readable later; with `partly`, such a member is unreadable as
        well.
        """
        asked = sorted(set(members))
        answers = await asyncio.gather(*map(self._people, asked), return_exceptions=True)
        people: dict[str, frozenset[str]] = {}
        unreadable: dict[str, str] = {}
        tolerated = (Misconfigured, Unavailable) if partly else (Misconfigured,)
        for text, answer in zip(asked, answers, strict=True):
            if isinstance(answer, tolerated):
                people[text], unreadable[text] = frozenset(), " ".join(answer.sentences)
            elif isinstance(answer, BaseException):
                raise answer
            else:
                people[text] = answer
        return Resolved(people=people, unreadable=unreadable)

    async def _people(self, text: str) -> frozenset[str]:
        match member(text):
            case SlackUser(id):
                return frozenset({id})
            case SlackUserGroup(id):
                return await self.user_groups(id)
            case None:  # written by a version that knows more kinds
                raise Misconfigured(f"This version of canary cannot resolve {text} to people.")
