"""The team of the journeys; each test chooses what fails."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from bot.base.timing import Timing
from tests.faults.proxy import Proxy
from tests.faults.stage import Servers, postgres_socket, through
from tests.journeys.conftest import (  # noqa: F401 — fixtures
    ack_limit,
    bot,
    configuration,
    http_bot,
    slack,
    start_bot,
    valkey,
    world,
)
from tests.program import Program
from tests.timing import BRISK


@pytest.fixture
def timing() -> Timing:
    return BRISK


@pytest.fixture
def servers(postgres_server: str, migrated: str, valkey_server: str, program: Program) -> Servers:
    """The test worker's own servers, for tests that do not kill them."""
    return Servers(postgres_server, migrated, valkey_server, program)


@pytest.fixture
async def postgres_line(postgres_server: str) -> AsyncIterator[Proxy]:
    """The proxy between a bot and its database."""
    async with Proxy(postgres_socket(postgres_server)) as proxy:
        yield proxy


@pytest.fixture
def far_database(postgres_line: Proxy, bot_database: str) -> str:
    """URL of the bot's database through that proxy."""
    return through(postgres_line, bot_database)


@pytest.fixture
async def redis_line(valkey: str) -> AsyncIterator[Proxy]:  # noqa: F811 — the fixture
    async with Proxy(Path(unquote(urlsplit(valkey).path))) as proxy:
        yield proxy


@pytest.fixture
def far_redis(redis_line: Proxy) -> str:
    return f"redis://127.0.0.1:{redis_line.port}/0"
