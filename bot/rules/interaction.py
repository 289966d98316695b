"""What a person did in Slack: stored under its own key before it is acknowledged, then worked off once."""

from __future__ import annotations

import enum
from typing import Any

from pydantic import AwareDatetime

from checks.reading import Record


class InteractionKind(enum.StrEnum):
    COMMAND = "command"
    ACTION = "action"
    VIEW = "view"
    SHORTCUT = "shortcut"
    EVENT = "event"


class Interaction(Record):
    """`payload` is Slack's, as it came; only `commands` reads it."""

    key: str  # the same for a redelivery of the same click, different for every other
    kind: InteractionKind
    payload: dict[str, Any]
    is_vote: bool = False  # typed, as a command: it goes before the others


class Received(Interaction):
    """One out of the inbox."""

    received_at: AwareDatetime  # by the database's clock: what was said later stands
    age: float  # seconds since then, when it was read
    counted: bool  # it came to something already, in a worker that died before it could say so
