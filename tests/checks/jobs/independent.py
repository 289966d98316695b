"""The measures once more, in Python over all rows: slow, plain, and written from the definitions alone."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, TypeAlias

from checks.reading import Window

Row: TypeAlias = dict[str, Any]
Readings: TypeAlias = dict[str, float | int | None]

MINUTE = timedelta(minutes=1)


def quantile(values: Sequence[float], q: float) -> float | None:
    """Linear between the two nearest."""
    if not values:
        return None
    ordered = sorted(values)
    place = q * (len(ordered) - 1)
    low, high = math.floor(place), math.ceil(place)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def within(window: Window, at: datetime | None) -> bool:
    return at is not None and window.start <= at < window.end


def percent(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def throughput(jobs: list[Row], window: Window, earlier: timedelta) -> Readings:
    ended = [job for job in jobs if job["status"] in {"SUCCEEDED", "FAILED"}]
    before = Window(start=window.start - earlier, end=window.end - earlier)
    now = [job for job in ended if within(window, job["finishedAt"])]
    then = [job for job in ended if within(before, job["finishedAt"])]
    minutes = window.seconds / 60
    return {
        "per_minute": len(now) / minutes,
        "finished": len(now),
        "failed": sum(job["status"] == "FAILED" for job in now),
        "baseline": len(then) / minutes if then else None,
        "of_baseline": percent(len(now), len(then)),
    }


def waits(jobs: list[Row], window: Window) -> list[tuple[Row, datetime, bool]]:
    """(job, until when it waited, whether it was served) for jobs started in the window or waiting at its end."""
    found = []
    for job in jobs:
        if job["runAt"] >= window.end:
            continue
        pending = job["status"] == "PENDING"
        if not pending and within(window, job["startedAt"]):
            found.append((job, job["startedAt"], True))
        elif pending or job["startedAt"] >= window.end:
            found.append((job, window.end, False))
    return found


def queue_age(jobs: list[Row], window: Window) -> Readings:
    found = waits(jobs, window)
    ages = [(until - job["runAt"]).total_seconds() for job, until, _ in found]
    due = sum(not served for _, _, served in found)
    return {"p95": quantile(ages, 0.95), "max": max(ages, default=None), "due": due if ages else None}


def fairness(
    jobs: list[Row], window: Window, *, heavy: int, headroom: float, patience: timedelta
) -> Readings:
    served: dict[datetime, Counter[str]] = defaultdict(Counter)
    by_tenant: dict[str, list[tuple[datetime, datetime, bool]]] = defaultdict(list)
    for job, until, was_served in waits(jobs, window):
        by_tenant[job["clientId"]].append((job["runAt"], until, was_served))
        if was_served:
            served[until.replace(second=0, microsecond=0)][job["clientId"]] += 1
    busy = {minute: shares for minute, shares in served.items() if shares.total() >= heavy}
    gaps = {tenant: unserved(work, window) for tenant, work in by_tenant.items()}
    tops, over, jains = [], [], []
    for minute, shares in busy.items():
        total = shares.total()
        left_out = sum(
            tenant not in shares
            and any(since <= minute and minute + MINUTE <= at for since, at in gaps[tenant])
            for tenant in gaps
        )
        wanting = len(shares) + left_out
        tops.append(max(shares.values()) / total)
        over.append(tops[-1] * wanting)
        jains.append(total**2 / (wanting * sum(count**2 for count in shares.values())))
    starved = {
        tenant
        for tenant, found in gaps.items()
        for since, at in found
        if at - since >= patience and any(since <= minute and minute + MINUTE <= at for minute in busy)
    }
    roomy = sum(top <= headroom for top in tops)
    multi = sum(len(shares) > 1 for shares in busy.values())
    return {
        "heavy_minutes": len(busy),
        "multi_tenant_minutes": multi,
        "multi_tenant_percent": percent(multi, len(busy)),
        "headroom_minutes": roomy,
        "headroom_percent": percent(roomy, len(busy)),
        "mean_top_share": mean(tops),
        "top_over_fair": mean(over),
        "jain": mean(jains),
        "starved": len(starved),
    }


def unserved(work: list[tuple[datetime, datetime, bool]], window: Window) -> list[tuple[datetime, datetime]]:
    """Stretches in which the tenant had work waiting and none of it was started."""
    moments = sorted({until for _, until, _ in work})
    found = []
    for before, at in pairwise([window.start, *moments]):
        waiting = [max(due, before) for due, until, _ in work if due < at <= until]
        if waiting:
            found.append((min(waiting), at))
    return found


def cadence(runs: list[Row], window: Window, *, function: str, every: timedelta) -> Readings:
    starts = sorted(
        run["startedAt"]
        for run in runs
        if run["functionName"] == function and within(window, run["startedAt"])
    )
    gaps = [(later - sooner).total_seconds() for sooner, later in pairwise(starts)]
    with_edges = [
        (later - sooner).total_seconds() for sooner, later in pairwise([window.start, *starts, window.end])
    ]
    tick = every.total_seconds()
    return {
        "runs": len(starts),
        "mean_gap": mean(gaps),
        "longest_gap": max(with_edges),
        "p95_jitter": quantile([abs(gap - tick) for gap in gaps], 0.95),
        "missed": sum(max(math.floor(gap / tick + 0.5) - 1, 0) for gap in with_edges),
    }


def dispatch_health(windows: list[Row], window: Window) -> Readings:
    judged = [
        row
        for row in windows
        if within(window, row["windowStart"])
        and not (
            row["status"] == "DISPATCHING"
            and row["windowStart"] + timedelta(seconds=row["windowSeconds"]) > window.end
        )
    ]
    enqueued = sum(row["status"] == "ENQUEUED" for row in judged)
    return {
        "enqueued": enqueued,
        "not_enqueued": len(judged) - enqueued,
        "percent": percent(enqueued, len(judged)),
    }


def function_failures(runs: list[Row], window: Window) -> Readings:
    ended = [run for run in runs if within(window, run["startedAt"]) and run["status"] != "RUNNING"]
    failed = sum(run["status"] == "FAILED" for run in ended)
    return {"failed": failed, "runs": len(ended), "percent": percent(failed, len(ended))}


def stale_runs(runs: list[Row], now: datetime, older_than: timedelta) -> Readings:
    running = [run for run in runs if run["status"] == "RUNNING"]
    stale = sum(run["startedAt"] <= now - older_than for run in running)
    return {"stale": stale, "running": len(running)}


def duplicates(jobs: list[Row], window: Window) -> Readings:
    touched = [job for job in jobs if within(window, job["updatedAt"])]
    sent: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for job in jobs:
        if job["status"] == "SUCCEEDED" and job["finishedAt"] < window.end:
            sent[job["type"], job["messageId"]].append(job["finishedAt"])
    return {
        "signals": sum("duplicate send" in (job["lastError"] or "") for job in touched),
        "repeated": sum(len(times) > 1 and max(times) >= window.start for times in sent.values()),
    }


def contention(jobs: list[Row], windows: list[Row], window: Window) -> Readings:
    touched = [job for job in jobs if within(window, job["updatedAt"])]
    signals = [job["updatedAt"] for job in touched if "could not obtain lock" in (job["lastError"] or "")]
    looked_at = [row for row in windows if within(window, row["windowStart"])]
    contended = sum(
        "lost claim" in (row["errorMessage"] or "")
        or any(row["windowStart"] <= at < row["windowStart"] + MINUTE for at in signals)
        for row in looked_at
    )
    tried = [job for job in touched if job["attempts"] >= 1]
    return {
        "contended": percent(contended, len(looked_at)),
        "retry_storm": percent(sum(job["attempts"] >= 2 for job in tried), len(tried)),
        "signals": len(signals),
    }


def coverage(settings: list[Row]) -> Readings:
    covered = sum(row["highQuotaEnabled"] for row in settings)
    return {"covered": covered, "total": len(settings), "percent": percent(covered, len(settings))}
