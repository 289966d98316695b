"""Exports runs with everything known about them, line by line, from one snapshot."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from datetime import datetime

from bot.record.proof.export import (
    COLUMNS,
    KIND,
    Lines,
    Period,
    Sample,
    Summary,
    configuration_line,
    csv_line,
    on_one_line,
    row_of,
    sampled,
)
from bot.record.proof.keys import SigningKey
from bot.record.proof.signature import sealed
from bot.store import audits, exports
from bot.store.database import Connection, now


class Export:
    """The runs requested from `since` until before `until`, or a sample of them. `runs`: lines so far."""

    def __init__(
        self,
        conn: Connection,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        sample: Sample | None = None,
    ) -> None:
        self._conn = conn
        self._since, self._until, self._sample = since, until, sample
        self.period: Period | None = None
        self.runs = 0

    async def lines(self, key: SigningKey | None) -> AsyncGenerator[bytes, None]:
        """Runs, configurations before their first use, and a final summary, signed if there is a key."""
        lines, configurations = Lines(), set[str]()
        async for exported in self._exported():
            if exported.configuration not in configurations:
                configurations.add(exported.configuration)
                document = await exports.configuration(self._conn, exported.configuration)
                line = configuration_line(exported.configuration, document)
                lines.add(line)
                yield line
            line = on_one_line(exported.document)
            lines.add(line)
            yield line
        summary = Summary(
            at=await now(self._conn),
            since=self._since,
            until=self._until,
            period=self.period,
            sample=self._sample,
            runs=self.runs,
            last_run=await audits.last_number(self._conn),
            digest=lines.digest,
        ).as_text()
        yield on_one_line(sealed(summary, KIND, key) if key else summary)

    async def table(self) -> AsyncGenerator[bytes, None]:
        """CSV, with a heading."""
        yield csv_line(COLUMNS)
        async for exported in self._exported():
            yield csv_line([*row_of(exported.document)])

    async def _exported(self) -> AsyncIterator[exports.Exported]:
        self.period = await exports.period(self._conn, self._since, self._until)
        if self.period is None:
            return
        async for page in self._pages(self.period):
            async for exported in exports.runs(self._conn, page):
                self.runs += 1
                yield exported

    async def _pages(self, period: Period) -> AsyncIterator[list[int]]:
        if self._sample:
            # only numbers: 8 bytes each
            yield sampled([number async for number in exports.numbers(self._conn, period)], self._sample)
            return
        page: list[int] = []
        async for number in exports.numbers(self._conn, period):
            page.append(number)
            if len(page) == exports.PAGE:
                yield page
                page = []
        yield page
