"""A database with a history, copied for each test that changes it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import pytest_asyncio

from bot.record.proof.checkpoint import Against
from bot.store.roles import BOT, as_role
from commands.audit_log import verify
from tests.audit.team import make_history, team
from tests.databases import fresh_database, throwaway_database
from tests.journeys.conftest import (  # noqa: F401 — world is a fixture
    World,
    world,
)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def history(postgres_server: str, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of a read-only database in which everything has happened once, written with the bot's own role."""
    dsn = await fresh_database(postgres_server, template=migrated)
    async with throwaway_database(postgres_server) as somewhere:
        world = World(somewhere)
        await world.create()
        async with team(as_role(dsn, BOT), world, tmp_path_factory.mktemp("history")) as at_work:
            await make_history(at_work)
    return dsn


@pytest.fixture
async def record(postgres_server: str, history: str) -> AsyncIterator[str]:
    """URL of a copy of it, as its owner, who is a superuser."""
    async with throwaway_database(postgres_server, template=name_of(history)) as dsn:
        yield dsn


def name_of(dsn: str) -> str:
    return urlsplit(dsn).path.removeprefix("/")


UNSEEN = "SET session_replication_role = replica"  # disables triggers, for a role that may


async def tamper(dsn: str, *statements: str) -> None:
    """Change it as an administrator could, with triggers disabled."""
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        for statement in (UNSEEN, *statements):
            await conn.execute(statement)


async def found(dsn: str, against: Against | None = None) -> list[str]:
    """The problems found, in order."""
    said: list[str] = []
    verified = await verify(dsn, Path("nowhere"), against, say=said.append)
    assert verified.holds == (not said)
    return said
