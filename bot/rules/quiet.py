"""Quiet hours: when a reminder waits, in the recipient's time zone."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

# the least time that a person must have between the end of their quiet hours and the deadline
NOTICE = timedelta(minutes=30)


class QuietHours(NamedTuple):
    start: time
    end: time  # on the next day if it is earlier than the start

    @classmethod
    def read(cls, text: str) -> Self:
        """ "22:00-07:00", as in the configuration."""
        start, end = text.split("-")
        return cls(time.fromisoformat(start), time.fromisoformat(end))

    def until(self, zone: ZoneInfo, now: datetime) -> datetime | None:
        """Returns the end of the quiet hours that contain this moment, or None."""
        here = now.astimezone(zone)
        clock = here.time()
        overnight = self.start > self.end
        late, early = clock >= self.start, clock < self.end
        if not (late or early if overnight else late and early):
            return None
        day = here.date() + timedelta(days=1 if overnight and late else 0)
        ends = datetime.combine(day, self.end, zone)
        # A clock that is set back shows the same time twice, and the first one may be over.
        twice = (ends.astimezone(UTC), ends.replace(fold=1).astimezone(UTC))
        return next((each for each in twice if each > now), None)


def wait(hours: QuietHours | None, zone: ZoneInfo, now: datetime, deadline: datetime) -> timedelta:
    """Returns how long a reminder waits; 0 if the person could then hardly act in time."""
    ends = hours.until(zone, now) if hours else None
    if ends is None or ends + NOTICE > deadline:
        return timedelta(0)
    return max(ends - now, timedelta(0))


def zone_of(name: str, otherwise: str) -> ZoneInfo:
    """A person's time zone according to Slack, or `otherwise` if Slack reports none or an unknown one."""
    for each in (name, otherwise):
        try:
            return ZoneInfo(each)
        except (ValueError, LookupError, OSError):  # empty, unknown, or a path to something else
            continue
    return ZoneInfo("UTC")
