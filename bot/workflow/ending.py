"""The end of a watch: its time is up, a newer go, or a rollback."""

from __future__ import annotations

from bot.record.events import WatchEnded
from bot.rules.principal import Principal
from bot.rules.run import Run
from bot.rules.watch import WatchEnd
from bot.slack.messages.card import Card
from bot.slack.messages.watch import RollbackPrompt, WatchEndLine
from bot.store import events, messages, prompts, watches
from bot.store.database import Connection


async def end_watch(conn: Connection, run: Run, end: WatchEnd, *, actor: Principal) -> None:
    """End the watch, once. The caller holds the run's lock."""
    if await watches.finish(conn, run.number, end):
        await events.append(conn, run.number, WatchEnded(end=end), actor=actor)
        await messages.want(conn, run, WatchEndLine())
        for prompt in await prompts.unanswered(conn, run.number):  # they can still be answered
            await messages.want(conn, run, RollbackPrompt(key=prompt.key))
        await messages.want(conn, run, Card(), urgent=True)
