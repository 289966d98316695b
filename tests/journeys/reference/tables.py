"""The rows of the reference's table that are read from the job tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from tests.journeys.reference.system import (
    DAY,
    HOUR,
    MINUTE,
    TICK,
    Number,
    Row,
    Seen,
    Span,
    last,
    mean,
    p95,
    percent,
    within,
)

DUPLICATE = ("duplicate send", "duplicate-send", "duplicate")
CONTENDED = ("lost claim", "could not obtain lock", "lock timeout", "deadlock", "could not serialize")


def mentions(text: str | None, words: Sequence[str]) -> bool:
    return any(word in (text or "").lower() for word in words)


def cadence(seen: Seen, end: datetime) -> Mapping[str, Number]:
    span = last(end, HOUR)
    starts = sorted(
        run["startedAt"]
        for run in seen.runs
        if run["functionName"] == TICK and within(run["startedAt"], span)
    )
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(starts)]
    edges = [(later - earlier).total_seconds() for earlier, later in pairwise([span[0], *starts, span[1]])]
    return {"runs": len(starts), "mean_gap": mean(gaps), "longest_gap": max(edges)}


def failures(seen: Seen, end: datetime, length: timedelta) -> Mapping[str, Number]:
    ended = [
        run for run in seen.runs if run["status"] != "RUNNING" and within(run["startedAt"], last(end, length))
    ]
    failed = sum(run["status"] == "FAILED" for run in ended)
    return {"runs": len(ended), "failed": failed if ended else None, "percent": percent(failed, len(ended))}


def dispatch_health(seen: Seen, end: datetime) -> Mapping[str, Number]:
    over = [
        row["status"] == "ENQUEUED"
        for row in seen.dispatches
        if within(row["windowStart"], last(end, HOUR))
        and not (row["status"] == "DISPATCHING" and row["windowStart"] + MINUTE > end)
    ]
    return {"enqueued": sum(over), "not_enqueued": len(over) - sum(over) if over else None}


def stale_runs(seen: Seen, end: datetime) -> Mapping[str, Number]:
    running = [run["startedAt"] for run in seen.runs if run["status"] == "RUNNING"]
    return {"running": len(running), "stale": sum(end - at > 15 * MINUTE for at in running)}


def queue_age(seen: Seen, end: datetime) -> Mapping[str, Number]:
    """Of the jobs that were waiting at that time."""
    ages = [
        (end - job["runAt"]).total_seconds()
        for job in seen.jobs
        if job["runAt"] < end and not _left_by(job, end)
    ]
    return {"due": len(ages), "p95": p95(ages), "max": max(ages, default=0)}


def _left(job: Row) -> datetime | None:
    """When it left the queue, to which a retry puts it back."""
    return None if job["status"] == "PENDING" else job["startedAt"]


def _left_by(job: Row, at: datetime) -> bool:
    left = _left(job)
    return left is not None and left < at


def throughput(seen: Seen, end: datetime) -> Mapping[str, Number]:
    span = last(end, 3 * HOUR)
    before = (span[0] - 3 * HOUR, span[0])
    over = [job["finishedAt"] for job in seen.jobs if job["status"] in {"SUCCEEDED", "FAILED"}]
    now, then = (sum(within(at, each) for at in over) for each in (span, before))
    return {
        "finished": now,
        "per_minute": now / 180,
        "baseline": then / 180,
        "of_baseline": percent(now, then),
    }


def duplicates(seen: Seen, end: datetime) -> Mapping[str, Number]:
    span = last(end, DAY)
    ours = [run for run in seen.runs if run["functionName"] == TICK and within(run["createdAt"], span)]
    runs = sum(mentions(run["lastError"], DUPLICATE) for run in ours)
    jobs = sum(mentions(job["lastError"], DUPLICATE) for job in seen.jobs if within(job["updatedAt"], span))
    sent: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for job in seen.jobs:
        if job["status"] == "SUCCEEDED" and job["finishedAt"] < end:
            sent[job["type"], job["messageId"]].append(job["finishedAt"])
    repeated = sum(len(times) > 1 and within(max(times), span) for times in sent.values())
    return {"signals": jobs + runs, "job_signals": jobs, "run_signals": runs, "repeated": repeated}


def contention(seen: Seen, end: datetime) -> Mapping[str, Number]:
    span = last(end, 30 * MINUTE)
    touched = [job for job in seen.jobs if within(job["updatedAt"], span)]
    marks = [job["updatedAt"] for job in touched if mentions(job["lastError"], CONTENDED)]
    windows = [row for row in seen.dispatches if within(row["windowStart"], span)]
    contended = sum(
        mentions(row["errorMessage"], CONTENDED)
        or any(within(at, (row["windowStart"], row["windowStart"] + MINUTE)) for at in marks)
        for row in windows
    )
    tried, again = (sum(job["attempts"] >= least for job in touched) for least in (1, 2))
    storm = percent(again, tried) if again >= 5 else 0
    return {
        "contended": percent(contended, len(windows)),
        "retried": again,
        "retry_storm": storm,
        "signals": len(marks),
    }


def coverage(seen: Seen, _: datetime) -> Mapping[str, Number]:
    return {"covered": sum(row["highQuotaEnabled"] for row in seen.settings), "total": len(seen.settings)}


def fairness(seen: Seen, end: datetime) -> Mapping[str, Number]:
    span = last(end, DAY)
    started = [(left, job["clientId"]) for job in seen.jobs if within(left := _left(job), span) and left]
    shares: dict[datetime, Counter[str]] = defaultdict(Counter)
    for at, tenant in started:
        shares[_minute(at)][tenant] += 1
    heavy = {minute: of for minute, of in shares.items() if of.total() >= 8}
    top = {minute: max(of.values()) / of.total() for minute, of in heavy.items()}
    shared = [top[minute] for minute, of in heavy.items() if len(of) > 1]
    roomy = sum(share <= 0.80 for share in top.values())
    return {
        "heavy_minutes": len(heavy),
        "multi_tenant_minutes": len(shared),
        "headroom_minutes": roomy,
        "headroom_percent": percent(roomy, len(heavy)),
        "mean_top_share": mean(shared),
        "starved": _starved(seen, span, heavy),
    }


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _starved(seen: Seen, span: Span, heavy: Mapping[datetime, Counter[str]]) -> int:
    """Tenants with work waiting and nothing served for five minutes or longer, over a whole heavy minute of others."""
    begin, end = span[0] - 5 * MINUTE, span[1]
    lives: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)  # (due, left) of a tenant's jobs
    for job in seen.jobs:
        left = _left(job)
        if job["runAt"] < end and (left is None or left >= begin):
            lives[job["clientId"]].append((job["runAt"], min(left or end, end)))
    starved = set()
    for tenant, jobs in lives.items():
        ends = sorted({left for _, left in jobs})
        for before, until in zip([begin, *ends], ends, strict=False):
            since = max(begin, before, min(due for due, left in jobs if left >= until))
            left_out = any(
                since <= minute and minute + MINUTE <= until and not of[tenant]
                for minute, of in heavy.items()
            )
            if until - since >= 5 * MINUTE and left_out:
                starved.add(tenant)
    return len(starved)
