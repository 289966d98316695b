"""What every use case is given."""

from __future__ import annotations

from dataclasses import dataclass

from bot.people import Directory, Electorate, resolve
from bot.plan.load import Loaded
from bot.plan.model import Pinned
from bot.store.database import Database
from bot.work import Enqueue


@dataclass(frozen=True)
class Services:
    database: Database
    enqueue: Enqueue
    directory: Directory
    configuration: Loaded  # as of now; a run keeps its own

    async def electorate(self, pinned: Pinned) -> Electorate:
        """Who holds which role in a run: by its own configuration and by the current one, both."""
        then = await resolve(pinned.members(), self.directory)
        people = self.configuration.plan.people
        now = await resolve({role: people[role].members for role in pinned.members() if role in people}, self.directory)
        return then.both(now)
