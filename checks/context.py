"""The context in which a source is opened: shared resources of the process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checks.calculation.calculator import Share
from checks.secrets import Secrets
from checks.sources.turns import Queues

if TYPE_CHECKING:
    from checks.base import Source


@dataclass(frozen=True)
class Context:
    """Costs nothing until used. Its creator must stop the calculator if it may have been used."""

    secrets: Secrets  # the values of ${NAME}, and what to redact
    calculator: Share = field(default_factory=Share)  # evaluates responses, in a separate process
    # one for each server, shared by all sources of the process
    queues: Queues = field(default_factory=Queues)
    data: Path | None = None  # the bot's data folder, which gates' programs must not see; None: there is none


@asynccontextmanager
async def opened(source: Source, secrets: Secrets, data: Path | None = None) -> AsyncIterator[Any]:
    """The source alone, for callers that open no other."""
    context = Context(secrets, data=data)
    try:
        async with source.open(context) as live:
            yield live
    finally:
        await context.calculator.end()
