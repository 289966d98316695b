"""How a check ends: outcomes in order of severity, causes, and the one error."""

from __future__ import annotations

import enum
from collections.abc import Sequence


class Outcome(enum.StrEnum):
    """What a check says. Ordered by severity: the worst of several is their `max`."""

    PASS = "PASS"  # noqa: S105  a word, no password
    WARN = "WARN"
    UNKNOWN = "UNKNOWN"  # measured, but with too little data
    ERROR = "ERROR"  # could not be measured
    FAIL = "FAIL"  # measured, and out of limits

    @property
    def severity(self) -> int:
        return _SEVERITY[self]

    @property
    def recommends_go(self) -> bool:
        """Whether it recommends a go: PASS and WARN do; UNKNOWN, ERROR and FAIL need a waiver."""
        return self in {Outcome.PASS, Outcome.WARN}

    @staticmethod
    def worst(outcomes: Sequence[Outcome]) -> Outcome:
        """The most severe of them; UNKNOWN if there are none, because without measurements nothing passes."""
        return max(outcomes, key=lambda outcome: outcome.severity, default=Outcome.UNKNOWN)


_SEVERITY = {outcome: rank for rank, outcome in enumerate(Outcome)}


class Cause(enum.StrEnum):
    """Why a check did not pass, so that the right person looks in the right place."""

    REGRESSION = "regression"  # measured, and out of limits
    FLAKY = "flaky"  # passed and failed within one check
    ENVIRONMENT = "environment"  # a problem of a host, network or server
    CONFIGURATION = "configuration"  # canary.yaml does not match reality: missing table, privilege, program
    TIMEOUT = "time-out"
    DATA_MISSING = "data missing"


class CheckError(Exception):
    """A check could not be measured. It becomes an ERROR outcome, never an escaping crash.

    `str(error)` tells the check's owner what happened, with the value; `hint` is the next step; `detail`: a
    few short lines (last output, offending rows), truncated by the raiser.

    `blocked`: something else kept it from running, such as DNS, a server that is down or refuses access, or a
    time limit; so it can run once that is out of the way. False if the check itself cannot work as
    configured. By default, derived from the cause.
    """

    def __init__(
        self,
        message: str,
        *,
        cause: Cause,
        hint: str = "",
        detail: Sequence[str] = (),
        blocked: bool | None = None,
    ) -> None:
        super().__init__(message)
        self.blocked = cause in {Cause.ENVIRONMENT, Cause.TIMEOUT} if blocked is None else blocked
        self.cause = cause
        self.hint = hint
        self.detail = tuple(detail)
