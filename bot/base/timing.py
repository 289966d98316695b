"""All time limits and intervals of the bot, in one frozen set that the composition root creates and passes on.

Dependent values are validated together: a lease outlasts the request that is sent under it, and lookups of
people stay valid for longer than they take. Tests use their own sets, so that none waits for a production value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class Workers:
    """Of the job engine. Numbers are seconds."""

    heartbeat: float = 1.0
    stalled: timedelta = timedelta(seconds=3.5)  # without a heartbeat: the worker is dead
    lost: timedelta = timedelta(seconds=30)  # after which work without a job is found
    dropped: float = 5.0  # between scans for jobs that our own workers lost
    polling: float = 1.0  # how late a timer may be
    drain: float = 20.0  # for work in progress to finish when the bot stops
    restart: float = 0.5  # before a worker that lost its database is restarted
    longest_retry: float = 60.0  # between attempts: 2, 4, 8, … up to this

    def __post_init__(self) -> None:
        if self.stalled.total_seconds() < 2 * self.heartbeat:
            raise ValueError(f"expected stalled to be at least two heartbeats ({2 * self.heartbeat} s)")


@dataclass(frozen=True, kw_only=True)
class Outbox:
    """Of outbox messages. Numbers are seconds."""

    request: int = 10  # for a request to Slack; aiohttp rounds up to the next whole second
    # after a broken connection, until Slack has finished what it had read
    settled: timedelta = timedelta(seconds=3)
    lease: timedelta = timedelta(seconds=15)  # from recording that a request begins until it has surely ended
    # without a renewal: the sender is dead, or begins no more requests
    silence: timedelta = timedelta(seconds=3.5)
    renewal: float = 1.0  # between renewals of a lease
    idle: float = 1.0  # between polls without a notification
    soon: timedelta = timedelta(milliseconds=500)  # until a message is tried or looked up again
    later: timedelta = timedelta(seconds=15)  # until a message that Slack rejected for now is tried again
    longest: timedelta = timedelta(minutes=5)  # between attempts at a message that Slack keeps rejecting
    looks: float = 0.5  # between scans for ambiguous messages
    look_again: timedelta = timedelta(seconds=5)  # until an ambiguous message is looked up again
    # after an upload's last step; Slack shows files asynchronously
    file_shows: timedelta = timedelta(seconds=5)
    # after which a file that Slack neither accepts nor shows is lost
    file_lost: timedelta = timedelta(seconds=25)

    # how long later messages of a run wait for another version to post one of a kind that only it knows
    turn: timedelta = timedelta(seconds=10)

    def __post_init__(self) -> None:
        if self.begin_within <= 0:
            raise ValueError(
                f"expected a lease longer than a request and `settled` together, not {self.lease}"
            )
        if self.silence.total_seconds() < 2 * self.renewal:
            raise ValueError(f"expected silence to be at least two renewals ({2 * self.renewal} s)")

    @property
    def longest_request(self) -> int:
        return self.request + 1

    @property
    def begin_within(self) -> float:
        """Seconds after recording within which a request may begin, so that it ends before its lease expires."""
        return (self.lease - self.settled).total_seconds() - self.longest_request


@dataclass(frozen=True, kw_only=True)
class Alerts:
    """Of alerts about messages that Slack does not show."""

    every: float = 2.0  # seconds between scans
    doubt: timedelta = timedelta(seconds=30)  # for which a message may stay ambiguous
    soon: timedelta = timedelta(seconds=60)  # for which a decision or a prompt may wait
    late: timedelta = timedelta(minutes=10)  # for which anything else may wait


@dataclass(frozen=True, kw_only=True)
class Copies:
    """Of copies of packets outside Slack."""

    late: timedelta = timedelta(minutes=10)  # for which a copy may fail before people are told
    unset: timedelta = timedelta(hours=1)  # without a process that has an archive: the copy is given up


@dataclass(frozen=True, kw_only=True)
class People:
    """Of lookups of people in Slack. Seconds."""

    within: float = 8.0  # for all lookups of one interaction
    stale: float = 10.0  # after which a lookup no longer counts, and is repeated
    fresh: float = 5.0  # for which a lookup counts for a click that had to wait
    recent: float = 60.0  # for which a lookup counts for queries, which decide nothing

    def __post_init__(self) -> None:
        if self.stale <= self.within:
            raise ValueError(f"expected stale to be longer than lookups may take ({self.within} s)")


@dataclass(frozen=True, kw_only=True)
class Intake:
    """From Slack's request to its acknowledgement. Slack shows an error after 3 s. Seconds."""

    within: float = 1.5  # to store an interaction
    clock_within: float = 0.5  # to read the database's clock, before that


@dataclass(frozen=True, kw_only=True)
class Actions:
    """Of actions. Seconds."""

    patience: float = 120.0  # until people are asked whether it was done, if the far side does not say


@dataclass(frozen=True, kw_only=True)
class Timing:
    workers: Workers = field(default_factory=Workers)
    outbox: Outbox = field(default_factory=Outbox)
    alerts: Alerts = field(default_factory=Alerts)
    copies: Copies = field(default_factory=Copies)
    people: People = field(default_factory=People)
    actions: Actions = field(default_factory=Actions)
    intake: Intake = field(default_factory=Intake)
