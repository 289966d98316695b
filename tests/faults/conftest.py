"""The same team at work; what breaks is up to the test."""

from tests.journeys.conftest import (  # noqa: F401 — fixtures
    bot,
    configuration,
    http_bot,
    slack,
    start_bot,
    valkey,
    world,
)
