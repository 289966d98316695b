"""All parts of the demo, started in order and stopped in reverse."""

from __future__ import annotations

import asyncio
import errno
import json
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import psycopg
from psycopg import conninfo

from bot import embedded
from bot.record.proof.key_folder import KeyFolder
from bot.store.migrate import own_database
from sandbox.demo import bot_process, conversation, tour
from sandbox.demo.folder import DemoError, Folder
from sandbox.demo.repository import make_repository
from sandbox.jobsystem import JobSystem
from sandbox.slack.panels import Panel
from sandbox.slack.server import LOOPBACK, LocalSlack

_SEED = 20261123
_BOT_DATABASE = "canary"
_START = 60.0  # seconds for the bot to connect, on a slow machine


@dataclass(frozen=True)
class Stage:
    """A local Slack with the bot in it, and the sample system."""

    slack: LocalSlack
    system: JobSystem
    keys: Path  # the folder of the bot's signing key and keyring
    work: tuple[asyncio.Task[None], ...]  # run forever, unless one fails

    async def until_it_fails(self) -> None:
        """Wait until a part fails, and raise its DemoError."""
        done, _ = await asyncio.wait(self.work, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()


def _silently(_: str) -> None:
    """Report no progress."""


@asynccontextmanager
async def staged(
    folder: Folder,
    *,
    port: int = 0,
    fresh: bool = False,
    say: Callable[[str], None] = print,
    starting: Callable[[str], None] = _silently,
    replicas: int = 1,
) -> AsyncIterator[Stage]:
    """Run everything while the block lasts. Raises CanaryError.

    `starting` is told what is about to start, `say` what goes wrong later.
    """
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        stack.enter_context(folder.taken())
        if fresh:
            folder.forget()
        _refuse_taken(port)
        starting("PostgreSQL")
        server = await enter(embedded.postgres(folder.path))
        starting("Valkey")
        redis_url = await enter(embedded.valkey(folder.path))
        await asyncio.to_thread(make_repository, folder.repository)
        _configure(folder)
        starting("the sample system, with a day of history")
        system = await enter(JobSystem.create(server, seed=_SEED))
        secret = secrets.token_hex(16)
        system_url = await enter(system.serve(secret=secret))
        starting("the local Slack")
        slack = await enter(_slack(port, system_url))
        await enter(conversation.kept(slack.workspace, folder.conversation))
        KeyFolder(folder.keys).ensure(datetime.now(UTC))
        settings = {
            **_of_slack(slack),
            **_of_system(system, system_url, secret),
            "CANARY_DATA": str(folder.keys),  # gates see nothing in it
            "DATABASE_URL": await _bot_database(server, fresh=fresh),
            "REDIS_URL": redis_url,
            "CANARY_CONFIG": str(folder.configuration),
            "PORT": "0",
        }
        starting("the bot" if replicas == 1 else f"{replicas} bots")
        bots = [
            await enter(_meanwhile(bot_process.keep_running(folder.replica(number), settings, say)))
            for number in range(1, replicas + 1)
        ]
        await system.advance_to(datetime.now(UTC))
        life = await enter(_meanwhile(_live(system)))
        await _connected(slack, folder, replicas)
        yield Stage(slack, system, folder.keys, (*bots, life))


def _of_slack(slack: LocalSlack) -> dict[str, str]:
    return {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
    }


def _of_system(system: JobSystem, url: str, secret: str) -> dict[str, str]:
    return {
        "STAGING_DATABASE_URL": system.reader_dsn,
        "DECISIONS_DATABASE_URL": system.decisions_dsn,
        "BACKFILL_DATABASE_URL": system.backfill_dsn,
        "STAGING_URL": url,
        "CRON_SECRET": secret,
    }


@asynccontextmanager
async def _slack(port: int, system: str) -> AsyncIterator[LocalSlack]:
    """Use manifest.yml in a checkout. A wheel has none, so there the built-in minimal manifest is used."""
    manifest = Path(str(files("sandbox"))).parent / "manifest.yml"
    slack = LocalSlack(
        manifest=manifest if manifest.exists() else None,
        port=port,
        panels=[Panel("System under test", f"{system}/dials")],
        tour=tour.steps(system),
    )
    try:
        await _start(slack, port)
        yield slack
    finally:
        await slack.stop()


async def _start(slack: LocalSlack, port: int) -> None:
    try:
        await slack.start()
    except OSError as error:
        raise _unusable(port, error) from error


def _refuse_taken(port: int) -> None:
    """Check the port before anything is started. Raises DemoError."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise _unusable(port, error) from error


def _unusable(port: int, error: OSError) -> DemoError:
    why = {
        errno.EADDRINUSE: f"Port {port} is in use, perhaps by another demo: see http://{LOOPBACK}:{port}.",
        errno.EACCES: f"You may not listen on port {port}.",
    }
    reason = error.errno or 0
    return DemoError(
        why.get(reason, f"Cannot listen on port {port}: {error.strerror}."),
        hint="Add --port 0 for any free port, or --port with another number.",
    )


def _configure(folder: Folder) -> None:
    template = (files("sandbox.demo") / "canary.yaml").read_text("utf-8")
    folder.configuration.write_text(template.replace("./repository", json.dumps(str(folder.repository))))


async def _bot_database(server: str, *, fresh: bool) -> str:
    """Yields the DSN of the bot's database, with a role of its own, on the server of the sample system."""
    async with await psycopg.AsyncConnection.connect(server, autocommit=True) as connection:
        if fresh:
            await connection.execute(f"DROP DATABASE IF EXISTS {_BOT_DATABASE} WITH (FORCE)")
        known = await connection.execute("SELECT FROM pg_database WHERE datname = %s", (_BOT_DATABASE,))
        if not known.rowcount:
            await connection.execute(f"CREATE DATABASE {_BOT_DATABASE}")
    return await asyncio.to_thread(own_database, conninfo.make_conninfo(server, dbname=_BOT_DATABASE))


async def _connected(slack: LocalSlack, folder: Folder, replicas: int) -> None:
    try:
        await slack.connected(replicas, timeout=_START)
    except TimeoutError:
        raise DemoError(
            f"The bot has not connected to Slack within {_START:.0f} s.",
            hint=bot_process.last_words(folder.bot),
        ) from None


async def _live(system: JobSystem) -> None:
    try:
        await system.run_forever()
    except psycopg.Error as error:
        raise DemoError(
            f"The sample system has lost its database: {error}.", hint="Start the demo again."
        ) from error


@asynccontextmanager
async def _meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    """Run the coroutine while the block lasts."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
