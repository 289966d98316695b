"""`canary checkpoint` and `canary verify --database`: output and exit codes."""

from __future__ import annotations

import base64
import json
import stat
import tempfile
from pathlib import Path

import pytest

from bot import embedded
from bot.store.migrate import own_database, standing
from bot.store.roles import BOT, as_role
from tests.audit.conftest import tamper
from tests.audit.team import make_history, team
from tests.journeys.conftest import World
from tests.journeys.test_command_line import Shell
from tests.program import Program

pytestmark = pytest.mark.xdist_group("audit")  # the history is made once


@pytest.fixture
def shell(tmp_path: Path, world: World, program: Program) -> Shell:
    return Shell(tmp_path, world, program)


@pytest.fixture
async def kept(shell: Shell, record: str) -> Path:
    """A checkpoint of the record in a file, with its key in the shell's folder."""
    ended = await shell.canary("checkpoint", DATABASE_URL=record)
    assert ended.code == 0, ended
    path = shell.folder / "kept.json"
    path.write_text(ended.out)
    return path


async def test_an_intact_record(shell: Shell, record: str) -> None:
    ended = await shell.canary("verify", "--database", DATABASE_URL=record)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "runs: 6, events: 57; every hash and every conclusion verified\n"


async def test_the_first_bad_row_is_named_first(shell: Shell, record: str) -> None:
    await tamper(
        record, "UPDATE event SET kind = 'x' WHERE run = 2 AND seq = 7", "DELETE FROM decision WHERE run = 3"
    )
    ended = await shell.canary("verify", "--database", record)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines() == [
        "event 7 of run #2: its hash does not follow from event 6 and what it says",
        "run #3: decision: is not the one in the log",
    ]


async def test_a_checkpoint_matches_and_later_reveals_a_missing_tail(
    shell: Shell, record: str, kept: Path
) -> None:
    words = ("verify", "--database", "--checkpoint", "kept.json")
    ended = await shell.canary(*words, DATABASE_URL=record)
    assert ended.code == 0, ended
    assert "everything in the checkpoint of 20" in ended.out
    await tamper(record, "DELETE FROM event WHERE run = 3 AND seq = 8")
    ended = await shell.canary(*words, DATABASE_URL=record)
    assert ended.code == 1, ended
    assert ended.err.startswith("event 8 of run #3 is missing: the checkpoint of ")


async def test_the_key_is_created_once_and_readable_only_by_its_owner(
    shell: Shell, record: str, kept: Path
) -> None:
    key, public = (shell.folder / ".canary" / f"checkpoint.{end}" for end in ("key", "pub"))
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    before = key.read_text()
    again = json.loads((await shell.canary("checkpoint", DATABASE_URL=record)).out)
    assert key.read_text() == before
    keyid = again["signatures"][0]["keyid"]
    assert keyid == json.loads(kept.read_text())["signatures"][0]["keyid"] == public.read_text().strip()
    assert sorted(path.name for path in key.parent.iterdir()) == ["checkpoint.key", "checkpoint.pub"]


async def test_the_public_key_alone_is_enough_elsewhere(shell: Shell, record: str, kept: Path) -> None:
    public = shell.folder / ".canary" / "checkpoint.pub"
    key = public.read_text().strip()
    (shell.folder / "elsewhere.pub").write_text(f"{key}\n")
    for given in (key, "elsewhere.pub"):
        words = ("verify", "--database", "--checkpoint", "kept.json", "--key", given)
        ended = await shell.canary(*words, DATABASE_URL=record, CANARY_DATA="nowhere")
        assert ended.code == 0, ended


