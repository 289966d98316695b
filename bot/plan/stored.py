"""Configurations from the database or a packet, read as they were meant when they were stored, whatever
canary.yaml accepts today.

Input from people is parsed strictly, so that a slip is an error. Stored documents were valid once: an unknown
key is ignored, a missing one means what its absence meant then, and a kind that no longer exists leaves the
rest readable. Nothing is ever hashed from the parsed form: digests are of the stored text.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from bot.base.formats import TODAY, damaged, format_of, incomplete, must_be_known
from bot.plan.by_kind import STORED
from bot.plan.model import Pinned


def read_pinned(document: str, what: str = "The configuration") -> Pinned:
    """`what` names the document in errors. Raises Unreadable if it is truncated, lacks a key, or has a newer
    format.
    """
    said = _parsed(document, what)
    must_be_known(what, format_of(said), TODAY.configuration)
    try:
        return Pinned.model_validate_json(document, extra="ignore", context=STORED)
    except ValidationError as error:
        raise incomplete(what, error) from error


def _parsed(document: str, what: str) -> dict[str, Any]:
    try:
        said = json.loads(document)
    except ValueError as error:
        raise damaged(what, f"it is not JSON: {error}") from error
    if not isinstance(said, dict):
        raise damaged(what, "it is not a JSON object")
    return said
