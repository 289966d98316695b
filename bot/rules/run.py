"""A run: one canary evaluation of an environment, numbered without gaps.

    checking ──all checks done──▶ deciding ──quorum, veto, expiry──▶ closed
        └────────────────────cancelled──────────────────────────────▶ closed

The decision contains what was decided, the watch what happens afterward.
"""

from __future__ import annotations

import enum

from pydantic import AwareDatetime

from checks.outcome import Outcome
from checks.reading import Record
from checks.result import Result


class RunState(enum.StrEnum):
    CHECKING = "checking"
    DECIDING = "deciding"
    CLOSED = "closed"


class Run(Record):
    number: int
    key: str  # opaque; what buttons carry
    environment: str
    state: RunState
    version: int  # raised by every change; a writer with an older one is rejected
    channel: str  # of the card
    requested_by: str
    requested_from: str  # the channel of the command; "" for a form, which opens anywhere
    arguments: dict[str, str]
    configuration: str  # digest of the configuration pinned at the start
    baseline: int | None = None  # number of the baseline that it is compared with
    evidence: str | None = None  # digest of the frozen evidence; None while checking
    requested_at: AwareDatetime
    concluded_at: AwareDatetime | None = None
    expires_at: AwareDatetime | None = None
    closed_at: AwareDatetime | None = None


class Overview(Record):
    """A run in a list."""

    number: int
    environment: str
    version: str | None  # the argument of that name
    state: RunState
    decision: str | None  # None while undecided
    requested_by: str
    requested_at: AwareDatetime
    decided_at: AwareDatetime | None


class CheckState(enum.StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


class CheckRun(Record):
    """One check of a run."""

    run: int
    name: str
    position: int  # as in canary.yaml
    state: CheckState
    started_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
    result: Result | None = None

    @property
    def outcome(self) -> Outcome:
        return self.result.outcome if self.result else Outcome.UNKNOWN
