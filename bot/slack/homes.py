"""The pages in App Home: read when they are shown, and published only if they have changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Protocol

from bot.rules.home import Home
from bot.rules.outbox import Message
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.posting import Posting
from bot.store import homes
from bot.store.database import Database

AT_ONCE = 2  # so that Homes never use up the calls that people wait for


class Read(Protocol):
    """A person's current page. `opened`: they have just opened it."""

    async def __call__(self, person: str, *, opened: bool) -> Home: ...


@dataclass(frozen=True)
class HomePages:
    database: Database
    read: Read

    async def page(self, message: Message, content: MessageKind) -> Posting | None:
        """Returns what a person should see, or None if Slack already shows exactly that and they have not
        just opened it.

        Raises Unavailable and Misconfigured.
        """
        facts = Facts(None, home=await self.read(message.channel, opened=message.awaited))
        posting = content.render(facts)
        assert isinstance(posting, Posting)
        if message.awaited:
            return posting
        async with self.database.connection() as conn:
            return None if await homes.shown(conn, message.channel) == _digest(posting) else posting

    async def publishing(self, message: Message) -> None:
        await self._note(message, None)

    async def published(self, message: Message, posting: Posting) -> None:
        await self._note(message, _digest(posting))

    async def _note(self, message: Message, digest: str | None) -> None:
        async with self.database.connection() as conn:
            await homes.set_shown(conn, message.channel, digest)


def _digest(posting: Posting) -> str:
    return hashlib.sha256(json.dumps(posting.blocks, sort_keys=True).encode()).hexdigest()
