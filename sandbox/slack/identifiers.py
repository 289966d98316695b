"""Identifiers in Slack's format. Random, so that a restarted sandbox never repeats one that a bot has stored."""

from __future__ import annotations

import secrets
import string

_ALPHABET = string.ascii_uppercase + string.digits
_SHORT = string.ascii_letters + string.digits


def new_id(prefix: str) -> str:
    """Like F0K3J9Q2LXM, for the prefix F."""
    return prefix + "0" + "".join(secrets.choice(_ALPHABET) for _ in range(9))


def short_id() -> str:
    """What Slack generates for a missing block_id or action_id, like "a1B2c"."""
    return "".join(secrets.choice(_SHORT) for _ in range(5))
