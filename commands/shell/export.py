"""`canary export`: runs with everything that is known about them, for auditors."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import TYPE_CHECKING

import click

from bot.base.environment import pasted
from commands.shell.console import emit, note, run
from commands.shell.options import TIME, data_folder, database_option, own_key, start_log

if TYPE_CHECKING:
    from bot.record.proof.export import Sample
    from bot.workflow.exporting import Export


@click.command()
@click.option("--from", "since", type=TIME, help="Runs requested from this day or time on (UTC)")
@click.option("--to", "until", type=TIME, help="Runs requested before this day or time")
@click.option("--sample", type=click.IntRange(1), help="That many of them, chosen by the seed")
@click.option("--seed", default="0", show_default=True, help="The same seed gives the same sample")
@click.option("--csv", "as_csv", is_flag=True, help="A table for spreadsheets, instead of JSON lines")
@database_option
def export(
    since: datetime | None,
    until: datetime | None,
    *,
    sample: int | None,
    seed: str,
    as_csv: bool,
    database: str | None,
) -> None:
    """Export runs as JSON lines, which `canary verify` verifies: evidence, votes, decision, audit log.

    The last line says which runs there are and which of them are exported; the signing key signs it, if there is one.
    """
    from bot.record.proof.export import Sample

    start_log()
    chosen = Sample(size=sample, seed=seed) if sample else None
    run(_export(pasted(database), since, until, chosen, as_csv=as_csv))


async def _export(
    database: str | None,
    since: datetime | None,
    until: datetime | None,
    sample: Sample | None,
    *,
    as_csv: bool,
) -> None:
    from bot.workflow.exporting import Export
    from commands.audit_log import record

    async with record(database, data_folder()) as conn:
        exported = Export(conn, since=since, until=until, sample=sample)
        async with aclosing(_lines(exported, as_csv=as_csv)) as lines:
            async for line in lines:
                emit(line)
    period = exported.period
    of = f" of #{period.first} to #{period.last}" if period else ""
    note(f"runs: {exported.runs:,}{of}")


def _lines(exported: Export, *, as_csv: bool) -> AsyncGenerator[bytes, None]:
    if as_csv:
        return exported.table()
    key = own_key(data_folder())
    if key is None:
        note("There is no signing key, so the export is not signed. `canary keys create` makes one.")
    return exported.lines(key)
