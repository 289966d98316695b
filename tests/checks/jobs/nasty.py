"""Random rows of job tables as no system should write them, derived from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from checks.reading import Window
from tests.checks.jobs.model import BEGINLESS, ENDLESS, Model, Row

ZONES = ("UTC", "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")
CLOCK_CHANGES = (datetime(2025, 10, 26, 1, tzinfo=UTC), datetime(2025, 11, 2, 6, tzinfo=UTC))
SIGNALS = ("duplicate", "Lock Timeout")
TENANTS = ("a", "b", "c", "t" * 3000, None)
LONG = "x" * 20_000


@dataclass(frozen=True)
class Data:
    """The tables' contents, as instants, and how they are queried."""

    model: Model
    window: Window
    zone: str
    options: dict[str, Any]


def nasty(seed: int) -> Data:
    """The data set for that seed."""
    luck = random.Random(seed)
    zone = luck.choice(ZONES)
    end = _end(luck)
    window = Window.ending(end, luck.choice([2, 10, 61, 185]) * timedelta(minutes=1))
    now = end + luck.choice([0, 0, 0, 1, 30]) * timedelta(minutes=1)
    reach = luck.choice([1, 3, 24]) * timedelta(hours=1)
    rows = _Rows(luck, window, ZoneInfo(zone))
    size = luck.choice([0, 1, 2, 20, 120])
    model = Model(
        jobs=[rows.job() for _ in range(size)],
        dispatches=[rows.dispatch() for _ in range(luck.choice([0, 1, 8, 30]))],
        runs=[rows.run() for _ in range(luck.choice([0, 1, 8, 30]))],
        settings=[rows.setting() for _ in range(luck.choice([0, 1, 9]))],
        now=now,
        reach=reach,
    )
    return Data(model, window, zone, _options(luck))


def _end(luck: random.Random) -> datetime:
    near = luck.choice([*CLOCK_CHANGES, datetime(2025, 6, 3, 12, tzinfo=UTC)])
    apart = luck.choice([0, 30, 60, 90, 7]) * timedelta(minutes=1)
    return near + apart + luck.choice([timedelta(0), timedelta(milliseconds=luck.randrange(60_000))])


def _options(luck: random.Random) -> dict[str, Any]:
    return {
        "baseline": luck.choice([None, timedelta(hours=1), timedelta(minutes=7)]),
        "heavy": luck.choice([1, 2, 4]),
        "headroom": luck.choice([0.5, 0.8, 1.0]),
        "patience": luck.choice([0.5, 1, 3, 5]) * timedelta(minutes=1),
        "every": luck.choice([timedelta(minutes=1), timedelta(seconds=90)]),
        "function": luck.choice(["", "tick", "tock", "nobody"]),
        "older_than": luck.choice([1, 15, 60]) * timedelta(minutes=1),
        "storm": luck.choice([1, 3, 5]),
        "only": luck.choice([None, "a", "nobody"]),
        "jobs_only": luck.random() < 0.2,
    }


