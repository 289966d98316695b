"""Which part of the bot's work a process does: all of it, or one of several kinds that share it."""

from __future__ import annotations

import enum


class Role(enum.StrEnum):
    ALL = "all"
    SLACK = "slack"  # receives interactions, stores and acknowledges them
    WORKER = "worker"  # handles them, measures, decides, watches, delivers

    @property
    def listens(self) -> bool:
        return self is not Role.WORKER

    @property
    def works(self) -> bool:
        return self is not Role.SLACK
