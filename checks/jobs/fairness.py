"""Whether tenants share the queue when it is busy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, Literal

from pydantic import Field

from checks.jobs.measure import JobMeasure, Row, tenant
from checks.reading import Moment, Window
from checks.units import Duration
from checks.wording import Wording

_MINUTE = timedelta(minutes=1)
_BUSY = "{n} busy minute{s}"


class Fairness(JobMeasure):
    """Over the heavy minutes of the window, those in which at least `heavy` jobs were started.

    `multi_tenant_minutes` had more than one tenant, `headroom_minutes` a largest share of at most `headroom`;
    both also in percent of the heavy ones. `mean_top_share` is the mean of the largest share (0 to 1) over
    the minutes with more than one tenant. Means over heavy minutes: `top_over_fair` of the largest share over
    an equal one, `jain` of Jain's index (Σx)²/(n·Σx²), where the n tenants are those served and those left
    out: waiting for the whole minute unserved.

    `starved` counts tenants that had work waiting and nothing served for `patience` or longer, over a heavy
    minute.
    """

    kind: Literal["jobs.fairness"]
    heavy: int = Field(default=8, ge=1, description="A minute with so many jobs started, or more, is heavy")
    headroom: float = Field(
        default=0.80, gt=0, le=1, description="A minute has headroom while the largest share is at most this"
    )
    patience: Duration = Field(
        default=timedelta(minutes=5), description="A tenant that waits longer than this, unserved, is starved"
    )

    units: ClassVar = {
        "heavy_minutes": "",
        "multi_tenant_minutes": "",
        "multi_tenant_percent": "%",
        "headroom_minutes": "",
        "headroom_percent": "%",
        "mean_top_share": "",
        "top_over_fair": "",
        "jain": "",
        "starved": "",
    }
    charted: ClassVar = "mean_top_share"

    def wording(self) -> Mapping[str, Wording]:
        return {
            "heavy_minutes": Wording("{value} busy minute{s}", "the number of busy minutes"),
            "multi_tenant_minutes": Wording(
                "{value} busy minute{s} with several tenants", "busy minutes with several tenants"
            ),
            "multi_tenant_percent": Wording(
                "several tenants in {value} of busy minutes",
                "the share of busy minutes with several tenants",
                _BUSY,
            ),
            "headroom_minutes": Wording("{value} busy minute{s} with headroom", "busy minutes with headroom"),
            "headroom_percent": Wording(
                "headroom in {value} of busy minutes", "the share of busy minutes with headroom", _BUSY
            ),
            "mean_top_share": Wording(
                "the largest tenant's share is {value} on average", "the largest tenant's share", _BUSY
            ),
            "top_over_fair": Wording(
                "the largest tenant gets {value} times an equal share",
                "the largest tenant's multiple of an equal share",
                _BUSY,
            ),
            "jain": Wording("Jain's fairness index {value}", "Jain's fairness index", _BUSY),
            "starved": Wording("{value} tenant{s} starved", "the number of starved tenants"),
        }

    def bound(self) -> dict[str, Any]:
        return {"heavy": self.heavy, "headroom": self.headroom, "patience": self.patience}

    def times(self, moment: Moment, window: Window | None) -> dict[str, Any]:
        """Jobs started before the window show who was unserved when it began."""
        times = super().times(moment, window)
        return times | {"watched": window.start - max(self.patience, _MINUTE) if window else None}

    def offence(self, offender: Row) -> str:
        return f"{tenant(offender)}: work waiting and nothing served for {offender['seconds']:,.0f} s"
