"""Places where a test may kill the process, by name, so that dying is tried at every one of them.

`CANARY_FAILPOINT="after commit:3"` kills it, as `kill -9` would, when it comes to that place the third
time; "in look:1:stop" stops it there, as SIGSTOP does, until somebody lets it go on. Unset, as it is outside of
tests, a place costs one comparison.
"""

from __future__ import annotations

import enum
import os
import signal
from collections.abc import Callable
from typing import TypeAlias


class Place(enum.StrEnum):
    AFTER_STORE = "after store"  # an interaction is in the database
    BEFORE_ACK = "before ack"  # and is about to be acknowledged
    AFTER_COMMIT = "after commit"  # any transaction of ours
    BEFORE_DONE = (
        "before done"  # what was asked for had its effect, the person was told, and that is not noted
    )
    IN_MEASURE = "in measure"  # a check was measured, nothing recorded
    IN_EXPIRE = "in expire"
    IN_LOOK = "in look"  # the triggers were looked at, nothing recorded
    BEFORE_SEND = "before send"  # a message is claimed and rendered
    IN_SEND = "in send"  # that a request begins is noted, and none has begun
    AFTER_SEND = "after send"  # Slack has it, and that is not noted
    BETWEEN_UPLOAD_STEPS = "between upload steps"  # Slack has the bytes, and shows no file yet


Reach: TypeAlias = Callable[[Place], None]  # called where a place is


def nowhere(_: Place) -> None:
    """Nothing is armed."""


def armed(spec: str) -> Reach:
    """`spec`: a place's name, which time, and what then: "after commit:3:stop". ValueError for anything else."""
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
