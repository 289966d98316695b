"""How many samples a check takes, and how many may fail before the check does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import takewhile
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from checks.outcome import Outcome
from checks.units import Duration


class Sampling(BaseModel):
    """`sample: {count: 5, every: 30s, fail_at: 2}`: five measurements, and the second failed one fails the check.

    Each limit names the look that breaks it: `fail_at: 1` fails at the first failed look, `fail_at: 3` at
    the third. Errors are counted apart from failures. The check ends at the look that breaks a limit.
    """

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)

    count: int = Field(default=1, ge=1, le=1000, description="How many looks")
    every: Duration = Field(
        default=timedelta(seconds=30), description="From the start of one look to the start of the next"
    )
    fail_at: int = Field(default=1, ge=1, description="How many failed looks, in all, fail the check")
    fail_at_consecutive: int | None = Field(
        default=None, ge=1, description="How many failed looks in a row fail it as well"
    )
    error_at: int = Field(default=1, ge=1, description="How many looks that could not be made are an ERROR")

    def broken_by(self, outcomes: Sequence[Outcome]) -> Outcome | None:
        """FAIL or ERROR if the samples so far, oldest first, have reached a limit; None: continue."""
        in_a_row = len(list(takewhile(lambda outcome: outcome is Outcome.FAIL, reversed(outcomes))))
        if outcomes.count(Outcome.FAIL) >= self.fail_at:
            return Outcome.FAIL
        if self.fail_at_consecutive is not None and in_a_row >= self.fail_at_consecutive:
            return Outcome.FAIL
        return Outcome.ERROR if outcomes.count(Outcome.ERROR) >= self.error_at else None

    def conclude(self, outcomes: Sequence[Outcome]) -> Outcome:
        """The outcome of all samples. Tolerated failures and errors make it a WARN, never a PASS.

        A sample with too little data makes the check UNKNOWN. If no sample passed, the worst one counts:
        failing every time is not a pass.
        """
        if broken := self.broken_by(outcomes):
            return broken
        if Outcome.UNKNOWN in outcomes:
            return Outcome.UNKNOWN
        if not any(outcome.recommends_go for outcome in outcomes):
            return Outcome.worst(outcomes)
        return min(Outcome.worst(outcomes), Outcome.WARN, key=lambda outcome: outcome.severity)

    @model_validator(mode="after")
    def _can_break(self) -> Self:
        for name in ("fail_at", "fail_at_consecutive", "error_at"):
            if (getattr(self, name) or 1) > self.count:
                raise ValueError(
                    f"expected {name} to be at most count ({self.count}), or it is never reached"
                )
        return self
