"""The measures again, in Python over all rows: slow, plain, and written from docs/measures.md alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, TypeAlias

from checks.reading import Window

Row: TypeAlias = dict[str, Any]
Value: TypeAlias = float | None

MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ENDLESS = datetime(9999, 1, 1, tzinfo=UTC)  # stands for `infinity` in the rows
BEGINLESS = datetime(1, 1, 2, tzinfo=UTC)  # stands for `-infinity`
ENDED = {"SUCCEEDED", "FAILED"}
GONE = {"RUNNING", *ENDED}
JOB_WORDS = {"PENDING", "IGNORED", *GONE}
RUN_WORDS = {"RUNNING", "IGNORED", *ENDED}


@dataclass
class Answer:
    """Readings with their n, how many rows could not be placed for each reason, and the times that were read."""

    readings: dict[str, Value]
    n: dict[str, int] = field(default_factory=dict)
    unplaced: list[int] = field(default_factory=list)
    seen: list[datetime] = field(default_factory=list)


def first_of(row: Row, *columns: str) -> datetime | None:
    return next((row[column] for column in columns if row[column] is not None), None)


def within(window: Window, at: datetime | None) -> bool:
    return at is not None and window.start <= at < window.end


def p95(values: Sequence[float]) -> Value:
    if not values:
        return None
    ordered = sorted(values)
    place = 0.95 * (len(ordered) - 1)
    low, high = ordered[math.floor(place)], ordered[math.ceil(place)]
    return low + (high - low) * (place - math.floor(place))


def mean(values: Sequence[float]) -> Value:
    return sum(values) / len(values) if values else None


def percent(part: int, whole: int) -> Value:
    return 100 * part / whole if whole else None


def unless(empty: bool, value: Value) -> Value:
    return None if empty else value


def seconds(since: datetime, until: datetime) -> float:
    return (until - max(since, EPOCH)).total_seconds()


def contains(error: str | None, words: Sequence[str]) -> bool:
    return error is not None and any(word.lower() in error.lower() for word in words)


def statuses(rows: list[Row], known: set[str]) -> Iterator[int]:
    """Yield the number of rows of each unknown status, and of those without one."""
    for word in {row["status"] for row in rows} - known:
        yield sum(row["status"] == word for row in rows)


def jobs_beyond_counting(jobs: list[Row]) -> Iterator[int]:
    yield from statuses(jobs, JOB_WORDS)
    yield sum(job["runAt"] is None and job["status"] in JOB_WORDS - {"IGNORED"} for job in jobs)


@dataclass(frozen=True)
class Model:
    """All rows at one moment, with the configured `reach`."""

    jobs: list[Row]
    dispatches: list[Row]
    runs: list[Row]
    settings: list[Row]
    now: datetime
    reach: timedelta

    # ------------------------------------------------------------ jobs

    def _reached(self, window: Window, words: set[str], *, open_ended: bool = False) -> list[Row]:
        since, until = window.start - self.reach, ENDLESS if open_ended else window.end + self.reach
        return [
            job
            for job in self.jobs
            if job["status"] in words
            and job["runAt"] is not None
            and (since <= job["runAt"] < until or (open_ended and job["runAt"] == ENDLESS))
        ]

    def _planned(self, window: Window) -> list[datetime]:
        return [
            job["updatedAt"]
            for job in self.jobs
            if job["status"] == "PENDING"
            and job["runAt"] is not None
            and self.now <= job["runAt"] < window.end + self.reach
            and job["updatedAt"] is not None
        ]

    def throughput(self, window: Window, *, baseline: timedelta | None) -> Answer:
        found = self._reached(window, ENDED)
        ends = [(first_of(job, "finishedAt", "updatedAt"), job) for job in found]
        ended = [job for at, job in ends if within(window, at)]
        minutes = window.seconds / 60
        before: list[Row] = []
        if baseline is not None:
            earlier = Window(start=window.start - baseline, end=window.end - baseline)
            before = [
                job
                for job in self._reached(earlier, ENDED)
                if within(earlier, first_of(job, "finishedAt", "updatedAt"))
            ]
        empty = not self.jobs
        return Answer(
            {
                "finished": unless(empty, len(ended)),
                "failed": unless(empty, sum(job["status"] == "FAILED" for job in ended)),
                "per_minute": unless(empty, len(ended) / minutes),
                "baseline": unless(empty or baseline is None, len(before) / minutes),
                "of_baseline": percent(len(ended), len(before)),
            },
            {"of_baseline": len(before)},
            [*jobs_beyond_counting(self.jobs), sum(at is None for at, _ in ends)],
            [*(at for at, _ in ends if at is not None and at >= window.start), *self._planned(window)],
        )

    def _left(self, window: Window) -> list[tuple[datetime | None, Row]]:
        return [
            (first_of(job, "startedAt", "finishedAt", "updatedAt"), job)
            for job in self._reached(window, GONE)
        ]

    def _waiting(self, window: Window) -> list[Row]:
        gone = [job for at, job in self._left(window) if at is not None and at >= window.end]
        pending = [job for job in self.jobs if job["status"] == "PENDING" and job["runAt"] is not None]
        return [job for job in (*gone, *pending) if job["runAt"] < window.end]

    def queue_age(self, window: Window) -> Answer:
        left = self._left(window)
        waits = [
            seconds(job["runAt"], at)
            for at, job in left
            if at is not None and within(window, at) and at >= job["runAt"]
        ]
        ages = [seconds(job["runAt"], window.end) for job in self._waiting(window)]
        empty = not self.jobs
        return Answer(
            {
                "p95": unless(empty, p95(ages) or 0),
                "max": unless(empty, max(ages, default=0)),
                "due": unless(empty, len(ages)),
                "started_p95": unless(empty, p95(waits) or 0),
                "started_max": unless(empty, max(waits, default=0)),
                "started": unless(empty, len(waits)),
            },
            {"p95": len(ages), "max": len(ages), "started_p95": len(waits), "started_max": len(waits)},
            [*jobs_beyond_counting(self.jobs), sum(at is None for at, _ in left)],
            [
                *(at for at, _ in left if at is not None and at >= window.start),
                *self._planned(window),
            ],
        )

    def fairness(self, window: Window, *, heavy: int, headroom: float, patience: timedelta) -> Answer:
        left = [(at, job) for at, job in self._left(window) if at is not None]
        minute_of: Callable[[datetime], datetime] = lambda at: at.replace(second=0, microsecond=0)  # noqa: E731
        counts: dict[datetime, dict[str | None, int]] = {}
        for at, job in left:
            if within(window, at):
                shares = counts.setdefault(minute_of(at), {})
                shares[job["clientId"]] = shares.get(job["clientId"], 0) + 1
        busy = {minute: shares for minute, shares in counts.items() if sum(shares.values()) >= heavy}
        stretches = self._unserved(window, max(patience, MINUTE))
        services: dict[str | None, set[datetime]] = {}
        for at, job in left:
            if window.start - max(patience, MINUTE) <= at < window.end:
                services.setdefault(job["clientId"], set()).add(minute_of(at))

        def left_out(tenant: str | None, since: datetime, until: datetime, minute: datetime) -> bool:
            covered = since <= minute and minute + MINUTE <= until
            return covered and minute not in services.get(tenant, set())

        tops, over, jains = {}, [], []
        for minute, shares in busy.items():
            out = {tenant for tenant, since, until in stretches if left_out(tenant, since, until, minute)}
            tenants = len(shares) + len(out)
            top = max(shares.values()) / sum(shares.values())
            tops[minute] = top
            over.append(top * tenants)
            squares = sum(x**2 for x in shares.values())
            jains.append(sum(shares.values()) ** 2 / (tenants * squares))
        long = [stretch for stretch in stretches if stretch[2] - stretch[1] >= max(patience, MINUTE)]
        starved = {
            tenant
            for tenant, since, until in long
            if any(left_out(tenant, since, until, minute) for minute in busy)
        }
        multi = [minute for minute, shares in busy.items() if len(shares) > 1]
        roomy = sum(top <= headroom for top in tops.values())
        empty = not self.jobs
        untimed = sum(at is None for at, _ in self._left(window))
        return Answer(
            {
                "heavy_minutes": unless(empty, len(busy)),
                "multi_tenant_minutes": unless(empty, len(multi)),
                "multi_tenant_percent": percent(len(multi), len(busy)),
                "headroom_minutes": unless(empty, roomy),
                "headroom_percent": percent(roomy, len(busy)),
                "mean_top_share": mean([tops[minute] for minute in multi]),
                "top_over_fair": mean(over),
                "jain": mean(jains),
                "starved": unless(empty or (not busy and bool(long)), len(starved)),
            },
            {
                "multi_tenant_percent": len(busy),
                "headroom_percent": len(busy),
                "mean_top_share": len(multi),
                "top_over_fair": len(busy),
                "jain": len(busy),
            },
            [*jobs_beyond_counting(self.jobs), untimed],
            [*(at for at, _ in left if at >= window.start), *self._planned(window)],
        )

    def _unserved(self, window: Window, watched: timedelta) -> list[tuple[str | None, datetime, datetime]]:
        """Yields (tenant, since, until) for every gap of at least a minute."""
        begin = window.start - watched
        by_tenant: dict[str | None, list[tuple[datetime, datetime]]] = {}
        for at, job in self._left(window):
            if at is not None and begin <= at < window.end:
                by_tenant.setdefault(job["clientId"], []).append((at, job["runAt"]))
        for job in self._waiting(window):
            by_tenant.setdefault(job["clientId"], []).append((window.end, job["runAt"]))
        found = []
        for tenant, jobs in by_tenant.items():
            for until in sorted({at for at, _ in jobs}):
                earlier = [at for at, _ in jobs if at < until]
                since = max([begin, min(due for at, due in jobs if at >= until), *earlier])
                if until - since >= MINUTE:
                    found.append((tenant, since, until))
        return found

    # ------------------------------------------------------------ errors in jobs

    def _touched(self, window: Window) -> list[tuple[datetime, Row]]:
        found = [
            *(job for job in self.jobs if job["status"] in {"PENDING", "RUNNING"}),
            *self._reached(window, ENDED, open_ended=True),
        ]
        touched = [(first_of(job, "updatedAt", "finishedAt", "startedAt", "runAt"), job) for job in found]
        return [(at, job) for at, job in touched if at is not None]

    def duplicates(
        self, window: Window, *, signals: Sequence[str], function: str | None, key: tuple[str, str]
    ) -> Answer:
        touched = self._touched(window)
        inside = [job for at, job in touched if within(window, at)]
        in_jobs = sum(contains(job["lastError"], signals) for job in inside)
        made = [
            (first_of(run, "createdAt", "startedAt"), run)
            for run in self.runs
            if function is not None and function in {"", run["functionName"]}
        ]
        runs = [run for at, run in made if within(window, at)]
        in_runs = sum(contains(run["lastError"], signals) for run in runs)
        sent: dict[tuple[Any, Any], list[datetime]] = {}
        untimed = 0
        for job in self._reached(window, {"SUCCEEDED"}, open_ended=True):
            at = first_of(job, "finishedAt", "updatedAt")
            untimed += at is None
            if at is not None and at < window.end and None not in (job[key[0]], job[key[1]]):
                sent.setdefault((job[key[0]], job[key[1]]), []).append(at)
        empty = not self.jobs
        unknown = empty or (function is not None and not runs)
        return Answer(
            {
                "signals": unless(unknown and not in_jobs and not in_runs, in_jobs + in_runs),
                "job_signals": unless(empty, in_jobs),
                "run_signals": unless(not runs, in_runs),
                "repeated": unless(
                    empty, sum(len(at) > 1 and max(at) >= window.start for at in sent.values())
                ),
            },
            {"signals": len(inside) + len(runs), "job_signals": len(inside), "repeated": len(inside)}
            | ({"run_signals": len(runs)} if function is not None else {}),
            [*jobs_beyond_counting(self.jobs), untimed],
            [
                *(at for at, _ in touched),
                *(at for at, _ in made if at is not None and at >= window.start),
                *self._planned(window),
            ],
        )

    def contention(self, window: Window, *, signals: Sequence[str], storm: int) -> Answer:
        touched = self._touched(window)
        inside = [(at, job) for at, job in touched if within(window, at)]
        marks = [at for at, job in inside if contains(job["lastError"], signals)]
        attempts = [job["attempts"] or 0 for _, job in inside]
        tried, retried = sum(n >= 1 for n in attempts), sum(n >= 2 for n in attempts)
        windows = [row for row in self.dispatches if within(window, row["windowStart"])]
        contended = sum(
            contains(row["errorMessage"], signals)
            or any(
                0 <= (at - row["windowStart"]).total_seconds() < (row["windowSeconds"] or 0) for at in marks
            )
            for row in windows
        )
        empty = not self.jobs
        return Answer(
            {
                "contended": percent(contended, len(windows)),
                "retry_storm": unless(empty, 100 * retried / tried if retried >= storm else 0),
                "retried": unless(empty, retried),
                "signals": unless(empty, len(marks)),
            },
            {"contended": len(windows), "retry_storm": tried, "retried": tried, "signals": len(inside)},
            [
                *jobs_beyond_counting(self.jobs),
                sum(row["windowStart"] is None for row in self.dispatches),
                sum(row["windowSeconds"] is None for row in windows),
            ],
            [*(at for at, _ in touched), *self._starts(), *self._planned(window)],
        )

    # ------------------------------------------------------------ dispatches and runs

    def _starts(self) -> list[datetime]:
        return [row["windowStart"] for row in self.dispatches if row["windowStart"] is not None]

    def dispatch_health(self, window: Window) -> Answer:
        judged = []
        for row in self.dispatches:
            if within(window, row["windowStart"]):
                over = row["windowStart"] + timedelta(seconds=max(row["windowSeconds"] or 0, 0))
                if not (row["status"] == "DISPATCHING" and over > self.now):
                    judged.append(row)
        enqueued = sum(row["status"] == "ENQUEUED" for row in judged)
        return Answer(
            {
                "enqueued": unless(not self.dispatches, enqueued),
                "not_enqueued": unless(not judged, len(judged) - enqueued),
                "percent": percent(enqueued, len(judged)),
            },
            {"percent": len(judged)},
            [sum(row["windowStart"] is None for row in self.dispatches)],
            self._starts(),
        )

    def _runs_reached(self, window: Window, function: str) -> list[Row]:
        return [
            run
            for run in self.runs
            if function in {"", run["functionName"]}
            and (run["createdAt"] is None or run["createdAt"] >= window.start - self.reach)
        ]

    def cadence(self, window: Window, *, function: str, every: timedelta) -> Answer:
        found = [run["startedAt"] for run in self._runs_reached(window, function) if run["startedAt"]]
        starts = sorted(at for at in found if within(window, at))
        gaps = [(later - sooner).total_seconds() for sooner, later in pairwise(starts)]
        edges = [(b - a).total_seconds() for a, b in pairwise([window.start, *starts, window.end])]
        tick = every.total_seconds()
        unknown = not any(
            run["functionName"] == function and (run["createdAt"] is None or run["createdAt"] < window.end)
            for run in self.runs
        )
        return Answer(
            {
                "runs": unless(unknown, len(starts)),
                "mean_gap": mean(gaps),
                "longest_gap": unless(unknown, max(edges)),
                "p95_jitter": p95([abs(gap - tick) for gap in gaps]),
                "missed": unless(unknown, sum(max(math.floor(gap / tick + 0.5) - 1, 0) for gap in edges)),
            },
            {"mean_gap": len(gaps), "p95_jitter": len(gaps)},
            [],
            [at for at in found if at >= window.start],
        )

    def function_failures(self, window: Window, *, function: str) -> Answer:
        ended = [
            (first_of(run, "startedAt", "createdAt"), run)
            for run in self._runs_reached(window, function)
            if run["status"] in ENDED
        ]
        inside = [run for at, run in ended if within(window, at)]
        failed = sum(run["status"] == "FAILED" for run in inside)
        unknown = not any(function in {"", run["functionName"]} for run in self.runs)
        return Answer(
            {
                "failed": unless(not inside, failed),
                "runs": unless(unknown, len(inside)),
                "percent": percent(failed, len(inside)),
            },
            {"percent": len(inside)},
            [*statuses(self.runs, RUN_WORDS), sum(at is None for at, _ in ended)],
            [at for at, _ in ended if at is not None],
        )

    def stale_runs(self, *, older_than: timedelta) -> Answer:
        running = [first_of(run, "startedAt", "createdAt") for run in self.runs if run["status"] == "RUNNING"]
        stale = sum(at is None or self.now - at > older_than for at in running)
        return Answer(
            {"stale": unless(not self.runs, stale), "running": unless(not self.runs, len(running))},
            {},
            [*statuses(self.runs, RUN_WORDS)],
            [at for at in running if at is not None],
        )

    def coverage(self, *, only: str | None) -> Answer:
        rows = [row for row in self.settings if only is None or row["clientId"] == only]
        covered = sum(row["highQuotaEnabled"] is True for row in rows)
        return Answer(
            {
                "covered": unless(not rows, covered),
                "total": len(rows) or None,
                "percent": percent(covered, len(rows)),
            }
        )
