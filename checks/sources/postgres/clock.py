"""Times as the database compares them, and its clock relative to the one that defines windows. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from checks.outcome import Cause, CheckError
from checks.reading import Moment
from checks.units import say_duration

SKEW = timedelta(minutes=1)  # that the two may differ by


def naive(moment: datetime) -> datetime:
    """`timestamp without time zone` columns hold UTC; a session in UTC compares `timestamptz` with it too."""
    return moment.astimezone(UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class ClockReading:
    """The database's clock, read between two moments of time.monotonic()."""

    asked: float
    answered: float
    shown: float  # seconds since 1970

    def ahead_of(self, moment: Moment) -> timedelta:
        """The least time that it is ahead of the moment's clock, whenever between the two it was read."""
        if moment.read_at is None:
            return timedelta()
        latest = self.shown - moment.now.timestamp() - (self.asked - moment.read_at)
        earliest = latest - (self.answered - self.asked)
        return timedelta(seconds=max(earliest, 0) or min(latest, 0))

    def compare(self, moment: Moment, skew: timedelta) -> None:
        """Raises CheckError if the clocks differ by more than `skew`: windows would not match the rows."""
        ahead = self.ahead_of(moment)
        if abs(ahead) <= skew:
            return
        length = say_duration(timedelta(seconds=round(abs(ahead).total_seconds())))
        where = "ahead of" if ahead > timedelta() else "behind"
        raise CheckError(
            f"the database's clock is {length} {where} the bot's, which decides where windows end; "
            f"at most {say_duration(skew)} is accepted (`layout.clock_skew` of the source)",
            cause=Cause.ENVIRONMENT,
            hint="Set both clocks by NTP.",
        )
