"""A baseline: what an environment's checks measured before a change, for later runs to be compared with.

    capturing ──its last measurement──▶ done, or failed if nothing could be measured
        └──────stopped by a person────▶ cancelled

A capture measures several times over its length. A baseline is the result of a finished capture, and never
changes.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from pydantic import AwareDatetime, Field

from bot.base.canonical import canonical, digest_of_text
from bot.base.errors import Misused
from bot.base.formats import FIRST, TODAY
from bot.plan.model import Pinned
from checks.base import Check
from checks.baseline import summed_up
from checks.numbers import ExactScalar
from checks.reading import Before, Measurement, Record, Typical
from checks.units import say_duration

SHORTEST = timedelta(seconds=1)
LONGEST = timedelta(days=7)
SAMPLES = 10  # per capture, at most one a second
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
_NUMBER = re.compile(r"#?([1-9]\d{0,17})", re.ASCII)


class CaptureState(enum.StrEnum):
    CAPTURING = "capturing"
    DONE = "done"
    FAILED = "failed"  # nothing could be measured
    CANCELLED = "cancelled"


class Capture(Record):
    number: int  # also of the resulting baseline
    environment: str
    name: str  # "" for none
    state: CaptureState
    channel: str
    requested_by: str
    configuration: str  # digest of the configuration that it uses
    samples: int  # planned
    tick: int  # the number of the last measurement
    attempt: int  # raised when a measurement begins; results of earlier attempts are not recorded
    started_at: AwareDatetime
    ends_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    ended_by: str | None = None

    @property
    def called(self) -> str:
        return called(self.number, self.name)


def called(number: int, name: str) -> str:
    """ "baseline 3", or "baseline 3 (before-rollout)" """
    return f"baseline {number} ({name})" if name else f"baseline {number}"


def planned(length: timedelta) -> int:
    """Returns the number of measurements in a capture of this length."""
    return max(1, min(SAMPLES, length // SHORTEST))


def next_sample(capture: Capture, now: datetime) -> tuple[int, datetime]:
    """Returns (tick, when) of the first measurement due after `now`; missed ones are skipped, except the
    last.
    """
    every = (capture.ends_at - capture.started_at) / capture.samples
    tick = max(capture.tick, int((now - capture.started_at) / every)) + 1
    tick = min(tick, capture.samples)
    return tick, capture.started_at + tick * every


class Sampled(Record):
    """The result of one measurement of a check in a capture."""

    measurement: Measurement | None = None
    why: str = ""  # why it could not be measured


class Measured(Record):
    """A check in a baseline."""

    readings: tuple[Typical, ...] = ()
    measurements: int  # successful ones
    failed: int = 0
    why: str = ""  # why the last failed measurement failed
    facts: dict[str, ExactScalar] = Field(default_factory=dict)  # of the configuration, as last read


class BaselineDocument(Record):
    format: int = FIRST
    number: int
    environment: str
    name: str
    requested_by: str
    started_at: AwareDatetime
    ended_at: AwareDatetime
    configuration: str  # digest
    previous: str | None  # digest of the environment's previous baseline
    checks: dict[str, Measured]


class Baseline(Record):
    """A baseline in its stored form."""

    number: int
    environment: str
    name: str
    digest: str
    document: str  # canonical JSON of a `BaselineDocument`; the digest is over these bytes
    captured_at: AwareDatetime

    @property
    def called(self) -> str:
        return called(self.number, self.name)


def captured(plan: Pinned) -> Mapping[str, Check]:
    """Returns the checks of the environment that a baseline captures."""
    return {name: check for name, check in plan.environment.checks.items() if check.captured}


def summary(samples: Sequence[Mapping[str, Sampled]], checks: Mapping[str, Check]) -> dict[str, Measured]:
    """A summary per check of a capture's measurements, oldest first."""
    return {
        name: _measured(check, [sample[name] for sample in samples if name in sample])
        for name, check in checks.items()
    }


def _measured(check: Check, samples: Sequence[Sampled]) -> Measured:
    found = [sample.measurement for sample in samples if sample.measurement]
    failures = [sample.why for sample in samples if not sample.measurement]
    return Measured(
        readings=summed_up(found),
        measurements=len(found),
        failed=len(failures),
        why=failures[-1] if failures else "",
        facts=next((one.context for one in reversed(found) if one.context), {}) if check.tells_facts else {},
    )


def seal(
    capture: Capture, checks: Mapping[str, Measured], ended_at: datetime, previous: str | None
) -> tuple[str, str]:
    """Returns (digest, canonical JSON)."""
    whole = BaselineDocument(
        format=TODAY.baseline,
        number=capture.number,
        environment=capture.environment,
        name=capture.name,
        requested_by=capture.requested_by,
        started_at=capture.started_at,
        ended_at=ended_at,
        configuration=capture.configuration,
        previous=previous,
        checks=dict(checks),
    )
    document = canonical(whole.model_dump(mode="json"))
    return digest_of_text(document), document


def require_capture(length: timedelta, name: str) -> None:
    """Raises Misused for a length that is too short or too long, and for an invalid name."""
    if not SHORTEST <= length <= LONGEST:
        raise Misused(
            f"A capture takes {say_duration(SHORTEST)} to {say_duration(LONGEST)}, not {say_duration(length)}.",
            hint="30m to 1h shows what is normal.",
        )
    if name and not _NAME.fullmatch(name):
        raise Misused(
            f"“{name[:40]}” can't be the name of a baseline.",
            hint="A name has up to 40 lower-case letters, digits, - and _, and begins with a letter.",
        )


def number_in(text: str) -> int | None:
    """Returns the number for "3" or "#3", or None for a name."""
    found = _NUMBER.fullmatch(text)
    return int(found[1]) if found else None


class CaptureDossier(Record):
    """A snapshot of everything about one capture, from which messages and answers are rendered."""

    capture: Capture
    plan: Pinned
    baseline: Baseline | None
    measured: dict[str, Measured]  # so far, or in the baseline


class Compared(Record):
    """The baseline of a run, with the configuration that it was measured by."""

    called: str
    why: str = ""  # why it cannot be read
    plan: Pinned | None = None
    checks: dict[str, Measured] = Field(default_factory=dict)

    def before(self, name: str, check: Check) -> Before:
        """What a check measured then, if it was configured as now."""
        then = self.plan.environment.checks.get(name) if self.plan else None
        measured = self.checks.get(name)
        if self.why:
            return Before(called=self.called, why=self.why)
        if then is None or measured is None:
            return Before(called=self.called, why=f"{self.called} has nothing of this check")
        if not check.asks_the_same(then):
            return Before(called=self.called, why=f"this check measured something else in {self.called}")
        readings = {typical.name: typical for typical in measured.readings}
        why = f"{self.called} has no such reading"
        return Before(called=self.called, why=why, readings=readings, facts=measured.facts or None)
