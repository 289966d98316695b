"""Outages of a server: logs once when one begins, and once when it is over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from bot.base.errors import Unavailable, cause_of

log = structlog.get_logger(__name__)


class Outage:
    def __init__(self, away: str, back: str) -> None:
        """The log lines for its beginning and its end."""
        self._away, self._back = away, back
        self._lasts = False

    def noticed(self, error: Unavailable) -> None:
        if not self._lasts:
            log.warning(self._away, error=str(error), cause=cause_of(error))
        self._lasts = True

    def is_over(self) -> None:
        """Call this whenever the server has responded."""
        if self._lasts:
            log.info(self._back)
        self._lasts = False

    @contextmanager
    def survived(self) -> Iterator[None]:
        """Context for a block that uses the server: logs and suppresses Unavailable, so that the caller
        continues.
        """
        try:
            yield
        except Unavailable as error:
            self.noticed(error)
        else:
            self.is_over()
