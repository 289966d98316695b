"""Whether anything was sent twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from checks.jobs.layout import Layout
from checks.jobs.measure import JobMeasure, Row


class Duplicates(JobMeasure):
    """Two ways in which a duplicate send shows.

    `signals` counts the jobs touched in the window whose error contains one of the words in `signals` (case
    does not matter); `repeated` counts the send keys that succeeded more than once, the last time in the
    window. A key is the values of two columns; rows with none of it empty.
    """

    kind: Literal["jobs.duplicates"]
    signals: tuple[str, ...] = Field(
        default=("duplicate send", "duplicate_send", "already sent"), min_length=1, max_length=20
    )
    key: tuple[str, str] = Field(default=("type", "messageId"), description="Columns that name one send")

    units: ClassVar = {"signals": "", "repeated": ""}

    def bound(self) -> dict[str, Any]:
        return super().bound() | {"signals": [signal.lower() for signal in self.signals]}

    def names(self, layout: Layout) -> Mapping[str, Sequence[str]]:
        return layout.names() | {"key_first": self.key[:1], "key_second": self.key[1:]}

    def offence(self, offender: Row) -> str:
        if "error" in offender:
            return f"job {offender['id']}: {offender['error']}"
        return f"{offender['key']} succeeded {offender['times']:,} times: jobs {', '.join(offender['jobs'])}"
