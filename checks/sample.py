"""How often a check looks, and how many looks may go wrong before the check does."""

from __future__ import annotations

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from checks.units import Duration


class Sampling(BaseModel):
    """`sample: {count: 5, every: 30s, fail_at: 2}`: five looks, and the second failed one fails the check.

    Each limit names the look that breaks it: `fail_at: 1` fails at the first failed look, `fail_at: 3` at
    the third. Errors are counted apart from failures.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    count: int = Field(default=1, ge=1, le=1000)
    every: Duration = timedelta(seconds=30)  # from the start of one look to the start of the next
    fail_at: int = Field(default=1, ge=1)  # so many failed looks in all
    fail_at_consecutive: int | None = Field(default=None, ge=1)  # or so many in a row
    error_at: int = Field(default=1, ge=1)  # so many looks that could not be made
