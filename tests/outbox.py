"""Inspecting the outbox from outside: its rows, its alerts, its command line, and what Slack shows of it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import psycopg

from bot.store.database import Database
from bot.workflow import resolving
from sandbox.slack.message import Message
from sandbox.slack.person import PATIENCE
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import both_go, decided


async def command(dsn: str, *words: str) -> tuple[int, str]:
    """Returns the exit code and output of `canary outbox …`."""
    ran = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "commands", "outbox", *words],
        env={"DATABASE_URL": dsn, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout + ran.stderr


async def troubled(dsn: str) -> list[dict[str, Any]]:
    """What `canary outbox list` lists, without starting the command, since it is needed again and again."""
    async with Database(dsn) as database:
        return [message.model_dump(mode="json") for message in await resolving.troubled(database)]


async def until_troubled(dsn: str, kind: str) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE):
        while not (found := [each for each in await troubled(dsn) if each["kind"] == kind]):
            await asyncio.sleep(0.2)
    return found[0]


async def rows(dsn: str, sql: str) -> list[Any]:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        return await (await conn.execute(sql.encode())).fetchall()


async def until(dsn: str, sql: str, *, patience: float = PATIENCE) -> None:
    """Wait until the statement returns a true value."""
    async with asyncio.timeout(patience), await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        while True:
            found = await (await conn.execute(sql.encode())).fetchone()
            if found and found[0]:
                return
            await asyncio.sleep(0.1)


async def change(dsn: str, sql: str) -> None:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        await conn.execute(sql.encode())


async def make_older(dsn: str) -> None:
    """Let everything in the outbox have waited for an hour."""
    await change(
        dsn,
        "UPDATE message SET created_at = created_at - interval '1 hour', doubted_at = doubted_at - interval '1 hour'",
    )


async def make_due(dsn: str) -> None:
    """Let every waiting retry be due."""
    await change(dsn, "UPDATE message SET not_before = now() WHERE state IN ('pending', 'ambiguous')")


async def until_shown(dsn: str, *, patience: float = PATIENCE) -> None:
    """Wait until nothing is left to be sent and no alert is open."""
    async with asyncio.timeout(patience):
        while await rows(
            dsn, "SELECT FROM message WHERE state <> 'sent' AND NOT excused OR alerted_at IS NOT NULL"
        ):
            await make_due(dsn)
            await asyncio.sleep(0.5)


def living(slack: LocalSlack, channel: str = "#releases") -> list[Message]:
    return [message for message in slack.channel(channel).log.values() if not message.deleted]


def saying(slack: LocalSlack, words: str, channel: str = "#releases") -> list[Message]:
    return [message for message in living(slack, channel) if words in slack.render_text(message)]


def shown_twice(slack: LocalSlack, channel: str = "#releases") -> list[str]:
    """Outbox rows and files that the channel shows more than once."""
    ids = [message.metadata["event_payload"]["id"] for message in living(slack, channel) if message.metadata]
    names = [file.name for message in living(slack, channel) for file in message.files]
    return [each for each in {*ids, *names} if (ids + names).count(each) > 1]


def in_order(texts: Sequence[str], words: Sequence[str]) -> bool:
    """Whether each of these words occurs, each first after the previous ones."""
    places = [[at for at, text in enumerate(texts) if each in text][:1] for each in words]
    return all(places) and places == sorted(places)


async def settled(slack: LocalSlack, dsn: str) -> Message:
    """Returns the card of a run that waits for votes, with all messages sent."""
    card = await decided(slack)
    await slack.sees("#releases", "*Results*")
    await until(dsn, "SELECT bool_and(state = 'sent') FROM message")
    return card


async def with_packets(slack: LocalSlack, dsn: str) -> Message:
    """Returns the card of a run that got its go, with its packet posted."""
    card = await settled(slack, dsn)
    await both_go(slack, card)
    await slack.sees("#releases", ".html, ")
    return card


async def both_vote(slack: LocalSlack, card: Message, dsn: str) -> None:
    """Ana votes, and once her vote counts, Ben."""
    for number, name in enumerate(("ana", "ben"), 1):
        assert (await slack.user(name).click(card, "Go")).acked
        await until(dsn, f"SELECT count(*) = {number} FROM vote")
