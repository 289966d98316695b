"""Errors of the embedded servers."""

from __future__ import annotations

from bot.base.errors import CanaryError


class EmbeddedError(CanaryError):
    """An embedded server cannot be started. `hint` is the next step; if nothing else helps, to set `DATABASE_URL`."""
