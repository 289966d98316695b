"""Records of earlier versions verify unchanged with every later version."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from bot.record.addendum import problems as problems_of_addendum
from bot.record.proof.checkpoint import Against, read
from bot.record.verification import problems
from bot.store.migrate import own_database
from bot.store.roles import BOT, as_role
from tests.audit.conftest import UNSEEN, found
from tests.audit.team import make_history, team
from tests.audit.test_tampering import client
from tests.databases import throwaway_database
from tests.journeys.conftest import World

RECORDS = sorted(
    each for each in (Path(__file__).parent / "records").iterdir() if (each / "dump.sql").exists()
)
PACKETS = [packet for record in RECORDS for packet in sorted(record.glob("packet-*.json"))]
ADDENDA = [addendum for record in RECORDS for addendum in sorted(record.glob("addendum-*.json"))]
TRIES = 150


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}" if path.suffix else path.name


@pytest.fixture(params=RECORDS, ids=name_of)
def folder(request: pytest.FixtureRequest) -> Path:
    kept: Path = request.param
    return kept


@pytest.fixture
async def restored(postgres_server: str, migrated: str, folder: Path) -> AsyncIterator[str]:
    """Restore a dump in a database of this version, where the roles exist already."""
    async with throwaway_database(postgres_server) as dsn:
        await client("psql", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={folder / 'dump.sql'}", dsn)
        own_database(dsn)
        yield dsn


async def test_an_earlier_versions_database_verifies_after_migration(restored: str, folder: Path) -> None:
    assert await found(restored, Against(read((folder / "checkpoint").read_text()))) == []


@pytest.mark.parametrize("packet", PACKETS, ids=name_of)
def test_an_earlier_versions_packet_verifies(packet: Path) -> None:
    assert problems(packet.read_text()) == []


@pytest.mark.parametrize("addendum", ADDENDA, ids=name_of)
def test_an_earlier_versions_addendum_verifies(addendum: Path) -> None:
    assert problems_of_addendum(addendum.read_text()) == []


@pytest.mark.parametrize("packet", PACKETS, ids=name_of)
def test_a_changed_character_in_a_packet_is_detected(packet: Path) -> None:
    text, chance = packet.read_text(), random.Random(packet.name)
    places = [at for at, each in enumerate(text) if not each.isspace()]
    for at in chance.sample(places, TRIES):
        instead = chance.choice([each for each in 'aZ07{}[],:" \\' if each != text[at]])
        changed = text[:at] + instead + text[at + 1 :]
        if not _is_same(changed, text):
            assert problems(changed), (at, text[at - 20 : at + 20], instead)


HASHED = (
    ("configuration", "document"),
    ("evidence", "document"),
    ("event", "actor"),
    ("event", "kind"),
    ("event", "detail"),
    ("event", "hash"),
)
ROWS = 4  # per record


async def test_a_changed_character_in_a_database_is_detected(restored: str, folder: Path) -> None:
    chance, refused = random.Random(folder.name), 0
    async with await psycopg.AsyncConnection.connect(restored, autocommit=True) as conn:
        await conn.execute(UNSEEN)
        for table, column in HASHED:
            change = f"UPDATE {table} SET {column} = %s WHERE {column} = %s"
            texts = sorted(
                text for (text,) in await (await conn.execute(f"SELECT {column} FROM {table}")).fetchall()
            )
            for text in chance.sample(texts, min(ROWS, len(texts))):
                at = chance.choice([place for place, each in enumerate(text) if each.isalnum()])
                instead = chance.choice([each for each in "aZ07" if each != text[at]])
                changed = text[:at] + instead + text[at + 1 :]
                try:
                    await conn.execute(change, (changed, text))
                except psycopg.errors.CheckViolation:  # no longer JSON
                    refused += 1
                    continue
                assert await found(restored), (table, column, at, text[at - 20 : at + 20], instead)
                await conn.execute(change, (text, changed))
    assert refused < ROWS
    assert await found(restored) == []


def _is_same(changed: str, text: str) -> bool:
    """Whether two documents differ only in whitespace or in how a character is escaped."""
    try:
        return bool(json.loads(changed) == json.loads(text))
    except ValueError:
        return False


LATER = """
SELECT format('ALTER TABLE %I ADD COLUMN of_a_later_version text NOT NULL DEFAULT %L', tablename, 'x')
FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'procrastinate%' AND tablename <> 'alembic_version'
"""


async def test_this_version_works_on_tables_with_columns_of_a_later_one(
    bot_database: str, world: World, tmp_path: Path
) -> None:
    async with await psycopg.AsyncConnection.connect(bot_database, autocommit=True) as conn:
        for (statement,) in await (await conn.execute(LATER)).fetchall():
            await conn.execute(statement)
    async with team(as_role(bot_database, BOT), world, tmp_path) as at_work:
        await make_history(at_work)
    assert await found(bot_database) == []
