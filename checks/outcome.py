"""How a check ends: outcomes in order of severity, causes, and the one error."""

from __future__ import annotations

import enum
from collections.abc import Sequence


class Outcome(enum.StrEnum):
    """What a check says. Ordered by severity: the worst of several is their `max`."""

    PASS = "PASS"  # noqa: S105  a word, no password
    WARN = "WARN"
    UNKNOWN = "UNKNOWN"  # measured, but too little to say
    ERROR = "ERROR"  # could not be measured
    FAIL = "FAIL"  # measured, and out of limits

    @property
    def severity(self) -> int:
        return _SEVERITY[self]

    @property
    def recommends_go(self) -> bool:
        """UNKNOWN, ERROR and FAIL need a waiver; only a measured PASS or WARN speaks for going on."""
        return self in {Outcome.PASS, Outcome.WARN}

    @staticmethod
    def worst(outcomes: Sequence[Outcome]) -> Outcome:
        """The most severe of them; UNKNOWN where there is none, for nothing measured is never a pass."""
        return max(outcomes, key=lambda outcome: outcome.severity, default=Outcome.UNKNOWN)


_SEVERITY = {outcome: rank for rank, outcome in enumerate(Outcome)}


class Cause(enum.StrEnum):
    """Why a check did not pass, so that the right person starts at the right end."""

    REGRESSION = "regression"  # the world was measured and is out of limits
    FLAKY = "flaky"  # passed and failed within one check
    ENVIRONMENT = "environment"  # a host, network or server is in the way
    CONFIGURATION = "configuration"  # canary.yaml and the world disagree: missing table, right, program
    TIMEOUT = "time-out"
    DATA_MISSING = "data missing"


class CheckError(Exception):
    """A check could not be measured. It becomes an ERROR outcome, never an escaping crash.

    `str(error)` tells the check's owner what happened, with the value; `hint` is the next step;
    `detail` holds a few short lines (last output, offending rows), capped by whoever raises.
    """

    def __init__(self, message: str, *, cause: Cause, hint: str = "", detail: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.cause = cause
        self.hint = hint
        self.detail = tuple(detail)
