"""The scheduler, its workers and its clock: processes everything up to a given time, in order.

Real time and fast-forward use the same code: one calls `until` continually, the other once, with a time far ahead.
Random numbers come from the seed, so that the same seed and the same calls give the same rows.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sandbox.jobsystem.control import ControlLoops, Decision
from sandbox.jobsystem.decisions import DecisionLog
from sandbox.jobsystem.demand import HOT_TENANT, TENANTS, Arrival, arrivals
from sandbox.jobsystem.dials import Dials
from sandbox.jobsystem.dispatch import Dispatch, Fate
from sandbox.jobsystem.signals import Observer
from sandbox.jobsystem.tables import Tables

_MINUTE = timedelta(minutes=1)
_PROCESS, _MAINTENANCE = "process-background-jobs", "process-background-maintenance"
_WORKERS = 4
_ROUNDS = 6  # of workers claiming jobs, per dispatch
_ROUND = timedelta(seconds=8)
_RETRY_IN = timedelta(seconds=30)
_DUPLICATES_EVERY = timedelta(seconds=10)
_REJECTED = "the queue's event API answered 503"
_HICCUPS = 0.005  # the fraction of jobs that fail once even on a healthy system


@dataclass(frozen=True, order=True)
class _Ending:
    at: datetime
    id: str  # id of a job, or key of a run
    status: str
    error: str | None = None
    due: datetime | None = None  # the new due time: of the next attempt, or of the final failure


T = TypeVar("T", Arrival, _Ending)


class Engine:
    def __init__(self, tables: Tables, dials: Dials, log: DecisionLog, *, seed: int, start: datetime) -> None:
        self.now = start
        self._tables, self._dials, self._log, self._seed = tables, dials, log, seed
        self._luck = random.Random(f"{seed}/{start.isoformat()}")
        self._order = itertools.count()
        self._agenda: list[tuple[datetime, int, Callable[[datetime], Awaitable[None]]]] = []
        self._arriving: list[Arrival] = []
        self._jobs: list[_Ending] = []
        self._runs: list[_Ending] = []
        self._next_duplicate = start
        self._observer, self._loops = Observer(), ControlLoops()
        self._decisions: list[Decision] = []
        self._at(minute_of(start), self._minute)

    async def until(self, now: datetime) -> None:
        """Process everything up to `now`."""
        while self._agenda and self._agenda[0][0] <= now:
            at, _, act = heapq.heappop(self._agenda)
            await self._settle(at)
            await act(at)
        await self._settle(now)
        await self._record()
        self.now = now

    async def dispatch(self, at: datetime, source: str) -> Dispatch:
        """Dispatch the window that contains `at`, unless it has been dispatched."""
        dispatch = Dispatch(
            Fate.ENQUEUED, source, at, start=minute_of(at), correlation=f"dispatch-{self._token()}"
        )
        if not await self._open(dispatch):
            return replace(dispatch, fate=Fate.SUPPRESSED)
        if self._rejects():
            await self._close(at, dispatch.key, "ENQUEUE_FAILED", _REJECTED)
            return replace(dispatch, fate=Fate.FAILED)
        await self._enqueue(at, dispatch)
        return dispatch

    async def _open(self, dispatch: Dispatch) -> bool:
        """Open the window. Returns whether this is its first request."""
        opened = await self._tables.rows(
            "open_window",
            {"id": f"window_{self._token()}", "key": dispatch.key, "source": dispatch.source}
            | {"at": _utc(dispatch.requested_at), "start": _utc(dispatch.start)}
            | {"correlation": dispatch.correlation},
        )
        return bool(opened)

    def _rejects(self) -> bool:
        """Whether the queue rejects a dispatch."""
        failing = 0.4 * self._dials["missed_ticks"]
        return failing > 0 and self._luck.random() < failing

    # ------------------------------------------------------------ the clock

    def _at(self, at: datetime, act: Callable[[datetime], Awaitable[None]]) -> None:
        heapq.heappush(self._agenda, (at, next(self._order), act))

    async def _minute(self, minute: datetime) -> None:
        self._arriving += arrivals(self._seed, minute, self._dials["hot_tenant"])
        late = self._luck.uniform(5, 14) if self._luck.random() < 0.02 else self._luck.uniform(0.3, 3)
        self._at(_milliseconds(minute + timedelta(seconds=late)), self._tick)
        self._at(minute + _MINUTE, self._minute)

    async def _tick(self, at: datetime) -> None:
        """Let the control loops decide, even in a minute whose dispatch is missed."""
        self._decisions += self._loops.decide(at, self._observer.signals(at), self._dials)
        missing = 0.4 * self._dials["missed_ticks"]
        if not missing or self._luck.random() >= missing:
            await self.dispatch(at, "cron")

    async def _record(self) -> None:
        """Store and log what the control loops decided."""
        decisions, self._decisions = self._decisions, []
        if not decisions:
            return
        columns = {
            "ids": [decision.id for decision in decisions],
            "loops": [decision.loop for decision in decisions],
            "times": [_utc(decision.at) for decision in decisions],
            "decisions": [decision.json for decision in decisions],
        }
        await self._tables.run("decided", columns)
        self._log.add(decisions)

    async def _settle(self, until: datetime) -> None:
        """Store the jobs enqueued and finished by then."""
        if arrived := _due(self._arriving, until):
            await self._arrive(arrived)
        if jobs := _due(self._jobs, until):
            await self._finish(jobs)
        if runs := _due(self._runs, until):
            await self._end_runs(runs)
        if self._dials["duplicate_sends"] and until >= self._next_duplicate:
            self._next_duplicate = until + _DUPLICATES_EVERY
            await self._send_twice(until)

    async def _finish(self, jobs: Sequence[_Ending]) -> None:
        await self._tables.run("finish", _endings("ids", jobs) | {"dues": [_utc(job.due) for job in jobs]})
        for job in jobs:
            self._observer.ended(job.id, job.due, is_over=job.status != "PENDING")

    async def _end_runs(self, runs: Sequence[_Ending]) -> None:
        await self._tables.run("end_runs", _endings("keys", runs))
        for run in runs:
            if run.id.startswith(f"{_PROCESS}:"):
                self._observer.ran(run.at, failed=run.status == "FAILED")

    # ------------------------------------------------------------ dispatch

    async def _enqueue(self, at: datetime, dispatch: Dispatch) -> None:
        key = dispatch.key
        began = _milliseconds(at + timedelta(seconds=self._luck.uniform(0.05, 0.2)))
        crowded = self._luck.random() < 0.3 * self._dials["contention"]
        error = "lost claim: another worker held the dispatch lock" if crowded else None
        await self._close(at, key, "ENQUEUED", error)
        await self._tables.run(
            "begin_runs",
            {"key": key, "source": dispatch.source, "correlation": dispatch.correlation}
            | {"requested": _utc(at), "at": _utc(began), "functions": [_PROCESS, _MAINTENANCE]},
        )
        self._end_run(f"{_MAINTENANCE}:{key}", began + timedelta(seconds=self._luck.uniform(0.2, 0.9)))
        self._at(began, lambda round_at: self._round(round_at, key, due=at, left=self._rounds()))

    async def _close(self, at: datetime, key: str, status: str, error: str | None) -> None:
        sent = status == "ENQUEUED"
        await self._tables.run(
            "close_window",
            {"key": key, "status": status, "error": error, "at": _utc(at)}
            | {"process": f"event_{self._token()}" if sent else None}
            | {"maintenance": f"event_{self._token()}" if sent else None},
        )

    # ------------------------------------------------------------ work

    def _rounds(self) -> int:
        return max(1, round(_ROUNDS * (1 - self._dials["slow_queue"])))

    async def _round(self, at: datetime, key: str, *, due: datetime, left: int) -> None:
        """The workers claim jobs that were due at the dispatch; the last round ends the run."""
        most = max(1, round(_WORKERS * (1 - self._dials["slow_queue"])))
        favourite = HOT_TENANT if self._dials["hot_tenant"] else ""
        claimed = await self._tables.rows(
            "claim",
            {"most": most, "favourite": favourite, "due": _utc(due), "at": _utc(at), "worker": key},
        )
        self._observer.claimed(job for job, _ in claimed)
        endings = [self._work(at, id_, last_attempt) for id_, last_attempt in claimed]
        self._jobs += endings
        if len(claimed) == most and left > 1:
            self._at(at + _ROUND, lambda next_at: self._round(next_at, key, due=due, left=left - 1))
        else:
            self._observer.worked(due)
            ended = max((ending.at for ending in endings), default=at)
            self._end_run(f"{_PROCESS}:{key}", ended + timedelta(seconds=self._luck.uniform(0.1, 0.5)))

    def _work(self, at: datetime, job: str, last_attempt: bool) -> _Ending:
        if self._luck.random() < 0.6 * self._dials["contention"]:
            error = 'could not obtain lock on row in relation "BackgroundJob"'
            return _failed(at + timedelta(milliseconds=50), job, error, last_attempt)
        ended = _milliseconds(at + timedelta(seconds=self._luck.uniform(0.2, 4)))
        if self._luck.random() < _HICCUPS:
            return _failed(ended, job, "the provider answered 503", last_attempt)
        return _Ending(ended, job, "SUCCEEDED")

    def _end_run(self, key: str, at: datetime) -> None:
        fate, failing = self._luck.random(), self._dials["failing_runs"]
        if fate < 0.1 * failing:
            return  # it hangs
        failed = fate < 0.5 * failing
        error = "FunctionTimeoutError: step 'claim' ran into its time limit" if failed else None
        self._runs.append(_Ending(_milliseconds(at), key, "FAILED" if failed else "SUCCEEDED", error))

    async def _arrive(self, arrived: Sequence[Arrival]) -> None:
        columns = {
            "ids": [arrival.id for arrival in arrived],
            "types": [arrival.type for arrival in arrived],
            "tenants": [arrival.tenant for arrival in arrived],
            "leads": [arrival.lead for arrival in arrived],
            "messages": [arrival.message for arrival in arrived],
            "times": [_utc(arrival.at) for arrival in arrived],
        }
        await self._tables.run("arrive", columns)
        for arrival in arrived:
            self._observer.arrived(arrival.id, arrival.tenant, arrival.at)

    async def _send_twice(self, at: datetime) -> None:
        token = self._token()
        self._observer.sent_twice(at)
        params = {"at": _utc(at), "repeat": f"job_{token}_again", "complaint": f"job_{token}_refused"}
        await self._tables.run("send_twice", params)
        await self._tables.run("complain_of_run", {"at": _utc(at), "function": _PROCESS})

    async def settle_in(self) -> None:
        """Give every workspace settings with high quota."""
        await self._tables.run("settle_in", {"tenants": list(TENANTS), "at": _utc(self.now)})

    async def cover(self) -> None:
        """Give high quota to as many workspaces as the dial says."""
        covered = TENANTS[: int(self._dials["quota_coverage"])]
        await self._tables.run("cover", {"tenants": list(covered), "at": _utc(self.now)})

    def _token(self) -> str:
        return f"{self._luck.getrandbits(96):024x}"


def minute_of(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _failed(at: datetime, job: str, error: str, last_attempt: bool) -> _Ending:
    if last_attempt:
        return _Ending(at, job, "FAILED", error, at)
    return _Ending(at, job, "PENDING", error, at + _RETRY_IN)


def _endings(ids: str, endings: Sequence[_Ending]) -> dict[str, object]:
    return {
        ids: [ending.id for ending in endings],
        "statuses": [ending.status for ending in endings],
        "errors": [ending.error for ending in endings],
        "times": [_utc(ending.at) for ending in endings],
    }


def _due(waiting: list[T], until: datetime) -> list[T]:
    """Remove and return the items of `waiting` that are due, oldest first."""
    due = sorted((one for one in waiting if one.at <= until), key=lambda one: one.at)
    waiting[:] = [one for one in waiting if one.at > until]
    return due


def _milliseconds(at: datetime) -> datetime:
    """Truncate to milliseconds: the columns have no more, and would round up into the next second."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _utc(at: datetime | None) -> datetime | None:
    return at and at.astimezone(UTC).replace(tzinfo=None)