async def test_a_changed_or_wrongly_signed_checkpoint_is_rejected(
    shell: Shell, record: str, kept: Path
) -> None:
    envelope = json.loads(kept.read_text())
    document = base64.b64decode(envelope["payload"]).decode()
    changed = document.replace('"last_run":6', '"last_run":5')
    assert changed != document
    other = await shell.canary("checkpoint", DATABASE_URL=record, CANARY_DATA="another")
    forgeries = (
        json.dumps({**envelope, "payload": base64.b64encode(changed.encode()).decode()}),
        json.dumps({**envelope, "signatures": []}),
        json.dumps({**envelope, "signatures": [{**envelope["signatures"][0], "sig": "AAAA"}]}),
        other.out,
    )
    for forgery in forgeries:
        kept.write_text(forgery)
        words = ("verify", "--database", "--checkpoint", "kept.json")
        ended = await shell.canary(*words, DATABASE_URL=record)
        assert (ended.code, ended.out) == (1, ""), forgery
        assert ended.err.startswith("kept.json: It is not signed with ed25519:")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["verify"], "Give something to verify: a packet's file, or --database."),
        (["verify", "kept.json", "--checkpoint", "kept.json"], "--checkpoint and --key need --database."),
        (["verify", "kept.json", "--database"], "DATABASE_URL is not a URL of a PostgreSQL database"),
        (["verify", "--database", "--checkpoint", "none.json"], "none.json cannot be read"),
        (["verify", "--database", "--checkpoint", "garbage"], "That is not a signed document"),
        (["verify", "--database", "--checkpoint", "other"], "That is a signed text/plain"),
        (
            ["verify", "--database", "--checkpoint", "kept.json", "--key", "none.pub"],
            "no public key in none.pub",
        ),
        (
            ["verify", "--database", "--checkpoint", "kept.json", "--key", "ed25519:AAAA"],
            "is not a public key",
        ),
    ],
)
async def test_unreadable_input_is_reported_and_exits_with_2(
    shell: Shell, record: str, kept: Path, words: list[str], says: str
) -> None:
    (shell.folder / "garbage").write_text("[1, 2")
    (shell.folder / "other").write_text(
        kept.read_text().replace("application/vnd.canary.checkpoint+json", "text/plain")
    )
    ended = await shell.canary(*words, DATABASE_URL=record)
    assert ended.code == 2, ended
    assert says in ended.err
    assert "Traceback" not in ended.err


async def test_migrate_reports_its_grants(shell: Shell, database: str) -> None:
    ended = await shell.canary("migrate", "--grant-to", "nobody_i_know", DATABASE_URL=database)
    assert ended.code == 2, ended
    assert ended.err == (
        "canary: There is no database role nobody_i_know. CREATE ROLE nobody_i_know LOGIN PASSWORD '…'\n"
    )
    ended = await shell.canary("migrate", "--grant-to", BOT, DATABASE_URL=database)
    assert ended.code == 0, ended
    assert f"{BOT} has what the bot needs; it can add to the audit log, but not change it" in ended.out
    assert standing(as_role(database, BOT)).lacking == ()


@pytest.mark.parametrize("command", [["checkpoint"], ["verify", "--database"]])
async def test_a_missing_database_exits_with_2(shell: Shell, database: str, command: list[str]) -> None:
    """Unreachable; another application's, without our tables; or not configured."""
    ended = await shell.canary(*command, DATABASE_URL="postgresql://bot:wr0ng@127.0.0.1:9/bot")
    assert ended.code == 2, ended
    assert "The database cannot be reached" in ended.err
    ended = await shell.canary(*command, DATABASE_URL=database)
    assert ended.code == 2, ended
    assert "The database cannot be read: relation" in ended.err
    ended = await shell.canary(*command, DATABASE_URL="")
    assert ended.code == 2, ended
    assert "There is no database in .canary, and DATABASE_URL is not set." in ended.err
    assert not (shell.folder / ".canary").exists()


async def test_the_embedded_database_is_found_with_and_without_a_running_bot(
    shell: Shell, world: World, tmp_path: Path
) -> None:
    with tempfile.TemporaryDirectory(prefix="canary-") as folder:
        async with embedded.postgres(Path(folder), durable=False) as owner:
            bot = own_database(owner)
            assert own_database(owner) == bot  # nothing left to do
            assert (standing(bot).role, standing(bot).rewritable) == (BOT, ())
            async with team(bot, world, tmp_path) as at_work:
                await make_history(at_work)
            running = await shell.canary("verify", "--database", CANARY_DATA=folder)
        stopped = await shell.canary("checkpoint", CANARY_DATA=folder)
    assert (running.code, stopped.code) == (0, 0), (running, stopped)
    assert json.loads(stopped.out)["signatures"]


async def test_a_runs_packet_is_printed_or_written_and_verifies(shell: Shell, record: str) -> None:
    printed = await shell.canary("packet", "2", DATABASE_URL=record)
    assert printed.code == 0, printed
    path = shell.folder / "packet.json"
    assert (await shell.canary("packet", "#2", "-o", str(path), DATABASE_URL=record)).code == 0
    assert path.read_text() == printed.out
    assert (await shell.canary("verify", str(path))).code == 0
    told = await shell.canary("packet", "2", "--format", "md", DATABASE_URL=record)
    assert told.out.startswith("# Canary run #2 on staging")


@pytest.mark.parametrize(
    ("run", "says"),
    [
        ("99", "There is no run #99"),
        ("5", "there is no evidence"),
        ("6", "is not decided yet"),
        ("x", "not a run number"),
    ],
)
async def test_a_run_without_a_packet_says_why(shell: Shell, record: str, run: str, says: str) -> None:
    ended = await shell.canary("packet", run, DATABASE_URL=record)
    assert ended.code == 2
    assert says in ended.err
