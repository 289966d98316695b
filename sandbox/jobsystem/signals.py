"""The control loops' input, counted as jobs and runs go by, since querying the tables every minute would be slow."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

_ACTIVE = timedelta(minutes=5)
_RAN = timedelta(minutes=15)
_SENT_TWICE = timedelta(hours=24)
_PERCENTILE = 95


@dataclass(frozen=True)
class Signals:
    """The signals at one time."""

    active: int  # tenants with jobs that became due in the last five minutes
    failure_rate: float  # percent of the runs that ended in the last fifteen minutes
    queue_age: int  # nearest-rank p95 of the jobs that are due, in whole seconds
    duplicates: int  # in the last 24 hours
    deferred: int  # jobs that were due at the last dispatch but got no worker


@dataclass
class _Job:
    tenant: str
    due: datetime
    is_waiting: bool = True
    is_over: bool = False


class Observer:
    def __init__(self) -> None:
        self._jobs: dict[str, _Job] = {}
        self._ran: deque[tuple[datetime, bool]] = deque()
        self._sent_twice: deque[datetime] = deque()
        self._deferred = 0

    def arrived(self, job: str, tenant: str, due: datetime) -> None:
        self._jobs[job] = _Job(tenant, due)

    def claimed(self, jobs: Iterable[str]) -> None:
        for job in jobs:
            self._jobs[job].is_waiting = False

    def ended(self, job: str, due: datetime | None, *, is_over: bool) -> None:
        """The job is over, or waits again until `due`."""
        ended = self._jobs[job]
        ended.is_waiting, ended.is_over, ended.due = not is_over, is_over, due or ended.due

    def worked(self, due: datetime) -> None:
        """The workers have finished the dispatch of the jobs that were due by then."""
        self._deferred = sum(job.is_waiting and job.due <= due for job in self._jobs.values())

    def ran(self, at: datetime, *, failed: bool) -> None:
        """A function run ended."""
        self._ran.append((at, failed))

    def sent_twice(self, at: datetime) -> None:
        self._sent_twice.append(at)

    def signals(self, at: datetime) -> Signals:
        self._forget(at)
        failed = sum(failed for _, failed in self._ran)
        return Signals(
            active=len({job.tenant for job in self._jobs.values() if at - _ACTIVE < job.due <= at}),
            failure_rate=round(100 * failed / len(self._ran), 2) if self._ran else 0.0,
            queue_age=self._queue_age(at),
            duplicates=len(self._sent_twice),
            deferred=self._deferred,
        )

    def _queue_age(self, at: datetime) -> int:
        ages = sorted(at - job.due for job in self._jobs.values() if job.is_waiting and job.due <= at)
        rank = -(-_PERCENTILE * len(ages) // 100)
        return ages[rank - 1] // timedelta(seconds=1) if ages else 0

    def _forget(self, at: datetime) -> None:
        self._jobs = {
            name: job for name, job in self._jobs.items() if not job.is_over or job.due > at - _ACTIVE
        }
        while self._ran and self._ran[0][0] <= at - _RAN:
            self._ran.popleft()
        while self._sent_twice and self._sent_twice[0] <= at - _SENT_TWICE:
            self._sent_twice.popleft()
