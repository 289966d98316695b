"""Reads a run's dossier."""

from __future__ import annotations

from bot.dossier import Dossier
from bot.run import Run
from bot.store import configurations
from bot.store.database import Connection, row
from bot.store.statements import Statements

SQL = Statements("dossier")


async def read(conn: Connection, run: Run) -> Dossier:
    """As of one moment; under the run's lock it is exact."""
    plan = await configurations.load(conn, run.configuration)
    found = await row(conn, SQL["of_run"], run=run.number)
    assert found
    return Dossier.model_validate({**found["document"], "plan": plan})
