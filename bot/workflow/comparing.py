"""Compares a run's configuration with that of the previous run on its environment, for the record."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pydantic import ValidationError

from bot.base.errors import Unreadable
from bot.record.context_events import PreviousCompared
from bot.rules.dossier import Dossier
from bot.rules.previous_run import (
    CONFIGURATION,
    Changed,
    PreviousRun,
    changed_arguments,
    changed_facts,
    changed_settings,
    facts_of,
)
from bot.store import configurations, runs
from bot.store.database import Connection


async def compared(conn: Connection, dossier: Dossier) -> PreviousCompared:
    """Call it when all checks are done. What cannot be read is recorded as not compared: it decides nothing."""
    checks = [name for name, check in dossier.plan.environment.checks.items() if check.tells_facts]
    try:
        previous = await runs.previous(conn, dossier.run, checks)
    except ValidationError:
        previous = await runs.previous(conn, dossier.run, [])
    if previous is None:
        return PreviousCompared(run=None)
    changes = [*changed_arguments(previous.arguments, dossier.run.arguments)]
    unread = []
    try:
        changes += await _settings(conn, dossier, previous)
    except (Unreadable, ValueError):
        unread.append(CONFIGURATION)
    for check in checks:
        before, after = facts_of(previous.results.get(check)), facts_of(dossier.results.get(check))
        if before is None or after is None:
            unread.append(check)
        else:
            changes += changed_facts(check, before, after)
    return PreviousCompared.of(previous, tuple(changes), tuple(unread))


async def _settings(conn: Connection, dossier: Dossier, previous: PreviousRun) -> Iterator[Changed]:
    """Raises Unreadable, and ValueError."""
    if previous.configuration == dossier.run.configuration:
        return iter(())
    before = json.loads(await configurations.document(conn, previous.configuration))
    return changed_settings(before, json.loads(dossier.configuration))
