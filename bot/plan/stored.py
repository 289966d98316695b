"""Configurations out of the database or a packet: read as they were meant then, whatever canary.yaml takes by now.

What people write is read strictly, so that a slip is an error. What is stored was right once: a key that this version does not
know is ignored, one that is missing means what it meant then, and a kind that is gone leaves everything else readable. Nothing is
ever computed from what was read: digests are of the text.
"""

from __future__ import annotations

from bot.plan.by_kind import STORED
from bot.plan.model import Pinned


def read_pinned(document: str) -> Pinned:
    """Raises pydantic's ValidationError."""
    return Pinned.model_validate_json(document, extra="ignore", context=STORED)
