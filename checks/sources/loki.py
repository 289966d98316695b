"""Loki, and servers with its API: lines of logs over a window."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeAlias
from urllib.parse import urlencode

from pydantic import Field

from checks.api import Call, Cause, CheckError, Context, HttpEndpoint, HttpTarget, Refusals, refused

_OK, _BAD_REQUEST = 200, 400
_PATH = "/loki/api/v1/query_range"
_LONGEST = 300  # characters of a server's message
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_REFUSALS: Refusals = {
    401: ("does not accept the credentials", Cause.CONFIGURATION, "Correct those of the source."),
    403: ("forbids it", Cause.CONFIGURATION, "Correct the credentials, or the tenant, of the source."),
    404: ("has no such path", Cause.CONFIGURATION, "Write base_url without /loki/api/v1."),
    429: ("is asked too often, or for too much", Cause.ENVIRONMENT, "Shorten the window, or ask less often."),
    504: ("took too long", Cause.TIMEOUT, "Shorten the window, or select fewer streams."),
}

Entry: TypeAlias = tuple[int, str]  # nanoseconds since the epoch, line


class LokiSource(HttpEndpoint):
    """`{kind: loki, base_url: "https://loki.example.com", headers: {X-Scope-OrgID: acme}}`"""

    kind: Literal["loki"]
    page: int = Field(default=1000, ge=1, le=5000, description="Lines of one answer; Loki allows 5,000")
    max_lines: int = Field(default=100_000, ge=1, le=500_000, description="Of one window; more is an ERROR")
    max_bytes: int = Field(default=8 << 20, ge=1, le=16 << 20, description="Of one body")

    @asynccontextmanager
    async def open(self, context: Context) -> AsyncIterator[Loki]:
        async with super().open(context) as target:
            yield Loki(self, target)

    async def reach(self, opened: Loki) -> str:
        return f"answers: {len(await opened.labels())} labels"


class Loki:
    """An opened source. Every method raises CheckError for a missing or invalid response."""

    def __init__(self, source: LokiSource, target: HttpTarget) -> None:
        self._source = source
        self._target = target
        self.redact = target.redact
        self.calculator = target.calculator

    async def labels(self) -> Sequence[Any]:
        found = (await self._get("/loki/api/v1/labels")).get("data", [])
        if not isinstance(found, list):
            raise _not_theirs()
        return found

    async def lines(self, query: str, start: datetime, end: datetime) -> Sequence[Entry]:
        """All lines that the query selects in [start, end), oldest first."""
        since, until = nanoseconds(start), nanoseconds(end)
        found: list[Entry] = []
        edge: Counter[tuple[str, int, str]] = Counter()  # the entries read with the latest time
        while True:
            entries = await self._page(query, since, until)
            fresh = []
            for entry in entries:
                if edge[entry]:
                    edge[entry] -= 1
                else:
                    fresh.append(entry)
            found += [(at, line) for _, at, line in fresh]
            if len(found) > self._source.max_lines:
                raise CheckError(
                    f"the query selects more than {self._source.max_lines:,} lines",
                    cause=Cause.CONFIGURATION,
                    hint="Select fewer, as with |= in the query, shorten the window, or raise max_lines.",
                )
            if len(entries) < self._source.page:
                return sorted(found, key=lambda entry: entry[0])
            last = entries[-1][1]
            if not fresh or (last == since and entries[0][1] == last):
                raise CheckError(
                    f"more than {self._source.page:,} lines have the same time: nothing beyond can be read",
                    cause=Cause.CONFIGURATION,
                    hint="Raise `page` of the source, or select fewer lines.",
                )
            since, edge = last, Counter(entry for entry in entries if entry[1] == last)

    async def _page(self, query: str, since: int, until: int) -> list[tuple[str, int, str]]:
        """(stream, time, line), oldest first."""
        asked = {"query": query, "start": since, "end": until, "limit": self._source.page}
        said = await self._get(f"{_PATH}?{urlencode({**asked, 'direction': 'forward'})}")
        data = said.get("data")
        if said.get("status") != "success" or not isinstance(data, dict):
            raise _not_theirs()
        if (kind := data.get("resultType")) != "streams":
            raise CheckError(
                f"the query returns a {str(kind)[:20]}, expected lines of logs",
                cause=Cause.CONFIGURATION,
                hint='Select lines, as in {app="jobs"}, without count_over_time or rate.',
            )
        try:
            entries = [
                (str(sorted(stream["stream"].items())), int(value[0]), str(value[1]))
                for stream in data["result"]
                for value in stream["values"]
            ]
        except (TypeError, ValueError, KeyError, IndexError, AttributeError):
            raise _not_theirs() from None
        return sorted((one for one in entries if since <= one[1] < until), key=lambda one: one[1])

    async def _get(self, path: str) -> Mapping[str, Any]:
        call = Call("GET", path)
        answer = await self._target.request(call)
        status, said = await self._target.parsed(answer)
        if status == _OK and isinstance(said, dict):
            return said
        text = answer.body[: _LONGEST * 4].decode("utf-8", "replace")  # Loki explains errors in plain text
        why = " ".join(self.redact(text).split())[:_LONGEST]
        raise _refusal(path.partition("?")[0], status, why)


def nanoseconds(at: datetime) -> int:
    """Since the epoch, exactly."""
    return (at - _EPOCH) // timedelta(microseconds=1) * 1000


def _refusal(path: str, status: int, why: str) -> CheckError:
    if status == _OK:
        return _not_theirs()
    if status == _BAD_REQUEST and why:
        message = f"the query cannot be evaluated: {why}"
        return CheckError(message, cause=Cause.CONFIGURATION, hint="Try it in Grafana, or with logcli.")
    return refused(path, status, why, _REFUSALS)


def _not_theirs() -> CheckError:
    return CheckError(
        "this is not what Loki answers",
        cause=Cause.CONFIGURATION,
        hint="Check base_url: it may lead to a login page.",
    )
