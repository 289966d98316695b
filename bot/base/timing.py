"""How long the bot waits for what, in one frozen set that the composition root makes and hands down.

What belongs together is held together: a lease outlives the request that is sent under it, and what was asked about
people stays valid for longer than asking takes. Tests make sets of their own, so that none waits for a production value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class Workers:
    """The job engine's. Seconds where they are numbers."""

    heartbeat: float = 1.0
    stalled: timedelta = timedelta(seconds=3.5)  # without a heartbeat: the worker is dead
    lost: timedelta = timedelta(seconds=30)  # after which work that no job will do is noticed
    dropped: float = 5.0  # between two looks for work that our own workers let go of
    polling: float = 1.0  # how late a timer may be
    drain: float = 20.0  # that work under way has to finish when the bot stops
    restart: float = 0.5  # before a worker that lost its database is started again
    longest_retry: float = 60.0  # between two tries: 2, 4, 8, … up to this

    def __post_init__(self) -> None:
        if self.stalled.total_seconds() < 2 * self.heartbeat:
            raise ValueError(f"expected stalled to be two heartbeats ({2 * self.heartbeat} s) at least")


@dataclass(frozen=True, kw_only=True)
class Outbox:
    """Of messages on their way to Slack. Seconds where they are numbers."""

    request: int = 10  # for one request to Slack; aiohttp gives up at the next whole second
    settled: timedelta = timedelta(
        seconds=3
    )  # after a connection broke, Slack has done what it had read by then
    lease: timedelta = timedelta(seconds=15)  # from noting that a request begins until all that is over
    silence: timedelta = timedelta(
        seconds=3.5
    )  # without a renewal: the sender is dead, or begins nothing any more
    renewal: float = 1.0  # between two renewals of a lease
    idle: float = 1.0  # between two looks when nothing was announced
    soon: timedelta = timedelta(milliseconds=500)  # until a message is tried, or looked for, again
    later: timedelta = timedelta(seconds=15)  # until a message that Slack refused for now is tried again
    longest: timedelta = timedelta(minutes=5)  # between two tries of a message that Slack keeps refusing
    looks: float = 0.5  # between two looks for messages in doubt
    look_again: timedelta = timedelta(seconds=5)  # until a message in doubt is looked for once more
    file_shows: timedelta = timedelta(
        seconds=5
    )  # after an upload's last step; Slack shows files asynchronously
    file_lost: timedelta = timedelta(
        seconds=25
    )  # after which a file that Slack neither takes nor shows is gone

    def __post_init__(self) -> None:
        if self.begin_within <= 0:
            raise ValueError(
                f"expected a lease longer than a request and what follows a broken connection, not {self.lease}"
            )
        if self.silence.total_seconds() < 2 * self.renewal:
            raise ValueError(f"expected silence to be two renewals ({2 * self.renewal} s) at least")

    @property
    def longest_request(self) -> int:
        return self.request + 1

    @property
    def begin_within(self) -> float:
        """Seconds after it was noted in which a request may begin, to be over before its lease is."""
        return (self.lease - self.settled).total_seconds() - self.longest_request


@dataclass(frozen=True, kw_only=True)
class Alerts:
    """Of messages that nobody can see."""

    every: float = 2.0  # seconds between two looks
    doubt: timedelta = timedelta(seconds=30)  # in which nobody knows whether Slack has it
    soon: timedelta = timedelta(seconds=60)  # for which a decision or a prompt may wait
    late: timedelta = timedelta(minutes=10)  # for which anything else may wait


@dataclass(frozen=True, kw_only=True)
class People:
    """Of what Slack is asked about people. Seconds."""

    within: float = 8.0  # for all that one interaction asks
    stale: float = 10.0  # after which an answer counts for nothing, and is asked for again
    fresh: float = 5.0  # for which an answer counts for a click that waited its turn
    recent: float = 60.0  # for which an answer serves questions, which decide nothing

    def __post_init__(self) -> None:
        if self.stale <= self.within:
            raise ValueError(f"expected stale to be longer than asking may take ({self.within} s)")


@dataclass(frozen=True, kw_only=True)
class Intake:
    """From Slack's request to its acknowledgement. Slack shows an error after three seconds. Seconds."""

    within: float = 1.5  # to store an interaction
    clock_within: float = 0.5  # to ask for the database's clock, before that


@dataclass(frozen=True, kw_only=True)
class Timing:
    workers: Workers = field(default_factory=Workers)
    outbox: Outbox = field(default_factory=Outbox)
    alerts: Alerts = field(default_factory=Alerts)
    people: People = field(default_factory=People)
    intake: Intake = field(default_factory=Intake)
