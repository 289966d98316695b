"""`canary packet`: the decision packet of a run, from the database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from bot.base.errors import Misused, Refused
from bot.base.next_step import Next
from commands.shell.connection import with_database
from commands.shell.console import note, say
from commands.shell.options import FILE, data_folder, database_option, own_key

if TYPE_CHECKING:
    from bot.record.packet import Form
    from bot.store.database import Database


@click.command()
@click.argument("run", metavar="RUN")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "md", "html", "intoto"]),
    default="json",
    show_default=True,
)
@click.option("--json", "form", flag_value="json", help="For programs and `canary verify`")
@click.option("--markdown", "form", flag_value="md", help="For people, as text")
@click.option("--html", "form", flag_value="html", help="For people, as one page with charts")
@click.option("-o", "--output", type=FILE, help="Write to this file instead of standard output")
@database_option
def packet(run: str, *, form: Form | Literal["intoto"], output: Path | None, database: str | None) -> None:
    """Print the decision packet of RUN: as JSON, as Markdown or a page for people, or signed, as an in-toto statement."""
    number = run.removeprefix("#")
    if not (number.isascii() and number.isdigit() and 0 < int(number) < 2**63):
        raise Misused(f"{run!r} is not a run number.", then=[Next.list_runs()])
    text = with_database(database, lambda opened: _packet(opened, int(number), form))
    if output is None:
        say(text.removesuffix("\n"))
    else:
        output.write_text(text, encoding="utf-8")
        note(f"{output}: the packet of run #{number}")


async def _packet(database: Database, number: int, form: Form | Literal["intoto"]) -> str:
    from bot.record.packet import file_name, written
    from bot.record.proof.statement import signed
    from bot.store import dossiers, events, runs

    async with database.transaction() as conn:
        run = await runs.existing(conn, number)
        dossier = await dossiers.read(conn, run)
        history = await events.of_run(conn, number)
    if dossier.decision is None:
        raise Refused(f"Run #{number} is not decided yet, so it has no packet.")
    if dossier.evidence is None:
        raise Refused(
            f"Run #{number} was closed before its checks had finished, so there is no evidence and no packet."
        )
    if form == "intoto":
        key = own_key(data_folder())
        if key is None:
            raise Refused("There is no signing key.", hint="`canary keys create` makes one.")
        packet, name = written(dossier, history, "json"), file_name(dossier, "json")
        return signed(packet, name, key, datetime.now(UTC)) + "\n"
    return written(dossier, history, form)
