"""Prometheus and servers with its API: Mimir, Thanos, VictoriaMetrics; and Alertmanager for alerts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode

from pydantic import Field

from checks.api import Call, Cause, CheckError, Context, HttpEndpoint, HttpTarget, Refusals, refused

_OK = 200
_LONGEST = 300  # characters of a server's message
MOST_POINTS = 1_100  # of a series; a check asks for a thousand steps at most
_MOST_LISTED = 10_000  # rules, alerts or series
_MOST_SAID = 5  # of its warnings
_TOLERATED = timedelta(minutes=1)  # maximum age of a value at one moment
_REFUSALS: Refusals = {
    401: ("does not know who asks", Cause.CONFIGURATION, "See bearer, basic and headers of the source."),
    403: ("does not let this user ask", Cause.CONFIGURATION, "See bearer, basic and headers of the source."),
    404: ("has no such API there", Cause.CONFIGURATION, "base_url may need a path, like /prometheus."),
    429: ("is asked too often", Cause.ENVIRONMENT, "Raise `every` of the samples, or its limit."),
    503: ("gave up", Cause.TIMEOUT, "Make the query cheaper, or raise the server's own time limit."),
    504: ("gave up", Cause.TIMEOUT, "Make the query cheaper, or raise the server's own time limit."),
}


class PrometheusSource(HttpEndpoint):
    """`{kind: prometheus, base_url: "https://prometheus.example.com", bearer: "${PROMETHEUS_TOKEN}"}`"""

    kind: Literal["prometheus"]
    api: Literal["prometheus", "alertmanager"] = Field(
        default="prometheus",
        description="What is at base_url: alertmanager for checks of kind prometheus.alerts only",
    )
    max_series: int = Field(default=100, ge=1, le=10_000, description="Of one query; more is an ERROR")

    @asynccontextmanager
    async def open(self, context: Context) -> AsyncIterator[Prometheus]:
        async with super().open(context) as target:
            yield Prometheus(self, target)

    async def reach(self, opened: Prometheus) -> str:
        if self.api == "alertmanager":
            return f"answers: {len(await opened.received())} alerts"
        found = await opened.at("vector(1)", datetime.now(UTC))
        return f"answers: vector(1) is {found.series[0].points[-1][1] if found.series else 'nothing'}"


@dataclass(frozen=True)
class Series:
    """Values of one set of labels, oldest first, each as written: "0.25", "NaN", "+Inf"."""

    labels: Mapping[str, str]
    points: Sequence[tuple[datetime, str]]

    def __str__(self) -> str:
        """As PromQL writes it; "" for no labels."""
        return spell(self.labels)


@dataclass(frozen=True)
class Answered:
    """`warnings`: reasons not to rely on it; `notes`: for information."""

    series: Sequence[Series]
    warnings: Sequence[str] = ()
    notes: Sequence[str] = ()


class Prometheus:
    """An opened source. Every method raises CheckError for a missing or invalid response."""

    def __init__(self, source: PrometheusSource, target: HttpTarget) -> None:
        self._source = source
        self._target = target
        self.api = source.api
        self.redact = target.redact

    async def at(self, query: str, time: datetime) -> Answered:
        """The query at one moment: each series has one point."""
        given = {"query": query, "time": f"{time.timestamp():.3f}", "timeout": self._patience}
        return self._answered(await self._ask("/api/v1/query", given), since=time - _TOLERATED)

    async def over(self, query: str, start: datetime, end: datetime, step: timedelta) -> Answered:
        """The query at each step from the start to the end."""
        times = {"start": f"{start.timestamp():.3f}", "end": f"{end.timestamp():.3f}"}
        given = {"query": query, **times, "step": f"{step.total_seconds():g}", "timeout": self._patience}
        return self._answered(await self._ask("/api/v1/query_range", given), since=start - step)

    async def rules(self) -> tuple[Sequence[Mapping[str, Any]], Sequence[str]]:
        """Groups of alerting rules, each rule with its state and alerts; and warnings."""
        said = await self._ask("/api/v1/rules", {"type": "alert"})
        groups = mappings(_mapping(said.get("data")).get("groups"), "the rules")
        return groups, tuple(self._warnings(said))

    async def received(self) -> Sequence[Mapping[str, Any]]:
        """The alerts of an Alertmanager."""
        return mappings(await self._get("/api/v2/alerts", {}), "the alerts")

    @property
    def _patience(self) -> str:
        return f"{self._source.timeout.total_seconds():g}s"

    async def _ask(self, path: str, given: Mapping[str, str]) -> Mapping[str, Any]:
        """Asks Prometheus itself."""
        if self.api != "prometheus":
            raise CheckError(
                "this source is an Alertmanager, and the check needs Prometheus",
                cause=Cause.CONFIGURATION,
                hint="Give the check a source with `api: prometheus`.",
            )
        said = _mapping(await self._get(path, given))
        if said.get("status") != "success":
            raise _not_theirs(path)
        return said

    async def _get(self, path: str, given: Mapping[str, str]) -> Any:
        status, said = await self._target.json(Call("GET", f"{path}?{urlencode(given)}"))
        if status == _OK and said is not None:
            return said
        raise self._refusal(path, status, _mapping(said))

    def _refusal(self, path: str, status: int, said: Mapping[str, Any]) -> CheckError:
        why = self.redact(str(said.get("error", "")))[:_LONGEST]
        if status in {400, 422} and why:
            message = f"the query cannot be evaluated: {why}"
            return CheckError(message, cause=Cause.CONFIGURATION, hint="Try it in Prometheus's own page.")
        if status == _OK:
            return _not_theirs(path)
        return refused(path, status, why, _REFUSALS)

    def _answered(self, said: Mapping[str, Any], since: datetime) -> Answered:
        data = _mapping(said.get("data"))
        kind, result = data.get("resultType"), data.get("result")
        if kind == "scalar":
            found = [Series({}, _points([result], since))]
        elif kind in {"vector", "matrix"}:
            rows = mappings(result, "the result")
            self._refuse_many(len(rows))
            found = [_series(row, since) for row in rows]
        else:
            raise CheckError(
                f"the query returns a {str(kind)[:20]}, expected numbers", cause=Cause.CONFIGURATION
            )
        return Answered(found, tuple(self._warnings(said)), tuple(self._texts(said.get("infos"))))

    def _refuse_many(self, count: int) -> None:
        if count > self._source.max_series:
            raise CheckError(
                f"the query found {count:,} series, at most {self._source.max_series:,} are read",
                cause=Cause.CONFIGURATION,
                hint="Aggregate them, as in sum by (pod) (…), or raise max_series of the source.",
            )

    def _warnings(self, said: Mapping[str, Any]) -> Iterator[str]:
        """Some servers return partial results with a warning."""
        found = said.get("warnings")
        if found is not None and not isinstance(found, list):
            yield "its warnings cannot be read"
        yield from self._texts(found)
        if said.get("isPartial"):
            yield "the answer is partial"

    def _texts(self, found: Any) -> Iterator[str]:
        for text in found[:_MOST_SAID] if isinstance(found, list) else ():
            yield self.redact(" ".join(str(text).split()))[:_LONGEST]


def spell(labels: Mapping[str, str]) -> str:
    """{"__name__": "up", "job": "shop"} -> 'up{job="shop"}'; "" for no labels."""
    name = labels.get("__name__", "")
    inner = ", ".join(f'{key}="{value}"' for key, value in sorted(labels.items()) if key != "__name__")
    return f"{name}{{{inner}}}" if inner else name


def _series(row: Mapping[str, Any], since: datetime) -> Series:
    if "histogram" in row or "histograms" in row:
        raise CheckError(
            "the query returns native histograms, expected numbers",
            cause=Cause.CONFIGURATION,
            hint="Take a number from them, as in histogram_quantile(0.95, …).",
        )
    labels = {str(key): str(value) for key, value in _mapping(row.get("metric")).items()}
    return Series(labels, _points(row.get("values", [row.get("value")]), since))


def _points(found: Any, since: datetime) -> Sequence[tuple[datetime, str]]:
    """The points that are not too old."""
    if isinstance(found, list) and len(found) > MOST_POINTS:
        raise CheckError(
            f"a series has {len(found):,} points, at most {MOST_POINTS:,} are read", cause=Cause.ENVIRONMENT
        )
    try:
        points = [(datetime.fromtimestamp(float(at), UTC), str(value)) for at, value in found]
    except (TypeError, ValueError, OverflowError, OSError):
        raise _not_theirs("the query") from None
    return [point for point in points if point[0] >= since]


def _mapping(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


def mappings(found: Any, what: str) -> Sequence[Mapping[str, Any]]:
    """Raises CheckError if it is not a list of objects, or is too long."""
    if isinstance(found, list) and len(found) > _MOST_LISTED:
        raise CheckError(
            f"{what} are {len(found):,}, at most {_MOST_LISTED:,} are read", cause=Cause.ENVIRONMENT
        )
    if isinstance(found, list) and all(isinstance(one, dict) for one in found):
        return found
    raise _not_theirs(what)


def _not_theirs(what: str) -> CheckError:
    return CheckError(
        f"{what}: this is not what Prometheus and Alertmanager answer",
        cause=Cause.CONFIGURATION,
        hint="Check base_url: it may lead to a login page.",
    )
