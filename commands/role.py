"""What a process does of the bot's work: all of it, or as one of several kinds that share it."""

from __future__ import annotations

import enum


class Role(enum.StrEnum):
    ALL = "all"
    SLACK = "slack"  # takes what people type and click: stores it, and acknowledges it
    WORKER = "worker"  # works it off, measures, decides, watches, delivers

    @property
    def listens(self) -> bool:
        return self is not Role.WORKER

    @property
    def works(self) -> bool:
        return self is not Role.SLACK
