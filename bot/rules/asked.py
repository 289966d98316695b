"""Whom a message asks: the configured members of a role, and the people they resolved to when it was decided
to ask.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Self, TypeAlias

from bot.plan.member import is_user, is_user_group
from bot.rules.people import Electorate, Resolved
from checks.reading import Record

Members: TypeAlias = dict[str, dict[str, tuple[str, ...] | None]]
"""Role -> configured member -> the people behind it that hold the role; None where that was not told."""


class Asked(Record):
    roles: Members

    @classmethod
    def of(cls, members_of: Mapping[str, Iterable[str]], resolved: Resolved, holders: Electorate) -> Self:
        """`holders`: the people who currently hold each role; a role that it does not mention is left
        complete.
        """

        def people(role: str, member: str) -> tuple[str, ...] | None:
            if member in resolved.unreadable or member not in resolved.people:
                return None
            found = resolved.people[member]
            return tuple(sorted(found & holders.roles.get(role, found)))

        return cls(
            roles={
                role: {member: people(role, member) for member in members}
                for role, members in members_of.items()
            }
        )

    @classmethod
    def as_configured(cls, members_of: Mapping[str, Iterable[str]]) -> Self:
        """Without a lookup: only members listed individually are known."""
        named = {member for members in members_of.values() for member in members if is_user(member)}
        return cls.of(
            members_of, Resolved(people={user: frozenset({user}) for user in named}), Electorate(roles={})
        )

    @classmethod
    def logged(cls, said: Members, members_of: Mapping[str, Iterable[str]]) -> Self:
        """What an event recorded, in the order of the configuration; roles that it does not mention are as
        configured.

        On-call may have been replaced since the run started, so the event's members may differ from the
        run's.
        """
        told = {
            role: {
                member: said[role][member]
                for member in dict.fromkeys((*members, *said[role]))
                if member in said[role]
            }
            for role, members in members_of.items()
            if role in said
        }
        return cls(roles=cls.as_configured(members_of).roles | told)

    def only(self, *roles: str) -> Members:
        return {role: self.roles[role] for role in roles if role in self.roles}

    def people(self, role: str) -> frozenset[str]:
        """Everybody who is asked; an unresolved member represents itself."""
        members = self.roles.get(role, {})
        return frozenset(
            person
            for member, people in members.items()
            for person in ((member,) if people is None else people)
        )

    def addressed(self, role: str, among: Collection[str]) -> tuple[str, ...]:
        """How to mention those who are in `among`: a user group as a whole, everybody else individually."""
        found: dict[str, None] = {}
        for member, people in self.roles.get(role, {}).items():
            if people is None or is_user_group(member):
                behind = (member,) if people is None else people
                if any(person in among for person in behind):
                    found[member] = None
            else:
                found |= dict.fromkeys(person for person in people if person in among)
        return tuple(found)
