"""A check's own database fails at the worst time: after it has answered."""

from __future__ import annotations

from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import psycopg
import pytest

from checks.sources.postgres.database import Database
from checks.sources.postgres.source import PostgresSource
from tests.faults.proxy import Proxy


@pytest.mark.parametrize("hangs", [False, True])
async def test_an_answer_counts_even_if_the_connection_breaks_afterward(
    postgres_line: Proxy, database: str, hangs: bool
) -> None:
    name = urlsplit(database).path.removeprefix("/")
    dsn = f"postgresql://canary@127.0.0.1:{postgres_line.port}/{name}?sslmode=disable&gssencmode=disable"
    asked = Database(PostgresSource(kind="postgres", dsn=dsn, tables=("hits",)))
    async with await psycopg.AsyncConnection.connect(database) as conn:
        await conn.execute("CREATE TABLE hits AS SELECT 0 AS n")
    async with AsyncExitStack() as stack:
        if hangs:
            stuck = postgres_line.hanging()
            after = postgres_line.notices(b"ROLLBACK", then=lambda: stack.enter_context(stuck))
        else:
            after = postgres_line.breaks_at(b"ROLLBACK", answered=False)
        assert (await asked.query("SELECT 1 AS n FROM hits", {})).rows == ((1,),)
        assert after.happened.is_set()
    assert (await asked.query("SELECT 2 AS n FROM hits", {})).rows == ((2,),)
    await asked.close()
