"""The result of a check: an outcome with its reason and everything it is based on."""

from __future__ import annotations

from pydantic import AwareDatetime

from checks.outcome import Cause, Outcome
from checks.reading import Measurement, Reading, Record, Typical


class Judged(Record):
    """A judged reading."""

    reading: Reading
    outcome: Outcome | None  # None where nothing limits it: it informs, and is no verdict
    limit: str = ""  # the limit that decided, as configured: "< 180s"; "" where the reading has none
    baseline: Typical | None = None  # what it was before the change, where that is known

    @property
    def severity(self) -> int:
        """To put the worst first; what has no outcome comes last."""
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
    blocked: bool = False  # an ERROR of a check that could not run, and can once that is out of the way
    judged: tuple[Judged, ...] = ()  # of the window and sample that decided, limits first
    measurements: tuple[Measurement, ...] = ()  # all that was measured, oldest first
    detail: tuple[str, ...] = ()
    started_at: AwareDatetime
    seconds: float  # how long the check took
