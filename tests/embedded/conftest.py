from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded.servers import SERVERS, Server


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> Server:
    return SERVERS[request.param]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path, private, and removed after the test."""
    with tempfile.TemporaryDirectory(prefix="canary-test-") as path:
        yield Path(path)
