"""Whether tenants share the queue when it is busy."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, Literal

from pydantic import Field

from checks.jobs.measure import JobMeasure, Row
from checks.units import Duration


class Fairness(JobMeasure):
    """Over the heavy minutes of the window, those in which at least `heavy` jobs were started.

    `multi_tenant_minutes` had more than one tenant, `headroom_minutes` a largest share of at most `headroom`;
    both also in percent of the heavy ones. Means over heavy minutes: `mean_top_share` of the largest share
    (0 to 1), `top_over_fair` of that share over an equal one, `jain` of Jain's index (Σx)²/(n·Σx²), where the
    n tenants are those served and those waiting for the whole minute unserved.

    `starved` counts tenants that had work waiting and nothing served for `patience` or longer, over a heavy
    minute.
    """

    kind: Literal["jobs.fairness"]
    heavy: int = Field(default=8, ge=1)
    headroom: float = Field(default=0.80, gt=0, le=1)
    patience: Duration = timedelta(minutes=5)

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

    def bound(self) -> dict[str, Any]:
        own = {"heavy": self.heavy, "headroom": self.headroom, "patience": self.patience}
        return super().bound() | own

    def offence(self, offender: Row) -> str:
        return (
            f"tenant {offender['tenant']}: work waiting and nothing served for {offender['seconds']:,.0f} s"
        )
