"""What checks and people are called in a packet: a check by its title, a person by the name that Slack showed at
that time, next to the id that everything refers to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.record.audit import AuditEvent
from bot.record.context_events import PeopleNamed
from bot.record.events import of_kind
from bot.rules.dossier import Dossier
from bot.rules.principal import BOT


@dataclass(frozen=True)
class Names:
    titles: Mapping[str, str] = field(default_factory=dict)  # of checks, by name
    people: Mapping[str, str] = field(default_factory=dict)  # by user id

    @classmethod
    def of(cls, dossier: Dossier, events: Sequence[AuditEvent]) -> Names:
        people: dict[str, str] = {}
        for _, named in of_kind(events, PeopleNamed):
            people |= named.names
        return cls(dossier.titles, people)

    def check(self, name: str) -> str:
        return self.titles.get(name, name)

    def person(self, user: str) -> str:
        """ "Ana Ortiz (U01ANA)"; the id alone if the name is not recorded."""
        if user == str(BOT):
            return "canary (the bot)"
        name = " ".join(self.people.get(user, "").split())
        return f"{name} ({user})" if name and name != user else user

    def each(self, users: Iterable[str]) -> Iterator[str]:
        return map(self.person, users)
