"""Save records as this version of the code makes them: `python -m tests.audit.records.make NAME`.

Later versions have to verify them unchanged. Save new ones when what is stored changes; never change or remove
existing ones.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from bot import embedded
from bot.record.addendum import as_file
from bot.record.packet import as_json
from bot.store import audits, dossiers, runs
from bot.store.migrate import own_database
from bot.store.roles import BOT, as_role
from commands.audit_log import checkpoint as take_checkpoint
from tests.audit.team import make_aftermath, make_history, team
from tests.databases import fresh_database, throwaway_database
from tests.journeys.acting import with_action, with_workspaces
from tests.journeys.conftest import World

HERE = Path(__file__).parent
DUMP = ("--no-owner", "--no-privileges", "--inserts", "--rows-per-insert=100")


async def make(name: str) -> None:
    folder = HERE / name
    folder.mkdir()
    with tempfile.TemporaryDirectory(prefix="canary-records-") as scratch:
        async with embedded.postgres(Path(scratch), durable=False) as server:
            dsn = await fresh_database(server)
            own_database(dsn)
            async with throwaway_database(server) as somewhere:
                world = World(somewhere)
                await world.create()
                writer = await with_workspaces(world)
                bot = as_role(dsn, BOT)
                async with team(bot, world, Path(scratch), with_action(), WRITER_DSN=writer) as at_work:
                    await make_aftermath(at_work)
                async with team(bot, world, Path(scratch)) as at_work:
                    await make_history(at_work)
            checkpoint = await take_checkpoint(dsn, Path(scratch))
            (folder / "checkpoint").write_text(checkpoint.as_text())
            for file, text in (await _documents(dsn)).items():
                (folder / file).write_text(text)
            await _dump(dsn, folder / "dump.sql")


async def _documents(dsn: str) -> dict[str, str]:
    """Each packet, and each addendum, by the name of its file."""
    made = {}
    async with audits.snapshot(dsn) as conn:
        async for number in audits.numbers(conn):
            run = await runs.find(conn, number)
            assert run
            dossier = await dossiers.read(conn, run)
            if dossier.decision and dossier.evidence:
                links = await audits.links(conn, number)
                made[f"packet-{number}.json"] = as_json(dossier, [link.event() for link in links])
            if dossier.addendum:
                made[f"addendum-{number}.json"] = as_file(dossier.addendum.document)
    return made


async def _dump(dsn: str, file: Path) -> None:
    from tests.audit.test_tampering import client

    await client("pg_dump", *DUMP, f"--file={file}", dsn)


if __name__ == "__main__":
    asyncio.run(make(sys.argv[1]))
