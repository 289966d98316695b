"""The watch: triggers that are measured after a go.

    watching ──time is up, rolled back, or a newer go──▶ ended

A trigger opens a rollback prompt after `breach` FAILs in a row, once per episode: it must recover before it
can prompt again, so a false alarm stays answered. UNKNOWN and ERROR neither breach nor recover; after as many
of those in a row, people are told that the watch cannot measure. An ERROR that the check's fallback mitigates
by a PASS counts as neither, but as measured: the fallback watches for the same problem.
"""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime

from checks.outcome import Outcome
from checks.reading import Record


class WatchState(enum.StrEnum):
    WATCHING = "watching"
    ENDED = "ended"


class WatchEnd(enum.StrEnum):
    COMPLETED = "completed"  # its time was up
    ROLLED_BACK = "rolled back"
    SUPERSEDED = "superseded"  # a newer run on the environment got its go


class Watch(Record):
    run: int
    state: WatchState
    tick: int  # the number of the last measurement, by which late and repeated ones are recognized
    attempt: int = 0  # raised when a measurement begins; results of earlier attempts are not recorded
    started_at: AwareDatetime
    ends_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    end: WatchEnd | None = None


def next_look(watch: Watch, *, every: timedelta, now: datetime) -> tuple[int, datetime]:
    """Returns (tick, when) of the first measurement due after `now`; missed ones are skipped."""
    tick = max(watch.tick, int((now - watch.started_at) / every)) + 1
    return tick, watch.started_at + tick * every


class Trigger(Record):
    """The state of a trigger between measurements."""

    run: int
    name: str
    breaches: int = 0  # in a row
    blind: int = 0  # in a row
    armed: bool = True  # False from a prompt until recovery
    episode: int = 0
    outcome: Outcome | None = None  # of the last measurement
    reason: str = ""
    breached_since: AwareDatetime | None = None


class Event(enum.Enum):
    """What people are told about a measurement. At most one per measurement."""

    NOTHING = enum.auto()
    PROMPT = enum.auto()  # ask on-call
    STILL_BREACHED = enum.auto()  # the open prompt shows the newer reading
    RECOVERED = enum.auto()
    BLIND = enum.auto()


def observe(
    trigger: Trigger,
    outcome: Outcome,
    reason: str,
    *,
    breach: int,
    at: AwareDatetime,
    mitigated: bool = False,
) -> tuple[Trigger, Event]:
    """`mitigated`: it could not be measured, but its fallback passed: no breach, no recovery, and not blind.

    Returns the trigger after another measurement, and what to tell people about it.
    """
    seen: dict[str, Any] = {"outcome": outcome, "reason": reason}
    if mitigated:
        return trigger.model_copy(update=seen | {"blind": 0}), Event.NOTHING
    if outcome in {Outcome.UNKNOWN, Outcome.ERROR}:
        blind = trigger.blind + 1
        return trigger.model_copy(
            update=seen | {"blind": blind}
        ), Event.BLIND if blind == breach else Event.NOTHING
    if outcome is not Outcome.FAIL:
        update = seen | {"breaches": 0, "blind": 0, "armed": True, "breached_since": None}
        return trigger.model_copy(update=update), Event.NOTHING if trigger.armed else Event.RECOVERED
    breaches = trigger.breaches + 1
    update = seen | {"breaches": breaches, "blind": 0, "breached_since": trigger.breached_since or at}
    if not trigger.armed:
        return trigger.model_copy(update=update), Event.STILL_BREACHED
    if breaches < breach:
        return trigger.model_copy(update=update), Event.NOTHING
    return trigger.model_copy(update=update | {"armed": False, "episode": trigger.episode + 1}), Event.PROMPT
