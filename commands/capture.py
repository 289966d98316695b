"""Captures a baseline without Slack or a running bot, for `canary capture`.

The command takes the measurements of a capture like any other: everybody sees it in Slack, and can stop it there. If
the command dies, a running bot continues it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.base.errors import Misused
from bot.jobs import Engine
from bot.plan.load import Loaded
from bot.plan.model import Pinned
from bot.rules.baseline import (
    Capture,
    CaptureDossier,
    CaptureState,
    captured,
    next_sample,
    require_capture,
)
from bot.rules.principal import Principal
from bot.store import captures, database
from bot.store.database import Database
from bot.workflow import capturing
from bot.workflow.answering import Answering
from bot.workflow.capturing import Sampler
from commands.facts_key import key_for_facts

LOOK_EVERY = 1.0  # seconds; somebody may stop it in Slack
LATE = timedelta(minutes=2)  # without a measurement from this command, until the bot takes it


@dataclass(frozen=True)
class Wanted:
    environment: str
    name: str
    length: timedelta
    by: Principal


async def capture(
    opened: Database,
    configuration: Loaded,
    wanted: Wanted,
    *,
    data: Path,
    token: str | None,
    say: Callable[[Capture], None],
) -> CaptureDossier:
    """Measure until the capture ends, and return it. Calls `say` when it has begun. Being cancelled cancels it.

    Raises Misused, Busy and Refused, like a capture from Slack, before anything is measured.
    """
    plan = _pinned(configuration, wanted.environment)
    require_capture(wanted.length, wanted.name)
    capturing.must_be_capturable(plan)
    _must_have_the_key(plan, token)
    key = key_for_facts(token) if token else b""
    async with Engine(opened) as engine, Answering(data, key) as answering:
        sampler = Sampler(opened, engine.enqueue, answering, configuration.secrets, late=LATE)
        async with opened.transaction() as conn:
            begun = await capturing.begin(
                sampler, conn, plan, name=wanted.name, length=wanted.length, by=wanted.by
            )
        say(begun)
        try:
            await _measure(sampler, begun)
        except asyncio.CancelledError:
            await _cancel(opened, begun, wanted.by)
            raise
        async with opened.transaction() as conn:
            return await captures.dossier(conn, await captures.lock(conn, begun.number))


def _pinned(configuration: Loaded, environment: str) -> Pinned:
    environments = configuration.plan.environments
    if environment not in environments:
        raise Misused(
            f"There is no environment {environment!r}.", hint=f"Available: {', '.join(environments)}."
        )
    return configuration.plan.pinned(environment)


def _must_have_the_key(plan: Pinned, token: str | None) -> None:
    """Without the key of the bot, every secret would appear changed in the next run."""
    facts = [name for name, check in captured(plan).items() if check.tells_facts]
    if facts and not token:
        raise Misused(
            f"{facts[0]} may read secrets, which a baseline keeps only as digests with a key from SLACK_BOT_TOKEN, which is not set.",
            hint="Set it as for `canary serve`.",
        )


async def _measure(sampler: Sampler, capture: Capture) -> None:
    """Take each measurement when it is due, until the capture ends."""
    now = capture.started_at
    tick, at = next_sample(capture, now)
    while capture.state is CaptureState.CAPTURING:
        if capture.tick >= tick:
            tick, at = next_sample(capture, now)
        if now < at:
            await asyncio.sleep(min(LOOK_EVERY, (at - now).total_seconds()))
        else:
            await capturing.sample(sampler, number=capture.number, tick=tick)
        capture, now = await _look(sampler.database, capture)


async def _look(opened: Database, capture: Capture) -> tuple[Capture, datetime]:
    async with opened.transaction() as conn:
        found = await captures.find(conn, capture.number)
        assert found
        return found, await database.now(conn)


async def _cancel(opened: Database, begun: Capture, by: Principal) -> None:
    async with opened.transaction() as conn:
        capture = await captures.lock(conn, begun.number)
        if capture.state is CaptureState.CAPTURING:
            await capturing.cancel(conn, capture, by)
