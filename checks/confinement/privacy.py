"""Prevents programs of the bot's user from reading its memory and environment."""

from __future__ import annotations

import sys


def be_unreadable() -> None:
    """No other unprivileged process may trace this one, or open its files under /proc.

    Children that exec may be traced.
    """
    if sys.platform != "linux":
        return
    from checks.confinement import kernel

    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
