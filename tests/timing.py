"""Sets of times for tests: production's, but for what a test would otherwise have to wait for, or could be late for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.base.timing import Intake, Outbox, People, Timing

# For tests of what is done with many clicks at once, not of how soon: on a busy machine, storing the last takes long.
UNHURRIED = Timing(intake=Intake(within=50.0))
ACK_LIMIT = 60.0  # seconds; Slack's, for those tests

# For tests of what the outbox does about Slack's faults. Senders stay within their leases on a busy machine, too.
BRISK = Timing(
    outbox=Outbox(
        request=4,
        settled=timedelta(seconds=1.5),
        lease=timedelta(seconds=10),
        later=timedelta(seconds=2),
        look_again=timedelta(seconds=1),
        file_shows=timedelta(seconds=1.5),
        file_lost=timedelta(seconds=9),
    )
)

# For tests of what a process does that slept for long.
DROWSY = replace(BRISK, people=People(within=2.0, stale=3.0, fresh=2.0))
