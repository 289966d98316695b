"""An interaction in Slack: stored under its own key before it is acknowledged, then handled once."""

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
    """`payload`: Slack's payload; only `commands` parses it."""

    key: str  # the same for redeliveries of the same click, unique otherwise
    kind: InteractionKind
    payload: dict[str, Any]
    is_vote: bool = False  # typed as a command: it has priority


class Received(Interaction):
    """An interaction from the inbox."""

    received_at: AwareDatetime  # by the database's clock; the latest vote counts
    age: float  # seconds since then, at the time it was read
    counted: bool  # already applied, by a worker that died before it could report it
