"""Real servers for all tests: one of each per worker, on Unix sockets in a folder of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
import structlog
from hypothesis import HealthCheck, settings

import tests.program
from bot import embedded
from bot.store.migrate import own_database
from tests.again import FAILED
from tests.databases import fresh_database, throwaway_database
from tests.program import Program
from tests.reaper import reaped

MOST_PROCESSORS = 4  # processors that are worth servers of their own

# On a busy machine any example may take long, which says nothing about the code.
settings.register_profile("canary", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("canary")


REAPER = pytest.StashKey[subprocess.Popen[bytes]]()


def pytest_configure(config: pytest.Config) -> None:
    """Stop the servers first when a run is stopped from outside, as when it is interrupted by hand.

    What a killed run can no longer stop, its reaper does.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # ignored by what a shell starts with `&`, and its children
    config.stash[REAPER] = reaped()
    _log_plainly()


def pytest_unconfigure(config: pytest.Config) -> None:
    with config.stash[REAPER] as reaper:
        assert reaper.stdin
        reaper.stdin.close()


def _log_plainly() -> None:
    """Rendering a coloured traceback takes a second on a busy machine, during which a bot under test does nothing else."""
    renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], renderer])


def pytest_xdist_auto_num_workers() -> int:
    """More workers than processors, because most of a test is waiting: for leases, polls and back-offs."""
    return 4 * min(os.cpu_count() or 1, MOST_PROCESSORS)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Store which tests failed, for `tests.again`."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    is_worker = hasattr(session.config, "workerinput")
    cache = getattr(session.config, "cache", None)  # a plugin that can be switched off
    if reporter and cache and not is_worker:
        reports = [*reporter.getreports("failed"), *reporter.getreports("error")]
        cache.set(FAILED, sorted({report.nodeid for report in reports}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what tests report, passed or not, with `record_property("told", …)`."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, words in report.user_properties:
                if name == "told":
                    terminalreporter.section(report.nodeid.partition("::")[2])
                    terminalreporter.write_line(str(words))


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A short path, since socket names are limited; removed at the end, unlike pytest's own temporary folders."""
    with tempfile.TemporaryDirectory(prefix="canary-test-") as folder:
        yield Path(folder)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_server(server_folder: Path) -> AsyncIterator[str]:
    """URL of this worker's own PostgreSQL."""
    async with embedded.postgres(server_folder, durable=False) as dsn:
        yield dsn


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def valkey_server(server_folder: Path) -> AsyncIterator[str]:
    """URL of this worker's own Valkey."""
    async with embedded.valkey(server_folder) as url:
        yield url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def program(server_folder: Path) -> AsyncIterator[Program]:
    """The command line, preloaded so that it starts at once."""
    async with tests.program.program(server_folder) as program:
        yield program


@pytest.fixture
async def database(postgres_server: str) -> AsyncIterator[str]:
    """URL of an empty database, dropped after the test."""
    async with throwaway_database(postgres_server) as dsn:
        yield dsn


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated(postgres_server: str) -> str:
    """The name of a migrated database to copy, in which the bot's role has its privileges."""
    dsn = await fresh_database(postgres_server)
    own_database(dsn)
    return dsn.rpartition("/")[2].partition("?")[0]


@pytest.fixture
async def bot_database(postgres_server: str, migrated: str) -> AsyncIterator[str]:
    """URL of the bot's database as its owner, migrated and empty, dropped after the test."""
    async with throwaway_database(postgres_server, template=migrated) as dsn:
        yield dsn
