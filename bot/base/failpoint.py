"""Failpoints: named places in the code at which a test can kill or stop the process.

`CANARY_FAILPOINT="after commit:3"` kills the process, as `kill -9` would, when it reaches that place for the third
time; "in look:1:stop" stops it there with SIGSTOP, until a SIGCONT. If the variable is unset, as outside of
tests, a failpoint is a call that does nothing.
"""

from __future__ import annotations

import enum
import os
import signal
from collections.abc import Callable
from typing import TypeAlias


class Place(enum.StrEnum):
    AFTER_STORE = "after store"  # an interaction is in the database
    BEFORE_ACK = "before ack"  # it is about to be acknowledged
    AFTER_COMMIT = "after commit"  # of any of our transactions
    BEFORE_DONE = (
        "before done"  # it took effect and the person was told, but the interaction is not marked as done
    )
    IN_MEASURE = "in measure"  # a check was measured, but nothing recorded
    IN_EXPIRE = "in expire"
    IN_LOOK = "in look"  # a watch's triggers were measured, but nothing recorded
    IN_RECHECK = "in recheck"  # the check that shows a condition was measured, but nothing recorded
    BEFORE_ACT = "before act"  # an action is claimed, but nothing done
    BEFORE_MARK = "before mark"  # done except for the point of no return; the far side's mark is not recorded
    IN_ACT = "in act"  # the mark is recorded, directly before the point of no return
    AFTER_ACT = "after act"  # it is done, but that is not recorded
    BEFORE_SEND = "before send"  # a message is claimed and rendered
    IN_SEND = "in send"  # the start of a request is recorded, but it has not started
    AFTER_SEND = "after send"  # Slack has it, but that is not recorded
    BETWEEN_UPLOAD_STEPS = "between upload steps"  # Slack has the bytes, but shows no file yet


Reach: TypeAlias = Callable[[Place], None]  # called when a failpoint is reached


def nowhere(_: Place) -> None:
    """Nothing is armed."""


def armed(spec: str) -> Reach:
    """`spec`: "name:count:action", such as "after commit:3:stop". Raises ValueError for anything else."""
    name, count, then = (*spec.split(":"), "", "")[:3]
    return _Armed(Place(name), int(count or 1), _SIGNALS[then or "kill"])


_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


class _Armed:
    def __init__(self, place: Place, left: int, signal_number: signal.Signals) -> None:
        self._place = place
        self._left = left
        self._signal = signal_number

    def __call__(self, place: Place) -> None:
        if place is not self._place:
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), self._signal)
