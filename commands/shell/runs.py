"""`canary runs`: the latest runs and their decisions, from the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from commands.shell.connection import with_database
from commands.shell.console import columns, note, say
from commands.shell.options import database_option, json_option, limit_option

if TYPE_CHECKING:
    from bot.rules.run import Overview
    from bot.store.database import Database


@click.command()
@click.argument("environment", required=False)
@limit_option
@json_option
@database_option
def runs(environment: str | None, *, limit: int, as_json: bool, database: str | None) -> None:
    """List the latest runs, of one ENVIRONMENT or of all."""

    async def read(opened: Database) -> list[Overview]:
        from bot.store import runs as stored

        async with opened.connection() as conn:
            return await stored.overview(conn, environment, limit)

    found = with_database(database, read)
    if as_json:
        from commands.shell.formats.document import as_json as as_document

        say(as_document([run.model_dump(mode="json") for run in found]))
    elif found:
        heading = ("run", "environment", "version", "state", "decision", "requested", "by")
        say("\n".join(columns([heading, *map(_row, found)])))
    else:
        note(f"No runs on {environment} yet." if environment else "No runs yet.")


def _row(run: Overview) -> tuple[str, ...]:
    when = f"{run.requested_at:%Y-%m-%d %H:%M} UTC"
    decision = run.decision or ""
    return (
        f"#{run.number}",
        run.environment,
        run.version or "",
        run.state,
        decision,
        when,
        run.requested_by,
    )
