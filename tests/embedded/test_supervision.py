"""What holds for both servers: each runs while somebody uses it, and disturbs nobody else."""

from __future__ import annotations

import asyncio
import signal
import stat
from pathlib import Path

import psutil
import pytest

from tests.embedded.servers import SERVERS, Server, another_user_of, answers_again, is_gone, kill


async def test_a_fresh_folder_gives_a_server_that_answers(server: Server, folder: Path):
    async with server.running(folder) as url:
        assert (await server.ask(url)).startswith(server.says)


async def test_no_tcp_port_is_opened(server: Server, folder: Path):
    async with server.running(folder) as url:
        await server.ask(url)
        process = server.process(folder)
        family = [process, *process.children(recursive=True)]
        assert [socket for member in family for socket in _open_to_the_network(member)] == []


async def test_the_sockets_folder_is_closed_to_other_users(server: Server, folder: Path):
    async with server.running(folder):
        socket = Path(next(c.laddr for c in server.process(folder).net_connections("unix") if c.laddr))
        assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700


async def test_the_server_stops_with_its_last_user(server: Server, folder: Path):
    async with server.running(folder) as first:
        process = server.process(folder)
        async with server.running(folder) as second:
            assert second == first
            assert server.process(folder) == process
        assert await server.ask(first)
    assert await is_gone(process)


async def test_simultaneous_users_share_one_server(server: Server, folder: Path):
    everybody_is_there = asyncio.Barrier(5)

    async def use() -> int:
        async with server.running(folder) as url:
            await server.ask(url)
            pid = server.process(folder).pid
            await everybody_is_there.wait()
        return pid

    assert len(set(await asyncio.gather(*(use() for _ in range(5))))) == 1


@pytest.mark.parametrize("name", SERVERS)
async def test_a_server_whose_user_was_killed_is_adopted_and_then_stopped(name: str, folder: Path):
    server = SERVERS[name]
    with another_user_of(name, folder) as user:
        process = server.process(folder)
        user.kill()
        user.wait()
        assert process.is_running()
    async with server.running(folder) as url:
        assert server.process(folder) == process
        assert await server.ask(url)
    assert await is_gone(process)


@pytest.mark.parametrize("name", SERVERS)
async def test_the_first_user_may_leave_before_the_second(name: str, folder: Path):
    server = SERVERS[name]
    async with server.running(folder):
        process = server.process(folder)
        with another_user_of(name, folder) as other:
            other.send_signal(signal.SIGINT)
            other.wait()
        assert process.is_running()
    assert await is_gone(process)


async def test_a_killed_server_comes_back_while_it_is_in_use(server: Server, folder: Path):
    async with server.running(folder) as url:
        killed = server.process(folder)
        kill(killed)
        assert await is_gone(killed)
        assert (await answers_again(server, url)).startswith(server.says)


async def test_a_folder_too_deep_for_a_socket_works_and_leaves_nothing_elsewhere(
    server: Server, folder: Path
):
    deep = folder.joinpath(*["a-folder-with-a-long-name"] * 6)
    async with server.running(deep) as url:
        assert await server.ask(url)
        elsewhere = (deep / server.pid_file.split("/")[0] / "elsewhere").readlink()
        assert elsewhere.is_dir()
    assert not elsewhere.exists()


@pytest.mark.parametrize("name", SERVERS)
async def test_a_server_with_sockets_elsewhere_is_adopted_too(name: str, folder: Path):
    server = SERVERS[name]
    deep = folder.joinpath(*["a-folder-with-a-long-name"] * 6)
    with another_user_of(name, deep):
        process = server.process(deep)
    async with server.running(deep) as url:
        assert server.process(deep) == process
        assert await server.ask(url)


async def test_parent_folders_keep_their_owner_and_mode(server: Server, folder: Path):
    inner = folder / "private" / "data"
    inner.mkdir(parents=True)
    inner.parent.chmod(0o700)

    def snapshot() -> list[tuple[int, int, int]]:
        return [(s.st_mode, s.st_uid, s.st_gid) for s in (path.stat() for path in [inner, *inner.parents])]

    before = snapshot()
    async with server.running(inner) as url:
        assert await server.ask(url)
        assert snapshot() == before
    assert snapshot() == before
    assert [path.name for path in folder.iterdir()] == ["private"]


async def test_an_error_in_the_block_stops_the_server_too(server: Server, folder: Path):
    async def use() -> None:
        async with server.running(folder):
            seen.append(server.process(folder))
            raise ZeroDivisionError

    seen: list[psutil.Process] = []
    with pytest.raises(ZeroDivisionError):
        await use()
    assert await is_gone(seen[0])


async def test_a_cancelled_start_leaves_no_server(server: Server, folder: Path):
    async def use() -> None:
        async with server.running(folder):
            await asyncio.sleep(60)

    for delay in (0.02, 0.1, 0.4):
        starting = asyncio.create_task(use())
        await asyncio.sleep(delay)
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting
        assert [p for p in psutil.process_iter() if _works_under(p, folder)] == []


@pytest.mark.long
async def test_a_hanging_server_is_replaced(server: Server, folder: Path):
    async with server.running(folder):
        hanging = server.process(folder)
        hanging.suspend()
        async with server.running(folder) as url:
            assert server.process(folder) != hanging
            assert await server.ask(url)


def _open_to_the_network(process: psutil.Process) -> list[object]:
    try:
        return list(process.net_connections("inet"))
    except psutil.NoSuchProcess:  # PostgreSQL's helper processes come and go
        return []


def _works_under(process: psutil.Process, folder: Path) -> bool:
    try:
        return Path(process.cwd()).is_relative_to(folder)
    except (psutil.Error, OSError):
        return False
