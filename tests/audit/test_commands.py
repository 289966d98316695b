"""`canary checkpoint` and `canary verify --database`: output and exit codes."""

from __future__ import annotations

import base64
import json
import stat
import tempfile
from pathlib import Path

import pytest

from bot import embedded
from bot.record.proof.keys import PublicKey
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
    assert ended.out == "runs: 6, events: 71; every hash and every conclusion verified\n"


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
    await tamper(record, "DELETE FROM event WHERE run = 3 AND seq = 10")
    ended = await shell.canary(*words, DATABASE_URL=record)
    assert ended.code == 1, ended
    assert ended.err.startswith("event 10 of run #3 is missing: the checkpoint of ")


async def test_the_key_is_created_once_and_readable_only_by_its_owner(
    shell: Shell, record: str, kept: Path
) -> None:
    key, public = (shell.folder / ".canary" / f"signing.{end}" for end in ("key", "pub"))
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    before = key.read_text()
    again = json.loads((await shell.canary("checkpoint", DATABASE_URL=record)).out)
    assert key.read_text() == before
    keyid = again["signatures"][0]["keyid"]
    assert keyid == json.loads(kept.read_text())["signatures"][0]["keyid"]
    assert keyid == PublicKey.parse(public.read_text()).name
    assert sorted(path.name for path in key.parent.iterdir()) == [
        "keyring.json",
        "signing.key",
        "signing.pub",
    ]


async def test_the_public_key_alone_is_enough_elsewhere(shell: Shell, record: str, kept: Path) -> None:
    """As its name, as earlier versions wrote it to a file, as PEM, or in a keyring."""
    folder = shell.folder / ".canary"
    key = PublicKey.parse((folder / "signing.pub").read_text()).name
    (shell.folder / "earlier.pub").write_text(f"{key}\n")
    for given in (key, "earlier.pub", str(folder / "signing.pub"), str(folder / "keyring.json")):
        words = ("verify", "--database", "--checkpoint", "kept.json", "--key", given)
        ended = await shell.canary(*words, DATABASE_URL=record, CANARY_DATA="nowhere")
        assert ended.code == 0, ended
        ended = await shell.canary("verify", "kept.json", "--key", given, CANARY_DATA="nowhere")
        assert (ended.code, ended.err) == (0, ""), ended
        assert ended.out.startswith("kept.json: a checkpoint of 6 runs at 20")


async def test_a_checkpoint_signed_after_its_key_was_replaced_counts_for_nothing(
    shell: Shell, record: str, kept: Path
) -> None:
    ring = json.loads((shell.folder / ".canary" / "keyring.json").read_text())
    ring["keys"][0] |= {"since": None, "until": "2020-01-01T00:00:00Z"}
    (shell.folder / "ring.json").write_text(json.dumps(ring))
    words = ("verify", "--database", "--checkpoint", "kept.json", "--key", "ring.json")
    for ended in (
        await shell.canary(*words, DATABASE_URL=record),
        await shell.canary("verify", "kept.json", "--key", "ring.json"),
    ):
        assert (ended.code, ended.out) == (1, "")
        assert "was replaced: it signed until 2020-01-01 00:00:00 UTC, and this is signed at 20" in ended.err


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
        (["verify"], "Give something to verify: a file, or --database."),
        (["verify", "kept.json", "--checkpoint", "kept.json"], "--checkpoint needs --database."),
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
    assert (await shell.canary("packet", "2", "--markdown", DATABASE_URL=record)).out == told.out
    page = await shell.canary("packet", "2", "--html", DATABASE_URL=record)
    assert page.out.startswith("<!doctype html>")


