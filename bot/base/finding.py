"""One thing that was looked at, and what came of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class State(enum.StrEnum):
    OK = "ok"
    FAIL = "FAIL"
    UNKNOWN = "?"  # it could not be found out
    SKIPPED = "-"  # not needed, or not set


@dataclass(frozen=True)
class Finding:
    """`said` is a sentence without secrets; `todo` the next step, where there is one."""

    state: State
    about: str
    said: str
    todo: str = ""
