"""Runs that wait for votes, and their approvers, created without a bot, for the benchmarks of voting."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.plan.load import Loaded, load
from bot.rules.evidence import freeze
from bot.rules.request import Click
from bot.slack.messages.card import GO
from bot.store import check_runs, configurations, dossiers, evidences, runs
from bot.store.database import Connection, Database
from checks.outcome import Outcome
from checks.result import Result

OWNERS = tuple(f"U{number:04d}OWNER" for number in range(10))
NOBODY = "U9999NOBODY"  # the only member of the second group never votes, so that no run is decided

PLAN = """
version: 1
people:
  owners: {{members: [{owners}]}}
  nobody: {{members: [{nobody}]}}
sources:
  here: {{kind: http, base_url: "http://127.0.0.1:9"}}
environments:
{environments}
"""
ENVIRONMENT = """
  {prefix}-{number}:
    channel: C0RELEASES
    checks:
      probe: {{kind: http.probe, source: here, owner: owners, request: {{path: /}}, expect: ["last.status == 200"]}}
    decide: {{approve: {{owners: {quorum}, nobody: 1}}, expires: 24h}}
    rollback: {{mitigation: "stop", steps: ["go back"], on_call: owners}}
"""


@dataclass(frozen=True)
class Ballots:
    """Runs that are being decided, by the values of their buttons."""

    configuration: Loaded
    buttons: tuple[str, ...]

    def clicks(self) -> Iterator[tuple[str, str]]:
        """Returns (approver, button's value) for every approver on every run, with runs in rotation."""
        return ((owner, button) for owner in OWNERS for button in self.buttons)


def plan(folder: Path, environments: int, *, prefix: str = "environment") -> Loaded:
    """A plan with this many environments that all approvers may vote on; also written to ballots.yaml, for a bot process."""
    several = "".join(
        ENVIRONMENT.format(prefix=prefix, number=number, quorum=len(OWNERS)) for number in range(environments)
    )
    path = folder / "ballots.yaml"
    path.write_text(PLAN.format(owners=", ".join(OWNERS), nobody=NOBODY, environments=several))
    return load(path, {})


async def ballots(dsn: str, configuration: Loaded) -> Ballots:
    """Create a run for each environment, whose only check has passed, waiting for votes."""
    async with Database(dsn) as database, database.transaction() as conn:
        buttons = [await _waiting(conn, configuration, name) for name in configuration.plan.environments]
    return Ballots(configuration, tuple(buttons))


async def _waiting(conn: Connection, configuration: Loaded, environment: str) -> str:
    pinned = configuration.plan.pinned(environment)
    await configurations.keep(conn, pinned)
    run = await runs.insert(
        conn,
        key=uuid.uuid4().hex,
        environment=environment,
        channel=pinned.environment.channel,
        requested_by="U03RAJ",
        requested_from="C0RELEASES",
        arguments={},
        configuration=pinned.digest,
    )
    await check_runs.insert(conn, run.number, pinned.environment.checks)
    for name in pinned.environment.checks:
        attempt = await check_runs.start(conn, run.number, name)
        assert attempt
        await check_runs.finish(conn, run.number, name, _passed(), attempt=attempt)
    dossier = await dossiers.read(conn, run)
    digest, document = freeze(run, dossier.checks, dossier.verdict)
    await evidences.insert(conn, run.number, digest=digest, document=document)
    return Click.value_of(
        await runs.conclude(conn, run.number, evidence=digest, expires=pinned.environment.decide.expires)
    )


def _passed() -> Result:
    return Result(outcome=Outcome.PASS, reason="200", started_at=datetime.now(UTC), seconds=0.1)


def click(owner: str, button: str) -> dict[str, Any]:
    """A click on Go, as Slack sends it."""
    return {
        "type": "block_actions",
        "team": {"id": "T0ACME"},
        "user": {"id": owner},
        "channel": {"id": "C0RELEASES"},
        "container": {"type": "message", "message_ts": "1.0", "channel_id": "C0RELEASES"},
        "actions": [
            {"action_id": GO.action, "action_ts": uuid.uuid4().hex, "value": button, "type": "button"}
        ],
        "trigger_id": uuid.uuid4().hex,
    }


def form(owner: str, button: str) -> dict[str, str]:
    """The same as an HTTP form."""
    return {"payload": json.dumps(click(owner, button))}
