"""`canary migrate` and `checkpoint`: the record, without Slack and without a running bot."""

from __future__ import annotations

import click

from bot.base.environment import pasted
from commands.shell.console import run, say
from commands.shell.options import data_folder, database_option, signing_key, start_log


@click.command(short_help="Migrate the database to this version.")
@click.option(
    "--database",
    envvar="DATABASE_URL",
    required=True,
    metavar="URL",
    help="The database to migrate, as its owner  [DATABASE_URL]",
)
@click.option(
    "--grant-to",
    metavar="ROLE",
    help="The role that the bot connects as: grant it exactly what the bot needs",
)
def migrate(database: str, grant_to: str | None) -> None:
    """Migrate the database to this version. `canary serve` does so by itself if its role owns the tables."""
    from bot.store.migrate import migrate as migrate_database

    migrate_database(pasted(database) or "", grant_to=grant_to)
    say("the database is up to date")
    if grant_to:
        say(f"{grant_to} has what the bot needs; it can add to the audit log, but not change it")


@click.command(short_help="Print a signed checkpoint of the audit log.")
@database_option
def checkpoint(database: str | None) -> None:
    """Print a signed checkpoint of the audit log. Store it elsewhere, and verify the database against it later."""
    from bot.record.proof.checkpoint import KIND
    from bot.record.proof.signature import sealed
    from commands.audit_log import checkpoint as take

    start_log()
    data = data_folder()
    taken = run(take(pasted(database), data))
    say(sealed(taken.as_text(), KIND, signing_key(data)))
