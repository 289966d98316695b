"""`canary capture` and `canary baselines`: what an environment measures before a change."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.base.environment import pasted
from commands.shell.connection import with_database
from commands.shell.console import FAIL, PASS, columns, note, say, stop
from commands.shell.options import (
    LENGTH,
    config_option,
    data_folder,
    database_option,
    json_option,
    limit_option,
    loaded,
    operator,
)

if TYPE_CHECKING:
    from bot.rules.baseline import Baseline, Capture, CaptureDossier
    from bot.store.database import Database


@click.command()
@click.argument("environment")
@click.option(
    "--window", type=LENGTH, required=True, metavar="TIME", help="How long to measure, like 30m; 1s to 7d"
)
@click.option("--name", default="", help="A name for the baseline, besides its number")
@json_option
@config_option
@database_option
def capture(
    environment: str,
    *,
    window: timedelta,
    name: str,
    as_json: bool,
    config: Path,
    database: str | None,
) -> None:
    """Measure ENVIRONMENT several times before a change, and keep that as a baseline for runs to be compared with.

    It measures in this process, like `canary check`, and writes to the bot's database. Interrupting it keeps nothing.

    Exits with 0 if a baseline was captured, 1 if nothing could be measured, 2 for anything else.
    """
    from bot.plan.load import Selection
    from commands.capture import Wanted
    from commands.capture import capture as captured

    configuration = loaded(config, selection=Selection(environment), lenient=True)
    wanted = Wanted(environment, name, window, operator())
    found = with_database(
        database,
        lambda opened: captured(
            opened,
            configuration,
            wanted,
            data=data_folder(),
            token=pasted(os.environ.get("SLACK_BOT_TOKEN")),
            say=_begun,
        ),
        configuration.secrets,
    )
    _say(found, as_json=as_json)
    raise SystemExit(_exit_code(found.capture))


def _begun(capture: Capture) -> None:
    from checks.units import say_count

    times = say_count(capture.samples, "measurement")
    note(
        f"Capturing {capture.called} of {capture.environment}: {times} until {capture.ends_at:%H:%M:%S} UTC."
    )


def _exit_code(capture: Capture) -> int:
    if capture.state == "cancelled":
        stop(f"{capture.ended_by} stopped {capture.called}. Nothing is kept of it.")
    return PASS if capture.state == "done" else FAIL


@click.command()
@click.argument("environment", required=False)
@click.argument("baseline", required=False)
@limit_option
@json_option
@database_option
def baselines(
    environment: str | None, baseline: str | None, *, limit: int, as_json: bool, database: str | None
) -> None:
    """List the baselines of one ENVIRONMENT or of all, or show one, by its number or name."""
    if environment and baseline:
        _say(with_database(database, lambda opened: _one(opened, environment, baseline)), as_json=as_json)
        return
    found = with_database(database, lambda opened: _newest(opened, environment, limit))
    if as_json:
        from commands.shell.formats.document import as_json as as_document

        say(as_document([each.model_dump(mode="json", exclude={"document"}) for each in found]))
    elif found:
        say(
            "\n".join(columns([("baseline", "environment", "name", "captured", "digest"), *map(_row, found)]))
        )
    else:
        note(f"No baselines of {environment} yet." if environment else "No baselines yet.")


async def _one(opened: Database, environment: str, wanted: str) -> CaptureDossier:
    from bot.workflow.capturing import dossier_of

    async with opened.transaction() as conn:
        return await dossier_of(conn, environment, wanted)


async def _newest(opened: Database, environment: str | None, limit: int) -> list[Baseline]:
    from bot.store import baselines as stored

    async with opened.connection() as conn:
        return await stored.overview(conn, environment, limit)


def _row(baseline: Baseline) -> tuple[str, ...]:
    when = f"{baseline.captured_at:%Y-%m-%d %H:%M} UTC"
    return f"{baseline.number}", baseline.environment, baseline.name, when, baseline.digest


def _say(dossier: CaptureDossier, *, as_json: bool) -> None:
    from commands.shell.formats import baseline as formats
    from commands.shell.formats.document import as_json as as_document

    say(as_document(formats.document(dossier)) if as_json else formats.as_text(dossier))
