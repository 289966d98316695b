"""Alerts about messages that Slack does not show: every decision and every prompt is in Slack once, or has an
open alert.

An alert is part of the message's state (`alerted_at`), and ends when the message arrives. It is posted in the
alerts channel and, for decisions and rollback prompts, sent to on-call directly, with the full message: a
prompt that cannot be posted in its thread can be answered there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import structlog

from bot.base.errors import Unavailable, Unreadable
from bot.base.outage import Outage
from bot.base.tasks import ticks
from bot.plan.model import Pinned
from bot.record.events import Alerted
from bot.rules.outbox import Message
from bot.rules.principal import BOT
from bot.slack.messages.alert import Alert
from bot.slack.rendering import KINDS
from bot.store import configurations, events, messages, runs
from bot.workflow.reminding import mention_unreached
from bot.workflow.services import Services

log = structlog.get_logger(__name__)


async def watch_outbox(services: Services, stop: asyncio.Event) -> None:
    """Run until told to stop."""
    outage = Outage("the outbox cannot be watched", "the outbox can be watched again")
    async for _ in ticks(stop, services.timing.alerts.every):
        with outage.survived():
            await raise_alerts(services)
            await mention_unreached(services)


async def raise_alerts(services: Services) -> None:
    timing = services.timing.alerts
    async with services.database.connection() as conn:
        untold = await messages.untold(
            conn, critical=KINDS.critical, doubt=timing.doubt, soon=timing.soon, late=timing.late
        )
    for message in untold:
        try:
            await _raise(services, message)
        except Unavailable:
            raise
        except Unreadable as error:  # who is on call for its run is not known
            log.warning("cannot raise an alert", message_id=message.id, run=message.run, error=str(error))
        except Exception:  # alert about the others regardless
            log.exception("cannot raise an alert", message_id=message.id, run=message.run)


async def _raise(services: Services, message: Message) -> None:
    assert message.run, "alerts are part of a run's log"
    async with services.database.connection() as conn:
        run = await runs.find(conn, message.run)
        assert run
        pinned = await configurations.load(conn, run.configuration)
    to = await _told(services, pinned, message)
    async with services.database.transaction() as conn:
        run = await runs.lock(conn, message.run)
        if not await messages.alert(conn, message):
            return
        about = Alerted(
            message=message.kind,
            subject=message.subject,
            channel=message.channel,
            why=message.error or await messages.obstacle(conn, run.number, KINDS),
        )
        event = await events.append(conn, run.number, about, actor=BOT)
        for channel in to:
            await messages.want(conn, run, Alert(event=event, channel=channel), channel=channel)
    log.error("Slack does not show a message", message_id=message.id, run=message.run, told=to, **dict(about))


async def _told(services: Services, pinned: Pinned, message: Message) -> list[str]:
    """Channels and people; nobody if the configuration names no channel and it is not critical."""
    alerts = services.configuration.plan.alerts
    channels = [alerts.channel] if alerts and alerts.channel != message.channel else []
    return [*channels, *(await _on_call(services, pinned) if message.kind in KINDS.critical else ())]


async def _on_call(services: Services, pinned: Pinned) -> Iterable[str]:
    """The people on call, as far as known: Slack may not currently say who is in a group."""
    return sorted(await services.on_call(pinned, partly=True))
