"""What the job system shows at one time, and words for spans and shares of it."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import psycopg
from psycopg.rows import dict_row

Row: TypeAlias = Mapping[str, Any]
Number: TypeAlias = float | None
Span: TypeAlias = tuple[datetime, datetime]  # from the first, up to but not including the second

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TICK = "process-background-jobs"


@dataclass(frozen=True)
class Line:
    """One line of the decision log; a line without a time has that of the line before."""

    begins: str
    at: datetime
    told: Mapping[str, Any]


@dataclass(frozen=True)
class Seen:
    """Everything that the system shows at one time."""

    jobs: Sequence[Row]
    runs: Sequence[Row]
    dispatches: Sequence[Row]
    settings: Sequence[Row]
    decided: Mapping[str, Sequence[Mapping[str, Any]]]  # loop -> its decisions in order
    log: Sequence[Line]


async def seen(dsn: str, log: Path) -> Seen:
    async with await psycopg.AsyncConnection.connect(dsn, row_factory=dict_row) as connection:

        async def rows(statement: Any) -> list[Row]:
            found = await (await connection.execute(statement)).fetchall()
            return [{name: _aware(value) for name, value in row.items()} for row in found]

        decisions = await rows(
            'SELECT "loop", decision FROM "BackgroundControlDecision" ORDER BY "decidedAt", id'
        )
        decided: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in decisions:
            decided[row["loop"]].append(row["decision"])
        return Seen(
            jobs=await rows('SELECT * FROM "BackgroundJob"'),
            runs=await rows('SELECT * FROM "BackgroundFunctionRun"'),
            dispatches=await rows('SELECT * FROM "BackgroundDispatchWindow"'),
            settings=await rows('SELECT * FROM "WorkspaceSettings"'),
            decided=decided,
            log=list(_lines(log.read_text())),
        )


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def _lines(text: str) -> Iterator[Line]:
    at = datetime.min.replace(tzinfo=UTC)
    for line in text.splitlines():
        begins, brace, rest = line.partition("{")
        told = json.loads(brace + rest)
        at = datetime.fromisoformat(told["timestamp"]) if "timestamp" in told else at
        yield Line(begins, at, told)


def last(end: datetime, length: timedelta) -> Span:
    return end - length, end


def within(at: datetime | None, span: Span) -> bool:
    return at is not None and span[0] <= at < span[1]


def percent(part: int, whole: int) -> Number:
    return 100 * part / whole if whole else None


def mean(values: Sequence[float]) -> Number:
    return sum(values) / len(values) if values else None


def p95(values: Sequence[float]) -> float:
    """Interpolated, as PostgreSQL's percentile_cont does; 0 of none."""
    ordered = sorted(values)
    if not ordered:
        return 0
    place = 0.95 * (len(ordered) - 1)
    low, high = ordered[math.floor(place)], ordered[math.ceil(place)]
    return low + (high - low) * (place - math.floor(place))


def longest(flags: Sequence[bool]) -> int:
    longest = current = 0
    for flag in flags:
        current = current + 1 if flag else 0
        longest = max(longest, current)
    return longest
