"""Timing for tests: production's, except for what a test would have to wait for, or could be late for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.base.timing import Intake, Outbox, People, Timing

# For tests of simultaneous clicks that do not measure speed: on a busy machine, storing the last one takes long.
UNHURRIED = Timing(intake=Intake(within=50.0))
ACK_LIMIT = 60.0  # seconds; Slack's acknowledgement limit in those tests

# For tests of the outbox under Slack faults. Senders keep their leases on a busy machine, too.
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

# For tests of a process that was suspended for long.
DROWSY = replace(BRISK, people=People(within=2.0, stale=3.0, fresh=2.0))
