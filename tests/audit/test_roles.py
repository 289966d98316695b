"""Who migrates the database, to whom it is granted, and what the bot says about it when it starts."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from bot.store.migrate import SchemaError, migrate, newest, standing
from bot.store.roles import BOT, RECORD, RoleError, as_role
from commands.serve import up_to_date
from tests.databases import throwaway_database

OWNER, STRANGER = "tables_owner", "stranger"


async def execute(dsn: str, *statements: str) -> None:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        for statement in statements:
            await conn.execute(statement)


@pytest.fixture
async def empty(postgres_server: str) -> AsyncIterator[str]:
    """URL of an empty database as its owner, who is no superuser; other roles exist."""
    async with throwaway_database(postgres_server) as dsn:
        roles = (
            f"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
            for role in (OWNER, STRANGER, BOT)
        )
        await execute(dsn, *roles, f"GRANT ALL ON SCHEMA public TO {OWNER}")
        yield as_role(dsn, OWNER)
        await execute(dsn, f"DROP OWNED BY {OWNER}, {STRANGER}, {BOT}")


async def test_the_owner_migrates_and_the_bot_starts_as_another_role(
    empty: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await asyncio.to_thread(migrate, empty, grant_to=BOT)
    bot = as_role(empty, BOT)
    await up_to_date(bot)
    found = standing(bot)
    assert (found.version, found.may_migrate, found.lacking, found.rewritable) == (newest(), False, (), ())
    assert "missing in the database" not in capsys.readouterr().out


async def test_a_bot_that_runs_as_the_owner_is_warned_once(
    empty: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await up_to_date(empty)  # this migrates
    said = capsys.readouterr().out
    assert said.count("missing in the database") == 1
    assert f"{OWNER} could change the audit log" in said
    assert "canary migrate --grant-to ROLE" in said
    assert standing(empty).rewritable == RECORD


async def test_an_outdated_database_has_to_be_migrated_by_its_owner(empty: str) -> None:
    with pytest.raises(SchemaError) as caught:
        await up_to_date(as_role(empty, BOT))
    assert str(caught.value) == (
        f"The database is at version none, this bot needs {newest()}, and its role {BOT} may not change tables."
    )
    assert caught.value.hint == f"Run `canary migrate --grant-to {BOT}` as the owner of the tables."


async def test_a_newer_database_is_reported_in_one_sentence(empty: str) -> None:
    await asyncio.to_thread(migrate, empty, grant_to=BOT)
    await execute(empty, "UPDATE alembic_version SET version_num = '9999'")
    for dsn in (empty, as_role(empty, BOT)):
        with pytest.raises(
            SchemaError, match=f"at version 9999, and this bot knows versions up to {newest()}"
        ):
            await up_to_date(dsn)
    with pytest.raises(SchemaError, match="at version 9999"):
        await asyncio.to_thread(migrate, empty)


@pytest.mark.parametrize("version", ["1000", "ae1027a6acf5", "00006"])
async def test_an_incompatible_or_foreign_version_is_reported_too(empty: str, version: str) -> None:
    await asyncio.to_thread(migrate, empty, grant_to=BOT)
    await execute(empty, f"UPDATE alembic_version SET version_num = '{version}'")
    with pytest.raises(SchemaError, match=f"at version {version}, and this bot knows"):
        await up_to_date(as_role(empty, BOT))


async def test_a_restarted_older_bot_works_with_a_newer_databases_additions(
    empty: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await asyncio.to_thread(migrate, empty, grant_to=BOT)
    await execute(empty, "UPDATE alembic_version SET version_num = '0999'")
    await up_to_date(as_role(empty, BOT))
    assert "the database is newer than this bot" in capsys.readouterr().out
    await asyncio.to_thread(migrate, empty, grant_to=BOT)
    assert standing(empty).version == "0999"


async def test_a_role_without_grants_is_told_how_to_get_them(empty: str) -> None:
    await asyncio.to_thread(migrate, empty)
    with pytest.raises(RoleError, match=f"role {STRANGER} may not read alembic_version") as caught:
        await up_to_date(as_role(empty, STRANGER))
    assert f"canary migrate --grant-to {STRANGER}" in caught.value.hint


async def test_a_table_without_grants_is_reported_at_the_start(empty: str) -> None:
    await asyncio.to_thread(migrate, empty, grant_to=BOT)
    await execute(empty, f"REVOKE ALL ON message FROM {BOT}")
    with pytest.raises(RoleError, match=f"role {BOT} may not read message"):
        await up_to_date(as_role(empty, BOT))


async def test_granting_again_revokes_excess_privileges(empty: str) -> None:
    await asyncio.to_thread(migrate, empty, grant_to=BOT)
    await execute(empty, f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {BOT}")
    assert standing(as_role(empty, BOT)).rewritable == RECORD
    await asyncio.to_thread(migrate, empty, grant_to=BOT)
    assert standing(as_role(empty, BOT)).rewritable == ()


@pytest.mark.parametrize(
    "also",
    [
        f"GRANT UPDATE (kind) ON event TO {STRANGER}",
        f"GRANT TRUNCATE ON evidence TO {STRANGER}",
        f"GRANT TRIGGER ON decision TO {STRANGER}",
    ],
)
async def test_every_way_a_role_could_rewrite_the_record_is_detected(empty: str, also: str) -> None:
    await asyncio.to_thread(migrate, empty, grant_to=STRANGER)
    await execute(empty, also)
    assert len(standing(as_role(empty, STRANGER)).rewritable) == 1


async def test_a_role_that_could_rewrite_the_record_is_granted_nothing(
    postgres_server: str, empty: str
) -> None:
    await asyncio.to_thread(migrate, empty)
    await execute(postgres_server, f"GRANT {OWNER} TO {STRANGER}")
    try:
        with pytest.raises(RoleError, match=f"{STRANGER} could still change .*configuration, decision"):
            await asyncio.to_thread(migrate, empty, grant_to=STRANGER)
    finally:
        await execute(postgres_server, f"REVOKE {OWNER} FROM {STRANGER}")
    with pytest.raises(RoleError, match="may not read"):
        standing(as_role(empty, STRANGER))
    with pytest.raises(RoleError, match=f"{OWNER} could still change"):
        await asyncio.to_thread(migrate, empty, grant_to=OWNER)


async def test_a_missing_role_is_reported(empty: str) -> None:
    with pytest.raises(RoleError, match="There is no database role nobody_i_know"):
        await asyncio.to_thread(migrate, empty, grant_to="nobody_i_know")


async def test_simultaneous_starts_on_an_empty_database_migrate_it_once(empty: str) -> None:
    await asyncio.gather(*(up_to_date(empty) for _ in range(4)))
    assert standing(empty).version == newest()


def test_serving_loads_neither_signing_nor_migrations() -> None:
    """They would cost idle memory and start-up time."""
    code = "import sys, commands.serve, commands.shell; print([m for m in sys.modules if m in ('cryptography.hazmat', 'alembic', 'bot.record.proof.signature')])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == "[]\n"


async def test_a_role_that_may_not_grant_is_told_who_can(empty: str) -> None:
    await asyncio.to_thread(migrate, empty, grant_to=BOT)
    with pytest.raises(RoleError, match="may not grant stranger what the bot needs") as caught:
        migrate(as_role(empty, BOT), grant_to=STRANGER)
    assert caught.value.hint == "Run `canary migrate` as the owner of the tables."
