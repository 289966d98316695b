"""Reads a run's dossier."""

from __future__ import annotations

from pydantic import ValidationError

from bot.base.errors import Unreadable
from bot.base.formats import incomplete
from bot.rules.dossier import Dossier
from bot.rules.run import Run, RunState
from bot.store import configurations, rollbacks
from bot.store.database import Connection, row
from bot.store.statements import Statements

SQL = Statements("dossier")


async def read(conn: Connection, run: Run) -> Dossier:
    """Read it in one statement, so that it is consistent; under the run's lock it is also current.

    Raises Unreadable; other runs stay readable.
    """
    configuration = await configurations.document(conn, run.configuration)
    found = await row(conn, SQL["of_run"], run=run.number)
    assert found
    if removed_at := found["document"].pop("removed_at"):
        raise Unreadable(
            f"The content of run #{run.number} was removed on {removed_at[:10]}, when its retention had ended.",
            hint="Its number, times and the hashes of its log are kept.",
        )
    previous = await rollbacks.previous_of(conn, run) if run.state is RunState.DECIDING else None
    read = {
        **found["document"],
        "plan": configurations.read(configuration, run.configuration),
        "configuration": configuration,
        "previous": previous,
    }
    try:
        return Dossier.model_validate(read, extra="ignore")  # a column that a later version has added
    except ValidationError as error:
        raise incomplete(f"Run #{run.number}", error) from error
