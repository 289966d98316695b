"""A server with listed tables and much that a query must not reach; only the guard stands between them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg
import pytest_asyncio
from psycopg import sql

from checks.context import opened
from checks.secrets import Secrets
from checks.sources.postgres import Database, PostgresSource
from checks.sources.postgres.catalog import Catalog
from tests.databases import throwaway_database
from tests.sql.corpus import HERE, TABLES

ROLE = "guard_reader"


@dataclass(frozen=True)
class Planted:
    """`database` is what checks use, with `catalog`; `owner` is a superuser's connection to it; `clean` is one to a
    database with the tables alone.
    """

    owner: psycopg.AsyncConnection
    clean: psycopg.AsyncConnection
    database: Database
    catalog: Catalog


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def planted(postgres_server: str) -> AsyncIterator[Planted]:
    async with throwaway_database(postgres_server) as dsn, throwaway_database(postgres_server) as other:
        await run_script(other, "tables.sql")
        await run_script(dsn, "tables.sql")
        await _role(dsn)
        await run_script(dsn, "planted.sql")
        reader = urlsplit(dsn)
        options = "-csearch_path%3Dpublic,app,pg_catalog"  # user-defined objects come first
        query = "&".join(part for part in (reader.query, f"user={ROLE}", f"options={options}") if part)
        source = PostgresSource(
            kind="postgres", dsn=reader._replace(query=query).geturl(), tables=TABLES, statement_timeout="5s"
        )
        async with (
            opened(source, Secrets({})) as database,
            await psycopg.AsyncConnection.connect(dsn, autocommit=True) as owner,
            await psycopg.AsyncConnection.connect(other, autocommit=True) as clean,
        ):
            await database.query("SELECT 1 AS one", {})
            (catalog,) = database._catalogs.values()
            yield Planted(owner, clean, database, catalog)


async def _role(dsn: str) -> None:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as owner:
        found = await owner.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE])
        if not found.rowcount:
            await owner.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(ROLE)))


async def run_script(dsn: str, script: str) -> None:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as owner:
        await owner.execute((HERE / script).read_text("utf-8"))
