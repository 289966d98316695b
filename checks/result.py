"""The result of a check: an outcome with its reason and everything it is based on."""

from __future__ import annotations

from pydantic import AwareDatetime

from checks.outcome import Cause, Outcome
from checks.reading import Measurement, Reading, Record, Typical


class Judged(Record):
    """A judged reading."""

    reading: Reading
    outcome: Outcome | None  # None without a limit: it is for information only
    limit: str = ""  # the deciding limit as configured: "< 180s"; "" without a limit
    baseline: Typical | None = None  # its value before the change, if known

    @property
    def severity(self) -> int:
        """To sort the worst first; readings without an outcome come last."""
        return self.outcome.severity if self.outcome else -1

    @property
    def word(self) -> str:
        """The outcome for a table: a reading that is only shown is never called a pass."""
        return self.outcome or "info"


class Result(Record):
    """The result of a check. `reason`: a plain sentence with value and limit; `hint`: the next step."""

    outcome: Outcome
    reason: str
    cause: Cause | None = None  # None on PASS
    hint: str = ""
    blocked: bool = (
        False  # an ERROR of a check that something kept from running; it can run once that is gone
    )
    judged: tuple[Judged, ...] = ()  # of the deciding window and sample, limited ones first
    measurements: tuple[Measurement, ...] = ()  # everything measured, oldest first
    detail: tuple[str, ...] = ()
    started_at: AwareDatetime
    seconds: float  # how long the check took
