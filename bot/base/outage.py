"""A server that is away: the log says so once, and once that it is back, however often it is asked meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from bot.base.errors import Unavailable, cause_of

log = structlog.get_logger(__name__)


class Outage:
    def __init__(self, away: str, back: str) -> None:
        """What the log says when it begins and when it ends."""
        self._away, self._back = away, back
        self._lasts = False

    def noticed(self, error: Unavailable) -> None:
        if not self._lasts:
            log.warning(self._away, error=str(error), cause=cause_of(error))
        self._lasts = True

    def is_over(self) -> None:
        """Call it whenever the server has answered."""
        if self._lasts:
            log.info(self._back)
        self._lasts = False

    @contextmanager
    def survived(self) -> Iterator[None]:
        """The block asks the server. Where it is away, the block ends there, and what follows goes on."""
        try:
            yield
        except Unavailable as error:
            self.noticed(error)
        else:
            self.is_over()
