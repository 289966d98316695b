"""A finding: one thing that was checked, and its state."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class State(enum.StrEnum):
    OK = "ok"
    FAIL = "FAIL"
    UNKNOWN = "?"  # it could not be checked
    SKIPPED = "-"  # not needed, or not set


@dataclass(frozen=True)
class Finding:
    """`said` is a sentence without secrets; `todo` the next step, or ""."""

    state: State
    about: str
    said: str
    todo: str = ""