async def test_a_signed_packet_verifies_with_its_public_key_and_nothing_else(
    shell: Shell, record: str
) -> None:
    assert (await shell.canary("keys", "create")).code == 0
    public = await shell.canary("keys", "show", "--pem")
    (shell.folder / "pub.pem").write_text(public.out)
    for form, ending in (("intoto", ".intoto.json"), ("json", ".json")):
        made = await shell.canary(
            "packet", "2", "--format", form, "-o", f"packet{ending}", DATABASE_URL=record
        )
        assert made.code == 0, made
    elsewhere = {"CANARY_DATA": "nowhere"}
    ended = await shell.canary("verify", "packet.intoto.json", "--key", "pub.pem", **elsewhere)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("packet.intoto.json: run #2: GO; signed at 20")
    ended = await shell.canary("verify", "packet.json", "--key", "pub.pem", **elsewhere)
    assert (ended.code, ended.out[:20]) == (0, "packet.intoto.json: "), ended  # beside it, and the same
    ended = await shell.canary("verify", "packet.intoto.json", **elsewhere)
    assert (ended.code, ended.out) == (2, "")
    assert "its signature was not verified: give the public key with --key" in ended.err
    (shell.folder / "packet.intoto.json").rename(shell.folder / "moved")
    ended = await shell.canary("verify", "packet.json", "--key", "pub.pem", **elsewhere)
    assert (ended.code, "it bears no signature" in ended.err) == (2, True)
    text = (shell.folder / "moved").read_text()
    (shell.folder / "cut").write_text(text[: len(text) // 2])
    assert (await shell.canary("verify", "cut", "--key", "pub.pem")).code == 1


async def test_keys_are_created_shown_and_replaced(shell: Shell, record: str) -> None:
    none = await shell.canary("keys", "show")
    assert (none.code, "`canary keys create` makes one" in none.err) == (2, True)
    assert (await shell.canary("keys", "rotate")).code == 2
    created = await shell.canary("keys", "create")
    assert created.code == 0, created
    first = created.out.strip()
    again = await shell.canary("keys", "create")
    assert (again.code, "`canary keys rotate` replaces it" in again.err) == (2, True)
    before = await shell.canary("packet", "1", "--format", "intoto", DATABASE_URL=record)
    (shell.folder / "before.intoto.json").write_text(before.out)
    rotated = await shell.canary("keys", "rotate")
    second = rotated.out.strip()
    shown = await shell.canary("keys", "show")
    _heading, old, new = (line.split("  ") for line in shown.out.splitlines())
    assert (old[0], new[0]) == (first, second)
    assert (bool(old[2]), len(new)) == (True, 2)  # only the old one has an end
    (shell.folder / "ring.json").write_text((await shell.canary("keys", "show", "--keyring")).out)
    ended = await shell.canary("verify", "before.intoto.json", "--key", "ring.json")
    assert (ended.code, first in ended.out) == (0, True)
    ended = await shell.canary("verify", "before.intoto.json", "--key", second)
    assert (ended.code, f"It is not signed with {second}" in ended.err) == (1, True)


async def test_a_key_from_the_environment_signs_and_is_never_said(shell: Shell, record: str) -> None:
    assert (await shell.canary("keys", "create", CANARY_DATA="elsewhere")).code == 0
    private = (shell.folder / "elsewhere" / "signing.key").read_text()
    own = {"SIGNING_KEY": private, "DATABASE_URL": record}
    made = await shell.canary("packet", "1", "--format", "intoto", **own)
    assert not (shell.folder / ".canary").exists()
    (shell.folder / "made.intoto.json").write_text(made.out)
    public = (await shell.canary("keys", "show", **own)).out.split()[-1]
    assert (await shell.canary("verify", "made.intoto.json", "--key", public)).code == 0
    for word in ("create", "rotate"):
        ended = await shell.canary("keys", word, **own)
        assert (ended.code, "SIGNING_KEY is set" in ended.err) == (2, True)
    broken = await shell.canary("packet", "1", "--format", "intoto", **(own | {"SIGNING_KEY": "s3cr3t-key"}))
    assert (broken.code, "The signing key in SIGNING_KEY cannot be used" in broken.err) == (2, True)
    assert "s3cr3t" not in broken.err


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
