"""Privileges of the role beyond `tables` are reported, since they are the last line of defense."""

from __future__ import annotations

import pytest

from checks.context import opened
from checks.secrets import Secrets
from checks.sources.postgres import PostgresSource
from checks.sources.postgres.privileges import say
from tests.databases import throwaway_database
from tests.sql.conftest import Planted, run_script

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_excess_privileges_are_listed(planted: Planted) -> None:
    said = say("guard_reader", await planted.database.beyond())
    assert "use pg_read_all_data, pg_read_server_files" in said
    assert 'change rows of "Odd"."Name", app.hits, public.events and ' in said
    assert "read, though `tables` does not list them, app.hits, public.events_1, public.hits_child" in said
    assert "call, with the rights of their owners, public.total_of(), public.touch()" in said


async def test_a_superuser_is_reported(postgres_server: str) -> None:
    async with throwaway_database(postgres_server) as dsn:
        await run_script(dsn, "tables.sql")
        source = PostgresSource(kind="postgres", dsn=dsn, tables=("hits",))
        async with opened(source, Secrets({})) as database:
            said = await source.reach(database)
    assert said.endswith("which may also do anything: it is a superuser")


async def test_a_role_with_only_the_needed_privileges_is_reported_as_such(postgres_server: str) -> None:
    async with throwaway_database(postgres_server) as dsn:
        await run_script(dsn, "tables.sql")
        await run_script(dsn, "modest.sql")
        source = PostgresSource(
            kind="postgres", dsn=dsn.replace("?", "?user=guard_modest&", 1), tables=("hits", "totals")
        )
        async with opened(source, Secrets({})) as database:
            said = await source.reach(database)
    assert said == "answers, as the role guard_modest, which may read what `tables` lists, and nothing else"
