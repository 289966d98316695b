"""Configurations from the database or a packet, read as they were meant then, whatever canary.yaml accepts now.

What people write is parsed strictly, so that a slip is an error. What is stored was valid once: a key that this version does not
know is ignored, a missing one means what its absence meant then, and a kind that no longer exists leaves the rest readable. Nothing is
ever hashed from the parsed form: digests are of the stored text.
"""

from __future__ import annotations

from bot.plan.by_kind import STORED
from bot.plan.model import Pinned


def read_pinned(document: str) -> Pinned:
    """Raises pydantic's ValidationError."""
    return Pinned.model_validate_json(document, extra="ignore", context=STORED)
