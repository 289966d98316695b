"""A workspace that people join and leave, behind the bot's own interface. It responds after a delay, like a network."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.rules.people import Person


class SmallDirectory:
    """Implements `bot.rules.people.Directory`."""

    def __init__(self, groups: Mapping[str, frozenset[str]]) -> None:
        self.groups = dict(groups)
        self.barred: frozenset[str] = frozenset()
        self.known: dict[str, frozenset[str]] = {}  # looked up for someone else, after the click
        self.slow: dict[str, asyncio.Event] = {}  # a group's members are read, and returned only after this
        self._random = random.Random(0)

    def reset(self, groups: Mapping[str, frozenset[str]]) -> None:
        self.groups = dict(groups)
        self.barred = frozenset()

    def shuffle(self, seed: int) -> None:
        """Seed the delays of the next responses."""
        self._random = random.Random(seed)

    def asked(self, ago: float) -> SmallDirectory | _Earlier:
        """For a click that had to wait, later knowledge counts too."""
        return _Earlier(self) if ago and self.known else self

    def lately(self) -> SmallDirectory | _Earlier:
        return self.asked(1)

    async def person(self, user: str) -> Person:
        await self.pause()
        return Person(id=user, name=user, team="T0", deleted=user in self.barred)

    async def members(self, group: str) -> frozenset[str]:
        await self.pause()
        members = self.groups[group]
        if told := self.slow.pop(group, None):
            await told.wait()
        return members

    def change(self, group: str, members: Iterable[str]) -> None:
        self.groups[group] = frozenset(members)

    async def pause(self) -> None:
        """Usually no delay, sometimes as long as several statements."""
        await asyncio.sleep(self._random.choice((0, 0, 0, 0.0003, 0.001)))


@dataclass(frozen=True)
class _Earlier:
    directory: SmallDirectory

    def asked(self, ago: float) -> SmallDirectory | _Earlier:
        return self.directory.asked(ago)

    def lately(self) -> SmallDirectory | _Earlier:
        return self.directory.lately()

    async def person(self, user: str) -> Person:
        return await self.directory.person(user)

    async def members(self, group: str) -> frozenset[str]:
        return self.directory.known[group]
