"""`canary migrate`, `checkpoint` and `verify`: the record, without Slack and without a running bot."""

from __future__ import annotations

import os
from pathlib import Path

import click

from bot.base.environment import pasted
from commands.shell.console import FAIL, note, one_line, run, say, stop
from commands.shell.options import FILE, data_folder, database_option, start_log, text_of


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
    from bot.record.checkpoint import KIND
    from bot.record.signature import sealed
    from commands.audit_log import checkpoint as take

    start_log()
    data = data_folder()
    document = run(take(pasted(database), data)).as_text()
    say(sealed(document, KIND, data))


@click.command(short_help="Verify a decision packet, or the whole audit log.")
@click.argument("what", metavar="[PACKET | URL]", required=False)
@click.option(
    "--database",
    is_flag=True,
    help="Verify the whole audit log: in the database at URL, else at DATABASE_URL, else the embedded one",
)
@click.option(
    "--checkpoint", type=FILE, help="A file from `canary checkpoint`: everything in it must still exist"
)
@click.option("--key", help="The checkpoint's public key, or its file; by default the one in CANARY_DATA")
def verify(what: str | None, database: bool, checkpoint: Path | None, key: str | None) -> None:
    """Verify PACKET, the .json file in a run's thread, or the whole audit log with --database.

    Exits with 0 if everything verifies, 1 if something does not, 2 if it cannot be read.
    """
    if not database and (checkpoint or key):
        stop("--checkpoint and --key need --database.")
    if database:
        _verify_database(pasted(what or os.environ.get("DATABASE_URL")), checkpoint, key)
    elif what:
        _verify_packet(Path(what))
    else:
        stop("Give something to verify: a packet's file, or --database.")


def _verify_packet(packet: Path) -> None:
    from bot.record.verification import LARGEST, problems

    if wrong := problems(text_of(packet, LARGEST)):
        for problem in wrong:
            note(one_line(problem))
        raise SystemExit(FAIL)
    say(f"{packet}: every digest matches")


def _problem(text: str) -> None:
    """One line each, even if stored text has line breaks."""
    note(one_line(text))


def _verify_database(url: str | None, checkpoint: Path | None, key: str | None) -> None:
    from bot.record.checkpoint import KIND, LARGEST, Against, read
    from bot.record.signature import ForgedError, opened, public_key
    from commands.audit_log import verify as verify_all

    start_log()
    data, against = data_folder(), None
    if checkpoint:
        text = text_of(checkpoint, LARGEST)
        try:
            against = Against(read(opened(text, KIND, public_key(key, data))))
        except ForgedError as error:
            note(f"{checkpoint}: {error} {error.hint}")
            raise SystemExit(FAIL) from None
    verified = run(verify_all(url, data, against, say=_problem))
    if not verified.holds:
        raise SystemExit(FAIL)
    say(verified.summary)
