"""Whether dispatch windows were enqueued."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from checks.jobs.measure import Row, WindowedMeasure
from checks.wording import Wording


class DispatchHealth(WindowedMeasure):
    """Dispatch windows that began in the window. One still being dispatched counts once its time is over."""

    tables: ClassVar = ("dispatches",)

    kind: Literal["jobs.dispatch_health"]

    units: ClassVar = {"enqueued": "", "not_enqueued": "", "percent": "%"}
    charted: ClassVar = "percent"

    def wording(self) -> Mapping[str, Wording]:
        return {
            "enqueued": Wording(
                "{value} dispatch window{s} enqueued", "the number of enqueued dispatch windows"
            ),
            "not_enqueued": Wording(
                "{value} dispatch window{s} not enqueued", "dispatch windows that were not enqueued"
            ),
            "percent": Wording(
                "{value} of dispatch windows enqueued",
                "the share of enqueued dispatch windows",
                "{n} window{s}",
            ),
        }

    def offence(self, offender: Row) -> str:
        return f"{offender['windows']:,} {offender['status']}: {offender['error'] or 'no reason given'}"
