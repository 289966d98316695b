"""Databases for tests: created on a running server, dropped afterward."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import psycopg
from psycopg import sql


async def fresh_database(server: str, *, template: str = "template0") -> str:
    """URL of a new database on the server, copied from `template`, which must have no connections."""
    name = f"test_{uuid.uuid4().hex}"
    async with await psycopg.AsyncConnection.connect(server, autocommit=True) as connection:
        # copied as files: through the WAL, every third copy would wait most of a second for a checkpoint
        await connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    return urlsplit(server)._replace(path=f"/{name}").geturl()


async def drop_database(server: str, dsn: str) -> None:
    """Drop it, including its connections."""
    name = urlsplit(dsn).path.removeprefix("/")
    async with await psycopg.AsyncConnection.connect(server, autocommit=True) as connection:
        await connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@asynccontextmanager
async def throwaway_database(server: str, *, template: str = "template0") -> AsyncIterator[str]:
    dsn = await fresh_database(server, template=template)
    try:
        yield dsn
    finally:
        await drop_database(server, dsn)
