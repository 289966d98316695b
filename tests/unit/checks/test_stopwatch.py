"""How long a response took, even if a clock is set meanwhile."""

from __future__ import annotations

import pytest

from checks.sources.stopwatch import Instant, Stopwatch

HOUR = 3600 * 10**9
MS = 10**6


class Clocks:
    """A wall clock and a monotonic one, set by the test."""

    def __init__(self) -> None:
        self.wall, self.steady = 1_000 * HOUR, 5 * HOUR

    def now(self) -> Instant:
        return Instant(self.wall, self.steady)

    def advance(self, nanoseconds: int) -> None:
        self.wall += nanoseconds
        self.steady += nanoseconds


def timed(*, read_after: int, arrived_after: int | None, wall_set_by: int = 0) -> float:
    clocks = Clocks()
    watch = Stopwatch(clocks.now)
    sent = clocks.wall
    watch.sending()
    clocks.advance(read_after)
    clocks.wall += wall_set_by
    watch.received(None if arrived_after is None else sent + arrived_after + wall_set_by)
    return watch.seconds


@pytest.mark.parametrize(
    ("arrived", "seconds"),
    [(2 * MS, 0.002), (None, 0.4), (500 * MS, 0.4), (-1 * MS, 0.0)],
    ids=["as the kernel says", "the kernel says nothing", "never longer than measured", "never negative"],
)
def test_the_kernels_timestamp_is_trusted_within_what_was_measured(
    arrived: int | None, seconds: float
) -> None:
    assert timed(read_after=400 * MS, arrived_after=arrived) == seconds


@pytest.mark.parametrize("step", [HOUR, -HOUR, 2 * MS, -2 * MS])
def test_the_kernels_timestamp_is_not_trusted_if_the_clock_was_set(step: int) -> None:
    assert timed(read_after=400 * MS, arrived_after=2 * MS, wall_set_by=step) == 0.4


def test_the_time_runs_from_the_first_byte_sent_to_the_last_received() -> None:
    clocks = Clocks()
    watch = Stopwatch(clocks.now)
    for _ in range(3):
        watch.sending()
        clocks.advance(10 * MS)
    for _ in range(3):
        watch.received(clocks.wall)
        clocks.advance(10 * MS)

    assert watch.seconds == 0.05
