"""The numbers of the reference system's table, computed by hand.

They are plain Python over the rows, the log and the endpoint, written from the description of the reference system, and from
docs/measures.md where that says more. They share no code with the checks, and are slow on purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from tests.journeys.reference.loops import (
    autoscale_decisions,
    autoscale_policy,
    backpressure,
    decisions,
    promotion_decisions,
    step_downs,
)
from tests.journeys.reference.system import HOUR, MINUTE, Number, Seen
from tests.journeys.reference.tables import (
    cadence,
    contention,
    coverage,
    dispatch_health,
    duplicates,
    failures,
    fairness,
    stale_runs,
    throughput,
)

OF_THE_ROWS: Mapping[str, Callable[[Seen, datetime], Mapping[str, Number]]] = {
    "cadence": cadence,
    "dispatch-health": dispatch_health,
    "function-failures": lambda seen, end: failures(seen, end, HOUR),
    "recent-failures": lambda seen, end: failures(seen, end, 15 * MINUTE),
    "stale-runs": stale_runs,
    "throughput": throughput,
    "fairness": fairness,
    "contention": contention,
    "quota-coverage": coverage,
    "duplicate-sends": duplicates,
    "autoscale-policy": autoscale_policy,
    "autoscale-decisions": autoscale_decisions,
    "promotion-decisions": promotion_decisions,
    "decisions": decisions,
    "step-downs": step_downs,
    "backpressure": backpressure,
}
