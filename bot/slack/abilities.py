"""Features that this server turned out to lack. All others are assumed until proven otherwise."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger(__name__)


class Ability(enum.StrEnum):
    """A missing feature, and the consequence."""

    FILES = "no decision packets and no pictures of charts are attached; `canary packet` makes a packet"
    FORMS = "there is no conditional go, waiver or false alarm; `/canary no-go #12 reason` votes No-go"
    EPHEMERAL = "private answers to clicks come as direct messages"


@dataclass
class Abilities:
    _lacking: set[Ability] = field(default_factory=set)

    def has(self, ability: Ability) -> bool:
        return ability not in self._lacking

    def lacks(self, ability: Ability, why: str) -> None:
        """Record that it is missing; logs once."""
        if ability not in self._lacking:
            self._lacking.add(ability)
            say_missing(f"{why}: {ability.value}")

    def turned_out(self, ability: Ability) -> None:
        """It is available after all: someone added a scope."""
        self._lacking.discard(ability)


def say_missing(what: str) -> None:
    """Log it for the operator."""
    log.warning("missing in Slack", what=what)
