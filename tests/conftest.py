"""Servers for all tests: real ones, one of each a worker, on unix sockets in a folder of their own."""

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

MOST_PROCESSORS = 4  # that are worth servers of their own

# On a busy machine any example may take long: that says nothing about the code.
settings.register_profile("canary", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("canary")


REAPER = pytest.StashKey[subprocess.Popen[bytes]]()


def pytest_configure(config: pytest.Config) -> None:
    """A run that is stopped from outside stops its servers first, like one that is interrupted by hand.

    What it cannot stop any more, because it was killed, its reaper does.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    config.stash[REAPER] = reaped()
    _log_plainly()


def pytest_unconfigure(config: pytest.Config) -> None:
    with config.stash[REAPER] as reaper:
        assert reaper.stdin
        reaper.stdin.close()


def _log_plainly() -> None:
    """Coloured tracebacks take a second each on a busy machine, in which a bot under test does nothing else."""
    renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], renderer])


def pytest_xdist_auto_num_workers() -> int:
    """More than processors: most of a test is waiting, for leases, looks and back-offs."""
    return 4 * min(os.cpu_count() or 1, MOST_PROCESSORS)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Notes what failed, for `tests.again`."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    is_worker = hasattr(session.config, "workerinput")
    cache = getattr(session.config, "cache", None)  # a plugin that can be switched off
    if reporter and cache and not is_worker:
        reports = [*reporter.getreports("failed"), *reporter.getreports("error")]
        cache.set(FAILED, sorted({report.nodeid for report in reports}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests tell of themselves, passed or not: `record_property("told", …)`."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, words in report.user_properties:
                if name == "told":
                    terminalreporter.section(report.nodeid.partition("::")[2])
                    terminalreporter.write_line(str(words))


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """Short, so that sockets fit; removed at the end, which pytest's own temporary folders are not."""
    with tempfile.TemporaryDirectory(prefix="canary-test-") as folder:
        yield Path(folder)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_server(server_folder: Path) -> AsyncIterator[str]:
    """URL of a PostgreSQL that this worker has for itself."""
    async with embedded.postgres(server_folder, durable=False) as dsn:
        yield dsn


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def valkey_server(server_folder: Path) -> AsyncIterator[str]:
    """URL of a Valkey that this worker has for itself."""
    async with embedded.valkey(server_folder) as url:
        yield url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def program(server_folder: Path) -> AsyncIterator[Program]:
    """The command line, which starts at once."""
    async with tests.program.program(server_folder) as program:
        yield program


@pytest.fixture
async def database(postgres_server: str) -> AsyncIterator[str]:
    """URL of an empty database, gone after the test."""
    async with throwaway_database(postgres_server) as dsn:
        yield dsn


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated(postgres_server: str) -> str:
    """The name of a migrated database, for copies, in which the bot's role may do its work."""
    dsn = await fresh_database(postgres_server)
    own_database(dsn)
    return dsn.rpartition("/")[2].partition("?")[0]


@pytest.fixture
async def bot_database(postgres_server: str, migrated: str) -> AsyncIterator[str]:
    """URL of the bot's database for its owner, migrated and empty, gone after the test."""
    async with throwaway_database(postgres_server, template=migrated) as dsn:
        yield dsn
