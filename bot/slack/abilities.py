"""Features that this server turned out to lack. All others are assumed until proven otherwise."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger(__name__)


class Ability(enum.StrEnum):
    """A missing feature, and the consequence."""

    FILES = "no decision packets and no pictures of charts are attached; `canary packet` makes a packet"
    FORMS = "there is no conditional go, waiver or false alarm; `/canary no-go #12 reason` votes No-go"
    EPHEMERAL = "private answers to clicks come as direct messages"
    HOME = "nobody has a Home; `/canary status` shows what is under way"


@dataclass
class Abilities:
    _lacking: dict[Ability, str] = field(default_factory=dict)  # with what was said
    _missing: list[str] = field(default_factory=list)  # other missing things, for operators

    @property
    def missing(self) -> Sequence[str]:
        """Everything found missing so far, for operators."""
        return (*self._missing, *self._lacking.values())

    def has(self, ability: Ability) -> bool:
        return ability not in self._lacking

    def lacks(self, ability: Ability, why: str) -> None:
        """Record that it is missing; logs once."""
        if ability not in self._lacking:
            self._lacking[ability] = f"{why}: {ability.value}"
            say_missing(self._lacking[ability])

    def misses(self, what: str) -> None:
        """Record something missing that is not a server feature, such as a scope or a user group. Logs it."""
        self._missing.append(what)
        say_missing(what)

    def turned_out(self, ability: Ability) -> None:
        """Record that it is available after all, because someone added a scope."""
        self._lacking.pop(ability, None)


def say_missing(what: str) -> None:
    """Log it for the operator."""
    log.warning("missing in Slack", what=what)
