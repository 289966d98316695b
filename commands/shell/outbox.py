"""`canary outbox`: lists messages that Slack does not show, and lets an operator resolve them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from bot.base.errors import Misused
from commands.shell.connection import with_database
from commands.shell.console import FAIL, PASS, columns, one_line, say, terminal_width
from commands.shell.help import HelpfulGroup
from commands.shell.options import database_option, json_option, operator

if TYPE_CHECKING:
    from bot.rules.outbox import Message


@click.group(cls=HelpfulGroup)
def outbox() -> None:
    """List messages that Slack does not show, and resolve them by hand."""


@outbox.command("list")
@database_option
@json_option
def list_messages(database: str | None, as_json: bool) -> None:
    """List messages that are ambiguous, have failed, or have an open alert.

    Exits with 0 if there are none, 1 if there are some.
    """
    from bot.workflow import resolving

    found = with_database(database, resolving.troubled)
    if as_json:
        from commands.shell.formats.document import as_json as as_document

        say(as_document([message.model_dump(mode="json") for message in found]))
    elif found:
        say("\n".join(_lines(found, datetime.now(UTC), terminal_width())))
    else:
        say("Slack shows every message that it should.")
    raise SystemExit(FAIL if found else PASS)


@outbox.command()
@click.argument("message", type=int)
@database_option
@click.option("--shown", metavar="TS", default="", help="It is in Slack, with this timestamp")
@click.option("--again", is_flag=True, help="It is not in Slack, or the cause is fixed: send it again")
@click.option("--drop", is_flag=True, help="The message is no longer needed: never show it")
@click.option("--reason", default="", help="Why it is dropped, for the run's audit log")
def resolve(message: int, database: str | None, *, shown: str, again: bool, drop: bool, reason: str) -> None:
    """Resolve MESSAGE, an id from `canary outbox list`. This goes into the run's audit log, with your name."""
    from bot.workflow import resolving
    from bot.workflow.resolving import Resolution, Verdict

    given = {Verdict.SHOWN: bool(shown), Verdict.AGAIN: again, Verdict.DROP: drop}
    said = [verdict for verdict, is_given in given.items() if is_given]
    if len(said) != 1:
        raise Misused("Give exactly one of --shown TS, --again and --drop.")
    resolution = Resolution(message=message, verdict=said[0], by=operator(), ts=shown, reason=reason)
    found = with_database(database, lambda opened: resolving.resolve(opened, resolution))
    say(f"message {message}, the {found.kind} of {found.owner}: {resolution.verdict}")


def _lines(found: list[Message], now: datetime, width: int | None) -> Iterator[str]:
    """A line for each message, followed by the full error, which may name the message in Slack that it may
    be.
    """
    from commands.shell.formats.text import wrapped

    heading = ("id", "run", "message", "channel", "state", "for", "")
    title, *rows = columns([heading, *(_row(message, now) for message in found)])
    yield title
    for row, message in zip(rows, found, strict=True):
        yield row
        if message.error:
            yield from wrapped(one_line(message.error), width, indent="      ")


def _row(message: Message, now: datetime) -> tuple[str, ...]:
    from checks.units import say_duration

    since = now.replace(microsecond=0) - (message.doubted_at or message.created_at).replace(microsecond=0)
    return (
        str(message.id),
        message.topic or f"#{message.run}",
        f"{message.kind} {message.subject}".strip(),
        message.channel,
        message.state,
        say_duration(since),
        "alerted" if message.alerted_at else "",
    )
