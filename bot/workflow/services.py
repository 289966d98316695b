"""What every use case is given."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from bot.people import Directory, Electorate, members_of_groups
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
        then = {role: group.members for role, group in pinned.people.items()}
        now = {role: group.members for role, group in self.configuration.plan.people.items() if role in then}
        groups = await members_of_groups(chain(*then.values(), *now.values()), self.directory)
        return Electorate.of(then, groups).both(Electorate.of(now, groups))
