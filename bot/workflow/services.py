"""What every use case is given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import chain
from typing import Self

from bot.errors import CanaryError, Misused
from bot.failpoint import Reach, nowhere
from bot.interaction import Received
from bot.people import Directory, Electorate, members_of_groups
from bot.plan.load import Loaded
from bot.plan.model import Pinned
from bot.store import inbox
from bot.store.database import Connection, Database
from bot.work import Enqueue


@dataclass(frozen=True)
class Services:
    database: Database
    enqueue: Enqueue
    directory: Directory
    configuration: Loaded  # as of now; a run keeps its own
    reach: Reach = nowhere
    interaction: Received | None = None  # that is being worked off; None where no person is behind it

    def working_off(self, interaction: Received) -> Self:
        return replace(self, interaction=interaction, directory=self.directory.asked(interaction.age))

    @asynccontextmanager
    async def act(self) -> AsyncIterator[Connection]:
        """A transaction in which what a person asked for comes to something, once: it is counted with it.

        Where it came to something already, in a worker that died before it could say so, raises what that was:
        Counted, or the same refusal again.
        """
        async with self.database.transaction() as conn:
            if self.interaction and not await inbox.count(conn, self.interaction.key):
                raise await inbox.outcome(conn, self.interaction.key)
            yield conn

    async def refuse(self, conn: Connection, refusal: CanaryError) -> None:
        """It came to this refusal: said in the transaction of `act` that counts it."""
        if self.interaction:
            await inbox.refuse(conn, self.interaction.key, refusal)

    async def electorate(self, pinned: Pinned) -> Electorate:
        """Who holds which role in a run: by its own configuration and by the current one, both."""
        then = {role: group.members for role, group in pinned.people.items()}
        now = {role: group.members for role, group in self.configuration.plan.people.items() if role in then}
        groups = await members_of_groups(chain(*then.values(), *now.values()), self.directory)
        return Electorate.of(then, groups).both(Electorate.of(now, groups))

    async def barred(self, users: Iterable[str]) -> frozenset[str]:
        """Those of them whose account may not decide, or no longer."""
        asked = sorted(set(users))
        barred = await asyncio.gather(*map(self._is_barred, asked))
        return frozenset(user for user, is_barred in zip(asked, barred, strict=True) if is_barred)

    async def _is_barred(self, user: str) -> bool:
        try:
            return (await self.directory.person(user)).barred() is not None
        except Misused:
            return True
