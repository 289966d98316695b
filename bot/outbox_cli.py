"""`canary outbox`: what Slack does not show, and what an operator says about it."""

from __future__ import annotations

import asyncio
import getpass
import json
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from bot.errors import Misused

if TYPE_CHECKING:  # loaded when it is used: every other command does without
    from bot.outbox import Message
    from bot.store.database import Database

T = TypeVar("T")

outbox = typer.Typer(help="What Slack does not show, and what you know about it.", no_args_is_help=True)
Url = Annotated[str, typer.Option("--database", envvar="DATABASE_URL", help="The bot's database")]


@outbox.command(name="list")
def list_messages(
    database: Url, as_json: Annotated[bool, typer.Option("--json", help="JSON instead of a table")] = False
) -> None:
    """Messages in doubt, failed, or alerted about. Exit code 0 when there is none, 1 when there are."""
    from bot.workflow import resolving

    found = asyncio.run(_with(database, resolving.troubled))
    if as_json:
        typer.echo(json.dumps([message.model_dump(mode="json") for message in found], indent=2))
    elif found:
        Console().print(_table(found, datetime.now(UTC)))
    else:
        typer.echo("Slack shows all that it should.")
    raise typer.Exit(1 if found else 0)


@outbox.command()
def resolve(
    message: int,
    database: Url,
    *,
    shown: Annotated[str, typer.Option(metavar="TS", help="It is there, under this time stamp")] = "",
    again: Annotated[bool, typer.Option(help="It is not there, or what made it fail is mended")] = False,
    drop: Annotated[bool, typer.Option(help="It need not be shown")] = False,
    reason: Annotated[str, typer.Option(help="Why, for the run's log")] = "",
) -> None:
    """Say what became of a message. It becomes part of the run's log, with your name."""
    from bot.workflow import resolving
    from bot.workflow.resolving import Resolution, Verdict

    given = {Verdict.SHOWN: bool(shown), Verdict.AGAIN: again, Verdict.DROP: drop}
    said = [verdict for verdict, is_given in given.items() if is_given]
    if len(said) != 1:
        raise Misused("Say one of --shown TS, --again and --drop.")
    resolution = Resolution(
        message=message, verdict=said[0], by=f"operator {_user()}", ts=shown, reason=reason
    )
    found = asyncio.run(_with(database, lambda opened: resolving.resolve(opened, resolution)))
    typer.echo(f"message {message}, the {found.kind} of run #{found.run}: {resolution.verdict}")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # in a container, users need no names
        return f"uid {os.getuid()}"


async def _with(dsn: str, do: Callable[[Database], Awaitable[T]]) -> T:
    from bot.store.database import Database
    from bot.store.migrate import behind, newest, standing

    if (
        found := standing(dsn)
    ).version != newest():  # asked first: a pool takes long to say that there is none
        raise behind(found)
    async with Database(dsn, size=2) as database:
        return await do(database)


def _table(found: list[Message], now: datetime) -> Table:
    from checks.units import say_duration

    table = Table("id", "run", "what", "channel", "state", "for", "why", "alert")
    for message in found:
        table.add_row(
            str(message.id),
            f"#{message.run}",
            f"{message.kind} {message.subject}".strip(),
            message.channel,
            message.state,
            say_duration(now - (message.doubted_at or message.created_at)),
            message.error or "",
            "open" if message.alerted_at else "",
        )
    return table