class _Rows:
    """Rows around one window. Most columns are rarely odd: otherwise hardly any data set would be unambiguous."""

    def __init__(self, luck: random.Random, window: Window, zone: ZoneInfo) -> None:
        self._luck, self._window, self._zone = luck, window, zone
        self._odd = luck.choice([0.0, 0.0, 0.01, 0.08])  # per column
        self._crowd = [self._anywhere() for _ in range(4)]  # times that many rows share

    def job(self) -> Row:
        luck = self._luck
        due = self._time()
        started = self._after(due)
        finished = self._after(started)
        return {
            "id": luck.choice(["1", "2", LONG, f"job{luck.random()}"]),
            "type": luck.choice(["SEND", "DRAFT", self._rarely(None, "SEND")]),
            "messageId": self._rarely(None, luck.choice([f"m{luck.randrange(40)}", LONG[:3000]])),
            "status": self._status(["PENDING", "RUNNING", "SUCCEEDED", "SUCCEEDED", "SUCCEEDED", "FAILED"]),
            "clientId": luck.choice(TENANTS),
            "runAt": self._rarely(None, due),
            "attempts": luck.choice([None, 0, 1, 1, 2, 5]),
            "startedAt": self._rarely(None, started),
            "finishedAt": self._rarely(None, finished),
            "updatedAt": self._rarely(None, self._after(finished)),
            "lastError": self._error(),
        }

    def dispatch(self) -> Row:
        words = ["ENQUEUED", "ENQUEUED", "DISPATCHING", "ENQUEUE_FAILED", "whatever", None]
        return {
            "status": self._luck.choice(words),
            "windowStart": self._rarely(None, self._time()),
            "windowSeconds": self._rarely(None, self._luck.choice([60, 60, 1, 0, -5, 7200])),
            "errorMessage": self._error(),
        }

    def run(self) -> Row:
        created = self._time()
        return {
            "id": self._luck.choice(["1", LONG]),
            "functionName": self._luck.choice(["tick", "tick", "tock"]),
            "status": self._status(["RUNNING", "SUCCEEDED", "SUCCEEDED", "FAILED"]),
            "startedAt": self._luck.choice([self._after(created), self._after(created), None]),
            "createdAt": self._luck.choice([created, created, created, None]),
            "lastError": self._error(),
        }

    def setting(self) -> Row:
        return {
            "clientId": self._luck.choice(["a", "b", None]),
            "highQuotaEnabled": self._luck.choice([True, True, False, None]),
        }

    def _rarely(self, odd: Any, usual: Any) -> Any:
        return odd if self._luck.random() < self._odd else usual

    def _status(self, usual: Sequence[str]) -> str | None:
        odd: str | None = self._luck.choice(["ARCHIVED", "IGNORED", "", None, "W" * 500])
        word: str | None = self._rarely(odd, self._luck.choice(usual))
        return word

    def _error(self) -> str | None:
        words = [
            "Duplicate send\nof a message",
            "lock timeout: " + LONG,
            LONG + " duplicate",
            "else",
            "",
            None,
        ]
        return self._luck.choice([None, None, None, *words])

    def _time(self) -> datetime:
        make: Callable[[], datetime] = self._luck.choice([self._anywhere, self._anywhere, self._at_an_edge])
        at = self._luck.choice(self._crowd) if self._luck.random() < 0.2 else make()
        odd = self._luck.choice([ENDLESS, BEGINLESS])
        return self._written(self._rarely(odd, at) if self._luck.random() < 0.3 else at)

    def _anywhere(self) -> datetime:
        window = self._window
        span = self._luck.choice([window.seconds, window.seconds, 7200, 100_000])
        at = window.start + timedelta(milliseconds=self._luck.randrange(-1000, round(span * 1000)))
        return at if self._luck.random() < 0.8 else at.replace(second=0, microsecond=0)

    def _at_an_edge(self) -> datetime:
        edge = self._luck.choice([self._window.start, self._window.end])
        return edge + self._luck.choice([0, 0, 1, -1, 60_000, -60_000]) * timedelta(milliseconds=1)

    def _after(self, at: datetime) -> datetime:
        if at in {ENDLESS, BEGINLESS} or self._luck.random() < 0.1:
            return self._time()
        return self._written(at + timedelta(milliseconds=self._luck.choice([0, 500, 30_000, 400_000, -2000])))

    def _written(self, at: datetime) -> datetime:
        """The instant that a column without a zone means: of an hour that occurs twice, the later one."""
        if at in {ENDLESS, BEGINLESS}:
            return at
        local = at.astimezone(self._zone).replace(tzinfo=None)
        return local.replace(tzinfo=self._zone, fold=1).astimezone(UTC)


def as_column(at: datetime | None, zone: str) -> str | None:
    """The instant as text of a column without a zone, in that zone."""
    if at is None:
        return None
    if at in {ENDLESS, BEGINLESS}:
        return "infinity" if at == ENDLESS else "-infinity"
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat(" ")
