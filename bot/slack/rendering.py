"""Renders outbox rows."""

from __future__ import annotations

import asyncio

from bot.base.declared import declared
from bot.rules.outbox import Kinds
from bot.slack import messages
from bot.slack.messages.kind import Facts, MessageKind, Rendered

KINDS = Kinds(declared(messages, MessageKind))  # type: ignore[type-abstract]


async def render(content: MessageKind, facts: Facts) -> Rendered:
    """Render the message's current content."""
    return await asyncio.to_thread(content.render, facts) if content.slow else content.render(facts)
